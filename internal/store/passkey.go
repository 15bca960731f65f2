package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Passkey is a key of a person's device or password manager.
type Passkey struct {
	// ID is a UUIDv7 given by the store, CredentialID the name that the
	// device gave it.
	ID           string
	CredentialID []byte
	// Host is where it was made; it is good nowhere else.
	Host string
	// SealedRecord is never opened here.
	SealedRecord []byte
	// Name is what the person calls it.
	Name string
	// SignCount is how often the device says it was used; 0 from those that
	// don't count.
	SignCount  uint32
	CreatedAt  time.Time
	LastUsedAt time.Time // the zero time when it was not used yet
}

const passkeyColumns = `id, credential_id, host, sealed_record, name, sign_count, created_at, last_used_at`

func passkeyFields(p *Passkey) []any {
	return []any{
		&p.ID, &p.CredentialID, &p.Host, &p.SealedRecord, &p.Name, &p.SignCount, at(&p.CreatedAt), at(&p.LastUsedAt),
	}
}

func (q session) passkeys(ctx context.Context, user audipy.UserID) ([]Passkey, error) {
	all, err := list(ctx, q, passkeyFields, `SELECT `+passkeyColumns+` FROM passkeys WHERE user_id = $1 ORDER BY id`, string(user))
	return all, wrap(err, "list passkeys")
}

// EnsurePasskeyHandle returns what authenticators know the person by: fresh,
// unless they have one.
func (s *Store) EnsurePasskeyHandle(ctx context.Context, user audipy.UserID, fresh []byte) ([]byte, error) {
	var handle []byte
	err := s.transactOf(ctx, user, func(q session) error {
		err := q.one(ctx, []any{&handle}, `
			UPDATE users SET passkey_handle = COALESCE(passkey_handle, $2) WHERE id = $1 RETURNING passkey_handle`,
			string(user), fresh)
		return absent(err, "name the person to authenticators", "person")
	})
	return handle, err
}

// NewPasskey is what AddPasskey needs to know.
type NewPasskey struct {
	CredentialID []byte
	Host, Name   string
	SignCount    uint32
	// Seal seals the record for the row with the id.
	Seal func(id string) ([]byte, error)
	// Limit is how many a person may have.
	Limit int
	// Session goes on; every other one of the person ends.
	Session string
	// Codes are kept as recovery codes if the person has none.
	Codes RecoveryCodes
}

// AddPasskey keeps a passkey, and reports whether the recovery codes were kept.
// One that is kept already, for anybody, is a Conflict with the code
// passkey_known; one above the limit with passkey_limit.
func (s *Store) AddPasskey(ctx context.Context, user audipy.UserID, n NewPasskey, e audit.Event) (Passkey, bool, error) {
	id, err := newID()
	if err != nil {
		return Passkey{}, false, err
	}
	p := Passkey{ID: id, CredentialID: n.CredentialID, Host: n.Host, Name: n.Name, SignCount: n.SignCount}
	if p.SealedRecord, err = n.Seal(id); err != nil {
		return Passkey{}, false, err
	}
	var kept bool
	err = s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		c.event.Target, p.CreatedAt = id, c.now
		all, err := c.passkeys(ctx, user)
		if err != nil {
			return err
		}
		if len(all) >= n.Limit {
			return audipy.Fail(audipy.Conflict, "You have as many passkeys as you may.", nil).WithCode("passkey_limit").
				WithHint("Remove one that you don't use any more.")
		}
		made, err := c.exec(ctx, `
			INSERT INTO passkeys (user_id, id, credential_id, host, sealed_record, name, sign_count, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (credential_id) DO NOTHING`,
			string(user), id, n.CredentialID, n.Host, p.SealedRecord, n.Name, int64(n.SignCount), micros(c.now))
		if err != nil {
			return wrap(err, "add passkey")
		}
		if made == 0 {
			return audipy.Fail(audipy.Conflict, "This passkey is known here already.", nil).WithCode("passkey_known")
		}
		if kept, err = c.keepFirstCodes(ctx, n.Codes); err != nil {
			return err
		}
		return c.factorsChanged(ctx, n.Session)
	})
	if err != nil {
		return Passkey{}, false, err
	}
	return p, kept, nil
}

// RenamePasskey gives a passkey of the person another name, or is NotFound.
func (s *Store) RenamePasskey(ctx context.Context, user audipy.UserID, id, name string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.touch(ctx, `UPDATE passkeys SET name = $3 WHERE user_id = $1 AND id = $2`, string(user), id, name)
		return absent(err, "rename passkey", "passkey")
	})
}

// RemovePasskey deletes a passkey of the person, or is NotFound; every session
// but keep ends. With the last factor the recovery codes go too. The last way in,
// as in UnlinkIdentity, stays.
func (s *Store) RemovePasskey(
	ctx context.Context, user audipy.UserID, id, keep string, issuers []string, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		err := c.touch(ctx, `DELETE FROM passkeys WHERE user_id = $1 AND id = $2`, string(user), id)
		if err != nil {
			return absent(err, "remove passkey", "passkey")
		}
		return c.wayInTaken(ctx, keep, issuers)
	})
}

// PasskeyUse is an answer of a passkey that was found to be right.
type PasskeyUse struct {
	ID string
	// SignCount is how often the device says it was used.
	SignCount uint32
	// Shared says that several devices hold the key, so that their counts say
	// nothing.
	Shared bool
}

// usePasskey notes an answer of a passkey. One whose count is not above the
// last one, of a device that counts, is sql.ErrNoRows.
func (c *change) usePasskey(ctx context.Context, u PasskeyUse) error {
	return c.touch(ctx, `
		UPDATE passkeys SET sign_count = $3, last_used_at = $4
		WHERE user_id = $1 AND id = $2 AND (CAST($5 AS BOOLEAN) OR sign_count < $3 OR sign_count = 0 AND $3 = 0)`,
		string(c.user), u.ID, int64(u.SignCount), micros(c.now), u.Shared)
}

// StartPasskeySession is StartSession for somebody who gave a passkey, which
// needs no password; a password that was disabled for wrong ones is good again.
// A passkey whose count went back is a Conflict, a person who is disabled
// NotFound.
func (s *Store) StartPasskeySession(
	ctx context.Context, user audipy.UserID, u PasskeyUse, n NewSession, e audit.Event,
) (UserSession, error) {
	var made UserSession
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.touch(ctx, `
			UPDATE users SET password_failures = 0, password_disabled_at = NULL
			WHERE id = $1 AND is_active AND EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = $1 AND p.id = $2)`,
			string(user), u.ID)
		if err != nil {
			return absent(err, "begin session", "person with this passkey")
		}
		if err := c.use(ctx, Proof{Passkey: u}); err != nil {
			return err
		}
		made, err = c.startSession(ctx, user, n)
		c.event.Target = made.ID
		return err
	})
	if err != nil {
		return UserSession{}, err
	}
	return made, nil
}

// Challenge is what a passkey has to sign, once.
type Challenge struct {
	Hash    []byte
	Purpose CodePurpose
}

// AddChallenge keeps a challenge for the person for ttl.
func (s *Store) AddChallenge(ctx context.Context, user audipy.UserID, n Challenge, ttl time.Duration) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			INSERT INTO one_time_codes (hash, user_id, purpose, created_at, expires_at)
			SELECT $2, id, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT) FROM users WHERE id = $1`,
			string(user), n.Hash, string(n.Purpose), micros(q.now), micros(q.now.Add(ttl)))
		return absent(err, "keep challenge", "person")
	})
}

// TakeChallenge uses a challenge of the person up; when it is over, used or
// another's it is NotFound.
func (s *Store) TakeChallenge(ctx context.Context, user audipy.UserID, n Challenge) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			DELETE FROM one_time_codes WHERE user_id = $1 AND hash = $2 AND purpose = $3 AND expires_at > $4`,
			string(user), n.Hash, string(n.Purpose), micros(q.now))
		return absent(err, "use challenge", "challenge")
	})
}
