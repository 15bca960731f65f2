package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: who is asking is what
// these methods find out.

// CodePurpose says what a one-time code is good for.
type CodePurpose string

// The purposes.
const (
	CodeSetUp CodePurpose = "set_up" // make the first administrator
	CodeReset CodePurpose = "reset"  // set a new password

	CodePasskeyAdd    CodePurpose = "passkey_add"     // signed by a passkey that is added
	CodePasskeySignIn CodePurpose = "passkey_sign_in" // by one that signs in
	CodePasskeySecond CodePurpose = "passkey_second"  // by one that is the second factor
	CodePasskeyStepUp CodePurpose = "passkey_step_up" // by one that steps up
)

// HasAdministrator reports whether set-up has been done.
func (s *Store) HasAdministrator(ctx context.Context) (bool, error) {
	return s.reading().hasAdministrator(ctx)
}

func (q session) hasAdministrator(ctx context.Context) (bool, error) {
	var has bool
	err := q.one(ctx, []any{&has}, `SELECT EXISTS (SELECT 1 FROM users WHERE role = $1)`, string(audipy.Administrator))
	return has, wrap(err, "look for an administrator")
}

// AddSetUpCode keeps the hash of a code for set-up. The codes before it end.
// It is a Conflict when there is an administrator already.
func (s *Store) AddSetUpCode(ctx context.Context, hash []byte, ttl time.Duration, e audit.Event) error {
	return s.systemChange(ctx, e, func(c *change) error {
		if err := c.refuseSecondSetUp(ctx); err != nil {
			return err
		}
		_, err := c.exec(ctx, `DELETE FROM one_time_codes WHERE purpose = $1`, string(CodeSetUp))
		if err != nil {
			return wrap(err, "keep set-up code")
		}
		_, err = c.exec(ctx, `
			INSERT INTO one_time_codes (hash, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
			hash, string(CodeSetUp), micros(c.now), micros(c.now.Add(ttl)))
		return wrap(err, "keep set-up code")
	})
}

func (q session) refuseSecondSetUp(ctx context.Context) error {
	has, err := q.hasAdministrator(ctx)
	if err == nil && has {
		return audipy.Fail(audipy.Conflict, "AudiPy has been set up already", nil).WithHint("sign in instead")
	}
	return err
}

// NewAdministrator is what SetUp needs to know.
type NewAdministrator struct {
	CodeHash    []byte
	Email, Name string
	Password    NewPassword
	Session     NewSession
}

// SetUp uses up a set-up code and makes the first administrator, with a
// session. The person of the command line, where there is one, becomes that
// administrator and keeps everything. A second set-up is a Conflict; a code
// that is unknown, over or used is Unauthorized. Of any number of callers at
// once one succeeds.
func (s *Store) SetUp(ctx context.Context, n NewAdministrator, e audit.Event) (audipy.User, UserSession, error) {
	var user audipy.User
	var made UserSession
	err := s.systemChange(ctx, e, func(c *change) error {
		if err := c.refuseSecondSetUp(ctx); err != nil {
			return err
		}
		used, err := c.exec(ctx, `
			UPDATE one_time_codes SET used_at = $3
			WHERE hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3`,
			n.CodeHash, string(CodeSetUp), micros(c.now))
		if err != nil {
			return wrap(err, "use set-up code")
		}
		if used == 0 {
			return audipy.Fail(audipy.Unauthorized, "this set-up code is wrong, used or over", nil).
				WithHint("take the newest one from where AudiPy was started")
		}
		if user, err = c.makeAdministrator(ctx, n, e); err != nil {
			return err
		}
		c.event.Target = audit.Handle(user.ID)
		made, err = c.startSession(ctx, user.ID, n.Session)
		return err
	})
	if err != nil {
		return audipy.User{}, UserSession{}, err
	}
	return user, made, nil
}

// makeAdministrator turns the person of the command line into the
// administrator, or makes a new person.
func (q session) makeAdministrator(ctx context.Context, n NewAdministrator, e audit.Event) (audipy.User, error) {
	var local string
	err := q.one(ctx, []any{&local}, `SELECT id FROM users WHERE email = $1`, audipy.LocalEmail)
	if lost(err) {
		return q.insertAdministrator(ctx, n, e)
	}
	if err != nil {
		return audipy.User{}, wrap(err, "look for the local person")
	}
	prev, err := q.lockChain(ctx, audipy.UserID(local))
	if err != nil {
		return audipy.User{}, err
	}
	var user audipy.User
	err = q.one(ctx, userFields(&user), `
		UPDATE users SET email = $2, name = $3, role = $4, password_hash = $5, password_pepper = $6,
			password_changed_at = $7, password_failures = 0, password_disabled_at = NULL,
			security_epoch = security_epoch + 1, updated_at = $7
		WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM users WHERE email = $2) RETURNING `+userColumns,
		local, n.Email, n.Name, string(audipy.Administrator), n.Password.Hash, n.Password.Pepper, micros(q.now))
	if lost(err) {
		return audipy.User{}, addressTaken()
	}
	if err != nil {
		return audipy.User{}, wrap(err, "adopt the local person")
	}
	return user, q.appendRecord(ctx, prev, user.ID, e, true)
}

func addressTaken() error {
	return audipy.Fail(audipy.Conflict, "there is a person with this e-mail address already", nil)
}

func (q session) insertAdministrator(ctx context.Context, n NewAdministrator, e audit.Event) (audipy.User, error) {
	id, err := newID()
	if err != nil {
		return audipy.User{}, err
	}
	var user audipy.User
	err = q.one(ctx, userFields(&user), `
		INSERT INTO users (id, email, name, role, is_active, password_hash, password_pepper, password_changed_at,
			created_at, updated_at)
		VALUES ($1, $2, $3, $4, TRUE, $5, $6, $7, $7, $7) ON CONFLICT (email) DO NOTHING RETURNING `+userColumns,
		id, n.Email, n.Name, string(audipy.Administrator), n.Password.Hash, n.Password.Pepper, micros(q.now))
	if lost(err) {
		return audipy.User{}, addressTaken()
	}
	if err != nil {
		return audipy.User{}, wrap(err, "make the administrator")
	}
	return user, q.beginChain(ctx, user.ID, e)
}

// ResetCodeOwner returns whose new password a code is good for, or NotFound.
func (s *Store) ResetCodeOwner(ctx context.Context, hash []byte) (audipy.User, error) {
	var user audipy.User
	q := s.reading()
	err := q.one(ctx, userFields(&user), `
		SELECT `+ownerColumns+`
		FROM one_time_codes c JOIN users u ON u.id = c.user_id
		WHERE c.hash = $1 AND c.purpose = $2 AND c.used_at IS NULL AND c.expires_at > $3`,
		hash, string(CodeReset), micros(q.now))
	return user, absent(err, "look up reset code", "reset code")
}

// Users returns everybody, ordered by address, for whoever runs the server.
func (s *Store) Users(ctx context.Context) ([]audipy.User, error) {
	all, err := list(ctx, s.reading(), userFields, `SELECT `+userColumns+` FROM users ORDER BY email`)
	return all, wrap(err, "list people")
}

// PasswordByEmail is Password for an address in its canonical form.
func (s *Store) PasswordByEmail(ctx context.Context, email string) (Password, error) {
	var p Password
	err := s.reading().one(ctx, passwordFields(&p), `SELECT `+passwordColumns+` FROM users WHERE email = $1`, email)
	return p, absent(err, "look up person", "person")
}

// SessionByToken returns the session whose token has the hash, with its
// person, or NotFound when none that is alive has.
func (s *Store) SessionByToken(ctx context.Context, hash []byte) (audipy.User, UserSession, error) {
	var user audipy.User
	var found UserSession
	q := s.reading()
	err := q.one(ctx, append(sessionFields(&found), userFields(&user)...), `
		SELECT `+sessionColumns+`, `+ownerColumns+`
		FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = $1 AND `+alive, hash, micros(q.now))
	if err != nil {
		return audipy.User{}, UserSession{}, absent(err, "look up session", "session")
	}
	return user, found, nil
}

// PendingSignIn returns the sign-in that waits for its second factor and whose
// token has the hash, with its person, or NotFound when none that is good has.
func (s *Store) PendingSignIn(ctx context.Context, hash []byte) (audipy.User, PendingSignIn, error) {
	var user audipy.User
	var p PendingSignIn
	q := s.reading()
	err := q.one(ctx, append([]any{&p.ID, &p.Remembered, at(&p.ExpiresAt)}, userFields(&user)...), `
		SELECT p.id, p.remembered, p.expires_at, `+ownerColumns+`
		FROM pending_sign_ins p JOIN users u ON u.id = p.user_id WHERE p.token_hash = $1 AND `+awaited, hash, micros(q.now))
	if err != nil {
		return audipy.User{}, PendingSignIn{}, absent(err, "look up sign-in", "sign-in that waits for its second factor")
	}
	return user, p, nil
}

// PasskeyOwner returns the passkey with the name that its device gave it, with
// its person and what authenticators know them by, or NotFound.
func (s *Store) PasskeyOwner(ctx context.Context, credentialID []byte) (audipy.User, []byte, Passkey, error) {
	var user audipy.User
	var handle []byte
	var p Passkey
	err := s.reading().one(ctx, append(append(passkeyFields(&p), &handle), userFields(&user)...), `
		SELECT p.id, p.credential_id, p.host, p.sealed_record, p.name, p.sign_count, p.created_at, p.last_used_at,
			u.passkey_handle, `+ownerColumns+`
		FROM passkeys p JOIN users u ON u.id = p.user_id WHERE p.credential_id = $1`, credentialID)
	return user, handle, p, absent(err, "look up passkey", "passkey")
}

// AddSignInChallenge keeps the hash of a challenge for whoever signs in, for
// ttl.
func (s *Store) AddSignInChallenge(ctx context.Context, hash []byte, ttl time.Duration) error {
	return s.transact(ctx, func(q session) error {
		_, err := q.exec(ctx, `INSERT INTO one_time_codes (hash, purpose, created_at, expires_at) VALUES ($1, $2, $3, $4)`,
			hash, string(CodePasskeySignIn), micros(q.now), micros(q.now.Add(ttl)))
		return wrap(err, "keep challenge")
	})
}

// TakeSignInChallenge uses such a challenge up; when it is over or used it is
// NotFound.
func (s *Store) TakeSignInChallenge(ctx context.Context, hash []byte) error {
	return s.transact(ctx, func(q session) error {
		err := q.touch(ctx, `DELETE FROM one_time_codes WHERE user_id IS NULL AND hash = $1 AND purpose = $2 AND expires_at > $3`,
			hash, string(CodePasskeySignIn), micros(q.now))
		return absent(err, "use challenge", "challenge")
	})
}

// RootSecret is a version of the secret that other keys are derived from,
// sealed by the key.
type RootSecret struct {
	Version int64
	Sealed  []byte
}

// RootSecrets returns every version, the newest first.
func (s *Store) RootSecrets(ctx context.Context) ([]RootSecret, error) {
	var all []RootSecret
	err := s.reading().each(ctx, func(rows *sql.Rows) error {
		var one RootSecret
		if err := rows.Scan(&one.Version, &one.Sealed); err != nil {
			return fmt.Errorf("scan root secret: %w", err)
		}
		all = append(all, one)
		return nil
	}, `SELECT version, sealed FROM root_secrets ORDER BY version DESC`)
	return all, wrap(err, "read root secrets")
}

// AddRootSecret keeps a version of the root secret unless there is one of that
// number already; then it changes and records nothing.
func (s *Store) AddRootSecret(ctx context.Context, r RootSecret, e audit.Event) error {
	return s.systemChange(ctx, e, func(c *change) error {
		n, err := c.exec(ctx, `
			INSERT INTO root_secrets (version, sealed, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (version) DO NOTHING`, r.Version, r.Sealed, micros(c.now))
		c.quiet = n == 0
		return wrap(err, "keep root secret")
	})
}

// ReplaceRootSecret swaps the sealed form of a version for another, unless the
// old form is no longer there: then it is a Conflict.
func (s *Store) ReplaceRootSecret(ctx context.Context, old RootSecret, sealed []byte, e audit.Event) error {
	return s.systemChange(ctx, e, func(c *change) error {
		n, err := c.exec(ctx, `UPDATE root_secrets SET sealed = $3 WHERE version = $1 AND sealed = $2`, old.Version, old.Sealed, sealed)
		if err == nil && n == 0 {
			return audipy.Fail(audipy.Conflict, "the root secret was replaced by somebody else meanwhile", nil)
		}
		return wrap(err, "replace root secret")
	})
}

// RecordSystem appends an event that concerns no person of ours to the system
// chain.
func (s *Store) RecordSystem(ctx context.Context, e audit.Event) error {
	return s.systemChange(ctx, e, func(*change) error { return nil })
}

// CountUnknownFailure is CountPasswordFailure for an address that nobody has:
// it does as much, touches nobody and leaves its record in the system chain.
func (s *Store) CountUnknownFailure(ctx context.Context, e audit.Event) error {
	return s.systemChange(ctx, e, func(c *change) error {
		_, err := c.exec(ctx, `UPDATE users SET password_failures = password_failures + 1 WHERE id = $1`, "")
		return wrap(err, "count wrong password")
	})
}

// SystemRecords returns the records of the system chain with a number above
// after, in order, at most limit of them; a limit of 0 or less means 100.
func (s *Store) SystemRecords(ctx context.Context, after int64, limit int) ([]audit.Record, error) {
	if limit <= 0 {
		limit = 100
	}
	var records []audit.Record
	err := s.reading().eachSystemRecord(ctx, func(r audit.Record) error {
		records = append(records, r)
		return nil
	}, after, limit)
	return records, err
}

// LatestSystemRecord returns the newest record of an action with an outcome in
// the system chain, or NotFound.
func (s *Store) LatestSystemRecord(ctx context.Context, a audit.Action, o audit.Outcome) (audit.Record, error) {
	r := audit.Record{User: SystemChain}
	err := s.reading().one(ctx, []any{&r.Seq, at(&r.At), &r.Action, &r.Outcome, &r.Target, jsonText{&r.Counts}, &r.PrevHash, &r.Hash}, `
		SELECT seq, at, action, outcome, target, counts, prev_hash, hash FROM system_audit_records
		WHERE chain = $1 AND action = $2 AND outcome = $3 ORDER BY seq DESC LIMIT 1`, string(SystemChain), string(a), string(o))
	return r, absent(err, "look for the newest record", "record")
}

// VerifySystemAudit is VerifyAudit for the system chain. Where no server has
// been the head has the number 0.
func (s *Store) VerifySystemAudit(ctx context.Context, known ...audit.Checkpoint) (audit.Checkpoint, error) {
	var head audit.Checkpoint
	err := s.snapshot(ctx, func(q session) error {
		var err error
		head, err = q.verifySystem(ctx, known...)
		return err
	})
	return head, err
}

// SystemAuditHead is AuditHead for the system chain; its number is 0 where no
// server has been.
func (s *Store) SystemAuditHead(ctx context.Context) (audit.Checkpoint, error) {
	head := audit.Checkpoint{User: SystemChain, Hash: make([]byte, audit.HashSize)}
	err := s.reading().one(ctx, []any{&head.Seq, &head.Hash},
		`SELECT seq, hash FROM system_audit_heads WHERE chain = $1`, string(SystemChain))
	if lost(err) {
		return head, nil
	}
	return head, wrap(err, "read the end of the system audit trail")
}
