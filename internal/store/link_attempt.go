package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// attemptsKept is how long attempts are remembered: no limit looks further.
const attemptsKept = 24 * time.Hour

// LinkLimit allows a number of attempts in a time of at most 24 hours.
type LinkLimit struct {
	N   int
	Per time.Duration
}

// TakeLinkAttempt counts an attempt of a kind, in a transaction of its own so
// that it stays counted whatever becomes of it. When a limit is reached nothing
// is counted, and the result is how long until the next is allowed.
func (s *Store) TakeLinkAttempt(
	ctx context.Context, user audipy.UserID, kind string, limits ...LinkLimit,
) (time.Duration, error) {
	var wait time.Duration
	err := s.transactOf(ctx, user, func(q session) error {
		if _, err := q.lockChain(ctx, user); err != nil {
			return err
		}
		_, err := q.exec(ctx, `DELETE FROM link_attempts WHERE user_id = $1 AND at <= $2`,
			string(user), micros(q.now.Add(-attemptsKept)))
		if err != nil {
			return wrap(err, "forget old attempts")
		}
		before, err := q.linkAttempts(ctx, user, kind)
		if err != nil {
			return err
		}
		for _, limit := range limits {
			if len(before) >= limit.N {
				wait = max(wait, before[limit.N-1].Add(limit.Per).Sub(q.now))
			}
		}
		if wait > 0 {
			return nil
		}
		_, err = q.exec(ctx, `INSERT INTO link_attempts (user_id, kind, at) VALUES ($1, $2, $3)`,
			string(user), kind, micros(q.now))
		return wrap(err, "count attempt")
	})
	return wait, err
}

// LinkAttempts returns when the person tried something of a kind in the last 24
// hours, the newest first.
func (s *Store) LinkAttempts(ctx context.Context, user audipy.UserID, kind string) ([]time.Time, error) {
	return s.of(user).linkAttempts(ctx, user, kind)
}

func (q session) linkAttempts(ctx context.Context, user audipy.UserID, kind string) ([]time.Time, error) {
	var times []time.Time
	err := q.each(ctx, func(rows *sql.Rows) error {
		var t time.Time
		if err := rows.Scan(at(&t)); err != nil {
			return fmt.Errorf("scan attempt: %w", err)
		}
		times = append(times, t)
		return nil
	}, `
		SELECT at FROM link_attempts WHERE user_id = $1 AND kind = $2 AND at > $3 ORDER BY at DESC`,
		string(user), kind, micros(q.now.Add(-attemptsKept)))
	return times, wrap(err, "read attempts")
}
