package audiblesim

// The places of challenge forms, as on the real pages (protocol 3.4, 3.6).
const (
	captchaPath  = "/ap/captcha/"
	mfaPath      = "/ap/mfa"
	newOTPPath   = "/ap/mfa/new-otp"
	verifyPath   = "/ap/cvf/verify"
	approvalPath = "/ap/cvf/approval"
	fixupPath    = "/ap/accountfixup"
)

// The classes of the choices of a one-time password's source.
const (
	otpByApp  = "auth-TOTP"
	otpBySMS  = "auth-SMS"
	otpByCall = "auth-VOICE"
)

// furnishChallenge adds what only a challenge's page has.
func (s *Sim) furnishChallenge(p *page, f *flow, l links, step string) {
	switch step {
	case ChallengeCaptcha:
		s.furnishCaptcha(p, f, l)
	case ChallengeDevice:
		p.Title = "Two-Step Verification"
		p.to(f, l, newOTPPath)
		s.furnishChoices(p)
	case ChallengeOTP:
		s.furnishOTP(p, f, l)
	case ChallengeCVF, ChallengeCVFCode, stepCVFCode:
		s.furnishCVF(p, f, l, step)
	case ChallengeApproval:
		p.Title = "Approve the notification"
		p.to(f, l, "/ap/cvf/approval/resend")
		p.Links.Self = l.to(f.auth.host.name, approvalPath)
	case ChallengeNag:
		p.Title = "Keep hackers out"
		p.to(f, l, fixupPath)
		p.Links.Skip = l.to(f.auth.host.name, fixupPath+"/skip")
	case ChallengeAntiRobot:
		p.Title = "Authentication required"
		p.to(f, l, verifyPath)
		p.Action = "verify" // relative on the real page (protocol 3.6)
		p.add("verifyToken", s.opaque(120))
	case ChallengePasswordChange:
		p.Title = "Password reset required"
		p.to(f, l, "/ap/forgotpassword/reset")
	case ChallengeError:
		p.Error = notice{"Sorry, there was a problem", "We're sorry. We weren't able to identify you given the information provided."}
	}
}

// furnishCaptcha empties the login and asks for everything again, as Amazon
// does: after a captcha that failed, clients must send the password anew
// (protocol 3.6). The image is new each time the page is shown.
func (s *Sim) furnishCaptcha(p *page, f *flow, l links) {
	p.Login = ""
	p.add("use_image_captcha", "true")
	p.add("use_audio_captcha", "false")
	p.add("showPasswordChecked", "false")
	token := s.newCaptcha(f.account.Captcha)
	p.Image = l.to(captchaHost, "/"+token[:32]+"/Captcha_"+token[32:]+".jpg")
	if f.account.CaptchaOnOwnHost {
		p.Image = l.to(f.auth.host.name, captchaPath+token[:32]+"/Captcha_"+token[32:]+".jpg")
	}
}

// furnishChoices offers three ways to get a one-time password. Each value is
// base64 with padding, a comma, a blank and the way, as on the real page;
// clients must send it back untouched.
func (s *Sim) furnishChoices(p *page) {
	for _, c := range []choice{
		{Class: otpByApp, Label: "Enter the OTP from the Authenticator App"},
		{Class: otpBySMS, Label: "Text me at my number ending in 12"},
		{Class: otpByCall, Label: "Call me at my number ending in 12"},
	} {
		c.Value = s.padded(30) + "=, " + c.Class[len("auth-"):]
		p.Choices = append(p.Choices, c)
	}
}

// furnishOTP adds the token against forged requests that MFA pages alone
// have, and the word that a code is on its way where one was asked for.
func (s *Sim) furnishOTP(p *page, f *flow, l links) {
	p.Title = "Two-Step Verification"
	p.to(f, l, mfaPath)
	p.Links.Other = l.to(f.auth.host.name, newOTPPath)
	p.add("deviceId", s.opaque(20))
	p.add("mfaSubmit", "Submit")
	p.add("anti-csrftoken-a2z", s.padded(48))
	if f.otpFrom == otpBySMS || f.otpFrom == otpByCall {
		p.Warning = notice{"Please check your phone", "A One Time Password (OTP) has been sent to the number ending in 12."}
	}
}

// furnishCVF serves both pages of a verification code. The code counts from
// the first page on, because the oldest client asks its person before it
// sends the form that would have the code sent.
func (s *Sim) furnishCVF(p *page, f *flow, l links, step string) {
	p.Title = "Verification needed"
	p.to(f, l, verifyPath)
	p.add("arb", s.uuid())
	p.add("clientContext", s.amazonNumber())
	p.add("verifyToken", s.opaque(80))
	if step != ChallengeCVF {
		p.add("action", "code")
		p.add("autoReadStatus", "manual")
	}
}
