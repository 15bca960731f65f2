package audiblesim_test

import (
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// show opens the page of a challenge.
func show(t *testing.T, challenge string) *appClient {
	t.Helper()
	account := audiblesim.Account{SplitPages: challenge == "claim" || challenge == "password", ApprovalPolls: 2}
	if challenge != "signin" && !account.SplitPages {
		account.Challenges = []string{challenge}
	}
	s := newSim(t, audiblesim.Options{}, account)
	c := newApp(t, s.Transport(), "us")
	c.open()
	if challenge == "password" {
		c.submit("email", kim)
	}
	if account.Challenges != nil {
		c.signIn(kim, "right horse")
	}
	return c
}

// TestPagesHoldWhatClientsRecogniseThemBy checks the markup that reference
// clients were seen to need on each page.
func TestPagesHoldWhatClientsRecogniseThemBy(t *testing.T) {
	t.Parallel()
	for challenge, selectors := range map[string][]string{
		"signin":   {"form[name=signIn] input[name=email]#ap_email", "input[name=password]#ap_password", "input[name=encryptedPasswordExpected]"},
		"claim":    {"form[name=signIn] input[name=email]#ap_email_login", "input[name=subPageType][value=SignInClaimCollect]"},
		"password": {"form[name=signIn] input[name=password]", "input[name=appAction][value=SIGNIN_PWD_COLLECT]"},
		"captcha":  {"img#auth-captcha-image[alt*=CAPTCHA][src]", "input[name=guess]", "input[name=use_image_captcha][value=true]", "input[name=email]", "input[name=password]"},
		"device":   {"form#auth-select-device-form", "div.auth-TOTP[data-a-input-name=otpDeviceContext] input[name=otpDeviceContext][value$=TOTP]", "div.auth-SMS", "div.auth-VOICE", "span.a-label"},
		"otp":      {"form#auth-mfa-form input[name=otpCode]", "input[name=rememberDevice]", "input[name=deviceId]", "input[name=mfaSubmit]", "input[name=anti-csrftoken-a2z]", "a#auth-get-new-otp-link"},
		"cvf":      {"div#cvf-page-content form input[name=option]"},
		"cvf-code": {"div#cvf-page-content form input[name=code]", "input[name=action][value=code]"},
		"approval": {"#resend-approval-alert", "form#resend-approval-form", "a#resend-approval-link", "span.transaction-approval-word-break"},
		"nag":      {"a#ap-account-fixup-phone-skip-link[href*=accountfixup]"},
		"antirobot": {
			"div#cvf-page-content", "noscript", "form[action=verify]", "input[name=cvf_aamation_response_token]",
			"input[name=cvf_aamation_error_code]", "input[name=cvf_captcha_captcha_action]", "input[name=verifyToken]",
		},
		"password-change": {"input[name=passwordCheck]"},
		"error":           {"#ap_error_page_message"},
	} {
		c := show(t, challenge)
		for _, selector := range selectors {
			if c.page.Find(selector).Length() == 0 {
				t.Errorf("%s: no %s in the page:\n%s", challenge, selector, c.body)
			}
		}
		if c.page.Find(".a-alert-error.aok-hidden").Length() == 0 {
			t.Errorf("%s: no hidden alert template, which every real page has", challenge)
		}
	}
}

// TestChallengeFormsComeFirst checks the form rules of the oldest client:
// first on the page, method post, absolute action, hidden in small letters.
func TestChallengeFormsComeFirst(t *testing.T) {
	t.Parallel()
	for _, challenge := range []string{"signin", "claim", "password", "captcha", "device", "otp", "cvf", "cvf-code", "approval", "nag"} {
		page := show(t, challenge).page
		form := page.Find("form").First()
		if form.AttrOr("method", "") != "post" || !strings.HasPrefix(form.AttrOr("action", ""), "https://www.amazon.com/ap/") {
			t.Errorf("%s: first form has method %q and action %q", challenge, form.AttrOr("method", ""), form.AttrOr("action", ""))
		}
		for _, name := range []string{"appActionToken", "appAction", "openid.return_to", "prevRID", "workflowState"} {
			if form.Find(`input[type=hidden][name="`+name+`"]`).AttrOr("value", "") == "" {
				t.Errorf("%s: hidden %s is empty or missing", challenge, name)
			}
		}
		for _, name := range []string{"openid.return_to", "prevRID"} {
			if value := form.Find(`input[name="`+name+`"]`).AttrOr("value", ""); !strings.HasPrefix(value, "ape:") {
				t.Errorf("%s: %s = %q, want ape: and base64", challenge, name, value)
			}
		}
		if strings.Count(form.Find("input[name=workflowState]").AttrOr("value", ""), ".") != 4 {
			t.Errorf("%s: workflowState is no compact JWE", challenge)
		}
		if second := page.Find("form").Eq(1); second.Length() == 0 || second.AttrOr("method", "") != "" {
			t.Errorf("%s: no second form without method follows", challenge)
		}
	}
}

func TestAnEmptyCodeAsksAgainWithoutBlame(t *testing.T) {
	t.Parallel()
	c := show(t, "cvf-code")
	c.submit()
	if c.message() != "" || c.page.Find("input[name=code]").Length() == 0 {
		t.Errorf("after an empty code the page says %q, want the same page without an alert", c.message())
	}
}

func TestCaptchaImagesComeFromEitherHost(t *testing.T) {
	t.Parallel()
	for own, host := range map[bool]string{true: "https://www.amazon.com/ap/captcha/", false: "https://opfcaptcha-prod.s3.amazonaws.com/"} {
		s := newSim(t, audiblesim.Options{}, audiblesim.Account{Challenges: []string{"captcha"}, CaptchaOnOwnHost: own})
		c := newApp(t, s.Transport(), "us")
		c.open()
		c.signIn(kim, "right horse")
		if src := c.page.Find("#auth-captcha-image").AttrOr("src", ""); !strings.HasPrefix(src, host) {
			t.Errorf("image = %q, want it from %s", src, host)
		}
		if status, _ := call(t, c.rt, "GET", host+"abc/Captcha_def.jpg", "", nil); status != 404 {
			t.Errorf("an image that nobody made = %d, want 404", status)
		}
	}
}
