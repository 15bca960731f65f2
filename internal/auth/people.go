package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// Session is one of a person's sessions, for a list of them.
type Session = store.UserSession

// Sessions returns the person's sessions that are alive, the last used first.
func (s *Service) Sessions(ctx context.Context, user audipy.UserID) ([]Session, error) {
	return s.store.UserSessions(ctx, user)
}

// Rename changes what the person is called.
func (s *Service) Rename(ctx context.Context, a Actor, name string) (Actor, error) {
	name, err := checkName(name)
	if err != nil {
		return Actor{}, err
	}
	user, err := s.store.Rename(ctx, a.UserID, name, done(audit.NameChanged))
	if err != nil {
		return Actor{}, err
	}
	a.Name = user.Name
	return a, nil
}

// ChangePassword sets a new password of somebody who gives the current one. All
// sessions of the person end, and the one in use goes on as a new one. A wrong
// current password is Unauthorized and counts like one at sign-in; a next one
// that the policy refuses is Invalid. Whoever has a second factor, or no
// password yet, must have stepped up, else it is Forbidden: the new session is.
func (s *Service) ChangePassword(ctx context.Context, a Actor, current, next string, v Visitor) (Grant, error) {
	if err := s.steppedUpIfAsked(ctx, a); err != nil {
		return Grant{}, err
	}
	if err := s.checkPassword(next, a.Email, a.Name); err != nil {
		return Grant{}, err
	}
	kept, limits, err := s.proveForChange(ctx, a, current, v)
	if err != nil {
		return Grant{}, err
	}
	password, err := s.hash(ctx, next)
	if err != nil {
		return Grant{}, s.giveBack(ctx, limits, err)
	}
	token, hash := newToken()
	session := s.session(hash, a.Remembered, v)
	session.SteppedUp = s.lives.StepUp
	made, err := s.store.ChangePassword(ctx, a.UserID, kept.Hash, password, session, done(audit.PasswordChanged))
	if errors.Is(stale(err), errStale) {
		err = audipy.Fail(audipy.Conflict, "The password was changed elsewhere a moment ago.", nil)
	}
	if err != nil {
		return Grant{}, s.giveBack(ctx, limits, err)
	}
	if len(limits) > 0 {
		if err := s.store.ReturnAttempt(context.WithoutCancel(ctx), limits[1:], limits[:1]); err != nil {
			s.log.WarnContext(ctx, "attempts stay counted", errAttr(err))
		}
	}
	s.notify(ctx, kept.User.Email, passwordSubject, passwordChanged)
	return s.grant(kept.User, made, token, v), nil
}

// proveForChange is proveActor for a change of the password. Who has none, but
// other ways in, proves it by having stepped up.
func (s *Service) proveForChange(ctx context.Context, a Actor, current string, v Visitor) (store.Password, []store.Throttle, error) {
	kept, err := s.store.Password(ctx, a.UserID)
	if err != nil || kept.Hash != "" {
		return s.proveActor(ctx, a, current, v, audit.PasswordRefused)
	}
	if !a.SteppedUp(s.now()) {
		return kept, nil, stepUpFirst()
	}
	return kept, nil, nil
}

// Activity returns what happened to the person's data: records with a number
// below before, the newest first, at most limit. A before of 0 means from the
// newest on.
func (s *Service) Activity(ctx context.Context, user audipy.UserID, before int64, limit int) ([]audit.Record, error) {
	return s.store.LatestAuditRecords(ctx, user, before, limit)
}

// People returns everybody who uses AudiPy, ordered by address.
func (s *Service) People(ctx context.Context) ([]audipy.User, error) { return s.store.Users(ctx) }

// EndSessionsByOperator ends all sessions of the person with an address and
// returns how many there were.
func (s *Service) EndSessionsByOperator(ctx context.Context, email string) (int, error) {
	kept, err := FindPerson(ctx, s.store, email)
	if err != nil {
		return 0, err
	}
	return s.store.EndSessions(ctx, kept.ID, "", done(audit.SessionsEnded))
}

// FindPerson looks somebody up for the operator, who may know who there is.
// An address that nobody has is NotFound.
func FindPerson(ctx context.Context, s *store.Store, email string) (audipy.User, error) {
	canonical, err := CanonicalEmail(email)
	if err != nil {
		canonical = email // me@localhost
	}
	user, err := s.UserByEmail(ctx, canonical)
	if audipy.KindOf(err) == audipy.NotFound {
		return user, audipy.Fail(audipy.NotFound, fmt.Sprintf("nobody here has the address %q", email), nil).
			WithHint(`"audipy user list" shows everybody`)
	}
	return user, err
}
