package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// PendingSignIn is a sign-in whose password was right and whose second factor
// is owed.
type PendingSignIn struct {
	// ID is a UUIDv7 given by the store.
	ID         string
	Remembered bool
	ExpiresAt  time.Time
}

// NewPendingSignIn is what StartPendingSignIn needs to know.
type NewPendingSignIn struct {
	// TokenHash is the SHA-256 of the token, which the store never sees.
	TokenHash  []byte
	Remembered bool
	TTL        time.Duration
}

// maxPendingSignIns is how many a person may have at once; the oldest end.
const maxPendingSignIns = 20

// StartPendingSignIn is StartSession for a person who has second factors: it
// begins what FinishSignIn ends.
func (s *Store) StartPendingSignIn(
	ctx context.Context, user audipy.UserID, checked string, n NewPendingSignIn, e audit.Event,
) (PendingSignIn, error) {
	return s.startPending(ctx, user, n, e, func(c *change) error {
		return c.forgetFailures(ctx, checked, `NOT (`+noFactor+`)`)
	})
}

// startPending begins a sign-in of somebody who has second factors, once may
// says that the first was given.
func (s *Store) startPending(
	ctx context.Context, user audipy.UserID, n NewPendingSignIn, e audit.Event, may func(*change) error,
) (PendingSignIn, error) {
	id, err := newID()
	if err != nil {
		return PendingSignIn{}, err
	}
	p := PendingSignIn{ID: id, Remembered: n.Remembered}
	err = s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		if err := may(c); err != nil {
			return err
		}
		p.ExpiresAt = c.now.Add(n.TTL)
		_, err := c.exec(ctx, `
			DELETE FROM pending_sign_ins WHERE user_id = $1 AND id NOT IN (
				SELECT p.id FROM pending_sign_ins p WHERE p.user_id = $1 AND p.expires_at > $2 ORDER BY p.id DESC LIMIT $3)`,
			string(user), micros(c.now), maxPendingSignIns-1)
		if err != nil {
			return wrap(err, "make room for a sign-in")
		}
		_, err = c.exec(ctx, `
			INSERT INTO pending_sign_ins (user_id, id, token_hash, epoch, remembered, created_at, expires_at)
			SELECT id, $2, $3, security_epoch, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT) FROM users WHERE id = $1`,
			string(user), id, n.TokenHash, n.Remembered, micros(c.now), micros(p.ExpiresAt))
		return wrap(err, "begin sign-in")
	})
	if err != nil {
		return PendingSignIn{}, err
	}
	return p, nil
}

// forgetFailures forgets the wrong passwords before one that was right, if the
// hash that it was checked against is still the person's and the condition on
// their factors holds; else it is NotFound.
func (c *change) forgetFailures(ctx context.Context, checked, condition string) error {
	err := c.touch(ctx, `
		UPDATE users SET password_failures = 0
		WHERE id = $1 AND password_hash = $2 AND password_disabled_at IS NULL AND is_active AND `+condition,
		string(c.user), checked)
	return absent(err, "begin session", "person with this password")
}

// awaited is the condition under which a pending sign-in p of the person u is
// good.
const awaited = `p.epoch = u.security_epoch AND u.is_active AND p.expires_at > $2`

// TakeTry counts a try at a pending sign-in's second factor before it is
// checked. After limit of them, and when the sign-in is over or another's, it
// is NotFound.
func (s *Store) TakeTry(ctx context.Context, user audipy.UserID, id string, limit int) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			UPDATE pending_sign_ins SET tries = tries + 1
			WHERE user_id = $1 AND id = $3 AND tries < $4 AND EXISTS (
				SELECT 1 FROM pending_sign_ins p JOIN users u ON u.id = p.user_id
				WHERE p.user_id = $1 AND p.id = $3 AND `+awaited+`)`, string(user), micros(q.now), id, limit)
		return absent(err, "count try", "sign-in that waits for its second factor")
	})
}

// FinishSignIn is what ends a pending sign-in.
type FinishSignIn struct {
	Pending string
	Proof   Proof
	Session NewSession
	// Codes take the place of the recovery codes when the proof was the last
	// of them.
	Codes RecoveryCodes
}

// FinishSignIn uses up a pending sign-in and its second factor and begins the
// session, and reports whether the recovery codes were replaced. A sign-in
// that is over, used or another's is NotFound; a factor that was used
// meanwhile is a Conflict and leaves the sign-in.
func (s *Store) FinishSignIn(ctx context.Context, user audipy.UserID, f FinishSignIn, e audit.Event) (UserSession, bool, error) {
	var made UserSession
	var renewed bool
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.touch(ctx, `
			DELETE FROM pending_sign_ins WHERE user_id = $1 AND id IN (
				SELECT p.id FROM pending_sign_ins p JOIN users u ON u.id = p.user_id
				WHERE p.user_id = $1 AND p.id = $3 AND `+awaited+`)`, string(user), micros(c.now), f.Pending)
		if err != nil {
			return absent(err, "finish sign-in", "sign-in that waits for its second factor")
		}
		if err := c.use(ctx, f.Proof); err != nil {
			return err
		}
		if len(f.Proof.RecoveryCode) > 0 {
			if renewed, err = c.keepFirstCodes(ctx, f.Codes); err != nil {
				return err
			}
		}
		made, err = c.startSession(ctx, user, f.Session)
		c.event.Target = made.ID
		return err
	})
	if err != nil {
		return UserSession{}, false, err
	}
	return made, renewed, nil
}
