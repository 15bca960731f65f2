package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: administrators who want
// the second factors of others taken away. It happens after a while, so that
// the person can call it off.

// AskFactorRemoval has the second factors of a person taken away after a while,
// and returns when. One that was asked for before stays as it is and is not
// recorded. A person without a second factor is a Conflict with the code
// no_second_factor.
func (s *Store) AskFactorRemoval(ctx context.Context, a Act, after time.Duration, e audit.Event) (due time.Time, err error) {
	err = s.act(ctx, a, e, func(c *change) error {
		var bare bool
		err := c.one(ctx, []any{&bare}, `SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND `+noFactor+`)`, string(a.On))
		if err != nil {
			return wrap(err, "look for second factors")
		}
		if bare {
			return audipy.Fail(audipy.Conflict, "This person has no second factor.", nil).WithCode("no_second_factor")
		}
		n, err := c.exec(ctx, `
			INSERT INTO factor_removals (user_id, asked_at, due_at) VALUES ($1, $2, $3) ON CONFLICT (user_id) DO NOTHING`,
			string(a.On), micros(c.now), micros(c.now.Add(after)))
		if err != nil {
			return wrap(err, "keep removal of factors")
		}
		c.quiet = n == 0
		err = c.one(ctx, []any{at(&due)}, `SELECT due_at FROM factor_removals WHERE user_id = $1`, string(a.On))
		if err != nil {
			return wrap(err, "read removal of factors")
		}
		return c.dueNow(ctx, a.On, Job{Kind: JobFactors, Key: string(a.On), DueAt: due})
	})
	return due, err
}

// CancelFactorRemoval calls it off: by an administrator, or the person. Without
// one it is NotFound.
func (s *Store) CancelFactorRemoval(ctx context.Context, a Act, e audit.Event) error {
	return s.act(ctx, a, e, func(c *change) error {
		n, err := c.exec(ctx, `DELETE FROM factor_removals WHERE user_id = $1`, string(a.On))
		if err != nil {
			return wrap(err, "call removal of factors off")
		}
		if n == 0 {
			return audipy.Fail(audipy.NotFound, "nobody asked for that", nil)
		}
		return c.endJob(ctx, a.On, JobFactors, string(a.On))
	})
}

// FactorRemovals returns when the second factors of people are taken away, by
// person.
func (s *Store) FactorRemovals(ctx context.Context) (map[audipy.UserID]time.Time, error) {
	type removal struct {
		user audipy.UserID
		due  time.Time
	}
	found, err := list(ctx, s.reading(), func(r *removal) []any { return []any{&r.user, at(&r.due)} },
		`SELECT user_id, due_at FROM factor_removals`)
	all := map[audipy.UserID]time.Time{}
	for _, one := range found {
		all[one.user] = one.due
	}
	return all, wrap(err, "list removals of factors")
}

// BypassesRowSecurity reports whether the database shows the role that serves
// every row whatever row-level security says. SQLite has none to bypass.
func (s *Store) BypassesRowSecurity(ctx context.Context) (bool, error) {
	if s.read != s.write {
		return false, nil
	}
	var bypasses bool
	err := s.reading().one(ctx, []any{&bypasses}, `SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user`)
	return bypasses, wrap(err, "look at the role")
}
