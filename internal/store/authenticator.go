package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Authenticator is an authenticator app that makes a person's one-time
// passwords.
type Authenticator struct {
	// ID is a UUIDv7 given by the store.
	ID string
	// SealedSeed is never opened here.
	SealedSeed []byte
	// ConfirmedAt is when its first password was given; the zero time means
	// that it is being set up, until ExpiresAt.
	ConfirmedAt, ExpiresAt time.Time
	LastUsedAt             time.Time
	// LastStep is the step of the newest password that was used: that one and
	// all before it are used up.
	LastStep int64
	// SuspendedAt is when too many wrong ones had been given in a row; else
	// the zero time.
	SuspendedAt time.Time
}

const authenticatorColumns = `id, sealed_seed, confirmed_at, expires_at, last_used_at, last_step, suspended_at`

func authenticatorFields(a *Authenticator) []any {
	return []any{
		&a.ID, &a.SealedSeed, at(&a.ConfirmedAt), at(&a.ExpiresAt), at(&a.LastUsedAt), &a.LastStep, at(&a.SuspendedAt),
	}
}

// SealSeed seals an authenticator's seed for the row with the id.
type SealSeed func(id string) ([]byte, error)

// AddAuthenticator keeps an authenticator that is being set up, for ttl. One
// that was being set up before ends; a confirmed one stays.
func (s *Store) AddAuthenticator(ctx context.Context, user audipy.UserID, ttl time.Duration, seal SealSeed) (Authenticator, error) {
	id, err := newID()
	if err != nil {
		return Authenticator{}, err
	}
	a := Authenticator{ID: id}
	if a.SealedSeed, err = seal(id); err != nil {
		return Authenticator{}, err
	}
	err = s.transactOf(ctx, user, func(q session) error {
		a.ExpiresAt = q.now.Add(ttl)
		_, err := q.exec(ctx, `DELETE FROM authenticators WHERE user_id = $1 AND confirmed_at IS NULL`, string(user))
		if err != nil {
			return wrap(err, "add authenticator")
		}
		err = q.touch(ctx, `
			INSERT INTO authenticators (user_id, id, sealed_seed, created_at, expires_at)
			SELECT id, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM users WHERE id = $1`,
			string(user), id, a.SealedSeed, micros(q.now), micros(a.ExpiresAt))
		return absent(err, "add authenticator", "person")
	})
	if err != nil {
		return Authenticator{}, err
	}
	return a, nil
}

// NewAuthenticator returns the authenticator that the person is setting up, or
// NotFound.
func (s *Store) NewAuthenticator(ctx context.Context, user audipy.UserID) (Authenticator, error) {
	var a Authenticator
	q := s.of(user)
	err := q.one(ctx, authenticatorFields(&a), `
		SELECT `+authenticatorColumns+` FROM authenticators
		WHERE user_id = $1 AND confirmed_at IS NULL AND expires_at > $2`, string(user), micros(q.now))
	return a, absent(err, "read authenticator", "authenticator that is being set up")
}

// NewFactor is a factor whose first proof was given.
type NewFactor struct {
	// ID and Step are those of the authenticator and of its first password.
	ID   string
	Step int64
	// Session goes on; every other one of the person ends.
	Session string
	// Codes are kept as recovery codes if the person has none.
	Codes RecoveryCodes
}

// ConfirmAuthenticator makes the authenticator that is being set up the
// person's one authenticator, with its first password used up. It reports
// whether the recovery codes were kept. When it is confirmed already, over or
// another's it is NotFound.
func (s *Store) ConfirmAuthenticator(ctx context.Context, user audipy.UserID, n NewFactor, e audit.Event) (bool, error) {
	var kept bool
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.touch(ctx, `
			UPDATE authenticators SET confirmed_at = CAST($3 AS BIGINT), last_used_at = CAST($3 AS BIGINT),
				expires_at = NULL, last_step = $4
			WHERE user_id = $1 AND id = $2 AND confirmed_at IS NULL AND expires_at > CAST($3 AS BIGINT)`,
			string(user), n.ID, micros(c.now), n.Step)
		if err != nil {
			return absent(err, "confirm authenticator", "authenticator that is being set up")
		}
		_, err = c.exec(ctx, `DELETE FROM authenticators WHERE user_id = $1 AND id <> $2`, string(user), n.ID)
		if err != nil {
			return wrap(err, "confirm authenticator")
		}
		if kept, err = c.keepFirstCodes(ctx, n.Codes); err != nil {
			return err
		}
		return c.factorsChanged(ctx, n.Session)
	})
	return kept, err
}

// RemoveAuthenticator deletes the person's authenticator; every session but
// keep ends. With the last factor the recovery codes go too. When there is
// none it is NotFound.
func (s *Store) RemoveAuthenticator(ctx context.Context, user audipy.UserID, keep string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.touch(ctx, `DELETE FROM authenticators WHERE user_id = $1 AND confirmed_at IS NOT NULL`, string(user))
		if err != nil {
			return absent(err, "remove authenticator", "authenticator")
		}
		return c.factorsChanged(ctx, keep)
	})
}

// useAuthenticator uses up the password of a step. When it or a later one was
// used already, or the authenticator is suspended or gone, it is sql.ErrNoRows.
func (c *change) useAuthenticator(ctx context.Context, id string, step int64) error {
	return c.touch(ctx, `
		UPDATE authenticators SET last_step = $3, last_used_at = $4, failures = 0
		WHERE user_id = $1 AND id = $2 AND confirmed_at IS NOT NULL AND suspended_at IS NULL AND last_step < $3`,
		string(c.user), id, step, micros(c.now))
}
