package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Password is what is kept of a person's password.
type Password struct {
	// User is whose password it is.
	User audipy.User
	// Hash is a PHC string; empty for a person without a password.
	Hash string
	// Pepper is the version of the root secret that went into Hash.
	Pepper int64
	// Failures counts wrong passwords since the last right one.
	Failures int
	// DisabledAt is when there were too many of them; else the zero time.
	DisabledAt time.Time
}

// NewPassword is a password to be kept.
type NewPassword struct {
	Hash   string
	Pepper int64
}

const passwordColumns = userColumns + `, COALESCE(password_hash, ''), password_pepper, password_failures, password_disabled_at`

func passwordFields(p *Password) []any {
	return append(userFields(&p.User), &p.Hash, &p.Pepper, &p.Failures, at(&p.DisabledAt))
}

// Password returns what is kept of a person's password, or NotFound for
// nobody.
func (s *Store) Password(ctx context.Context, user audipy.UserID) (Password, error) {
	var p Password
	err := s.of(user).one(ctx, passwordFields(&p),
		`SELECT `+passwordColumns+` FROM users WHERE id = $1`, string(user))
	return p, absent(err, "read password", "person")
}

// CountPasswordFailure counts a wrong password and returns how many there have
// been in a row. With the one that reaches limit the password is disabled,
// which is then what the record says.
func (s *Store) CountPasswordFailure(
	ctx context.Context, user audipy.UserID, limit int, e audit.Event,
) (int, error) {
	var failures int
	err := s.change(ctx, user, e, func(c *change) error {
		err := c.one(ctx, []any{&failures}, `
			UPDATE users SET password_failures = password_failures + 1,
				password_disabled_at = CASE WHEN password_failures + 1 >= $2 AND password_disabled_at IS NULL
					THEN CAST($3 AS BIGINT) ELSE password_disabled_at END
			WHERE id = $1 RETURNING password_failures`, string(user), limit, micros(c.now))
		if failures == limit {
			c.event.Action = audit.PasswordDisabled
		}
		return absent(err, "count wrong password", "person")
	})
	return failures, err
}

// RenewPasswordHash replaces the hash of the same password by a stronger one
// if it is still the one that was checked, else it is NotFound.
func (s *Store) RenewPasswordHash(ctx context.Context, user audipy.UserID, checked string, n NewPassword) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			UPDATE users SET password_hash = $3, password_pepper = $4 WHERE id = $1 AND password_hash = $2`,
			string(user), checked, n.Hash, n.Pepper)
		return absent(err, "renew password hash", "person with this password")
	})
}

// ChangePassword replaces the password that was checked against the hash
// checked, empty for a person who has none, ends every session and begins a new one. When that is no longer the
// person's hash it is NotFound.
func (s *Store) ChangePassword(
	ctx context.Context, user audipy.UserID, checked string, n NewPassword, session NewSession, e audit.Event,
) (UserSession, error) {
	var made UserSession
	err := s.change(ctx, user, e, func(c *change) error {
		err := c.setPassword(ctx, n, `COALESCE(password_hash, '') = $5 AND password_disabled_at IS NULL AND is_active`, checked)
		if err != nil {
			return err
		}
		made, err = c.startSession(ctx, user, session)
		return err
	})
	return made, err
}

// setPassword replaces the person's password where the condition on $5 holds,
// and ends their sessions and the change of address that somebody may have begun.
func (c *change) setPassword(ctx context.Context, n NewPassword, condition string, arg any) error {
	err := c.touch(ctx, `
		UPDATE users SET password_hash = $2, password_pepper = $3, password_changed_at = CAST($4 AS BIGINT),
			updated_at = CAST($4 AS BIGINT), password_failures = 0, password_disabled_at = NULL,
			security_epoch = security_epoch + 1
		WHERE id = $1 AND `+condition, string(c.user), n.Hash, n.Pepper, micros(c.now), arg)
	if err != nil {
		return absent(err, "set password", "person with this password")
	}
	return c.endOf(ctx, "sessions", "address_changes")
}

// endOf deletes what the person has in the tables.
func (c *change) endOf(ctx context.Context, tables ...string) error {
	for _, table := range tables {
		if _, err := c.exec(ctx, `DELETE FROM `+table+` WHERE user_id = $1`, string(c.user)); err != nil {
			return wrap(err, "end "+table)
		}
	}
	return nil
}

// AddResetCode keeps the hash of a code that lets its holder set a new
// password of the person. The codes before it end.
func (s *Store) AddResetCode(
	ctx context.Context, user audipy.UserID, hash []byte, ttl time.Duration, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error { return c.addResetCode(ctx, hash, ttl) })
}

func (c *change) addResetCode(ctx context.Context, hash []byte, ttl time.Duration) error {
	if err := c.endResetCodes(ctx); err != nil {
		return err
	}
	_, err := c.exec(ctx, `
		INSERT INTO one_time_codes (hash, user_id, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
		hash, string(c.user), string(CodeReset), micros(c.now), micros(c.now.Add(ttl)))
	return wrap(err, "keep reset code")
}

// ResetPassword uses up a code of the person and sets a new password; every
// session and every other such code ends, and every provider's identity: it signs
// in without the password, and whoever is told to set a new one must be alone
// afterwards. A code that is unknown, over, used or another's is NotFound, and so
// is a person who is disabled.
func (s *Store) ResetPassword(
	ctx context.Context, user audipy.UserID, code []byte, n NewPassword, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		err := c.touch(ctx, `
			DELETE FROM one_time_codes
			WHERE user_id = $1 AND purpose = $2 AND hash = $3 AND used_at IS NULL AND expires_at > $4`,
			string(user), string(CodeReset), code, micros(c.now))
		if err != nil {
			return absent(err, "use reset code", "reset code")
		}
		if err := c.setPassword(ctx, n, `is_active = $5`, true); err != nil {
			return err
		}
		if err := c.endOf(ctx, "user_identities"); err != nil {
			return err
		}
		return c.endResetCodes(ctx)
	})
}

func (c *change) endResetCodes(ctx context.Context) error {
	_, err := c.exec(ctx, `DELETE FROM one_time_codes WHERE user_id = $1 AND purpose = $2`,
		string(c.user), string(CodeReset))
	return wrap(err, "end reset codes")
}
