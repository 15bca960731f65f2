package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// Census counts what there is for all people together.
type Census struct {
	// Sessions are those that are alive.
	Sessions int
	// Accounts are the linked ones by state, and those that were.
	Accounts map[audipy.AccountState]int
	// Leases are those that are held.
	Leases map[LeaseKind]int
}

// Census counts, from one consistent view.
func (s *Store) Census(ctx context.Context) (Census, error) {
	c := Census{Accounts: map[audipy.AccountState]int{}, Leases: map[LeaseKind]int{}}
	err := s.snapshot(ctx, func(q session) error {
		err := q.one(ctx, []any{&c.Sessions}, `SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE `+
			strings.ReplaceAll(alive, "$2", "$1"), micros(q.now))
		if err != nil {
			return err
		}
		if err := tally(ctx, q, c.Accounts, `SELECT state, count(*) FROM user_audible_accounts GROUP BY state`); err != nil {
			return err
		}
		return tally(ctx, q, c.Leases, `SELECT kind, count(*) FROM account_leases WHERE held_until > $1 GROUP BY kind`, micros(q.now))
	})
	return c, wrap(err, "count what there is")
}

// tally reads rows of a value and how often it is there.
func tally[K ~string](ctx context.Context, q session, into map[K]int, query string, args ...any) error {
	return q.each(ctx, func(rows *sql.Rows) error {
		var key K
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			return fmt.Errorf("scan a count: %w", err)
		}
		into[key] = n
		return nil
	}, query, args...)
}
