package audible

import (
	"context"
	"time"
)

// arrive looks at where a move has led. It either sets the next question (or
// the end) and returns false, or returns the move that needs no person.
func (s *signInState) arrive(ctx context.Context, w *walker, v visit, start string, now time.Time) (move, bool) {
	switch {
	case v.code != "":
		s.finish(v.code)
	case v.cancelled:
		s.stop(ReasonCancelled, nil)
	case v.foreign:
		s.stop(ReasonForeignHost, nil)
	case v.unsafe:
		s.stop(ReasonUnsafeForm, nil)
	default:
		return s.consider(ctx, w, v.page, start, now)
	}
	return move{}, false
}

// consider reads a page.
func (s *signInState) consider(ctx context.Context, w *walker, p *page, start string, now time.Time) (move, bool) {
	switch kind := p.kind(); kind {
	case pageSignIn:
		return s.considerSignIn(p, start, now)
	case pageCaptcha:
		s.considerCaptcha(ctx, w, p)
	case pageDevice, pageOTP, pageCode:
		s.considerCode(kind, p)
	case pageChannel:
		return s.considerChannel(p)
	case pageApproval:
		s.considerApproval(p)
	case pageNag:
		if s.sent.skips++; s.sent.skips <= maxSkips {
			return move{address: p.skipLink()}, true
		}
		s.stop(ReasonTooManyPages, p)
	case pageAutomation:
		s.stop(ReasonAutomation, p)
	case pagePasswordChange:
		s.stop(ReasonPasswordChange, p)
	case pagePasskey:
		s.stop(ReasonPasskey, p)
	case pageUnknown:
		s.stop(ReasonUnknownPage, p)
	}
	return move{}, false
}

// considerSignIn tells the four sign-in pages apart: the first one, the
// second of two, the same again after a wrong password, and the first again
// after a login that Amazon does not know or a session that ran out.
func (s *signInState) considerSignIn(p *page, start string, now time.Time) (move, bool) {
	f, ok := p.formFor(pageSignIn)
	switch {
	case !ok:
		s.stop(ReasonUnsafeForm, p)
	case s.sent.login == 1 && s.sent.password == 0 && f.SignIn && f.has("password") && !f.asksLogin():
		s.Form = f
		return s.signInMove(start, now), true
	case s.sent.password > 0:
		s.ask(StepPasswordRejected, p, f)
		s.Password = ""
	default:
		s.ask(StepCredentials, p, f)
		s.Password = ""
	}
	return move{}, false
}

// considerCaptcha asks for the characters. Amazon answers a wrong password
// with a captcha and words of its own, for ever; so wherever it complains, the
// password is asked for along with the characters (protocol 3.6).
func (s *signInState) considerCaptcha(ctx context.Context, w *walker, p *page) {
	f, ok := p.formFor(pageCaptcha)
	if !ok {
		s.stop(ReasonUnsafeForm, p)
		return
	}
	address := p.captchaImage()
	picture, err := w.image(ctx, address)
	if err != nil && isCaptchaAddress(w.market, address) && ctx.Err() == nil {
		picture, err = w.image(ctx, address) // once more: the page itself came through
	}
	if err != nil {
		s.stop(ReasonCaptchaImage, p)
		return
	}
	s.ask(StepCaptcha, p, f)
	s.Image = picture
	s.NeedsPassword = f.SignIn && (s.Password == "" || s.sent.password > 0 && s.Message != "")
}

// considerCode asks for a one-time password, for the way one should come, or
// for a verification code.
func (s *signInState) considerCode(kind pageKind, p *page) {
	f, ok := p.formFor(kind)
	if !ok {
		s.stop(ReasonUnsafeForm, p)
		return
	}
	if kind == pageDevice {
		s.askChoice(p, f, "otpDeviceContext")
		return
	}
	if kind == pageCode {
		s.ask(StepCode, p, f)
		return
	}
	s.ask(StepOTP, p, f)
	if s.Other = p.otherWay(); s.Other != "" {
		s.Choices = []Choice{{ID: "other", Label: "Another way to get a code", Kind: "other"}}
	}
}

// askChoice offers the radios of a name. A page without any can't be answered:
// one known client sent such a page back for ever.
func (s *signInState) askChoice(p *page, f form, name string) {
	choices, values := p.choices(name)
	if len(choices) == 0 {
		s.stop(ReasonUnknownPage, p)
		return
	}
	s.ask(StepDeviceChoice, p, f)
	s.Choices, s.Values, s.ChoiceField = choices, values, name
}

// considerChannel chooses where a verification code goes: the person does
// where there is a choice, else the form is sent as it is (protocol 3.6).
func (s *signInState) considerChannel(p *page) (move, bool) {
	f, ok := p.formFor(pageChannel)
	choices, values := p.choices("option")
	switch {
	case !ok:
		s.stop(ReasonUnknownPage, p)
	case len(choices) > 1:
		s.askChoice(p, f, "option")
	case s.sent.channel > 0:
		s.stop(ReasonUnknownPage, p)
	default:
		if len(values) == 1 {
			f.set("option", values[0])
		}
		s.sent.channel++
		return move{form: &f}, true
	}
	return move{}, false
}

// considerApproval waits for the person to approve elsewhere. The page itself
// is looked at again until it is another one (protocol 3.6).
func (s *signInState) considerApproval(p *page) {
	address := p.at.String()
	switch {
	case !isSignInAddress(p.market, address):
		s.stop(ReasonUnsafeForm, p)
	case s.Polls >= maxPolls-1: // this page is the last look's
		s.stop(ReasonTooManyPages, p)
	default:
		s.ask(StepApproval, p, form{})
		s.At = address
	}
}
