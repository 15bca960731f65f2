package audible

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
)

// move is the next request of a sign-in: a form to send, or an address to get.
type move struct {
	form    *form
	address string
	poll    bool // a look at an approval page
}

// Bounds of what a person types.
const (
	maxTyped    = 1024 // Amazon's own limit for passwords is below it
	maxCodeText = 64
	maxSkips    = 3 // pages of advice skipped in a row
)

// make sends a move. It is the one place where anything leaves: a form goes
// only to a sign-in address, and the password only in the sign-in's form.
func (w *walker) make(ctx context.Context, s *signInState, m move) (visit, error) {
	if m.form == nil {
		return w.get(ctx, m.address)
	}
	carries := s.Password != "" && slices.ContainsFunc(m.form.Fields, func(x field) bool {
		return x.Value == s.Password
	})
	if !isSignInAddress(w.market, m.form.Action) || carries && !m.form.SignIn {
		return visit{unsafe: true}, nil
	}
	return w.post(ctx, *m.form)
}

// apply turns an answer into the first move, or says why it doesn't fit.
func (s *signInState) apply(a Answer, start string, now time.Time) (move, error) {
	switch s.Kind {
	case StepCredentials, StepPasswordRejected:
		return s.applyCredentials(a, start, now)
	case StepCaptcha:
		return s.applyCaptcha(a)
	case StepDeviceChoice:
		at := slices.IndexFunc(s.Choices, func(c Choice) bool { return c.ID == a.Choice })
		if at < 0 {
			return move{}, answerError("choose one of the ways that are offered")
		}
		s.Form.set(s.ChoiceField, s.Values[at])
		return move{form: &s.Form}, nil
	case StepOTP:
		if a.Choice != "" && s.Other != "" {
			return move{address: s.Other}, nil
		}
		return s.applyCode(a.Text, "otpCode", field{"rememberDevice", "false"}, field{"mfaSubmit", "Submit"})
	case StepCode:
		return s.applyCode(a.Text, "code", field{"action", "code"})
	case StepApproval:
		return move{address: s.At, poll: true}, nil
	case StepBrowser, StepDone, StepCancelled:
	}
	return move{}, ErrSignInOver
}

// applyCredentials takes login and password. After a refused password an empty
// login repeats the last one.
func (s *signInState) applyCredentials(a Answer, start string, now time.Time) (move, error) {
	login := strings.TrimSpace(a.Login)
	if login == "" && s.Kind == StepPasswordRejected {
		login = s.Login
	}
	switch {
	case !isTyped(login):
		return move{}, answerError("enter the login: an e-mail address, a telephone number or a user name")
	case !isTyped(a.Password):
		return move{}, answerError("enter the password: one line of at most 1,024 bytes")
	}
	s.Login, s.Password = login, a.Password
	return s.signInMove(start, now), nil
}

// signInMove fills in the sign-in form. Where Amazon asks on two pages, the
// login goes alone first (protocol 3.4).
func (s *signInState) signInMove(start string, now time.Time) move {
	f := &s.Form
	collects := strings.EqualFold(f.value("appAction"), "SIGNIN_PWD_COLLECT") || f.asksLogin()
	f.set("email", s.Login)
	f.set("metadata1", signInMetadata(start, now))
	if !f.has("password") || collects && s.Kind == StepCredentials && s.sent.login == 0 {
		f.drop("password")
		s.sent.login++
		return move{form: f}
	}
	f.set("password", s.Password)
	s.sent.password++
	return move{form: f}
}

// applyCaptcha sends the sign-in form again with the characters of the image,
// in lower case (protocol 3.6). metadata1 stays out, as with known clients.
func (s *signInState) applyCaptcha(a Answer) (move, error) {
	guess := strings.ToLower(strings.TrimSpace(a.Text))
	if !isTyped(guess) || len(guess) > maxCodeText {
		return move{}, answerError("enter the characters in the image")
	}
	if a.Password != "" {
		if !isTyped(a.Password) {
			return move{}, answerError("enter the password: one line of at most 1,024 bytes")
		}
		s.Password = a.Password
	}
	if login := strings.TrimSpace(a.Login); isTyped(login) {
		s.Login = login
	}
	f := &s.Form
	f.set("guess", guess)
	f.set("use_image_captcha", "true")
	f.set("use_audio_captcha", "false")
	f.set("showPasswordChecked", "false")
	if !f.SignIn {
		return move{form: f}, nil
	}
	if s.Password == "" {
		return move{}, answerError("Amazon wants the password again together with the characters")
	}
	f.set("email", s.Login)
	f.set("password", s.Password)
	s.sent.password++
	return move{form: f}, nil
}

// applyCode fills in a code that people copy with spaces in it.
func (s *signInState) applyCode(text, name string, rest ...field) (move, error) {
	code := strings.Join(strings.Fields(text), "")
	if !isTyped(code) || len(code) > maxCodeText {
		return move{}, answerError("enter the code")
	}
	s.Form.set(name, code)
	for _, x := range rest {
		s.Form.set(x.Name, x.Value)
	}
	return move{form: &s.Form}, nil
}

// isTyped reports whether a text could have been typed on one line.
func isTyped(text string) bool {
	return text != "" && len(text) <= maxTyped && !strings.ContainsFunc(text, unicode.IsControl)
}
