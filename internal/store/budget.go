package store

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Rate is a budget of calls: so many a second on average, a burst of so many
// at once after a rest, and so many in a day (UTC). All must be above 0.
type Rate struct {
	PerSecond float64
	Burst     int
	Daily     int
}

// interval is the time that one call costs, in microseconds.
func (r Rate) interval() int64 { return max(1, int64(1e6/r.PerSecond)) }

func (r Rate) validate(cost int) error {
	if r.PerSecond <= 0 || r.Burst < 1 || r.Daily < 1 || cost < 1 || cost > r.Burst || cost > r.Daily {
		return errors.New("a budget needs a rate, a burst and a daily limit that the cost fits in")
	}
	return nil
}

// Taken says whether a budget had room.
type Taken struct {
	// OK is true when the calls may be made now.
	OK bool
	// Wait is how long until there may be room; 0 when OK.
	Wait time.Duration
	// Exhausted is true when the day's limit is what stands in the way: Wait
	// then lasts until the next day.
	Exhausted bool
}

// normalPace is the slowdown, in percent of the interval, of an account that
// Audible has not complained about; slowestPace bounds the halvings at six.
const (
	normalPace  = 100
	slowestPace = 6400
)

// BudgetRequest asks for Cost calls, at least 1, under a Rate.
type BudgetRequest struct {
	Account audipy.AccountID
	Cost    int
	Rate    Rate
}

// TakeBudget takes calls out of an account's budget if there is room, in one
// statement (GCRA): however many processes ask at once, no more is given than
// the rate allows. It is a Conflict for an account that was unlinked, so that a
// process which still has its credentials in memory makes no further call.
func (s *Store) TakeBudget(ctx context.Context, user audipy.UserID, r BudgetRequest) (Taken, error) {
	if err := r.Rate.validate(r.Cost); err != nil {
		return Taken{}, wrap(err, "take calls from the budget")
	}
	taken := Taken{OK: true}
	err := s.transact(ctx, func(q session) error {
		if err := q.checkLinked(ctx, user, r.Account); err != nil {
			return err
		}
		// tat is when the bucket would be full again. A call is allowed as
		// long as tat stays within Burst intervals of the present.
		interval, now := r.Rate.interval(), q.now.UnixMicro()
		var tat int64
		err := q.one(ctx, []any{&tat}, `
			INSERT INTO call_budgets (user_id, account_id, tat, day, used)
			VALUES ($1, $2, CAST($3 AS BIGINT) + CAST($4 AS BIGINT), $5, CAST($6 AS BIGINT))
			ON CONFLICT (user_id, account_id) DO UPDATE SET
				tat = CASE WHEN call_budgets.tat > $3 THEN call_budgets.tat ELSE $3 END
					+ $4 * call_budgets.slowdown / 100,
				used = CASE WHEN call_budgets.day = $5 THEN call_budgets.used ELSE 0 END + $6,
				day = $5
			WHERE CASE WHEN call_budgets.tat > $3 THEN call_budgets.tat ELSE $3 END
					+ $4 * call_budgets.slowdown / 100 <= $3 + CAST($7 AS BIGINT) * call_budgets.slowdown / 100
				AND CASE WHEN call_budgets.day = $5 THEN call_budgets.used ELSE 0 END + $6 <= $8
			RETURNING tat`,
			string(user), string(r.Account), now, interval*int64(r.Cost), q.now.Format(time.DateOnly), r.Cost,
			interval*int64(r.Rate.Burst), r.Rate.Daily)
		if lost(err) {
			taken, err = q.denied(ctx, user, r)
		}
		return wrap(err, "take calls from the budget")
	})
	if err != nil {
		return Taken{}, err
	}
	return taken, nil
}

// denied says how long to wait.
func (q session) denied(ctx context.Context, user audipy.UserID, r BudgetRequest) (Taken, error) {
	var tat, used, slowdown int64
	var day string
	err := q.one(ctx, []any{&tat, &day, &used, &slowdown}, `
		SELECT tat, day, used, slowdown FROM call_budgets WHERE user_id = $1 AND account_id = $2`,
		string(user), string(r.Account))
	if err != nil {
		return Taken{}, err
	}
	if day == q.now.Format(time.DateOnly) && used+int64(r.Cost) > int64(r.Rate.Daily) {
		midnight := q.now.Truncate(24 * time.Hour).Add(24 * time.Hour)
		return Taken{Wait: midnight.Sub(q.now), Exhausted: true}, nil
	}
	room := r.Rate.interval() * int64(r.Rate.Burst-r.Cost) * slowdown / normalPace
	wait := time.Duration(max(tat, q.now.UnixMicro())-room-q.now.UnixMicro()) * time.Microsecond
	return Taken{Wait: max(wait, time.Microsecond)}, nil
}

// HalveBudget halves the pace of an account, because Audible said that it was
// too fast. Six halvings are the most.
func (s *Store) HalveBudget(ctx context.Context, user audipy.UserID, account audipy.AccountID) error {
	return s.transact(ctx, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			INSERT INTO call_budgets (user_id, account_id, tat, day, used, slowdown, slowed_at)
			VALUES ($1, $2, 0, '', 0, $3, $4)
			ON CONFLICT (user_id, account_id) DO UPDATE SET slowed_at = excluded.slowed_at,
				slowdown = CASE WHEN call_budgets.slowdown * 2 > $5 THEN $5 ELSE call_budgets.slowdown * 2 END`,
			string(user), string(account), 2*normalPace, micros(q.now), slowestPace)
		return wrap(err, "slow down")
	})
}

// RecoverBudget takes back one halving when the last halving or recovery is at
// least a rest ago, and reports whether the account has its full pace.
func (s *Store) RecoverBudget(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, rest time.Duration,
) (bool, error) {
	slowdown := int64(normalPace)
	err := s.transact(ctx, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			UPDATE call_budgets SET slowdown = slowdown / 2, slowed_at = $3
			WHERE user_id = $1 AND account_id = $2 AND slowdown > $4 AND slowed_at <= $5`,
			string(user), string(account), micros(q.now), normalPace, micros(q.now.Add(-rest)))
		if err != nil {
			return wrap(err, "speed up")
		}
		err = q.one(ctx, []any{&slowdown}, `
			SELECT slowdown FROM call_budgets WHERE user_id = $1 AND account_id = $2`, string(user), string(account))
		if lost(err) {
			return nil
		}
		return wrap(err, "speed up")
	})
	return err == nil && slowdown <= normalPace, err
}
