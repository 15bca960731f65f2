package httpapi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/httpapi"
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
	const key, expires = "device_private_key", "expires"
	return map[string]func(map[string]any){
		"elliptic key":     set(key, keyFile(t, curve)),
		"key of 512 bits":  set(key, shortKey),
		"no key at all":    set(key, "not a key"),
		"key of a number":  set(key, 7),
		"cut key":          func(f map[string]any) { f[key] = f[key].(string)[:200] },
		"expires as words": set(expires, "tomorrow"),
		"expires in 9999":  set(expires, 1e300),
		"store of nowhere": set("locale_code", "xx"),
		"token of a list":  set("refresh_token", []string{"Atnr|x"}),
	}
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
			var file map[string]any
			must(t, json.Unmarshal(good, &file))
			file["device_name"] = "canary"
			spoil(file)
			text, err := json.Marshal(file)
			must(t, err)
			refuse(name, string(text), "file_not_usable", http.StatusUnprocessableEntity)
		}
		for _, text := range []string{"Atnr|canary", "[]", `"canary"`, "{}", `{"canary":`} {
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
			b.post(t, linksPath, map[string]any{"door": "guided", "marketplace": place}).
				wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		}
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
		b.confirm(t, b.guide(t, link, o), o)
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
