package audiblesim_test

import (
	"bytes"
	"image" // captcha images are JPEG
	_ "image/jpeg"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// solver answers pages as the reference clients recognise them. With wrong
// set it first answers each kind of page wrongly once.
type solver struct {
	*appClient
	sim     *audiblesim.Sim
	account audiblesim.Account
	wrong   bool
	careful bool // looks for the form with the right field
	spoiled map[string]bool
	seen    []string
}

func newSolver(t *testing.T, s *audiblesim.Sim, c *appClient, login string) *solver {
	t.Helper()
	account, ok := s.Account(login)
	if !ok {
		t.Fatalf("no account %q", login)
	}
	return &solver{appClient: c, sim: s, account: account, spoiled: make(map[string]bool)}
}

func (s *solver) has(selector string) bool { return s.page.Find(selector).Length() > 0 }

// kind names the page, checked in the order of protocol 3.6.
func (s *solver) kind() string {
	switch {
	case s.code() != "":
		return "done"
	case s.has(`img[alt*=CAPTCHA]`):
		return "captcha"
	case s.has(`input[name=otpDeviceContext]`):
		return "device"
	case s.has(`input[name=otpCode]`):
		return "otp"
	case s.has(`input[name=cvf_aamation_response_token]`):
		return "antirobot"
	case s.has(`#resend-approval-alert`):
		return "approval"
	case s.has(`input[name=code]`):
		return "code"
	case s.has(`input[name=option]`):
		return "cvf"
	case s.has(`a#ap-account-fixup-phone-skip-link`):
		return "nag"
	case s.has(`input[value=SignInClaimCollect]`):
		return "claim"
	case s.has(`form[name=signIn] input[name=password]`):
		return "signin"
	}
	return "unknown"
}

// spoil reports whether this kind of page is to be answered wrongly now, and
// what right would have been otherwise.
func (s *solver) spoil(right string) string {
	kind := s.kind()
	if s.wrong && !s.spoiled[kind] {
		s.spoiled[kind] = true
		return "000" + strings.ToLower(right[:3])
	}
	return right
}

// run answers pages until the sign-in is done or does not go on.
func (s *solver) run() string {
	s.t.Helper()
	s.open()
	for range 30 {
		kind := s.kind()
		s.seen = append(s.seen, kind)
		if !s.step(kind) {
			return kind
		}
	}
	s.t.Fatalf("no end after %v", s.seen)
	return ""
}

// step answers one page and reports whether there was an answer to give.
func (s *solver) step(kind string) bool {
	s.t.Helper()
	if s.careful {
		s.wanted = fieldOf(kind)
	}
	switch kind {
	case "claim":
		s.submit("email", s.account.Login, "metadata1", testMetadata1)
	case "signin":
		s.signIn(s.account.Login, s.spoil(s.account.Password))
	case "captcha":
		s.lookAtCaptcha()
		s.submit("email", s.account.Login, "password", s.account.Password, "guess", s.spoil(s.account.Captcha),
			"use_image_captcha", "true", "use_audio_captcha", "false", "showPasswordChecked", "false")
	case "device":
		s.submit("otpDeviceContext", s.page.Find(".auth-TOTP input").AttrOr("value", ""))
	case "otp":
		otp, err := s.sim.OTP(s.account.Login)
		if err != nil {
			s.t.Fatal(err)
		}
		s.submit("otpCode", s.spoil(otp), "mfaSubmit", "Submit", "rememberDevice", "false")
	case "cvf":
		s.submit()
	case "code":
		s.submit("action", "code", "code", s.spoil(s.account.Code))
	case "approval":
		s.get(s.at.String())
	case "nag":
		s.get(s.link("a#ap-account-fixup-phone-skip-link", "href"))
	default:
		return false
	}
	return true
}

// fieldOf is a field that only the form of a kind of page has.
func fieldOf(kind string) string {
	switch kind {
	case "claim":
		return "input[value=SignInClaimCollect]"
	case "signin":
		return "input[name=workflowState]"
	case "captcha":
		return "input[name=guess]"
	case "device":
		return "input[name=otpDeviceContext]"
	case "otp":
		return "input[name=otpCode]"
	case "cvf":
		return "input[name=option]"
	}
	return "input[name=code]"
}

// link is the address in an attribute, resolved against the page's own.
func (s *solver) link(selector, name string) string {
	s.t.Helper()
	target, err := s.at.Parse(s.page.Find(selector).AttrOr(name, ""))
	if err != nil {
		s.t.Fatalf("link %s: %v", selector, err)
	}
	return target.String()
}

// lookAtCaptcha fetches the image as a callback does: without cookies.
func (s *solver) lookAtCaptcha() {
	s.t.Helper()
	address := s.link("img[alt*=CAPTCHA]", "src")
	status, picture := call(s.t, s.rt, http.MethodGet, address, "", nil)
	if status != http.StatusOK {
		s.t.Fatalf("captcha image %s = %d", address, status)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil || format != "jpeg" || config.Width > 1000 || config.Height > 400 {
		s.t.Fatalf("captcha image = %s %dx%d, %v; want a small jpeg", format, config.Width, config.Height, err)
	}
}
