package auth

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// SignIn is what a person types to sign in.
type SignIn struct {
	Email, Password string
	// Remember keeps the session beyond the browser's own end.
	Remember bool
}

// SignIn checks a password and begins a session. Unauthorized says nothing of
// whether the address or the password was wrong.
func (s *Service) SignIn(ctx context.Context, n SignIn, v Visitor) (Grant, error) {
	email, err := canonicalEmail(n.Email)
	if err != nil {
		email = ""
	}
	kept, err := s.store.PasswordByEmail(ctx, email)
	unknown := audipy.KindOf(err) == audipy.NotFound && err != nil
	if err != nil && !unknown {
		return Grant{}, err
	}
	if !s.matches(kept, n.Password) || unknown {
		return Grant{}, s.refuseSignIn(ctx, kept, unknown)
	}
	token, hash := newToken()
	made, err := s.store.StartSession(ctx, kept.User.ID, kept.Hash, s.session(hash, n.Remember, v), done(audit.SessionStarted))
	if audipy.KindOf(err) == audipy.NotFound {
		return Grant{}, wrongPassword()
	}
	if err != nil {
		return Grant{}, err
	}
	return Grant{Actor: newActor(kept.User, made), Token: token}, nil
}

// maxFailures is how many wrong passwords in a row disable the password.
const maxFailures = 100

func (s *Service) refuseSignIn(ctx context.Context, kept store.Password, unknown bool) error {
	var err error
	if unknown {
		err = s.store.RecordSystem(ctx, denied(audit.SessionRefused))
	} else {
		_, err = s.store.CountPasswordFailure(ctx, kept.User.ID, maxFailures, denied(audit.SessionRefused))
	}
	if err != nil {
		return err
	}
	return wrongPassword()
}

func wrongPassword() error {
	return audipy.Fail(audipy.Unauthorized, "e-mail address or password is wrong", nil)
}

// StepUp checks the password of somebody who is signed in and gives their
// session a new token; the old one ends.
func (s *Service) StepUp(ctx context.Context, a Actor, password string, _ Visitor) (Grant, error) {
	kept, err := s.store.Password(ctx, a.UserID)
	if err != nil {
		return Grant{}, err
	}
	if !s.matches(kept, password) {
		_, err := s.store.CountPasswordFailure(ctx, a.UserID, maxFailures, denied(audit.StepUpRefused))
		if err != nil {
			return Grant{}, err
		}
		return Grant{}, wrongPassword()
	}
	token, hash := newToken()
	renewed, err := s.store.StepUp(ctx, a.UserID, a.SessionID, kept.Hash,
		store.NewSession{TokenHash: hash, SteppedUp: s.lives.StepUp}, done(audit.SteppedUp))
	if audipy.KindOf(err) == audipy.NotFound {
		return Grant{}, signInFirst()
	}
	if err != nil {
		return Grant{}, err
	}
	return Grant{Actor: newActor(kept.User, renewed), Token: token}, nil
}

// Session is one of a person's sessions, for a list of them.
type Session = store.UserSession

// Sessions returns the person's sessions that are alive, the last used first.
func (s *Service) Sessions(ctx context.Context, user audipy.UserID) ([]Session, error) {
	return s.store.UserSessions(ctx, user)
}
