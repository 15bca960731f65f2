package audiblesim_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// pythonHeaders sends what the Python library sends with every request of a
// sign-in, and keeps the form's content type on the redirect to the landing
// page, as its HTTP client does after a 302.
type pythonHeaders struct{ next http.RoundTripper }

// RoundTrip adds the headers.
func (p pythonHeaders) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148")
	r.Header.Set("Accept-Language", "en-US")
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept", "*/*")
	if r.URL.Path == "/ap/maplanding" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return p.next.RoundTrip(r)
}

// python signs in as the Python library does: it looks for each kind of
// challenge once, in an order of its own, and repeats a kind until it is gone.
type python struct {
	*appClient
	account audiblesim.Account
	asked   []string
}

func newPython(t *testing.T, s *audiblesim.Sim, cc string, a audiblesim.Account) *python {
	t.Helper()
	p := &python{appClient: newApp(t, pythonHeaders{s.Transport()}, cc), account: a}
	if a.UserName {
		p.brand = "audible"
	}
	p.jar.SetCookies(&url.URL{Scheme: "https", Host: "www." + p.brand + "." + p.tld}, []*http.Cookie{
		{Name: "frc", Value: strings.Repeat("A", 418)},
		{Name: "map-md", Value: "eyJkZXZpY2VfdXNlcl9kaWN0aW9uYXJ5IjpbXX0"},
		{Name: "amzn-app-id", Value: "MAPiOSLib/6.0/ToHideRetailLink"},
	})
	return p
}

func (p *python) has(selector string) bool { return p.page.Find(selector).Length() > 0 }

// ask notes a question to the person, and gives up where the library would go
// on for ever.
func (p *python) ask(kind string) {
	p.t.Helper()
	if p.asked = append(p.asked, kind); len(p.asked) > 10 {
		p.t.Fatalf("asked without end: %v", p.asked)
	}
}

// run signs in and returns the code, empty if the library would say that the
// login failed.
func (p *python) run() string {
	p.t.Helper()
	p.open()
	p.signIn(p.account.Login, p.account.Password)
	for p.has("img[alt*=CAPTCHA]") {
		p.ask("captcha")
		p.answerCaptcha()
	}
	for p.has("form#auth-select-device-form") {
		p.ask("device")
		choice := p.page.Find("div[data-a-input-name=otpDeviceContext].auth-TOTP input[name]")
		p.submit("otpDeviceContext", choice.AttrOr("value", ""))
	}
	for p.has("form[id*=auth-mfa-form], form[id*=verification-code-form]") {
		p.ask("otp")
		p.submit("otpCode", p.account.OTP, "mfaSubmit", "Submit", "rememberDevice", "false")
	}
	for p.has("div#cvf-page-content") {
		p.ask("cvf") // before the form that has the code sent
		p.submit()
		p.submit("action", "code", "code", p.account.Code)
	}
	for p.has("#resend-approval-form, #resend-approval-alert") {
		p.ask("approval")
		for p.has("span.transaction-approval-word-break") {
			p.get(p.at.String())
		}
	}
	return p.code()
}

// answerCaptcha fetches the image as a bystander would, without cookies, and
// posts the form without metadata1.
func (p *python) answerCaptcha() {
	p.t.Helper()
	image := p.page.Find("img[alt*=CAPTCHA]").AttrOr("src", "")
	if status, _ := call(p.t, p.rt, http.MethodGet, image, "", nil); status != http.StatusOK {
		p.t.Errorf("captcha image %s = %d", image, status)
	}
	p.submit("guess", p.account.Captcha, "use_image_captcha", "true", "use_audio_captcha", "false",
		"showPasswordChecked", "false", "email", p.account.Login, "password", p.account.Password)
}

func TestThePythonLibrarySignsIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cc         string
		userName   bool
		challenges []string
		asked      []string
	}{
		{cc: "us"},
		{cc: "uk"},
		{cc: "de"},
		{cc: "jp"},
		{cc: "br"},
		{cc: "de", userName: true},
		{cc: "us", challenges: []string{"otp"}, asked: []string{"otp"}},
		{cc: "us", challenges: []string{"captcha", "otp"}, asked: []string{"captcha", "otp"}},
		{cc: "us", challenges: []string{"device"}, asked: []string{"device", "otp"}},
		{cc: "us", challenges: []string{"cvf"}, asked: []string{"cvf"}},
		{cc: "us", challenges: []string{"cvf-code"}, asked: []string{"cvf"}},
		{cc: "us", challenges: []string{"otp", "cvf"}, asked: []string{"otp", "cvf"}},
		{cc: "us", challenges: []string{"approval"}, asked: []string{"approval"}},
		{cc: "uk", userName: true, challenges: []string{"captcha", "approval"}, asked: []string{"captcha", "approval"}},
	} {
		account := audiblesim.Account{Login: kim, Challenges: test.challenges, UserName: test.userName, ApprovalPolls: 400}
		if test.userName {
			account.Login, account.Marketplace = "kimsample", test.cc
		}
		s := newSim(t, audiblesim.Options{}, account)
		filled, _ := s.Account(account.Login)
		p := newPython(t, s, test.cc, filled)
		code := p.run()
		if code == "" || !slices.Equal(p.asked, test.asked) {
			t.Errorf("%s %v: code %q after %v, want one after %v:\n%s", test.cc, test.challenges, code, p.asked, test.asked, p.body)
			continue
		}
		if device := p.register(code); !strings.HasSuffix(device.Tokens.Device.ADP, "{serial:Mg==}") {
			t.Errorf("%s: adp_token %q", test.cc, device.Tokens.Device.ADP)
		}
	}
}

// TestThePythonLibraryLosesItsWay: it looks for a code by mail after the
// one-time password and for letters before both, and never goes back.
func TestThePythonLibraryLosesItsWay(t *testing.T) {
	t.Parallel()
	for _, challenges := range [][]string{{"cvf", "otp"}, {"otp", "captcha"}} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: challenges})
		filled, _ := s.Account(kim)
		p := newPython(t, s, "us", filled)
		if code := p.run(); code != "" || !slices.Equal(p.asked, challenges[:1]) {
			t.Errorf("%v: code %q after %v, want none after %v", challenges, code, p.asked, challenges[:1])
		}
	}
}

// TestThePythonLibraryLooksLikeTheApp: its cookies count as the app's,
// and what it leaves empty of the form is no reason to refuse it.
func TestThePythonLibraryLooksLikeTheApp(t *testing.T) {
	t.Parallel()
	s := newSim(t, audiblesim.Options{}, audiblesim.Account{Suspicious: true})
	filled, _ := s.Account(kim)
	p := newPython(t, s, "us", filled)
	if code := p.run(); code == "" || len(p.asked) != 0 {
		t.Errorf("code %q after %v, want one and no question", code, p.asked)
	}
	if got := s.Counts(); got.BrokenForms != 0 || got.MetadataGood != 1 || got.LostSessions != 0 {
		t.Errorf("counts = %+v, want one metadata1 and nothing broken", got)
	}
}

func TestACaptchaIsNotedAtTheLanding(t *testing.T) {
	t.Parallel()
	for want, challenges := range map[string][]string{"1": {"captcha", "otp"}, "": {"otp"}} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: challenges})
		filled, _ := s.Account(kim)
		p := newPython(t, s, "us", filled)
		p.run()
		if got := p.at.Query().Get("captcha_verified"); got != want {
			t.Errorf("%v: captcha_verified=%q at the landing, want %q", challenges, got, want)
		}
	}
}

func TestAOneTimePasswordMayFollowThePassword(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		password   string
		challenges []string
		done       bool
	}{
		{"right horse111111", []string{"otp"}, true},
		{"right horse111112", []string{"otp"}, false},
		{"wrong horse111111", []string{"otp"}, false},
		{"right horse", []string{"otp"}, false},
		{"right horse111111", nil, false},
		{"right horse111111", []string{"captcha", "otp"}, false},
	} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: test.challenges, OTP: "111111"})
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, test.password)
		if done := c.code() != ""; done != test.done {
			t.Errorf("%q before %v: signed in %t, want %t", test.password, test.challenges, done, test.done)
		}
	}
}
