package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Wish is a product on the wish list of an account. What it is stands in the
// catalogue.
type Wish struct {
	Account           audipy.AccountID
	Marketplace, ASIN string
	// AddedAt is the zero time when Audible does not say.
	AddedAt time.Time
}

// Wishlist is the whole wish list of an account in a store. Fence is that of
// the caller's sync lease.
type Wishlist struct {
	Account     audipy.AccountID
	Marketplace string
	Fence       int64
	// Wishes take account and store from the list, whatever they say
	// themselves; of several with one ASIN the last counts.
	Wishes []Wish
}

// ReplaceWishlist keeps a wish list as Audible lists it now. A stale fence is a
// Conflict. An event without an account gets its id.
func (s *Store) ReplaceWishlist(ctx context.Context, user audipy.UserID, w Wishlist, e audit.Event) error {
	last := make(map[string]int, len(w.Wishes))
	for i, wish := range w.Wishes {
		last[wish.ASIN] = i
	}
	unique := w.Wishes[:0:0]
	for i, wish := range w.Wishes {
		if last[wish.ASIN] == i {
			unique = append(unique, wish)
		}
	}
	return s.change(ctx, user, e, func(c *change) error {
		if err := c.checkFence(ctx, user, w.Account, LeaseSync, w.Fence); err != nil {
			return err
		}
		if c.event.Account == "" {
			c.event.Account = w.Account
		}
		_, err := c.exec(ctx, `
			DELETE FROM wishlist_items WHERE user_id = $1 AND account_id = $2 AND marketplace = $3`,
			string(user), string(w.Account), w.Marketplace)
		if err != nil {
			return wrap(err, "replace wish list")
		}
		put := bulk{
			head:   `INSERT INTO wishlist_items (user_id, account_id, marketplace, asin, added_at)`,
			shared: []any{string(user), string(w.Account), w.Marketplace}, width: 2,
		}
		err = put.write(ctx, c.session, len(unique), func(i int, args []any) ([]any, error) {
			return append(args, unique[i].ASIN, micros(unique[i].AddedAt)), nil
		})
		return wrap(err, "replace wish list")
	})
}

// Wishes returns the person's wish lists, of one store, or of all when
// marketplace is empty, ordered by account, store and ASIN.
func (s *Store) Wishes(ctx context.Context, user audipy.UserID, marketplace string) ([]Wish, error) {
	var wishes []Wish
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var w Wish
		if err := rows.Scan(&w.Account, &w.Marketplace, &w.ASIN, at(&w.AddedAt)); err != nil {
			return fmt.Errorf("scan wish: %w", err)
		}
		wishes = append(wishes, w)
		return nil
	}, `
		SELECT account_id, marketplace, asin, added_at FROM wishlist_items
		WHERE user_id = $1 AND (marketplace = $2 OR $2 = '') ORDER BY account_id, marketplace, asin`,
		string(user), marketplace)
	return wishes, wrap(err, "read wish list")
}
