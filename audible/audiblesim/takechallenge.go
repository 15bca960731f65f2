package audiblesim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// importantMessage is what Amazon says with a captcha after a wrong password
// (protocol 3.6).
func importantMessage() notice {
	return notice{"Important Message!", "To better protect your account, please re-enter your password and then enter the characters as they are shown in the image below."}
}

// escalates reports whether a wrong password brings a captcha.
func (a *account) escalates() bool {
	return slices.Contains(a.Challenges, ChallengeWrongPasswordCaptcha)
}

// takeChallenge judges the answer to a challenge. Pages with no way on show
// themselves again, whatever is sent.
func (s *Sim) takeChallenge(f *flow, form url.Values) {
	switch f.step() {
	case ChallengeCaptcha:
		s.takeCaptcha(f, form)
	case ChallengeDevice:
		s.takeDevice(f, form.Get("otpDeviceContext"))
	case ChallengeOTP:
		s.judge(f, f.acceptsOTP(s, strings.TrimSpace(form.Get("otpCode"))), "The One Time Password (OTP) you entered is not valid. Please try again.")
	case ChallengeCVF:
		f.pass()
	case stepCVFCode, ChallengeCVFCode:
		s.takeCode(f, form)
	}
}

// judge passes the step or leaves a notice.
func (s *Sim) judge(f *flow, right bool, otherwise string) {
	if right {
		f.pass()
		return
	}
	s.counts.WrongAnswers++
	f.notice = notice{"There was a problem", otherwise}
}

// takeCaptcha wants the letters and, again, the login and password.
func (s *Sim) takeCaptcha(f *flow, form url.Values) {
	s.countPrompt(f)
	guess := strings.ToLower(strings.TrimSpace(form.Get("guess")))
	login := loginKey(form.Get("email")) == loginKey(f.account.Login)
	right := guess == strings.ToLower(f.account.Captcha)
	if !login || form.Get("password") != f.account.Password {
		s.counts.WrongPasswords++
		f.notice = importantMessage()
		return
	}
	f.letters = right
	s.judge(f, right, "Enter the characters as they are given in the challenge.")
}

// takeDevice takes the source of one-time passwords.
func (s *Sim) takeDevice(f *flow, value string) {
	for _, c := range f.shown.Choices {
		if c.Value == value {
			f.otpFrom = c.Class
			f.pass()
			if f.otpFrom != otpByApp {
				f.notice = notice{}
			}
			return
		}
	}
	s.judge(f, false, "Select an option to continue.")
}

// acceptsOTP checks a one-time password: the authenticator's or fixed one,
// and the sent code where the person chose to be sent one.
func (f *flow) acceptsOTP(s *Sim, code string) bool {
	if f.otpFrom == otpBySMS || f.otpFrom == otpByCall {
		return code == f.account.Code
	}
	return f.account.acceptOTP(code, s.now())
}

// takeCode judges a verification code. An empty one shows the page again
// without blame: older clients send the page's form as it is to have the code
// sent, and only then ask the person.
func (s *Sim) takeCode(f *flow, form url.Values) {
	code := strings.TrimSpace(form.Get("code"))
	if code == "" {
		return
	}
	s.judge(f, code == f.account.Code, "Invalid code. Please check your code and try again.")
}

// revisitChallenge is what a GET does beyond showing the page again.
func (s *Sim) revisitChallenge(f *flow, r *http.Request) {
	switch f.step() {
	case ChallengeApproval:
		if f.polls++; f.polls >= f.account.ApprovalPolls {
			f.pass()
		}
	case ChallengeNag:
		if r.URL.Path == "/ap/accountfixup/skip" {
			f.pass()
		}
	case ChallengeOTP:
		// The link "didn't receive the OTP" of the page (protocol 3.6).
		if r.URL.Path == newOTPPath && f.steps[f.at] == ChallengeOTP {
			f.steps = slices.Insert(f.steps, f.at, ChallengeDevice)
		}
	}
}
