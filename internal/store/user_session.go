package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// UserSession is a person's session in one browser.
type UserSession struct {
	// ID is a UUIDv7 given by the store. It stays when the token is replaced.
	ID string
	// Remembered says that it outlives the browser's own end.
	Remembered bool
	// SignedInAt, and LastSeenAt to the minute.
	SignedInAt, LastSeenAt time.Time
	// IdleUntil is when it ends unless it is used, EndsAt when it ends
	// whatever happens.
	IdleUntil, EndsAt time.Time
	// SteppedUpUntil is the end of the time after the password was given
	// again; else the zero time.
	SteppedUpUntil time.Time
	// UserAgent and Address are what the browser showed at sign-in.
	UserAgent, Address string
}

// NewSession is what StartSession needs to know.
type NewSession struct {
	// TokenHash is the SHA-256 of the token, which the store never sees.
	TokenHash  []byte
	Remembered bool
	// Idle and Absolute are how long it lasts; SteppedUp how long the
	// password that was just given counts as given again.
	Idle, Absolute, SteppedUp time.Duration
	UserAgent, Address        string
	// Limit is how many sessions a person may have; the ones unused for the
	// longest end when there would be more.
	Limit int
	// Notice is what the person is told of this session, unless they want no
	// notices; nil for nothing.
	Notice *audipy.Notice
}

const sessionColumns = `s.id, s.remembered, s.signed_in_at, s.last_seen_at, s.idle_until, s.ends_at, s.stepped_up_until,
	s.user_agent, s.address`

func sessionFields(u *UserSession) []any {
	return []any{
		&u.ID, &u.Remembered, at(&u.SignedInAt), at(&u.LastSeenAt), at(&u.IdleUntil), at(&u.EndsAt),
		at(&u.SteppedUpUntil), &u.UserAgent, &u.Address,
	}
}

// alive is the condition under which a session s of the person u is good.
const alive = `s.epoch = u.security_epoch AND u.is_active AND s.idle_until > $2 AND s.ends_at > $2`

// StartSession begins a session of a person whose password was checked against
// the hash checked. When that is no longer the person's hash, when it is
// disabled or the person is, or when they have a second factor, it is NotFound:
// a password that was changed meanwhile lets nobody in. It also forgets the
// wrong passwords before.
func (s *Store) StartSession(
	ctx context.Context, user audipy.UserID, checked string, n NewSession, e audit.Event,
) (UserSession, error) {
	var made UserSession
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		if err := c.forgetFailures(ctx, checked, noFactor); err != nil {
			return err
		}
		var err error
		made, err = c.startSession(ctx, user, n)
		c.event.Target = made.ID
		return err
	})
	if err != nil {
		return UserSession{}, err
	}
	return made, nil
}

// startSession makes room for a session, inserts it, and has the person told of
// it.
func (q session) startSession(ctx context.Context, user audipy.UserID, n NewSession) (UserSession, error) {
	id, err := newID()
	if err != nil {
		return UserSession{}, err
	}
	_, err = q.exec(ctx, `
		DELETE FROM sessions WHERE user_id = $1 AND id NOT IN (
			SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
			WHERE s.user_id = $1 AND `+alive+` ORDER BY s.last_seen_at DESC, s.id DESC LIMIT $3)`,
		string(user), micros(q.now), n.Limit-1)
	if err != nil {
		return UserSession{}, wrap(err, "make room for a session")
	}
	made := UserSession{
		ID: id, Remembered: n.Remembered, SignedInAt: q.now, LastSeenAt: q.now,
		EndsAt: q.now.Add(n.Absolute).Truncate(time.Microsecond), UserAgent: n.UserAgent, Address: n.Address,
	}
	made.IdleUntil = earlier(q.now.Add(n.Idle).Truncate(time.Microsecond), made.EndsAt)
	if n.SteppedUp > 0 {
		made.SteppedUpUntil = q.now.Add(n.SteppedUp).Truncate(time.Microsecond)
	}
	_, err = q.exec(ctx, `
		INSERT INTO sessions (user_id, id, token_hash, epoch, remembered, signed_in_at, last_seen_at, idle_until,
			ends_at, stepped_up_until, user_agent, address)
		SELECT id, $2, $3, security_epoch, $4, CAST($5 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT),
			CAST($7 AS BIGINT), CAST($8 AS BIGINT), $9, $10
		FROM users WHERE id = $1`,
		string(user), id, n.TokenHash, n.Remembered, micros(q.now), micros(made.IdleUntil), micros(made.EndsAt),
		micros(made.SteppedUpUntil), n.UserAgent, n.Address)
	if err != nil || n.Notice == nil {
		return made, wrap(err, "begin session")
	}
	if err := q.addNotice(ctx, user, *n.Notice); err != nil {
		return made, err
	}
	return made, q.noticesDue(ctx, user)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// UserSessions returns the person's sessions that are alive, the last used
// first.
func (s *Store) UserSessions(ctx context.Context, user audipy.UserID) ([]UserSession, error) {
	q := s.of(user)
	all, err := list(ctx, q, sessionFields, `
		SELECT `+sessionColumns+` FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.user_id = $1 AND `+alive+` ORDER BY s.last_seen_at DESC, s.id DESC`, string(user), micros(q.now))
	return all, wrap(err, "list sessions")
}

// SeeSession notes that a session was used: it then idles from now. One that
// was noted less than every ago is left as it is.
func (s *Store) SeeSession(ctx context.Context, user audipy.UserID, id string, idle, every time.Duration) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			UPDATE sessions SET last_seen_at = $3,
				idle_until = CASE WHEN ends_at < CAST($4 AS BIGINT) THEN ends_at ELSE CAST($4 AS BIGINT) END
			WHERE user_id = $1 AND id = $2 AND last_seen_at <= $5`,
			string(user), id, micros(q.now), micros(q.now.Add(idle)), micros(q.now.Add(-every)))
		return absent(err, "note session", "session that idles")
	})
}

// Reproof is what somebody who is signed in has proven anew.
type Reproof struct {
	// Password is the hash that the password was checked against; empty where
	// the proof is a passkey whose device has seen to who holds it.
	Password string
	// Proof is the second factor, for a person who has one.
	Proof Proof
}

// StepUp gives a session a new token and notes that the password and the
// second factor were given again, if the person's hash is still the one that
// the password was checked against. A factor that was used meanwhile, or none
// from a person who has one, is a Conflict.
func (s *Store) StepUp(
	ctx context.Context, user audipy.UserID, id string, p Reproof, n NewSession, e audit.Event,
) (UserSession, error) {
	var renewed UserSession
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		var err error
		renewed, err = c.renewSession(ctx, id, n,
			`CAST($7 AS BOOLEAN) OR u.password_hash = $6 AND u.password_disabled_at IS NULL`,
			p.Password, p.Password == "" && p.Proof.Passkey.ID != "")
		if err != nil {
			return err
		}
		if err := c.use(ctx, p.Proof); err != nil {
			return err
		}
		_, err = c.exec(ctx, `UPDATE users SET password_failures = 0 WHERE id = $1`, string(user))
		return wrap(err, "step up")
	})
	return renewed, err
}

// renewSession gives a session that is alive a new token, stepped up, under a
// condition on the person u whose arguments begin at $6.
func (c *change) renewSession(ctx context.Context, id string, n NewSession, condition string, args ...any) (UserSession, error) {
	err := c.touch(ctx, `
		UPDATE sessions SET token_hash = $4, stepped_up_until = $5, last_seen_at = $2
		WHERE user_id = $1 AND id = $3 AND EXISTS (
			SELECT 1 FROM sessions s JOIN users u ON u.id = s.user_id
			WHERE s.user_id = $1 AND s.id = $3 AND `+alive+` AND (`+condition+`))`,
		append([]any{string(c.user), micros(c.now), id, n.TokenHash, micros(c.now.Add(n.SteppedUp))}, args...)...)
	if err != nil {
		return UserSession{}, absent(err, "step up", "session")
	}
	var renewed UserSession
	err = c.one(ctx, sessionFields(&renewed),
		`SELECT `+sessionColumns+` FROM sessions s WHERE s.user_id = $1 AND s.id = $2`, string(c.user), id)
	return renewed, wrap(err, "step up")
}

// EndSession ends a session of the person; NotFound when there is none.
func (s *Store) EndSession(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		err := c.touch(ctx, `DELETE FROM sessions WHERE user_id = $1 AND id = $2`, string(user), id)
		return absent(err, "end session", "session")
	})
}

// EndSessions ends all sessions of the person but the one named keep, which
// may be empty, and returns how many there were. Without one to keep, the
// security epoch rises as well, and a change of address that was begun ends.
func (s *Store) EndSessions(ctx context.Context, user audipy.UserID, keep string, e audit.Event) (int, error) {
	var n int64
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		var err error
		n, err = c.exec(ctx, `DELETE FROM sessions WHERE user_id = $1 AND id <> $2`, string(user), keep)
		if err != nil {
			return wrap(err, "end sessions")
		}
		c.event.Counts = map[string]int{"sessions": int(n)}
		if keep != "" {
			return nil
		}
		if _, err = c.exec(ctx, `UPDATE users SET security_epoch = security_epoch + 1 WHERE id = $1`, string(user)); err != nil {
			return wrap(err, "end sessions")
		}
		return c.endOf(ctx, "address_changes")
	})
	return int(n), err
}
