package account

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// Condition is what a look at an account's stored credentials finds.
type Condition string

// The conditions of an account.
const (
	Valid         Condition = "valid"          // the access token is good until AccessUntil
	Expired       Condition = "expired"        // it is over, and the next call renews it
	SigningOnly   Condition = "signing_only"   // no refresh token: requests are signed
	SignInNeeded  Condition = "sign_in_needed" // Amazon refused; a person must sign in
	Revoked       Condition = "revoked"        // unlinked
	Corrupt       Condition = "corrupt"        // the sealed credentials don't open
	KeyUnreadable Condition = "key_unreadable" // they were sealed by another key
)

// Health is what is true of a link without asking Amazon.
type Health struct {
	Account   audipy.Account
	Condition Condition
	// AccessUntil is when the access token ends; the zero time when unknown.
	AccessUntil time.Time
	// CanRefresh and CanSign say what the credentials can do.
	CanRefresh, CanSign bool
	// Renewals counts how often the token was renewed.
	Renewals int64
}

// Health looks at an account's credentials; nothing goes over the network.
// Credentials that can't be opened are a Condition, not an error.
func (s *Service) Health(ctx context.Context, user audipy.UserID, id audipy.AccountID) (Health, error) {
	account, known, err := s.look(ctx, user, id)
	if err != nil {
		return Health{}, err
	}
	h := Health{Account: account, Condition: Revoked}
	if account.State == audipy.StateRevoked {
		return h, nil
	}
	source := &credentialStore{service: s, user: user, account: id}
	c, _, err := source.Load(ctx)
	switch {
	case errors.Is(err, vault.ErrWrongKey):
		h.Condition = KeyUnreadable
		return h, nil
	case errors.Is(err, vault.ErrCannotOpen), audipy.KindOf(err) == audipy.Invalid:
		h.Condition = Corrupt
		return h, nil
	case err != nil:
		return Health{}, err
	}
	h.AccessUntil, h.CanRefresh, h.CanSign = c.AccessTokenExpires, c.CanRefresh(), c.CanSign()
	h.Renewals = known.Renewals
	switch {
	case account.State == audipy.StateNeedsSignIn:
		h.Condition = SignInNeeded
	case s.now().Before(h.AccessUntil):
		h.Condition = Valid
	case h.CanRefresh:
		h.Condition = Expired
	default:
		h.Condition = SigningOnly
	}
	return h, nil
}
