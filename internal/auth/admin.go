package auth

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// Act says who does something to whom: an administrator, or with an empty By
// the server's operator.
type Act = store.Act

// Disable keeps a person out: every session and link for a new password of
// theirs ends, and nothing is done for them in the background. The last
// administrator is a Conflict with the code last_administrator.
func (s *Service) Disable(ctx context.Context, a Act) error {
	return s.store.SetActive(ctx, a, false, done(audit.PersonDisabled))
}

// Enable lets a person who was disabled in again.
func (s *Service) Enable(ctx context.Context, a Act) error {
	return s.store.SetActive(ctx, a, true, done(audit.PersonEnabled))
}

// SetRole makes a person an administrator or a member. They sign in again. The
// last administrator is a Conflict with the code last_administrator.
func (s *Service) SetRole(ctx context.Context, a Act, role audipy.Role) error {
	action := audit.RoleTaken
	switch role {
	case audipy.Administrator:
		action = audit.RoleGiven
	case audipy.Member:
	default:
		return audipy.Fail(audipy.Invalid, "There is no such role.", nil)
	}
	return s.store.SetRole(ctx, a, role, done(action))
}

// OfferReset makes a code with which a person sets a new password, and returns
// it. It is kept nowhere; the person's password is good until then.
func (s *Service) OfferReset(ctx context.Context, a Act) (string, error) {
	token, hash := newToken()
	if err := s.store.OfferReset(ctx, a, hash, s.lives.Reset, done(audit.ResetOffered)); err != nil {
		return "", err
	}
	return token, nil
}

// factorDelay is how long it takes until an administrator's wish to take
// somebody's second factors away comes true.
const factorDelay = 24 * time.Hour

// AskFactorRemoval has a person's second factors taken away in a day, for
// somebody who has lost them, and tells the person by mail: until then they,
// or an administrator, can call it off. A person without a second factor is a
// Conflict with the code no_second_factor.
func (s *Service) AskFactorRemoval(ctx context.Context, a Act) (time.Time, error) {
	due, err := s.store.AskFactorRemoval(ctx, a, factorDelay, done(audit.FactorRemovalAsked))
	if err != nil {
		return time.Time{}, err
	}
	s.tell(ctx, a.On, "Your second factor for AudiPy is to be taken away", factorsAsked)
	return due, nil
}

// CancelFactorRemoval calls it off; without such a wish it is NotFound.
func (s *Service) CancelFactorRemoval(ctx context.Context, a Act) error {
	return s.store.CancelFactorRemoval(ctx, a, done(audit.FactorRemovalCancelled))
}

// KeepFactors calls it off as the person themselves.
func (s *Service) KeepFactors(ctx context.Context, user audipy.UserID) error {
	return s.CancelFactorRemoval(ctx, store.Self(user))
}

// FactorsJob takes the second factors of the job's person away when that is
// due and nobody called it off.
func (s *Service) FactorsJob(ctx context.Context, job store.Job) (time.Time, error) {
	due, err := s.store.FactorRemoval(ctx, job.User)
	if err != nil || due.IsZero() || s.now().Before(due) {
		return due, err
	}
	err = s.store.RemoveFactorsDue(ctx, job.User, done(audit.FactorsRemoved))
	if audipy.KindOf(err) == audipy.NotFound {
		return time.Time{}, nil // there is none any more
	}
	if err != nil {
		return time.Time{}, err
	}
	s.tell(ctx, job.User, "Your second factor for AudiPy was taken away", factorsTaken)
	return time.Time{}, nil
}

const (
	factorsAsked = "An administrator wants your second factor for AudiPy taken away, as for somebody who has lost it. " +
		"It happens in a day, and the password alone lets you in then.\n\n" +
		"If you have not lost it, sign in and keep it, on the page \"Security\".\n"
	factorsTaken = "Your second factor for AudiPy was taken away, and every session was ended: the password alone lets you in now. " +
		"Sign in, and set up another.\n"
)

// tell is notify for a person by id.
func (s *Service) tell(ctx context.Context, user audipy.UserID, subject, text string) {
	found, err := s.store.UserByID(ctx, user)
	if err != nil {
		s.log.WarnContext(ctx, "no mail was sent", errAttr(err))
		return
	}
	s.notify(ctx, found.Email, subject, text)
}

// postponed is for how long an administrator may put a second factor off.
const postponed = 7 * 24 * time.Hour

// WantsFactor reports whether a person should be asked for a second factor:
// administrators without one who have not put it off.
func (s *Service) WantsFactor(ctx context.Context, a Actor) (bool, error) {
	if !a.IsAdmin {
		return false, nil
	}
	factors, err := s.store.Factors(ctx, a.UserID)
	if err != nil || factors.Any() {
		return false, err
	}
	until, err := s.store.FactorPostponed(ctx, a.UserID)
	return err == nil && !s.now().Before(until), err
}

// PostponeFactor puts the question off for a week, or for good on a server that
// is reached on its own computer alone.
func (s *Service) PostponeFactor(ctx context.Context, a Actor) error {
	until := s.now().Add(postponed)
	if s.issuer == "localhost" {
		until = s.now().AddDate(100, 0, 0)
	}
	return s.store.PostponeFactor(ctx, a.UserID, until)
}
