package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// NoteSold keeps whether a store sells titles now, by ASIN.
func (s *Store) NoteSold(ctx context.Context, user audipy.UserID, marketplace string, sold map[string]bool) error {
	return s.transactOf(ctx, user, func(q session) error {
		if err := q.mustExist(ctx, user); err != nil {
			return err
		}
		put := bulk{
			head: `INSERT INTO sold_titles (user_id, marketplace, seen_at, asin, is_sold)`,
			tail: `ON CONFLICT (user_id, marketplace, asin) DO UPDATE SET
				is_sold = excluded.is_sold, seen_at = excluded.seen_at,
				delisted_at = CASE WHEN excluded.is_sold THEN NULL
					WHEN sold_titles.is_sold THEN excluded.seen_at ELSE sold_titles.delisted_at END`,
			shared: []any{string(user), marketplace, micros(q.now)}, width: 2,
		}
		asins := slices.Sorted(maps.Keys(sold))
		err := put.write(ctx, q, len(asins), func(i int, args []any) ([]any, error) {
			return append(args, asins[i], sold[asins[i]]), nil
		})
		return wrap(err, "note what is sold")
	})
}

// LookedSold returns the ASINs of a store of which it was asked at or after a
// time whether they are sold.
func (s *Store) LookedSold(
	ctx context.Context, user audipy.UserID, marketplace string, since time.Time,
) (map[string]bool, error) {
	looked := map[string]bool{}
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var asin string
		if err := rows.Scan(&asin); err != nil {
			return fmt.Errorf("scan title: %w", err)
		}
		looked[asin] = true
		return nil
	}, `SELECT asin FROM sold_titles WHERE user_id = $1 AND marketplace = $2 AND seen_at >= $3`,
		string(user), marketplace, micros(since))
	return looked, wrap(err, "read what is sold")
}

// Delisted returns what stores sold once and were first seen not to sell at or
// after a time, by store and ASIN.
func (s *Store) Delisted(ctx context.Context, user audipy.UserID, since time.Time) (map[[2]string]bool, error) {
	delisted := map[[2]string]bool{}
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var key [2]string
		if err := rows.Scan(&key[0], &key[1]); err != nil {
			return fmt.Errorf("scan title: %w", err)
		}
		delisted[key] = true
		return nil
	}, `SELECT marketplace, asin FROM sold_titles WHERE user_id = $1 AND delisted_at >= $2`, string(user), micros(since))
	return delisted, wrap(err, "read what is no longer sold")
}
