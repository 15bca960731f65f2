package account

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/otp"
)

const (
	// maxRepairAnswers bounds what is answered in one try.
	maxRepairAnswers = 6
	// maxRepairCodes is how many codes are sent: the person may have used the
	// first one themselves a moment ago.
	maxRepairCodes = 2
)

// repairWalk goes through Amazon's pages with what is stored.
type repairWalk struct {
	service *Service
	user    audipy.UserID
	account audipy.AccountID
	answer  storedAnswer
	// isSent says that the password went to Amazon; codes counts those that did.
	isSent bool
	codes  int
}

// walk answers what it can. The sign-in is done when both results are empty;
// stop says why only the person can go on, and the error that Amazon's pages can't
// be had.
func (w *repairWalk) walk(ctx context.Context, signIn *audible.SignIn) (stop audipy.RepairStop, err error) {
	step := signIn.Step()
	if step.Kind == "" {
		step, err = signIn.Start(ctx, w.service.transport)
	}
	for range maxRepairAnswers {
		if err != nil || step.Kind == audible.StepDone {
			return "", err
		}
		answer, stop, err := w.next(ctx, step)
		if err != nil || stop != "" {
			return stop, err
		}
		step, err = signIn.Answer(ctx, w.service.transport, answer)
		if err != nil {
			return "", err
		}
	}
	if step.Kind == audible.StepDone {
		return "", nil
	}
	return audipy.StopBrowser, nil
}

// next answers a step, or says why it can't.
func (w *repairWalk) next(ctx context.Context, step audible.Step) (audible.Answer, audipy.RepairStop, error) {
	switch step.Kind {
	case audible.StepCredentials:
		if w.isSent { // Amazon does not know the login
			return audible.Answer{}, audipy.StopWrongPassword, nil
		}
		w.isSent = true
		return audible.Answer{Login: w.answer.login, Password: w.answer.password}, "", nil
	case audible.StepPasswordRejected:
		return audible.Answer{}, audipy.StopWrongPassword, nil
	case audible.StepCaptcha:
		if step.NeedsPassword && w.isSent { // with words that it gives after a wrong password
			return audible.Answer{}, audipy.StopWrongPassword, nil
		}
		return audible.Answer{}, audipy.StopCaptcha, nil
	case audible.StepDeviceChoice:
		for _, c := range step.Choices {
			if c.Kind == "totp" && w.answer.seed != nil {
				return audible.Answer{Choice: c.ID}, "", nil
			}
		}
		return audible.Answer{}, audipy.StopCode, nil
	case audible.StepOTP:
		return w.code(ctx)
	case audible.StepCode:
		return audible.Answer{}, audipy.StopCode, nil
	case audible.StepApproval:
		return audible.Answer{}, audipy.StopApproval, nil
	case audible.StepBrowser:
		return audible.Answer{}, stopOf(step.Reason), nil
	case audible.StepDone, audible.StepCancelled:
	}
	return audible.Answer{}, audipy.StopBrowser, nil
}

// stopOf says why only a browser can go on.
func stopOf(r audible.BrowserReason) audipy.RepairStop {
	switch r { //nolint:exhaustive // the others come to the same
	case audible.ReasonAutomation:
		return audipy.StopAutomation
	case audible.ReasonPasskey:
		return audipy.StopPasskey
	case audible.ReasonPasswordChange:
		return audipy.StopPasswordChange
	case audible.ReasonCaptchaImage:
		return audipy.StopCaptcha
	}
	return audipy.StopBrowser
}

// code answers with the code of the stored seed. No step of the authenticator is
// used twice, in whatever process: it is taken before its code goes to Amazon.
func (w *repairWalk) code(ctx context.Context) (audible.Answer, audipy.RepairStop, error) {
	switch {
	case w.answer.seed == nil:
		return audible.Answer{}, audipy.StopCode, nil
	case w.codes == maxRepairCodes:
		return audible.Answer{}, audipy.StopWrongCode, nil
	}
	s := w.service
	if w.codes > 0 {
		next := otp.StepStart(otp.Step(s.now()) + 1)
		if err := s.wait(ctx, next.Sub(s.now())+time.Second); err != nil {
			return audible.Answer{}, "", err
		}
	}
	w.codes++
	at := otp.Step(s.now())
	err := s.store.UseStep(ctx, w.user, w.account, at, audit.Event{
		Action: audit.SignInUsed, Outcome: audit.Succeeded, Account: w.account, Target: targetSeed,
	})
	if err != nil {
		return audible.Answer{}, "", errors.Join(errNotRepaired, err)
	}
	return audible.Answer{Text: otp.Code(w.answer.seed, at, otp.Digits)}, "", nil
}
