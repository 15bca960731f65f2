package store

import (
	"context"
	"errors"
	"time"
)

// The budget of the instance is one row for all its processes. The methods of
// this file that are exported are on the closed list of system.go.

// TakeInstanceBudget takes calls out of the budget of the instance alone, for
// calls that no account's budget counts.
func (s *Store) TakeInstanceBudget(ctx context.Context, rate Rate, cost int) (Taken, error) {
	var taken Taken
	err := s.transact(ctx, func(q session) error {
		var err error
		taken, err = q.takeInstance(ctx, rate, cost)
		if err == nil && !taken.OK {
			err = errDenied
		}
		return err
	})
	if err != nil && !errors.Is(err, errDenied) {
		return Taken{}, wrap(err, "take calls from the budget of the instance")
	}
	return taken, nil
}

// takeInstance is takeAccount for the one row of the instance.
func (q session) takeInstance(ctx context.Context, rate Rate, cost int) (Taken, error) {
	if err := rate.validate(cost); err != nil {
		return Taken{}, err
	}
	interval, now := rate.interval(), q.now.UnixMicro()
	var tat int64
	err := q.one(ctx, []any{&tat}, `
		INSERT INTO instance_budget (id, tat, day, used)
		VALUES (1, CAST($1 AS BIGINT) + CAST($2 AS BIGINT), $3, CAST($4 AS BIGINT))
		ON CONFLICT (id) DO UPDATE SET
			tat = CASE WHEN instance_budget.tat > $1 THEN instance_budget.tat ELSE $1 END
				+ $2 * instance_budget.slowdown / 100,
			used = CASE WHEN instance_budget.day = $3 THEN instance_budget.used ELSE 0 END + $4,
			day = $3
		WHERE CASE WHEN instance_budget.tat > $1 THEN instance_budget.tat ELSE $1 END
				+ $2 * instance_budget.slowdown / 100 <= $1 + CAST($5 AS BIGINT) * instance_budget.slowdown / 100
			AND CASE WHEN instance_budget.day = $3 THEN instance_budget.used ELSE 0 END + $4 <= $6
		RETURNING tat`,
		now, interval*int64(cost), q.now.Format(time.DateOnly), cost, interval*int64(rate.Burst), rate.Daily)
	if !lost(err) {
		return Taken{OK: true}, err
	}
	var b bucket
	err = q.one(ctx, b.fields(), `SELECT `+bucketColumns+` FROM instance_budget WHERE id = 1`)
	return b.denied(q.now, rate, cost), err
}

func (q session) halveInstance(ctx context.Context) error {
	_, err := q.exec(ctx, `
		INSERT INTO instance_budget (id, tat, day, used, slowdown, slowed_at) VALUES (1, 0, '', 0, $1, $2)
		ON CONFLICT (id) DO UPDATE SET slowed_at = excluded.slowed_at,
			slowdown = CASE WHEN instance_budget.slowdown * 2 > $3 THEN $3 ELSE instance_budget.slowdown * 2 END`,
		2*normalPace, micros(q.now), slowestPace)
	return wrap(err, "slow the instance down")
}

func (q session) recoverInstance(ctx context.Context, rest time.Duration) error {
	_, err := q.exec(ctx, `
		UPDATE instance_budget SET slowdown = slowdown / 2, slowed_at = $1
		WHERE id = 1 AND slowdown > $2 AND slowed_at <= $3`,
		micros(q.now), normalPace, micros(q.now.Add(-rest)))
	return wrap(err, "speed the instance up")
}

// InstanceBudget returns how the budget of the instance stands.
func (s *Store) InstanceBudget(ctx context.Context) (Budget, error) {
	q := s.reading()
	var b bucket
	err := q.one(ctx, b.fields(), `SELECT `+bucketColumns+` FROM instance_budget WHERE id = 1`)
	return b.budget(q.now, err)
}
