package store

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"
)

// Throttle is a limit that an attempt has to pass.
type Throttle struct {
	// Name says what is counted, and Key by whom: a keyed hash, so that no
	// address stands in the table.
	Name string
	Key  []byte
	// Member, when set, makes it a limit on how many different members there
	// are, instead of on how many attempts.
	Member []byte
	// Limit is how many there may be within Window, which begins with the
	// first of them. Block, when set, is how long nothing passes after the
	// limit was reached; otherwise that is until the window ends.
	Limit  int
	Window time.Duration
	Block  time.Duration
	// Free attempts may follow each other at once; after them each must wait
	// twice as long as the one before, from a second to MaxDelay. A MaxDelay
	// of 0 means that none has to wait.
	Free     int
	MaxDelay time.Duration
}

// counter is a throttle's row.
type counter struct {
	attempts             int
	since, last, blocked time.Time
}

// TakeAttempt counts an attempt against all of the limits, or against none
// when one of them refuses it: then it returns how long to wait. It is a
// transaction of its own, before what is attempted: an attempt counts however
// it ends, and of many at once no more pass than the limit says.
func (s *Store) TakeAttempt(ctx context.Context, limits []Throttle) (wait time.Duration, err error) {
	limits = inOrder(limits)
	err = s.transact(ctx, func(q session) error {
		wait = 0
		counters := make([]counter, len(limits))
		for i, limit := range limits {
			if counters[i], err = q.lockCounter(ctx, limit); err != nil {
				return wrap(err, "count attempt")
			}
			must, err := q.mustWait(ctx, limit, &counters[i])
			if err != nil {
				return wrap(err, "count attempt")
			}
			wait = max(wait, must)
		}
		for i, limit := range limits {
			if err := q.saveCounter(ctx, limit, counters[i], wait == 0); err != nil {
				return wrap(err, "count attempt")
			}
		}
		return nil
	})
	return wait, err
}

// inOrder sorts limits, so that every transaction locks them alike.
func inOrder(limits []Throttle) []Throttle {
	return slices.SortedFunc(slices.Values(limits), func(a, b Throttle) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), bytes.Compare(a.Key, b.Key))
	})
}

// lockCounter returns the limit's row, made if need be and locked until the
// transaction ends; a window that is over begins anew.
func (q session) lockCounter(ctx context.Context, t Throttle) (counter, error) {
	var c counter
	err := q.one(ctx, []any{&c.attempts, at(&c.since), at(&c.last), at(&c.blocked)}, `
		INSERT INTO throttles (name, key, member, attempts, since, last_at, expires_at)
		VALUES ($1, $2, $3, 0, $4, $4, $5)
		ON CONFLICT (name, key, member) DO UPDATE SET attempts = throttles.attempts
		RETURNING attempts, since, last_at, blocked_until`,
		t.Name, t.Key, []byte{}, micros(q.now), micros(q.now.Add(t.Window)))
	if err == nil && !q.now.Before(c.since.Add(t.Window)) {
		c.attempts, c.since = 0, q.now
	}
	return c, err
}

// mustWait says how long the limit makes an attempt wait.
func (q session) mustWait(ctx context.Context, t Throttle, c *counter) (time.Duration, error) {
	if wait := c.blocked.Sub(q.now); wait > 0 {
		return wait, nil
	}
	full := c.attempts >= t.Limit
	if len(t.Member) > 0 {
		var others int
		err := q.one(ctx, []any{&others}, `
			SELECT count(*) FROM throttles WHERE name = $1 AND key = $2 AND member <> $3 AND member <> $4 AND since > $5`,
			t.Name, t.Key, t.Member, []byte{}, micros(q.now.Add(-t.Window)))
		if err != nil {
			return 0, err
		}
		full = others >= t.Limit
	}
	if full && t.Block > 0 {
		c.blocked = q.now.Add(t.Block)
		return t.Block, nil
	}
	if full {
		return c.since.Add(t.Window).Sub(q.now), nil
	}
	if t.MaxDelay > 0 && c.attempts >= t.Free {
		delay := min(time.Second<<min(c.attempts-t.Free, 30), t.MaxDelay)
		return max(0, c.last.Add(delay).Sub(q.now)), nil
	}
	return 0, nil
}

// saveCounter writes the row back, with the attempt in it if it counts.
func (q session) saveCounter(ctx context.Context, t Throttle, c counter, counts bool) error {
	if counts {
		c.attempts, c.last = c.attempts+1, q.now
	}
	expires := c.since.Add(t.Window)
	if c.blocked.After(expires) {
		expires = c.blocked
	}
	_, err := q.exec(ctx, `
		UPDATE throttles SET attempts = $4, since = $5, last_at = $6, blocked_until = $7, expires_at = $8
		WHERE name = $1 AND key = $2 AND member = $3`,
		t.Name, t.Key, []byte{}, c.attempts, micros(c.since), micros(c.last), micros(c.blocked), micros(expires))
	if err != nil || !counts || len(t.Member) == 0 {
		return err
	}
	_, err = q.exec(ctx, `
		INSERT INTO throttles (name, key, member, attempts, since, last_at, expires_at)
		VALUES ($1, $2, $3, 1, $4, $4, $5)
		ON CONFLICT (name, key, member) DO UPDATE SET since = excluded.since, last_at = excluded.last_at,
			attempts = throttles.attempts + 1, expires_at = excluded.expires_at`,
		t.Name, t.Key, t.Member, micros(q.now), micros(q.now.Add(t.Window)))
	return err
}

// ReturnAttempt takes back an attempt that TakeAttempt counted and that was
// none after all. What is in forget is begun anew.
func (s *Store) ReturnAttempt(ctx context.Context, counted, forget []Throttle) error {
	return s.transact(ctx, func(q session) error {
		for _, t := range inOrder(counted) {
			_, err := q.exec(ctx, `
				UPDATE throttles SET attempts = attempts - 1
				WHERE name = $1 AND key = $2 AND member IN ($3, $4) AND attempts > 0`, t.Name, t.Key, []byte{}, t.Member)
			if err != nil {
				return wrap(err, "take attempt back")
			}
			_, err = q.exec(ctx, `DELETE FROM throttles WHERE name = $1 AND key = $2 AND member <> $3 AND attempts = 0`,
				t.Name, t.Key, []byte{})
			if err != nil {
				return wrap(err, "take attempt back")
			}
		}
		for _, t := range inOrder(forget) {
			_, err := q.exec(ctx, `DELETE FROM throttles WHERE name = $1 AND key = $2`, t.Name, t.Key)
			if err != nil {
				return wrap(err, "forget attempts")
			}
		}
		return nil
	})
}

// DeleteExpiredSignIns deletes sessions, sign-ins and authenticators that nobody
// finished, one-time codes, invites, programs with their tokens, proposals of
// yesterday and counters whose time is over, and returns how many there were.
func (s *Store) DeleteExpiredSignIns(ctx context.Context) (int, error) {
	var deleted int64
	err := s.transact(ctx, func(q session) error {
		for _, query := range []string{
			`DELETE FROM sessions WHERE ends_at <= $1 OR idle_until <= $1`,
			`DELETE FROM pending_sign_ins WHERE expires_at <= $1`,
			`DELETE FROM provider_sign_ins WHERE expires_at <= $1`,
			`DELETE FROM authenticators WHERE expires_at <= $1`,
			`DELETE FROM one_time_codes WHERE expires_at <= $1`,
			`DELETE FROM throttles WHERE expires_at <= $1`,
			`DELETE FROM invites WHERE expires_at <= $1`,
			`DELETE FROM device_requests WHERE expires_at <= $1`,
			`DELETE FROM api_tokens WHERE expires_at <= $1`,
			`DELETE FROM programs WHERE ends_at <= $1 OR idle_until <= $1`,
			`DELETE FROM link_proposals WHERE created_at <= $1 - 86400000000`,
			`DELETE FROM address_changes WHERE expires_at <= $1`,
		} {
			n, err := q.exec(ctx, query, micros(q.now))
			if err != nil {
				return wrap(err, "delete what has expired")
			}
			deleted += n
		}
		return nil
	})
	return int(deleted), err
}
