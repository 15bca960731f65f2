package auth

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// Second is a second factor as a person gives it: one of the two.
type Second struct {
	// Code is a one-time password of the authenticator app.
	Code string
	// RecoveryCode is one of those kept for the day on which the app is lost.
	RecoveryCode string
}

// kind is what the trail calls it.
func (n Second) kind() string {
	if n.RecoveryCode != "" {
		return "recovery_code"
	}
	return "code"
}

// CheckPending returns who holds the token of a sign-in that waits for its
// second factor, else Unauthorized.
func (s *Service) CheckPending(ctx context.Context, token string) (Pending, error) {
	if !isToken(token) {
		return Pending{}, signInOver()
	}
	user, found, err := s.store.PendingSignIn(ctx, hashToken(token))
	if err != nil {
		return Pending{}, over(err)
	}
	return Pending{user: user, id: found.ID, remembered: found.Remembered, ExpiresAt: found.ExpiresAt}, nil
}

func over(err error) error {
	if audipy.KindOf(err) == audipy.NotFound {
		return signInOver()
	}
	return err
}

func signInOver() error {
	return audipy.Fail(audipy.Unauthorized, "This sign-in is over.", nil).WithCode("sign_in_over").
		WithHint("Begin again with your password.")
}

// PendingFactors are the second factors of somebody who owes one.
func (s *Service) PendingFactors(ctx context.Context, p Pending) (Factors, error) {
	return s.Factors(ctx, p.user.ID)
}

// AnswerSecond checks the second factor of somebody whose password was right and
// begins their session. A wrong one is Unauthorized with the code
// second_factor_invalid; after five of them, or five minutes, it is Unauthorized
// with sign_in_over; what can't be one at all is Invalid and counts as no try.
func (s *Service) AnswerSecond(ctx context.Context, p Pending, n Second, v Visitor) (Grant, error) {
	n, err := n.clean()
	if err != nil {
		return Grant{}, err
	}
	limits := s.codeLimits(p.user.Email, n, v, s.device(p.user.ID, v.Device))
	if err := s.take(ctx, limits); err != nil {
		return Grant{}, err
	}
	if err := s.store.TakeTry(ctx, p.user.ID, p.id, s.limits.Tries); err != nil {
		return Grant{}, s.giveBack(ctx, limits, over(err))
	}
	proof, err := s.proofOf(ctx, p.user.ID, n)
	if err != nil {
		return Grant{}, s.refused(ctx, p.user.ID, n, limits, err)
	}
	token, hash := newToken()
	codes, kept := s.newRecoveryCodes()
	session := s.returning(p.user.ID, hash, p.remembered, v)
	done := started(session)
	if n.RecoveryCode != "" {
		done.Action = audit.RecoveryCodeUsed
	}
	made, renewed, err := s.store.FinishSignIn(ctx, p.user.ID, store.FinishSignIn{
		Pending: p.id, Proof: proof, Session: session, Codes: kept,
	}, done)
	if err != nil {
		return Grant{}, s.refused(ctx, p.user.ID, n, limits, over(err))
	}
	s.returnAttempts(ctx, limits)
	g := s.grant(p.user, made, token, v)
	if renewed {
		g.RecoveryCodes = codes
	}
	if n.RecoveryCode != "" {
		s.notify(ctx, p.user.Email, "A recovery code was used for AudiPy", recoveryCodeUsed)
	}
	return g, nil
}

// errWrong means that a second factor is not right.
var errWrong = errors.New("the second factor is wrong")

// proofOf checks a second factor as far as that is possible before it is used
// up; errWrong when it is wrong.
func (s *Service) proofOf(ctx context.Context, user audipy.UserID, n Second) (store.Proof, error) {
	if n.RecoveryCode != "" {
		return store.Proof{RecoveryCode: s.recoveryHashes(n.RecoveryCode)}, nil
	}
	factors, err := s.store.Factors(ctx, user)
	if err != nil {
		return store.Proof{}, err
	}
	kept := factors.Authenticator
	if kept.ID == "" {
		return store.Proof{}, errWrong
	}
	seed, err := s.openSeed(ctx, user, kept)
	if err != nil {
		return store.Proof{}, err
	}
	defer clear(seed)
	step, ok := matchTOTP(seed, n.Code, s.now())
	if !ok {
		return store.Proof{}, errWrong
	}
	return store.Proof{Authenticator: kept.ID, Step: step}, nil
}

// refused is the answer to a second factor that did not do. One that is wrong,
// or was used before, is recorded and stays counted; what else went wrong is
// not the person's fault.
func (s *Service) refused(ctx context.Context, user audipy.UserID, n Second, limits []store.Throttle, err error) error {
	if !errors.Is(err, errWrong) && audipy.KindOf(err) != audipy.Conflict {
		return s.giveBack(ctx, limits, err)
	}
	e := denied(audit.SecondFactorRefused)
	e.Target = n.kind()
	if err := s.store.CountFactorFailure(ctx, user, s.limits.Failures, e); err != nil {
		return err
	}
	if err := s.tellWrongCodes(ctx, user); err != nil {
		return err
	}
	return audipy.Fail(audipy.Unauthorized, "This code is wrong, or was used before.", nil).WithCode("second_factor_invalid")
}

// tellFailures is with how many wrong second factors within tellWithin the
// person is told: whoever gives them knows the password.
const (
	tellFailures = 20
	tellWithin   = 24 * time.Hour
)

// tellWrongCodes counts a wrong second factor for the day, and tells the person
// when there are many, once a day at most.
func (s *Service) tellWrongCodes(ctx context.Context, user audipy.UserID) error {
	few := s.throttle("wrong_codes", Limit{Count: tellFailures - 1, Window: tellWithin}, string(user))
	wait, err := s.store.TakeAttempt(ctx, []store.Throttle{few})
	if err != nil || wait == 0 {
		return err
	}
	once := s.throttle("wrong_codes_told", Limit{Count: 1, Window: tellWithin}, string(user))
	wait, err = s.store.TakeAttempt(ctx, []store.Throttle{once})
	if err == nil && wait == 0 {
		s.tell(ctx, user, "Wrong codes for AudiPy", wrongCodes)
	}
	return err
}

const wrongCodes = "Somebody gave twenty wrong codes within a day for your second factor at AudiPy, and your right password before.\n\n" +
	"If it wasn't you, set another password at once.\n"

// clean brings what was typed into its one form. What can't be a code is
// Invalid.
func (n Second) clean() (Second, error) {
	if n.RecoveryCode != "" {
		code, ok := cleanRecoveryCode(n.RecoveryCode)
		if !ok {
			return n, audipy.Fail(audipy.Invalid, "A recovery code has 24 letters and digits.", nil).WithCode("code_malformed")
		}
		return Second{RecoveryCode: code}, nil
	}
	code, ok := cleanTOTP(n.Code)
	if !ok {
		return n, malformedTOTP()
	}
	return Second{Code: code}, nil
}

func malformedTOTP() error {
	return audipy.Fail(audipy.Invalid, "A one-time password has six digits.", nil).WithCode("code_malformed")
}

func (s *Service) returnAttempts(ctx context.Context, limits []store.Throttle) {
	if err := s.store.ReturnAttempt(context.WithoutCancel(ctx), limits, nil); err != nil {
		s.log.WarnContext(ctx, "attempts stay counted", errAttr(err))
	}
}

// StepUp checks the password of somebody who is signed in, and the second factor
// of whoever has one, and gives their session a new token; the old one ends.
// Forbidden, with the code second_factor_required, says that the password was
// right and the other was not given.
func (s *Service) StepUp(ctx context.Context, a Actor, password string, n Second, v Visitor) (Grant, error) {
	kept, limits, err := s.proveActor(ctx, a, password, v, audit.StepUpRefused)
	if err != nil {
		return Grant{}, err
	}
	proof, tried, err := s.secondOf(ctx, a, n, v)
	if err != nil {
		return Grant{}, s.giveBack(ctx, limits, err)
	}
	token, hash := newToken()
	renewed, err := s.store.StepUp(ctx, a.UserID, a.SessionID, store.Reproof{Password: kept.Hash, Proof: proof},
		store.NewSession{TokenHash: hash, SteppedUp: s.lives.StepUp}, done(audit.SteppedUp))
	if audipy.KindOf(err) == audipy.Conflict {
		err = s.refused(ctx, a.UserID, n, tried, err)
	} else {
		s.returnAttempts(ctx, tried)
	}
	if errors.Is(stale(err), errStale) {
		err = signInFirst()
	}
	if err != nil {
		return Grant{}, s.giveBack(ctx, limits, err)
	}
	s.proven(ctx, kept, password, limits)
	return s.grant(kept.User, renewed, token, v), nil
}

// secondOf checks the second factor of somebody who is signed in, if they have
// one, and returns the limits that it was counted against.
func (s *Service) secondOf(ctx context.Context, a Actor, n Second, v Visitor) (store.Proof, []store.Throttle, error) {
	factors, err := s.store.Factors(ctx, a.UserID)
	if err != nil || !factors.Any() {
		return store.Proof{}, nil, err
	}
	if n == (Second{}) {
		return store.Proof{}, nil, audipy.Fail(audipy.Forbidden, "Give your second factor as well.", nil).
			WithCode("second_factor_required")
	}
	if n, err = n.clean(); err != nil {
		return store.Proof{}, nil, err
	}
	limits := s.codeLimits(a.Email, n, v, s.device(a.UserID, v.Device))
	if err := s.take(ctx, limits); err != nil {
		return store.Proof{}, nil, err
	}
	proof, err := s.proofOf(ctx, a.UserID, n)
	if err != nil {
		return store.Proof{}, nil, s.refused(ctx, a.UserID, n, limits, err)
	}
	return proof, limits, nil
}

// steppedUpIfAsked is Forbidden for somebody who has a second factor and gave
// it not lately enough.
func (s *Service) steppedUpIfAsked(ctx context.Context, a Actor) error {
	factors, err := s.store.Factors(ctx, a.UserID)
	if err != nil || !factors.Any() || a.SteppedUp(s.now()) {
		return err
	}
	return stepUpFirst()
}

func stepUpFirst() error {
	return audipy.Fail(audipy.Forbidden, "Prove once more that it is you.", nil).WithCode("step_up_required")
}
