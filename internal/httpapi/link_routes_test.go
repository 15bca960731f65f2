package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

const linksPath = "/api/v1/account-links"

// owner is a customer of the simulated Amazon who answers its questions.
type owner struct {
	audiblesim.Account
	errs bool // the next password is a wrong one
}

// newOwner adds a customer.
func (r *rig) newOwner(t *testing.T, a audiblesim.Account) *owner {
	t.Helper()
	r.Clock.Advance(1)
	a.Login, a.Password, a.Name = fmt.Sprintf("lee%d@example.com", r.Clock.Now().UnixNano()), "another password", "Lee Example"
	must(t, r.sim.AddAccount(a))
	full, _ := r.sim.Account(a.Login)
	return &owner{Account: full}
}

// answers fills in a question.
func (o *owner) answers(l httpapi.Link) map[string]any {
	q := l.Question
	out := map[string]any{}
	for _, f := range q.Fields {
		switch {
		case f.Optional:
		case f.Name == "login":
			out[f.Name] = o.Login
		case f.Name == "password":
			out[f.Name] = o.Password
			if o.errs {
				o.errs, out[f.Name] = false, "not the password"
			}
		case f.Name == "captcha":
			out[f.Name] = o.Captcha
		case f.Name == "code":
			out[f.Name] = o.OTP
			if l.Step == "code" {
				out[f.Name] = o.Code
			}
		case f.Name == "choice":
			out[f.Name] = f.Choices[0].Value
		case f.Name == "poll":
			out[f.Name] = true
		}
	}
	return out
}

// linker is the administrator's browser, where the password was just given.
func (r *rig) linker(t *testing.T) *browser {
	t.Helper()
	b := r.setUp(t)
	actor, err := r.auth.Authenticate(t.Context(), b.cookies["__Host-Http-audipy"], auth.Visitor{})
	must(t, err)
	grant, err := r.auth.StepUp(t.Context(), actor, adminPassword, auth.Second{}, auth.Visitor{})
	must(t, err)
	b.cookies["__Host-Http-audipy"] = grant.Token
	return b
}

// startLink begins a link.
func (b *browser) startLink(t *testing.T, door string, o *owner) httpapi.Link {
	t.Helper()
	var link httpapi.Link
	b.post(t, linksPath, map[string]any{"door": door, "marketplace": "us", "user_name": o.UserName}).into(t, http.StatusCreated, &link)
	return link
}

// guide answers questions until there are none, with a new process of the
// server after each.
func (b *browser) guide(t *testing.T, link httpapi.Link, o *owner) httpapi.Link {
	t.Helper()
	for range 20 {
		if link.Question == nil {
			return link
		}
		b.rig.restart(t)
		if address := link.Question.Captcha; address != "" {
			image := b.get(t, address)
			if image.header.Get("Content-Type") != "image/png" || !strings.HasPrefix(string(image.body), "\x89PNG") {
				t.Errorf("captcha = %d %s", image.status, image.header)
			}
		}
		if link.Step == "approval" {
			b.rig.Clock.Advance(5e9)
		}
		id := link.ID
		link = httpapi.Link{}
		var asked httpapi.Link
		b.get(t, linksPath+"/"+id).into(t, http.StatusOK, &asked)
		b.rig.restart(t)
		b.post(t, linksPath+"/"+id+"/answers", o.answers(asked)).into(t, http.StatusOK, &link)
	}
	t.Fatalf("no end: %+v", link)
	return link
}

// confirm links what waits to be confirmed.
func (b *browser) confirm(t *testing.T, link httpapi.Link, o *owner) {
	t.Helper()
	b.rig.restart(t)
	if link.Step != "confirm" || link.Account == nil || link.Account.Name != o.Name || link.Account.AlreadyLinked {
		t.Fatalf("link = %+v with account %+v, want %s to be confirmed", link, link.Account, o.Name)
	}
	var linked httpapi.LinkedAccount
	b.post(t, linksPath+"/"+link.ID+"/confirm", nil).into(t, http.StatusCreated, &linked)
	if linked.Name != o.Name || linked.ID == "" {
		t.Errorf("linked = %+v", linked)
	}
	b.get(t, linksPath+"/"+link.ID).wantProblem(t, http.StatusNotFound, "not_found")
	if n := b.rig.sim.LiveDevices(o.Login); n != 1 {
		t.Errorf("%d devices, want 1", n)
	}
}

// sequences are the challenges as Amazon strings them together.
func sequences() []audiblesim.Account {
	return []audiblesim.Account{
		{},
		{SplitPages: true},
		{Challenges: []string{audiblesim.ChallengeCaptcha, audiblesim.ChallengeDevice, audiblesim.ChallengeOTP, audiblesim.ChallengeNag}},
		{Challenges: []string{audiblesim.ChallengeCVF, audiblesim.ChallengeApproval}, ApprovalPolls: 3},
		{Challenges: []string{audiblesim.ChallengeWrongPasswordCaptcha, audiblesim.ChallengeCVFCode}},
		{Challenges: []string{audiblesim.ChallengeOTP, audiblesim.ChallengeCVF, audiblesim.ChallengeCaptcha}},
	}
}

func TestAnAccountIsLinkedByTheGuidedFormThroughEveryRestart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		for i, a := range sequences() {
			o := r.newOwner(t, a)
			o.errs = i == 4
			b.confirm(t, b.guide(t, b.startLink(t, "guided", o), o), o)
		}
		if n := r.sim.Counts().Registrations; n != len(sequences()) {
			t.Errorf("%d registrations for %d links", n, len(sequences()))
		}
		if log := r.log.String(); strings.Contains(log, "another password") || strings.Contains(log, "not the password") {
			t.Error("a password is in the log")
		}
	})
}

// phone is a browser that knows the relay's address and nothing of the
// application.
type phone struct {
	rig    *rig
	client *http.Client
	at     *url.URL
	doc    *goquery.Document
	header http.Header
	status int
}

func (r *rig) phone(t *testing.T) *phone {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &phone{rig: r, client: &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}}
}

func (p *phone) do(t *testing.T, method, address, body string) {
	t.Helper()
	p.rig.restart(t)
	if p.at != nil {
		u, err := p.at.Parse(address)
		must(t, err)
		address = u.String()
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	must(t, err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", "null")
	}
	resp, err := p.client.Do(req)
	must(t, err)
	defer resp.Body.Close()
	p.doc, err = goquery.NewDocumentFromReader(resp.Body)
	must(t, err)
	p.at, p.header, p.status = resp.Request.URL, resp.Header, resp.StatusCode
}

// open opens a start address and goes on as its page says.
func (p *phone) open(t *testing.T, address string) {
	t.Helper()
	p.at = nil
	p.do(t, http.MethodGet, address, "")
	if asks := strings.Contains(p.doc.Text(), "their AudiPy") && p.doc.Find("meta[http-equiv]").Length() == 0; !asks {
		t.Errorf("nobody is warned that the page may be somebody else's: %s", p.doc.Text())
	}
	form := p.doc.Find("form:has(#go)")
	if form.Length() == 0 {
		t.Fatalf("the start page has no way on (%d): %s", p.status, p.doc.Text())
	}
	p.submit(t, form, nil)
}

// step does what the page asks for, and reports false at the end.
func (p *phone) step(t *testing.T, o *owner) bool {
	t.Helper()
	values := map[string]string{"email": o.Login, "password": o.Password}
	for _, f := range []struct{ field, value string }{
		{"guess", o.Captcha}, {"password", ""}, {"email", ""}, {"otpDeviceContext", ""}, {"otpCode", o.OTP}, {"code", o.Code}, {"option", "email"},
	} {
		if p.doc.Find("input[name="+f.field+"]").Length() == 0 {
			continue
		}
		if f.value != "" {
			values[f.field] = f.value
		}
		p.submit(t, p.doc.Find("form:has(input[name="+f.field+"])").First(), values)
		return true
	}
	switch {
	case p.doc.Find("#done").Length() > 0:
		return false
	case p.doc.Find("#resend-approval-alert").Length() > 0:
		_, next, _ := strings.Cut(p.header.Get("Refresh"), "url=")
		p.do(t, http.MethodGet, next, "")
	case p.doc.Find("#ap-account-fixup-phone-skip-link").Length() > 0:
		p.do(t, http.MethodGet, p.doc.Find("#ap-account-fixup-phone-skip-link").AttrOr("href", ""), "")
	default:
		t.Fatalf("a page nobody can answer (%d): %s", p.status, p.doc.Text())
	}
	return true
}

func (p *phone) submit(t *testing.T, form *goquery.Selection, typed map[string]string) {
	t.Helper()
	values := url.Values{}
	form.Find("input[name]").Each(func(_ int, input *goquery.Selection) {
		name, kind := input.AttrOr("name", ""), input.AttrOr("type", "text")
		if kind == "radio" && !values.Has(name) || kind != "radio" && kind != "checkbox" && kind != "submit" {
			values.Set(name, input.AttrOr("value", ""))
		}
		if value, ok := typed[name]; ok {
			values.Set(name, value)
		}
	})
	p.do(t, http.MethodPost, form.AttrOr("action", ""), values.Encode())
}

func TestAnAccountIsLinkedThroughTheRelayOnAnotherDeviceThroughEveryRestart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.linker(t)
		for _, a := range sequences() {
			o := r.newOwner(t, a)
			link := b.startLink(t, "relay", o)
			if !strings.HasPrefix(link.RelayURL, "http://"+r.listener+"/") || link.Step != "relay" {
				t.Fatalf("link = %+v, want it on the relay's own host", link)
			}
			p := r.phone(t)
			p.open(t, link.RelayURL)
			var waiting httpapi.Link
			b.get(t, linksPath+"/"+link.ID).into(t, http.StatusOK, &waiting)
			if waiting.RelayURL != "" || waiting.SignInURL == "" {
				t.Errorf("link = %+v, want the used address gone and the way out there", waiting)
			}
			for range 20 {
				if cookies := p.header.Values("Set-Cookie"); len(cookies) > 0 {
					t.Errorf("a cookie came down: %.40q", cookies)
				}
				if !p.step(t, o) {
					break
				}
			}
			if !strings.Contains(p.doc.Text(), "go back to AudiPy") {
				t.Errorf("the phone ends with %q", p.doc.Text())
			}
			var done httpapi.Link
			b.get(t, linksPath+"/"+link.ID).into(t, http.StatusOK, &done)
			b.confirm(t, done, o)
		}
		counts := r.sim.Counts()
		if counts.Registrations != len(sequences()) || counts.LostSessions+counts.BrokenForms+len(counts.MisplacedPasswords) > 0 {
			t.Errorf("counts = %+v", counts)
		}
	})
}

func TestFewPasswordsGoThroughTheRelay(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	r.limits.RelayPasswords = []store.LinkLimit{{N: 2, Per: time.Hour}}
	r.restart(t)
	o := r.newOwner(t, audiblesim.Account{})
	b, p := r.linker(t), r.phone(t)
	p.open(t, b.startLink(t, "relay", o).RelayURL)
	guess := map[string]string{"email": o.Login, "password": "a guess"}
	for range 2 {
		p.submit(t, p.doc.Find("form:has(input[name=password])").First(), guess)
		if p.status != http.StatusOK {
			t.Fatalf("a guess was answered %d: %s", p.status, p.doc.Text())
		}
	}
	for _, body := range []string{"email=x&password=a+guess", "email=x&passwor%64=a+guess"} {
		if p.do(t, http.MethodPost, "/ap/signin", body); p.status != http.StatusTooManyRequests {
			t.Errorf("%s was answered %d: %s", body, p.status, p.doc.Text())
		}
	}
	if sent := r.sim.Counts().WrongPasswords; sent != 2 {
		t.Errorf("%d guesses went to Amazon, want 2", sent)
	}
	if p.do(t, http.MethodGet, "/~browser", ""); p.status != http.StatusOK {
		t.Errorf("the way out was answered %d", p.status)
	}
}

func TestTheRelaysHostKnowsNothingOfTheApplication(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.5.4")
	r := onSQLite(t)
	b := r.linker(t)
	link := b.startLink(t, "relay", r.newOwner(t, audiblesim.Account{}))
	relay := "http://" + r.listener
	p, other := r.phone(t), r.phone(t)
	p.open(t, link.RelayURL)
	other.do(t, http.MethodGet, link.RelayURL, "")
	if other.status != http.StatusForbidden {
		t.Errorf("the start address worked twice: %d", other.status)
	}
	other.at = nil
	other.do(t, http.MethodGet, relay+"/ap/signin", "")
	if other.status != http.StatusForbidden {
		t.Errorf("without the cookie: %d, want 403", other.status)
	}
	p.do(t, http.MethodGet, "/api/v1/server", "")
	if p.status != http.StatusNotFound || strings.Contains(p.doc.Text(), "set_up") {
		t.Errorf("the API answers on the relay's host: %d %s", p.status, p.doc.Text())
	}
	p.do(t, http.MethodGet, relay+"/", "")
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": ""} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// The application's host carries none of Amazon's pages.
	if got := b.get(t, "/ap/signin"); strings.Contains(string(got.body), "password") {
		t.Errorf("the application's host answers /ap/signin: %d", got.status)
	}
}

func TestALinkIsItsPersonsAndItsBrowsersAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.3.1", "8.2.2")
	each(t, func(t *testing.T, r *rig) {
		kim, lee := r.linker(t), r.joins(t, "lee@example.org")
		elsewhere := r.browser()
		elsewhere.cookies["__Host-Http-audipy"] = kim.cookies["__Host-Http-audipy"]
		elsewhere.cookies["__Host-Http-audipy-dev"] = "another device"
		o := r.newOwner(t, audiblesim.Account{Challenges: []string{audiblesim.ChallengeCaptcha}})
		links := map[*browser]httpapi.Link{kim: kim.startLink(t, "guided", o), lee: lee.startLink(t, "guided", o)}
		for _, swap := range []struct {
			who    *browser
			whose  *browser
			status int
			code   string
		}{
			{lee, kim, http.StatusNotFound, "not_found"},
			{kim, lee, http.StatusNotFound, "not_found"},
			{elsewhere, kim, http.StatusConflict, "other_browser"},
			{elsewhere, lee, http.StatusNotFound, "not_found"},
		} {
			path := linksPath + "/" + links[swap.whose].ID
			swap.who.get(t, path).wantProblem(t, swap.status, swap.code)
			swap.who.get(t, path+"/captcha").wantProblem(t, swap.status, swap.code)
			swap.who.post(t, path+"/answers", map[string]string{"login": o.Login, "password": o.Password}).wantProblem(t, swap.status, swap.code)
			swap.who.post(t, path+"/complete", map[string]string{"address": "https://www.amazon.com/ap/maplanding?openid.oa2.authorization_code=X"}).
				wantProblem(t, swap.status, swap.code)
			swap.who.post(t, path+"/confirm", nil).wantProblem(t, swap.status, swap.code)
			swap.who.do(t, http.MethodDelete, path, nil).wantProblem(t, swap.status, swap.code)
		}
		// Steps can't be skipped either.
		kim.post(t, linksPath+"/"+links[kim].ID+"/confirm", nil).wantProblem(t, http.StatusConflict, "nothing_to_confirm")
		if n := r.sim.Counts().Passwords; len(n) > 0 {
			t.Errorf("a stranger's answer went to Amazon: %v", n)
		}
		var list struct{ Items []httpapi.Link }
		elsewhere.get(t, linksPath).into(t, http.StatusOK, &list)
		if len(list.Items) != 0 {
			t.Errorf("another browser lists %+v", list.Items)
		}
		kim.get(t, linksPath).into(t, http.StatusOK, &list)
		if len(list.Items) != 1 || list.Items[0].ID != links[kim].ID {
			t.Errorf("links = %+v", list.Items)
		}
	})
}

func TestALinkStaysWithItsBrowserWhenThePasswordIsGivenAgain(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	b := r.linker(t)
	link := b.startLink(t, "browser", r.newOwner(t, audiblesim.Account{}))
	before := b.cookies["__Host-Http-audipy-dev"]
	r.Clock.Advance(time.Minute)
	b.post(t, "/api/v1/session/step-up", map[string]string{"password": adminPassword}).into(t, http.StatusOK, &httpapi.Me{})
	b.do(t, http.MethodDelete, "/api/v1/session", nil)
	r.Clock.Advance(time.Minute)
	b.post(t, "/api/v1/session", map[string]string{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.Me{})
	if b.cookies["__Host-Http-audipy-dev"] == before {
		t.Error("the cookie of the browser was not renewed, so this shows nothing")
	}
	b.get(t, linksPath+"/"+link.ID).into(t, http.StatusOK, &link)
}

func TestWithoutAnAddressOfItsOwnTheRelayIsNotOffered(t *testing.T) {
	t.Parallel()
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) { o.RelayOrigin = "" })
	b := r.linker(t)
	b.post(t, linksPath, map[string]string{"door": "relay", "marketplace": "us"}).wantProblem(t, http.StatusConflict, "relay_unavailable")
	var list struct{ Doors []httpapi.Door }
	b.get(t, linksPath).into(t, http.StatusOK, &list)
	for _, d := range list.Doors {
		offered := d.Door == "guided" || d.Door == "file" // here Amazon is made up, so a browser would meet the real one
		if d.Available != offered || offered == (d.Reason != "") {
			t.Errorf("door = %+v", d)
		}
	}
}
