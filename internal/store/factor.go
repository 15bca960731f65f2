package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Factors are what a person proves themselves with beside the password.
type Factors struct {
	// Authenticator is the confirmed one; its ID is empty where there is none.
	Authenticator Authenticator
	// Passkeys are in the order in which they were added.
	Passkeys []Passkey
	// RecoveryCodes is how many are left.
	RecoveryCodes int
}

// Any reports whether the password alone lets nobody in.
func (f Factors) Any() bool { return f.Authenticator.ID != "" || len(f.Passkeys) > 0 }

// noFactor is the condition under which a password is enough for person $1.
const noFactor = `NOT EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = $1 AND f.confirmed_at IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = $1)`

// Factors returns the person's second factors; nobody has none.
func (s *Store) Factors(ctx context.Context, user audipy.UserID) (Factors, error) {
	var f Factors
	err := s.snapshotOf(ctx, user, func(q session) error {
		err := q.one(ctx, authenticatorFields(&f.Authenticator), `
			SELECT `+authenticatorColumns+` FROM authenticators WHERE user_id = $1 AND confirmed_at IS NOT NULL`, string(user))
		if err != nil && !lost(err) {
			return wrap(err, "read authenticator")
		}
		if f.Passkeys, err = q.passkeys(ctx, user); err != nil {
			return err
		}
		err = q.one(ctx, []any{&f.RecoveryCodes}, `SELECT count(*) FROM recovery_codes WHERE user_id = $1`, string(user))
		return wrap(err, "count recovery codes")
	})
	return f, err
}

// RecoveryCodes are hashes of codes that each stand for the second factor
// once, under the key of a version of the root secret.
type RecoveryCodes struct {
	Hashes [][]byte
	Pepper int64
}

// Proof is a second factor that was checked and is to be used up. The zero
// value is none.
type Proof struct {
	// Authenticator and Step are those of a one-time password.
	Authenticator string
	Step          int64
	// Passkey is the answer of one.
	Passkey PasskeyUse
	// RecoveryCode are what one may be kept as.
	RecoveryCode [][]byte
}

// use uses up a proof. One that was used meanwhile is a Conflict.
func (c *change) use(ctx context.Context, p Proof) error {
	var err error
	switch {
	case p.Authenticator != "":
		err = c.useAuthenticator(ctx, p.Authenticator, p.Step)
	case p.Passkey.ID != "":
		err = c.usePasskey(ctx, p.Passkey)
	case len(p.RecoveryCode) > 0:
		err = c.useRecoveryCode(ctx, p.RecoveryCode)
	default:
		err = c.one(ctx, []any{new(int)}, `SELECT 1 FROM users WHERE id = $1 AND `+noFactor, string(c.user))
	}
	if lost(err) {
		return audipy.Fail(audipy.Conflict, "this second factor was used meanwhile", nil)
	}
	return wrap(err, "use second factor")
}

func (c *change) useRecoveryCode(ctx context.Context, hashes [][]byte) error {
	for _, hash := range hashes {
		n, err := c.exec(ctx, `DELETE FROM recovery_codes WHERE user_id = $1 AND hash = $2`, string(c.user), hash)
		if err != nil || n > 0 {
			return err
		}
	}
	return sql.ErrNoRows
}

// CountFactorFailure counts a wrong second factor. With the one that reaches
// limit in a row the authenticator is suspended, which is then what the record
// says; without an authenticator nothing is counted.
func (s *Store) CountFactorFailure(ctx context.Context, user audipy.UserID, limit int, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		failures := 0
		err := c.one(ctx, []any{&failures}, `
			UPDATE authenticators SET failures = failures + 1,
				suspended_at = CASE WHEN failures + 1 >= $2 AND suspended_at IS NULL
					THEN CAST($3 AS BIGINT) ELSE suspended_at END
			WHERE user_id = $1 AND confirmed_at IS NOT NULL RETURNING failures`, string(user), limit, micros(c.now))
		if failures == limit {
			c.event = audit.Event{Action: audit.AuthenticatorSuspended, Outcome: audit.Denied}
		}
		if lost(err) {
			return nil
		}
		return wrap(err, "count wrong second factor")
	})
}

// ReplaceRecoveryCodes puts new recovery codes in the place of the person's.
// Without a second factor it is NotFound.
func (s *Store) ReplaceRecoveryCodes(ctx context.Context, user audipy.UserID, codes RecoveryCodes, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		return c.replaceCodes(ctx, codes)
	})
}

func (c *change) replaceCodes(ctx context.Context, codes RecoveryCodes) error {
	err := c.one(ctx, []any{new(int)}, `SELECT 1 FROM users WHERE id = $1 AND NOT (`+noFactor+`)`, string(c.user))
	if err != nil {
		return absent(err, "look for a second factor", "second factor")
	}
	if _, err := c.exec(ctx, `DELETE FROM recovery_codes WHERE user_id = $1`, string(c.user)); err != nil {
		return wrap(err, "replace recovery codes")
	}
	return c.insertCodes(ctx, codes)
}

func (c *change) insertCodes(ctx context.Context, codes RecoveryCodes) error {
	for _, hash := range codes.Hashes {
		_, err := c.exec(ctx, `INSERT INTO recovery_codes (user_id, hash, pepper, created_at) VALUES ($1, $2, $3, $4)`,
			string(c.user), hash, codes.Pepper, micros(c.now))
		if err != nil {
			return wrap(err, "keep recovery codes")
		}
	}
	return nil
}

// keepFirstCodes keeps recovery codes if the person has none, and reports
// whether it did.
func (c *change) keepFirstCodes(ctx context.Context, codes RecoveryCodes) (bool, error) {
	var left int
	err := c.one(ctx, []any{&left}, `SELECT count(*) FROM recovery_codes WHERE user_id = $1`, string(c.user))
	if err != nil || left > 0 {
		return false, wrap(err, "count recovery codes")
	}
	return true, c.insertCodes(ctx, codes)
}

// factorsChanged ends every session but the one named keep, and who is about
// to sign in begins anew. Without a factor nothing is left to recover.
func (c *change) factorsChanged(ctx context.Context, keep string) error {
	for _, query := range []string{
		`UPDATE users SET security_epoch = security_epoch + 1 WHERE id = $1 AND $2 = $2`,
		`DELETE FROM sessions WHERE user_id = $1 AND id <> $2`,
		`UPDATE sessions SET epoch = (SELECT security_epoch FROM users WHERE id = $1) WHERE user_id = $1 AND id = $2`,
		`DELETE FROM pending_sign_ins WHERE user_id = $1 AND $2 = $2`,
		`DELETE FROM recovery_codes WHERE user_id = $1 AND $2 = $2 AND ` + noFactor,
		`DELETE FROM factor_removals WHERE user_id = $1 AND $2 = $2 AND ` + noFactor,
	} {
		if _, err := c.exec(ctx, query, string(c.user), keep); err != nil {
			return wrap(err, "note changed factors")
		}
	}
	return nil
}

// RemoveFactors deletes every second factor of the person and ends all their
// sessions. When there is none it is NotFound.
func (s *Store) RemoveFactors(ctx context.Context, user audipy.UserID, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error { return c.removeFactors(ctx) })
}

// RemoveFactorsDue is RemoveFactors for what an administrator has asked for:
// NotFound unless that is due, and nobody called it off up to now.
func (s *Store) RemoveFactorsDue(ctx context.Context, user audipy.UserID, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		n, err := c.exec(ctx, `DELETE FROM factor_removals WHERE user_id = $1 AND due_at <= $2`, string(user), micros(c.now))
		if err == nil && n == 0 {
			err = sql.ErrNoRows
		}
		if err != nil {
			return absent(err, "look for removal of factors", "removal of factors that is due")
		}
		return c.removeFactors(ctx)
	})
}

func (c *change) removeFactors(ctx context.Context) error {
	c.unseen = true
	user := c.user
	n, err := c.exec(ctx, `DELETE FROM authenticators WHERE user_id = $1`, string(user))
	if err != nil {
		return wrap(err, "remove factors")
	}
	keys, err := c.exec(ctx, `DELETE FROM passkeys WHERE user_id = $1`, string(user))
	if err == nil && n+keys == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return absent(err, "remove factors", "second factor")
	}
	return c.factorsChanged(ctx, "")
}

// FactorRemoval returns when the person's second factors are taken away; the
// zero time when nobody asked for that.
func (s *Store) FactorRemoval(ctx context.Context, user audipy.UserID) (time.Time, error) {
	var due time.Time
	err := s.of(user).one(ctx, []any{at(&due)}, `SELECT due_at FROM factor_removals WHERE user_id = $1`, string(user))
	if lost(err) {
		return time.Time{}, nil
	}
	return due, wrap(err, "read removal of factors")
}

// PostponeFactor keeps until when the person is not asked for a second factor.
func (s *Store) PostponeFactor(ctx context.Context, user audipy.UserID, until time.Time) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `UPDATE users SET factor_postponed_until = $2 WHERE id = $1`, string(user), micros(until))
		return absent(err, "postpone second factor", "person")
	})
}

// FactorPostponed returns until when the person is not asked for a second
// factor; the zero time when they never put that off.
func (s *Store) FactorPostponed(ctx context.Context, user audipy.UserID) (time.Time, error) {
	var until time.Time
	err := s.of(user).one(ctx, []any{at(&until)}, `SELECT factor_postponed_until FROM users WHERE id = $1`, string(user))
	return until, absent(err, "read person", "person")
}
