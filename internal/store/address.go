package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// NewAddressChange is an address that a person wants instead of theirs.
type NewAddressChange struct {
	// Email is in its canonical form.
	Email string
	// OldHash and NewHash are the SHA-256 of the tokens that go to the address
	// of now and to the wanted one.
	OldHash, NewHash []byte
	TTL              time.Duration
}

// StartAddressChange keeps what address a person wants, in place of the one
// before, until both addresses are confirmed or it is over.
func (s *Store) StartAddressChange(ctx context.Context, user audipy.UserID, n NewAddressChange, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		if _, err := c.exec(ctx, `DELETE FROM address_changes WHERE user_id = $1`, string(user)); err != nil {
			return wrap(err, "replace wanted address")
		}
		_, err := c.exec(ctx, `
			INSERT INTO address_changes (user_id, email, old_hash, new_hash, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(user), n.Email, n.OldHash, n.NewHash, micros(c.now), micros(c.now.Add(n.TTL)))
		return wrap(err, "keep wanted address")
	})
}
