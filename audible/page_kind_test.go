package audible_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

// Pages that the references name and the simulator has no variant of.
func TestPagesAreToldApartByAnyOfTheirSigns(t *testing.T) {
	t.Parallel()
	form := func(inside string) string { return `<form action="/ap/x" method="post">` + inside + `</form>` }
	for name, test := range map[string]struct {
		page string
		want audible.StepKind
		why  audible.BrowserReason
	}{
		"otp by form id":         {`<form id="verification-code-form" action="/ap/x"><input name="h" type="hidden"></form>`, audible.StepOTP, ""},
		"otp by input":           {form(`<input name="otpCode">`), audible.StepOTP, ""},
		"code by input":          {form(`<input name="code">`), audible.StepCode, ""},
		"approval by form":       {`<form action="/ap/cvf/approval/resend"></form>`, audible.StepApproval, ""},
		"approval by span":       {`<span class="x transaction-approval-word-break">`, audible.StepApproval, ""},
		"channel by radios":      {form(`<input type="radio" name="option" value="a"><input type="radio" name="option" value="b">`), audible.StepDeviceChoice, ""},
		"devices without a form": {`<input name="otpDeviceContext" type="radio" value="a=, SMS">`, audible.StepBrowser, audible.ReasonUnsafeForm},
		"devices without a way":  {`<form id="auth-select-device-form" action="/ap/x"></form>`, audible.StepBrowser, audible.ReasonUnknownPage},
		"captcha by address":     {captchaPage("/errors/captcha.jpg"), audible.StepBrowser, audible.ReasonCaptchaImage},
		"automation":             {form(`<input name="cvf_aamation_response_token" type="hidden"><input name="code">`), audible.StepCode, ""},
		"automation alone":       {form(`<input name="cvf_aamation_error_code" type="hidden">`), audible.StepBrowser, audible.ReasonAutomation},
		"reset by heading":       {`<h4>Password reset required</h4>` + signInPage, audible.StepBrowser, audible.ReasonPasswordChange},
		"forgotten password":     {signInPage + `<a href="/ap/forgotpassword">Forgot your password?</a>`, audible.StepCredentials, ""},
		"passkey in German":      {`<p>Dieses Gerät unterstützt keine Passkeys.`, audible.StepBrowser, audible.ReasonPasskey},
		"passkey as an offer":    {signInPage + `<a href="/ap/x">Sign in with a passkey</a>`, audible.StepCredentials, ""},
		"login alone":            {`<form name="signIn" action="/ap/x"><input name="email"></form>`, audible.StepCredentials, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, step := start(t, &site{pages: map[string]string{"/errors/captcha.jpg": "no image"}, all: test.page})
			if name == "automation" { // never a code, whatever else is on the page
				test.want, test.why = audible.StepBrowser, audible.ReasonAutomation
			}
			if step.Kind != test.want || step.Reason != test.why {
				t.Errorf("%q, %q; want %q, %q", step.Kind, step.Reason, test.want, test.why)
			}
		})
	}
}

func TestLabelsOfWaysAreRead(t *testing.T) {
	t.Parallel()
	const page = `<form id="auth-select-device-form" action="/ap/x">
<input type="radio" name="otpDeviceContext" id="r1" value="abc=, TOTP"><label for="r1">Authenticator <b>app</b></label>
<label><input type="radio" name="otpDeviceContext" value="def=, SMS"> Text to ***12</label>
<div class="auth-VOICE"><input type="radio" name="otpDeviceContext" value="ghi"> Call me</div>
<input type="hidden" name="otpDeviceContext" value="never"><input type="radio" name="otpDeviceContext" value=""></form>`
	_, step := start(t, &site{all: page})
	got := fmt.Sprint(step.Choices)
	if got != "[{1 Authenticator app totp} {2 Text to ***12 sms} {3 Call me voice}]" {
		t.Errorf("choices %s", got)
	}
}

// A channel page with one way, or with none, is sent as it is; one that comes
// again is not sent for ever.
func TestAChannelWithoutAChoiceIsSentAsItIs(t *testing.T) {
	t.Parallel()
	const channel = `<div id="cvf-page-content"><form action="verify" method="post"><input type="hidden" name="h" value="1">` +
		`<input type="radio" name="option" value="sms"></form></div>`
	s := &site{pages: map[string]string{"/ap/signin": channel, "/ap/verify": `<form action="/ap/cvf/verify"><input name="code"></form>`}}
	if _, step := start(t, s); step.Kind != audible.StepCode || len(s.posted) != 1 || s.posted[0] != "h=1&option=sms" {
		t.Errorf("%q after %q", step.Kind, s.posted)
	}
	again := &site{all: channel}
	if _, step := start(t, again); step.Reason != audible.ReasonUnknownPage || len(again.posted) != 1 {
		t.Errorf("%q after %d forms", step.Reason, len(again.posted))
	}
}

// On two pages the login goes alone; a login that Amazon does not know leads
// back to it, and the password is not sent anywhere.
func TestUnknownLoginOnSplitPagesNeverSendsThePassword(t *testing.T) {
	t.Parallel()
	const claim = `<div id="auth-error-message-box">We cannot find an account</div><form name="signIn" action="/ap/signin/1">` +
		`<input type="hidden" name="subPageType" value="SignInClaimCollect"><input name="email"><input name="password" type="password"></form>`
	s := &site{all: claim}
	signIn, _ := start(t, s)
	step, err := signIn.Answer(t.Context(), s, credentials)
	if err != nil {
		t.Fatal(err)
	}
	if step.Kind != audible.StepCredentials || step.Message != "We cannot find an account" || len(s.posted) != 1 {
		t.Errorf("%q, %q after %d forms", step.Kind, step.Message, len(s.posted))
	}
	if strings.Contains(s.posted[0], "password") || !strings.Contains(s.posted[0], "metadata1=ECdITeCs") {
		t.Error("the form has the password or lacks the metadata")
	}
}

// What was typed is not sent a second time to an address that a redirect
// names, which 307 and 308 would ask for.
func TestARedirectThatWantsTheFormAgainIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		s := &site{all: signInPage}
		signIn, _ := start(t, s)
		rt := roundTrip(func(r *http.Request) (*http.Response, error) {
			answer, err := s.RoundTrip(r)
			answer.StatusCode = status
			answer.Header.Set("Location", "/ap/elsewhere")
			return answer, err
		})
		step, err := signIn.Answer(t.Context(), rt, credentials)
		if err != nil || step.Reason != audible.ReasonForeignHost || len(s.posted) != 1 {
			t.Errorf("%d: %q, %v after %d forms", status, step.Reason, err, len(s.posted))
		}
	}
}

func TestPackedPagesAreUnpackedWithinBounds(t *testing.T) {
	t.Parallel()
	packed := func(text string) *site {
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return &site{all: out.String()}
	}
	unpack := func(s *site) (audible.Step, error) {
		return newSignIn(t, "us", false).Start(t.Context(), roundTrip(func(r *http.Request) (*http.Response, error) {
			answer, err := s.RoundTrip(r)
			answer.Header.Set("Content-Encoding", "gzip")
			return answer, err
		}))
	}
	if step, err := unpack(packed(signInPage)); err != nil || step.Kind != audible.StepCredentials {
		t.Errorf("%q, %v", step.Kind, err)
	}
	if _, err := unpack(packed(strings.Repeat("<p>", 1<<20))); err == nil {
		t.Error("3 MiB of packed page were read")
	}
	cut := packed(signInPage)
	cut.all = cut.all[:len(cut.all)-12]
	if _, err := unpack(cut); err == nil {
		t.Error("a cut page was read")
	}
	if _, err := unpack(&site{all: signInPage}); err == nil {
		t.Error("a page that is not packed was unpacked")
	}
}
