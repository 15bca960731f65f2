package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Keyset is a person's keyset, sealed by the key-encryption key.
type Keyset struct {
	// Sealed is never opened here.
	Sealed []byte
	// Version rises by one with every replacement, from 1.
	Version int64
	// UpdatedAt is when it was made or replaced.
	UpdatedAt time.Time
}

// Keyset returns the person's keyset, or NotFound when they have none yet.
func (s *Store) Keyset(ctx context.Context, user audipy.UserID) (Keyset, error) {
	k, err := s.of(user).keyset(ctx, user)
	return k, absent(err, "read keyset", "keyset")
}

func (q session) keyset(ctx context.Context, user audipy.UserID) (Keyset, error) {
	var k Keyset
	err := q.one(ctx, []any{&k.Sealed, &k.Version, at(&k.UpdatedAt)},
		`SELECT sealed, version, updated_at FROM user_keysets WHERE user_id = $1`, string(user))
	return k, err
}

// AddKeyset keeps a first keyset and returns it. When another caller was
// faster, nothing is changed or recorded and the winner's keyset is returned:
// use that one and forget the own.
func (s *Store) AddKeyset(ctx context.Context, user audipy.UserID, sealed []byte, e audit.Event) (Keyset, error) {
	var k Keyset
	err := s.change(ctx, user, e, func(c *change) error {
		n, err := c.exec(ctx, `
			INSERT INTO user_keysets (user_id, sealed, version, created_at, updated_at)
			VALUES ($1, $2, 1, $3, $3) ON CONFLICT (user_id) DO NOTHING`, string(user), sealed, micros(c.now))
		if err != nil {
			return wrap(err, "add keyset")
		}
		c.quiet = n == 0
		k, err = c.keyset(ctx, user)
		return wrap(err, "add keyset")
	})
	return k, err
}

// ReplaceKeyset swaps the keyset of the given version for another sealed form
// and returns it with its new version. A version that is no longer the current
// one is a Conflict; a person without a keyset is NotFound.
func (s *Store) ReplaceKeyset(
	ctx context.Context, user audipy.UserID, old Keyset, sealed []byte, e audit.Event,
) (Keyset, error) {
	k := Keyset{Sealed: sealed}
	err := s.change(ctx, user, e, func(c *change) error {
		k.UpdatedAt = c.now
		err := c.one(ctx, []any{&k.Version}, `
			UPDATE user_keysets SET sealed = $3, version = version + 1, updated_at = $4
			WHERE user_id = $1 AND version = $2 RETURNING version`, string(user), old.Version, sealed, micros(c.now))
		if !errors.Is(err, sql.ErrNoRows) {
			return wrap(err, "replace keyset")
		}
		if _, err := c.keyset(ctx, user); err != nil {
			return absent(err, "replace keyset", "keyset")
		}
		return audipy.Fail(audipy.Conflict, "the keyset was replaced by somebody else meanwhile", nil)
	})
	if err != nil {
		return Keyset{}, err
	}
	return k, nil
}
