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
	// Instance is what all accounts together may ask; the zero value leaves
	// that uncounted.
	Instance Rate
}

// errDenied takes back what a transaction took from one of two budgets.
var errDenied = errors.New("the budget has no room")

// TakeBudget takes calls out of an account's budget and out of that of the
// instance if both have room, each in one statement (GCRA): however many
// processes ask at once, no more is given than the rates allow. It is a
// Conflict for an account that was unlinked, so that a process which still has
// its credentials in memory makes no further call.
func (s *Store) TakeBudget(ctx context.Context, user audipy.UserID, r BudgetRequest) (Taken, error) {
	if err := r.Rate.validate(r.Cost); err != nil {
		return Taken{}, wrap(err, "take calls from the budget")
	}
	var taken Taken
	err := s.transactOf(ctx, user, func(q session) error {
		if err := q.checkLinked(ctx, user, r.Account); err != nil {
			return err
		}
		var err error
		if taken, err = q.takeAccount(ctx, user, r); err == nil && taken.OK && r.Instance != (Rate{}) {
			taken, err = q.takeInstance(ctx, r.Instance, r.Cost)
		}
		if err == nil && !taken.OK {
			err = errDenied
		}
		return wrap(err, "take calls from the budget")
	})
	if err != nil && !errors.Is(err, errDenied) {
		return Taken{}, err
	}
	return taken, nil
}

// takeAccount takes calls out of an account's budget.
func (q session) takeAccount(ctx context.Context, user audipy.UserID, r BudgetRequest) (Taken, error) {
	// tat is when the bucket would be full again. A call is allowed as long as
	// tat stays within Burst intervals of the present.
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
	if !lost(err) {
		return Taken{OK: true}, err
	}
	var b bucket
	err = q.one(ctx, b.fields(), `SELECT `+bucketColumns+` FROM call_budgets WHERE user_id = $1 AND account_id = $2`,
		string(user), string(r.Account))
	return b.denied(q.now, r.Rate, r.Cost), err
}

// bucket is the row of a budget.
type bucket struct {
	tat, used, slowdown int64
	day                 string
	slowedAt            time.Time
}

const bucketColumns = `tat, day, used, slowdown, slowed_at`

func (b *bucket) fields() []any { return []any{&b.tat, &b.day, &b.used, &b.slowdown, at(&b.slowedAt)} }

// denied says how long to wait for room.
func (b *bucket) denied(now time.Time, r Rate, cost int) Taken {
	if b.usedOn(now)+cost > r.Daily {
		midnight := now.Truncate(24 * time.Hour).Add(24 * time.Hour)
		return Taken{Wait: midnight.Sub(now), Exhausted: true}
	}
	room := r.interval() * int64(r.Burst-cost) * b.slowdown / normalPace
	wait := time.Duration(max(b.tat, now.UnixMicro())-room-now.UnixMicro()) * time.Microsecond
	return Taken{Wait: max(wait, time.Microsecond)}
}

// usedOn is how many calls were made on the day of now.
func (b *bucket) usedOn(now time.Time) int {
	if b.day != now.Format(time.DateOnly) {
		return 0
	}
	return int(b.used)
}

// Budget is how a budget stands.
type Budget struct {
	// UsedToday counts the calls of the day (UTC).
	UsedToday int
	// Slowdown is how many times slower than usual the pace is, because
	// Audible complained: 1, 2, 4 and so on; SlowedAt is when that last
	// changed, the zero time for never.
	Slowdown int
	SlowedAt time.Time
}

// budget is the row in words; a row that is missing is an unused budget.
func (b *bucket) budget(now time.Time, err error) (Budget, error) {
	if lost(err) {
		return Budget{Slowdown: 1}, nil
	}
	return Budget{UsedToday: b.usedOn(now), Slowdown: int(b.slowdown / normalPace), SlowedAt: b.slowedAt},
		wrap(err, "read budget")
}

// AccountBudget returns how the budget of an account stands.
func (s *Store) AccountBudget(ctx context.Context, user audipy.UserID, account audipy.AccountID) (Budget, error) {
	var found Budget
	err := s.snapshotOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		var b bucket
		err := q.one(ctx, b.fields(), `SELECT `+bucketColumns+` FROM call_budgets WHERE user_id = $1 AND account_id = $2`,
			string(user), string(account))
		found, err = b.budget(q.now, err)
		return err
	})
	return found, err
}

// HalveBudget halves the pace of an account and that of the instance, because
// Audible said that it was too fast. Six halvings are the most.
func (s *Store) HalveBudget(ctx context.Context, user audipy.UserID, account audipy.AccountID) error {
	return s.transactOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			INSERT INTO call_budgets (user_id, account_id, tat, day, used, slowdown, slowed_at)
			VALUES ($1, $2, 0, '', 0, $3, $4)
			ON CONFLICT (user_id, account_id) DO UPDATE SET slowed_at = excluded.slowed_at,
				slowdown = CASE WHEN call_budgets.slowdown * 2 > $5 THEN $5 ELSE call_budgets.slowdown * 2 END`,
			string(user), string(account), 2*normalPace, micros(q.now), slowestPace)
		if err != nil {
			return wrap(err, "slow down")
		}
		return q.halveInstance(ctx)
	})
}

// RecoverBudget takes back one halving of the account, and one of the instance,
// when the last halving or recovery of each is at least a rest ago, and reports
// whether the account has its full pace.
func (s *Store) RecoverBudget(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, rest time.Duration,
) (bool, error) {
	slowdown := int64(normalPace)
	err := s.transactOf(ctx, user, func(q session) error {
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
		if err := q.recoverInstance(ctx, rest); err != nil {
			return err
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
