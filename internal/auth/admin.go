package auth

import (
	"context"

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
