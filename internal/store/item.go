package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/audipy/audipy/internal/audipy"
)

const itemColumns = editionColumns + `, account_id, marketplace, status, purchased_at, plus, plus_until,
	finished, percent_complete, added_at, gone_at`

func itemFields(i *audipy.Item) []any {
	return append(editionFields(&i.Edition), &i.AccountID, &i.Marketplace, &i.Status, at(&i.PurchasedAt),
		&i.Plus, at(&i.PlusUntil), &i.Finished, &i.PercentComplete, at(&i.AddedAt), at(&i.GoneAt))
}

// ItemPage is a part of a library.
type ItemPage struct {
	Items []audipy.Item
	// Next is the cursor of the page after this one; empty on the last.
	Next string
	// Total is how many titles the filter chooses on all pages, where that
	// was found on the way: by searches. Otherwise it is -1, and CountItems
	// knows.
	Total int
}

// Items returns one page of the person's library, over all their accounts and
// stores unless the filter keeps to some. Titles that come or go between two
// calls move no other title from one page to another. A cursor of another
// order or of another make is Invalid.
func (s *Store) Items(ctx context.Context, user audipy.UserID, f ItemFilter) (ItemPage, error) {
	order, err := f.order()
	if err != nil {
		return ItemPage{}, err
	}
	where, err := f.where(user)
	if err != nil {
		return ItemPage{}, err
	}
	limit := f.limit()
	query, err := where.page(order, f, limit+1)
	if err != nil {
		return ItemPage{}, err
	}
	page := ItemPage{Total: -1}
	var keys []any
	err = s.of(user).each(ctx, func(rows *sql.Rows) error {
		var item audipy.Item
		var key any
		if err := rows.Scan(append(itemFields(&item), &key, &page.Total)...); err != nil {
			return fmt.Errorf("scan title: %w", err)
		}
		page.Items, keys = append(page.Items, item), append(keys, key)
		return nil
	}, query, where.args...)
	if err != nil {
		return ItemPage{}, wrap(err, "list library")
	}
	if len(page.Items) > limit {
		page.Items = page.Items[:limit]
		page.Next, err = cursorAt(f.Sort, keys[limit-1], &page.Items[limit-1])
	}
	return page, err
}

// AllItems streams every title that the filter chooses, in its order, whatever
// its After and Limit say. It reads one consistent view and holds a connection
// until the loop ends; the store can be used meanwhile. After an error, which
// comes with a zero item, there is nothing more.
func (s *Store) AllItems(ctx context.Context, user audipy.UserID, f ItemFilter) iter.Seq2[audipy.Item, error] {
	return func(yield func(audipy.Item, error) bool) {
		order, err := f.order()
		if err != nil {
			yield(audipy.Item{}, err)
			return
		}
		where, err := f.where(user)
		if err != nil {
			yield(audipy.Item{}, err)
			return
		}
		query := `SELECT ` + itemColumns + ` FROM library_items WHERE ` + where.text + order.by()
		s.of(user).stream(ctx, yield, query, where.args...)
	}
}

// stream gives the items of a query to yield, one at a time.
func (q session) stream(ctx context.Context, yield func(audipy.Item, error) bool, query string, args ...any) {
	stopped := false
	var item audipy.Item
	fields := itemFields(&item) // every row sets all of them, lists to new ones
	err := q.each(ctx, func(rows *sql.Rows) error {
		if err := rows.Scan(fields...); err != nil {
			return fmt.Errorf("scan title: %w", err)
		}
		if !yield(item, nil) {
			stopped = true
			return errStop
		}
		return nil
	}, query, args...)
	if err != nil && !stopped {
		yield(audipy.Item{}, wrap(err, "read library"))
	}
}

// ItemsByASIN returns the title wherever the person has it: in several
// accounts or stores perhaps, gone ones included. Nowhere is NotFound.
func (s *Store) ItemsByASIN(ctx context.Context, user audipy.UserID, asin string) ([]audipy.Item, error) {
	items, err := list(ctx, s.of(user), itemFields, `SELECT `+itemColumns+` FROM library_items WHERE user_id = $1 AND asin = $2
		ORDER BY account_id, marketplace`, string(user), asin)
	if err == nil && len(items) == 0 {
		err = sql.ErrNoRows
	}
	return items, absent(err, "read title", "title in the library")
}

// CountItems counts the titles that the filter chooses, whatever its After and
// Limit say.
func (s *Store) CountItems(ctx context.Context, user audipy.UserID, f ItemFilter) (int, error) {
	where, err := f.where(user)
	if err != nil {
		return 0, err
	}
	var n int
	err = s.of(user).one(ctx, []any{&n}, `SELECT count(*) FROM library_items WHERE `+where.text, where.args...)
	return n, wrap(err, "count library")
}
