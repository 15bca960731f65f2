package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: whoever confirms an
// address is known by a token alone, and whether an address is free concerns
// everybody.

// AddressChange is what became of a wanted address.
type AddressChange struct {
	// User is whose it is, as of before.
	User audipy.User
	// Email is the wanted address, and IsDone says that it is theirs now.
	Email  string
	IsDone bool
}

// ConfirmAddress confirms one of the two addresses by the hash of its token,
// which is good once; the second of them changes the person's address. A token
// that is unknown, used or over is NotFound, and so is everything of a person
// who is disabled. An address that somebody else has by now is NotFound too,
// and ends the change. Codes for a new password end with the address that they
// were mailed to.
func (s *Store) ConfirmAddress(ctx context.Context, hash []byte, e audit.Event) (AddressChange, error) {
	var found AddressChange
	q := s.reading()
	err := q.one(ctx, append(userFields(&found.User), &found.Email), `
		SELECT `+ownerColumns+`, a.email
		FROM address_changes a JOIN users u ON u.id = a.user_id
		WHERE (a.old_hash = $2 OR a.new_hash = $2) AND a.expires_at > $1 AND u.is_active`, micros(q.now), hash)
	if err != nil {
		return AddressChange{}, absent(err, "look up wanted address", "address to confirm")
	}
	taken := false
	err = s.act(ctx, Self(found.User.ID), e, func(c *change) error {
		var err error
		found.IsDone, taken, err = c.confirmAddress(ctx, hash, found.Email)
		if found.IsDone {
			c.event.Action = audit.AddressChanged
		}
		if taken {
			c.event.Outcome = audit.Denied
		}
		return err
	})
	if err == nil && taken {
		err = audipy.Fail(audipy.NotFound, "somebody else has this address", nil)
	}
	if err != nil {
		return AddressChange{}, err
	}
	return found, nil
}

// confirmAddress notes that one side is confirmed, and changes the address once
// both are.
func (c *change) confirmAddress(ctx context.Context, hash []byte, email string) (done, taken bool, err error) {
	var before, after time.Time
	err = c.one(ctx, []any{at(&before), at(&after)}, `
		UPDATE address_changes SET
			old_confirmed_at = CASE WHEN old_hash = $2 THEN CAST($3 AS BIGINT) ELSE old_confirmed_at END,
			new_confirmed_at = CASE WHEN new_hash = $2 THEN CAST($3 AS BIGINT) ELSE new_confirmed_at END
		WHERE user_id = $1 AND expires_at > $3
			AND (old_hash = $2 AND old_confirmed_at IS NULL OR new_hash = $2 AND new_confirmed_at IS NULL)
		RETURNING old_confirmed_at, new_confirmed_at`, string(c.user), hash, micros(c.now))
	if err != nil {
		return false, false, absent(err, "confirm address", "address to confirm")
	}
	if before.IsZero() || after.IsZero() {
		return false, false, nil
	}
	if _, err := c.exec(ctx, `DELETE FROM address_changes WHERE user_id = $1`, string(c.user)); err != nil {
		return false, false, wrap(err, "end address change")
	}
	n, err := c.exec(ctx, `
		UPDATE users SET email = $2, updated_at = $3 WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE email = $2)`,
		string(c.user), email, micros(c.now))
	if err != nil || n == 0 {
		return false, err == nil, wrap(err, "change address")
	}
	return true, false, c.endResetCodes(ctx) // they went to the address of before
}
