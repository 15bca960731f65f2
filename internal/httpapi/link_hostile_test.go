package httpapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
)

// noLinks checks that nothing was begun, and nothing registered at Amazon.
func (b *browser) noLinks(t *testing.T, o *owner, devices int) {
	t.Helper()
	var pending struct{ Items []any }
	b.get(t, linksPath).into(t, http.StatusOK, &pending)
	if n := b.rig.sim.LiveDevices(o.Login); len(pending.Items) != 0 || n != devices {
		t.Errorf("%d links pending and %d devices, want 0 and %d", len(pending.Items), n, devices)
	}
}

// keyFile is a private key as PEM, as PKCS #1 or, for others than RSA, #8.
func keyFile(t *testing.T, key any) string {
	t.Helper()
	if k, ok := key.(*rsa.PrivateKey); ok {
		return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}))
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}

// badFiles are changes to a credential file, each of which spoils it (G182,
// G183).
func badFiles(t *testing.T) map[string]func(file map[string]any) {
	t.Helper()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	set := func(name string, value any) func(map[string]any) {
		return func(file map[string]any) { file[name] = value }
	}
	usual, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	one := keyFile(t, usual)
	const key, expires = "device_private_key", "expires"
	return map[string]func(map[string]any){
		"elliptic key":     set(key, keyFile(t, curve)),
		"key of 512 bits":  set(key, shortKey),
		"no key at all":    set(key, "not a key"),
		"two keys":         set(key, one+one),
		"key with headers": set(key, strings.Replace(one, "-----\n", "-----\nProc-Type: 4,ENCRYPTED\n\n", 1)),
		"key of 80,000 bits": set(key, string(pem.EncodeToMemory(&pem.Block{
			Type: "RSA PRIVATE KEY", Bytes: make([]byte, 10_000),
		}))),
		"key of a number":  set(key, 7),
		"cut key":          func(f map[string]any) { f[key] = f[key].(string)[:200] },
		"expires as words": set(expires, "tomorrow"),
		"expires in 9999":  set(expires, 1e300),
		"store of nowhere": set("locale_code", "xx"),
		"no adp token":     set("adp_token", "canary"),
		"token of a list":  set("refresh_token", []string{"Atnr|x"}),
	}
}

// spoiled is a credential file with a change, by a device named canary.
func spoiled(t *testing.T, good []byte, spoil func(file map[string]any)) string {
	t.Helper()
	var file map[string]any
	must(t, json.Unmarshal(good, &file))
	file["device_name"] = "canary"
	spoil(file)
	text, err := json.Marshal(file)
	must(t, err)
	return string(text)
}

// shortKey was made for this test and opens nothing.
const shortKey = `-----BEGIN RSA PRIVATE KEY-----
MIIBOgIBAAJBAKkPRFHljtGF+iP6j9g0XvAh9L+uMrpXBZ0GK9aTgWTND5CQM80U
kGQw2qLtl/Ectg9XWmXZakJBs/kTSLgE/9cCAwEAAQJABhcnte+YMpIqDcvEDNzu
IqaGg7VJ3I6wBBUp1SQhQDlX/dWol8bV9O/As8RjDbqqNuRTpMw2C64i4tEYnBGp
0QIhANFGq9BJ+koK7P5cMUCxwF3LQiBJtRLyQftoCFbvHMEZAiEAzs3/BAw355tU
YXqOD6wJZysxr4ZPL/b1k2FxzAiiNm8CIQCD7dx0k55wvRCIjdAS67vMpU2Lk0vO
pOCJwBy5yUXESQIgZU1lGS9/BxYAnItzIVwtcvsmqIuLKLy5iQtXuhGUnEMCID82
4+Xf3UR9Z4AT3NPVlg7Et97HTy3lP5cYvw9QLCw8
-----END RSA PRIVATE KEY-----
`

func TestBadCredentialFilesAreRefusedAndChangeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		good, err := r.sim.CredentialFile(o.Login, "us")
		must(t, err)
		refuse := func(name, text, code string, status int) {
			t.Helper()
			a := b.post(t, linksPath+"/import", map[string]any{"file": text})
			a.wantProblem(t, status, code)
			if strings.Contains(string(a.body), "canary") || strings.Contains(r.log.String(), "canary") {
				t.Errorf("%s: the file is repeated: %s", name, a.body)
			}
		}
		for name, spoil := range badFiles(t) {
			refuse(name, spoiled(t, good, spoil), "file_not_usable", http.StatusUnprocessableEntity)
		}
		for _, end := range []string{"NaN", "1e400", "canary"} {
			refuse(end, `{"expires":`+end+","+string(good[1:]), "file_not_usable", http.StatusUnprocessableEntity)
		}
		for _, text := range []string{"Atnr|canary", "[" + string(good) + "]", string(good[:len(good)/2]), "[]", `"canary"`, "{}", `{"canary":`} {
			refuse(text, text, "file_not_usable", http.StatusUnprocessableEntity)
		}
		refuse("empty", "", "invalid", http.StatusUnprocessableEntity)
		refuse("too long", strings.Repeat("canary", 50_000), "body_too_large", http.StatusRequestEntityTooLarge)
		b.noLinks(t, o, 1)
		var link httpapi.Link
		b.post(t, linksPath+"/import", map[string]any{"file": string(good)}).into(t, http.StatusCreated, &link)
		b.confirm(t, link, o)
	})
}

func TestTheEleventhFileOfADayIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		r.limits.Imports = account.DefaultLinkLimits().Imports
		r.restart(t)
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		for range 10 {
			b.post(t, linksPath+"/import", map[string]any{"file": "{}"}).wantProblem(t, http.StatusUnprocessableEntity, "file_not_usable")
		}
		good, err := r.sim.CredentialFile(o.Login, "us")
		must(t, err)
		a := b.post(t, linksPath+"/import", map[string]any{"file": string(good)})
		a.wantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
		if a.header.Get("Retry-After") == "" || !strings.Contains(string(a.body), "in 24 hours") {
			t.Errorf("how long to wait isn't said: %s %s", a.header, a.body)
		}
		b.noLinks(t, o, 1)
	})
}

func TestALinkIsBegunForAKnownStoreOnly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		for _, place := range []any{"xx", "US", "../de", "", nil, 7, "us\r\nX: y"} {
			for _, door := range []string{"browser", "guided", "relay"} {
				b.post(t, linksPath, map[string]any{"door": door, "marketplace": place}).
					wantProblem(t, http.StatusUnprocessableEntity, "invalid")
			}
		}
		b.post(t, linksPath, map[string]any{"door": "window", "marketplace": "us"}).
			wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		b.noLinks(t, o, 0)
	})
}

func TestNoOddPasswordGoesToAmazon(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		link := b.startLink(t, "guided", o)
		for _, c := range []struct {
			password, code string
			status         int
		}{
			{"", "answer_unfit", http.StatusUnprocessableEntity},
			{"canary\r\nX: y", "answer_unfit", http.StatusUnprocessableEntity},
			{"canary\x00", "invalid", http.StatusUnprocessableEntity},
			{strings.Repeat("canary", 1000), "invalid", http.StatusUnprocessableEntity},
			{strings.Repeat("canary", 200_000), "body_too_large", http.StatusRequestEntityTooLarge},
		} {
			a := b.post(t, linksPath+"/"+link.ID+"/answers", map[string]any{"login": o.Login, "password": c.password})
			a.wantProblem(t, c.status, c.code)
			if strings.Contains(string(a.body), "canary") || strings.Contains(r.log.String(), "canary") {
				t.Errorf("the password is repeated: %s", a.body)
			}
		}
		if n := r.sim.Counts().WrongPasswords; n != 0 {
			t.Errorf("%d odd passwords went to Amazon", n)
		}
		link = b.guide(t, link, o)
		b.post(t, linksPath+"/"+link.ID+"/answers", map[string]any{"login": o.Login, "password": o.Password}).
			wantProblem(t, http.StatusConflict, "nothing_asked")
		b.confirm(t, link, o)
	})
}

// A registration that Amazon answers with nonsense leaves no device and no
// account, says that it goes on by itself, and then does.
func TestARegistrationAnsweredWithNonsenseIsMadeOnceAmazonIsWell(t *testing.T) {
	t.Parallel()
	for _, kind := range []audiblesim.FaultKind{audiblesim.FaultHTML, audiblesim.FaultEmptyObject, audiblesim.FaultEmptyArray, audiblesim.FaultStatus} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, r *rig) {
				b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
				link := b.startLink(t, "guided", o)
				must(t, r.sim.SetFaults(audiblesim.Fault{Kind: kind, Path: "/auth/register"}))
				a := b.post(t, linksPath+"/"+link.ID+"/answers", o.answers(link))
				a.wantProblem(t, http.StatusServiceUnavailable, "unavailable")
				if strings.Contains(string(a.body), "audipy login") {
					t.Errorf("a page is told of a command: %s", a.body)
				}
				b.get(t, linksPath+"/"+link.ID).into(t, http.StatusOK, &link)
				if n := r.sim.LiveDevices(o.Login); n != 0 || link.Step != "registering" || link.Reason == "" {
					t.Errorf("%d devices, link %+v; want none and a link that waits", n, link)
				}
				must(t, r.sim.SetFaults())
				r.Clock.Advance(time.Minute)
				b.get(t, linksPath+"/"+link.ID).into(t, http.StatusOK, &link)
				b.confirm(t, link, o)
			})
		})
	}
}

// A registration that Amazon refuses in so many words made no device: the link
// is over and says so (G160).
func TestARegistrationThatAmazonRefusesEndsTheLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, o := r.linker(t), r.newOwner(t, audiblesim.Account{})
		link := b.startLink(t, "browser", o)
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: "/auth/register", Status: http.StatusBadRequest,
			Body: `{"response":{"error":{"code":"InternalError","message":"canary"}}}`,
		})
		a := b.post(t, linksPath+"/"+link.ID+"/complete", map[string]string{
			"address": "https://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=a-code",
		})
		a.wantProblem(t, http.StatusBadGateway, "upstream")
		if strings.Contains(string(a.body), "a-code") {
			t.Errorf("the code is repeated: %s", a.body)
		}
		b.get(t, linksPath+"/"+link.ID).into(t, http.StatusOK, &link)
		if n := r.sim.LiveDevices(o.Login); n != 0 || link.Step != "failed" || link.Reason == "" {
			t.Errorf("%d devices, link %+v; want none and a link that failed", n, link)
		}
	})
}

func TestSignInPagesThatAreNoneEndAtTheBrowser(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "5.2.6")
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		captcha := func(src string) string {
			return `<form name="signIn" method="post" action="https://www.amazon.com/ap/signin"><input name="email"><input type="password" name="password">` +
				`<img alt="Visual CAPTCHA image" src="` + src + `"><input name="guess"></form>`
		}
		for name, page := range map[string]string{
			"no form":           "<html><body>swordfish</body></html>",
			"500 forms":         strings.Repeat(`<form method="post" action="/x"><input name="a"></form>`, 500),
			"unclosed tags":     strings.Repeat("<div><form><input name=", 5000),
			"UTF-16":            "\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00",
			"a captcha in http": captcha("http://m.media-amazon.com/a.jpg"),
			"at a number":       captcha("https://127.0.0.1/a.jpg"),
			"of metadata":       captcha("http://169.254.169.254/latest/meta-data"),
			"of another host":   captcha("https://evil.example/a.jpg"),
		} {
			r.sim.ResetCounts()
			r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/ap/signin", Body: page, Header: http.Header{"Content-Type": {"text/html"}}})
			var link httpapi.Link
			got := b.post(t, linksPath, map[string]any{"door": "guided", "marketplace": "us"})
			got.into(t, http.StatusCreated, &link)
			if link.Step != "browser" || link.SignInURL == "" || link.Reason == "" || strings.Contains(string(got.body), "swordfish") {
				t.Errorf("%s: %s", name, got.body)
			}
			for asked := range r.sim.Counts().Requests {
				if !strings.Contains(asked, " www.amazon.com /ap/signin") {
					t.Errorf("%s: %s was asked for", name, asked)
				}
			}
			b.do(t, http.MethodDelete, linksPath+"/"+link.ID, nil)
		}
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/ap/signin", Body: strings.Repeat("<p>swordfish</p>", 10<<20/16), Times: 3})
		got := b.post(t, linksPath, map[string]any{"door": "guided", "marketplace": "us"})
		if got.status != http.StatusServiceUnavailable || strings.Contains(string(got.body), "swordfish") {
			t.Errorf("a page of 10 MB: %d %.200s", got.status, got.body)
		}
	})
}

func TestAnApprovalThatNobodyGivesIsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		o := r.newOwner(t, audiblesim.Account{Challenges: []string{audiblesim.ChallengeApproval}, ApprovalPolls: 1000})
		link := b.startLink(t, "guided", o)
		path := linksPath + "/" + link.ID + "/answers"
		b.post(t, path, map[string]string{"login": o.Login, "password": o.Password}).into(t, http.StatusOK, &link)
		b.post(t, path, map[string]bool{"poll": true}).into(t, http.StatusOK, &link)
		r.Clock.Advance(5 * time.Minute)
		b.post(t, path, map[string]bool{"poll": true}).wantProblem(t, http.StatusGone, "approval_expired")
		b.post(t, path, map[string]bool{"poll": true}).wantProblem(t, http.StatusConflict, "nothing_asked")
	})
}

func TestALinkThatIsLeftAloneForgetsEverything(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		o := r.newOwner(t, audiblesim.Account{Challenges: []string{audiblesim.ChallengeCaptcha}})
		link := b.startLink(t, "guided", o)
		path := linksPath + "/" + link.ID
		b.post(t, path+"/answers", map[string]string{"login": o.Login, "password": o.Password}).into(t, http.StatusOK, &link)
		r.Clock.Advance(10 * time.Minute)
		b.get(t, path).wantProblem(t, http.StatusNotFound, "not_found")
		b.get(t, path+"/captcha").wantProblem(t, http.StatusNotFound, "not_found")
		_, err := r.DeleteExpiredLinks(t.Context())
		must(t, err)
		b.noLinks(t, o, 0)
		if strings.Contains(r.rows(t)+r.log.String(), o.Password) {
			t.Error("the password is still there")
		}
	})
}

func TestOfAFileNoCookieIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		good, err := r.sim.CredentialFile(amazonLogin, "us")
		must(t, err)
		cookies := map[string]string{}
		for i := range 1000 {
			cookies[fmt.Sprintf("evil-%d", i)] = "swordfish"
		}
		text := spoiled(t, good, func(file map[string]any) { file["website_cookies"] = cookies })
		var link httpapi.Link
		b.post(t, linksPath+"/import", object{"file": text}).into(t, http.StatusCreated, &link)
		b.post(t, linksPath+"/"+link.ID+"/confirm", nil).into(t, http.StatusCreated, &httpapi.LinkedAccount{})
		var list httpapi.AccountList
		b.get(t, "/api/v1/accounts").into(t, http.StatusOK, &list)
		user, err := r.UserByEmail(t, adminEmail)
		must(t, err)
		c, err := r.accounts.Export(t.Context(), user, audipy.AccountID(list.Items[0].ID), "test")
		must(t, err)
		if len(c.Cookies) != 0 || c.StoreAuthCookie != "" {
			t.Errorf("%d cookies of the file are kept", len(c.Cookies))
		}
	})
}

func TestOneAddressAsksAmazonForSoMuchAnHour(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) {
		o.Limits.AddressLinks, o.Limits.AddressAnswers, o.Limits.AddressPasswords = 4, 3, 2
	})
	b := r.linker(t)
	o := r.newOwner(t, audiblesim.Account{})
	link := b.startLink(t, "guided", o)
	path := linksPath + "/" + link.ID + "/answers"
	wrong := map[string]string{"login": o.Login, "password": "wrong"}
	for range 2 {
		b.post(t, path, wrong).into(t, http.StatusOK, &link)
	}
	b.post(t, path, wrong).wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	b.post(t, path, map[string]string{"code": "1"}).wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	if n := r.sim.Counts().WrongPasswords; n != 2 {
		t.Errorf("%d passwords went to Amazon", n)
	}
	b.startLink(t, "browser", o)
	b.post(t, linksPath+"/import", map[string]string{"file": "no file"}).wantProblem(t, http.StatusUnprocessableEntity, "file_not_usable")
	b.startLink(t, "browser", o)
	b.post(t, linksPath, map[string]string{"door": "browser", "marketplace": "us"}).wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	r.Clock.Advance(time.Hour)
	lee := r.joins(t, "lee@example.org")
	lee.startLink(t, "browser", o)
}
