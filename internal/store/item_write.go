package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	putItemHead = `INSERT INTO library_items (user_id, account_id, marketplace, status, added_at, ` + editionColumns + `,
		purchased_at, plus, plus_until, finished, percent_complete, content_hash,
		title_key, authors_key, narrators_key, series_key, search_key)`
	// added_at stays: it says when a title was first seen.
	putItemTail = `ON CONFLICT (user_id, account_id, marketplace, asin) DO UPDATE SET
		status = excluded.status, gone_at = NULL, missing_since = NULL,
		` + keptNames + `, subtitle = excluded.subtitle, series = excluded.series, publisher = excluded.publisher,
		language = excluded.language, runtime_minutes = excluded.runtime_minutes,
		release_date = excluded.release_date, cover_url = excluded.cover_url,
		delivery_type = excluded.delivery_type, content_type = excluded.content_type, format = excluded.format,
		purchased_at = excluded.purchased_at, plus = excluded.plus, plus_until = excluded.plus_until,
		finished = excluded.finished, percent_complete = excluded.percent_complete,
		content_hash = excluded.content_hash, series_key = excluded.series_key`
	putItemWidth = editionWidth + 11
	// keptNames keeps the names of a title that comes without one: after a
	// long pause Audible leaves them out now and then (protocol 9.1).
	keptNames = `title = CASE WHEN excluded.title = '' THEN library_items.title ELSE excluded.title END,
		authors = CASE WHEN excluded.title = '' THEN library_items.authors ELSE excluded.authors END,
		narrators = CASE WHEN excluded.title = '' THEN library_items.narrators ELSE excluded.narrators END,
		title_key = CASE WHEN excluded.title = '' THEN library_items.title_key ELSE excluded.title_key END,
		authors_key = CASE WHEN excluded.title = '' THEN library_items.authors_key ELSE excluded.authors_key END,
		narrators_key = CASE WHEN excluded.title = '' THEN library_items.narrators_key ELSE excluded.narrators_key END,
		search_key = CASE WHEN excluded.title = '' THEN library_items.search_key ELSE excluded.search_key END`
)

// knownItems reads what is there: of a full run's store everything, and of a
// delta's only what the delta names, which is nothing on most days.
func (c *change) knownItems(ctx context.Context, run audipy.SyncRun, a Apply) (map[string]knownItem, error) {
	known := map[string]knownItem{}
	args := []any{string(c.user), string(run.AccountID), run.Marketplace}
	if run.Kind != audipy.SyncDelta {
		return known, wrap(c.readKnown(ctx, known, "", args), "read library")
	}
	named := slices.Clone(a.GoneASINs)
	for i := range a.Items {
		named = append(named, a.Items[i].ASIN)
	}
	for chunk := range slices.Chunk(named, listRows) {
		bound, list := inList(slices.Clone(args), chunk)
		if err := c.readKnown(ctx, known, ` AND asin IN (`+list+`)`, bound); err != nil {
			return nil, wrap(err, "read library")
		}
	}
	return known, nil
}

func (c *change) readKnown(ctx context.Context, known map[string]knownItem, only string, args []any) error {
	return c.each(ctx, func(rows *sql.Rows) error {
		var asin string
		var k knownItem
		if err := rows.Scan(&asin, &k.hash, &k.active, at(&k.missing)); err != nil {
			return fmt.Errorf("scan library: %w", err)
		}
		known[asin] = k
		return nil
	}, `
		SELECT asin, content_hash, status = 'active', missing_since FROM library_items
		WHERE user_id = $1 AND account_id = $2 AND marketplace = $3`+only, args...)
}

// putItems writes the rows in the order of their ASINs, in which the index
// grows at its end.
func (c *change) putItems(ctx context.Context, run audipy.SyncRun, write []itemRow) error {
	slices.SortFunc(write, func(a, b itemRow) int { return strings.Compare(a.item.ASIN, b.item.ASIN) })
	put := bulk{
		head: putItemHead, tail: putItemTail, width: putItemWidth,
		shared: []any{
			string(c.user), string(run.AccountID), run.Marketplace, string(audipy.ItemActive), micros(c.now),
		},
	}
	known := folder{}
	err := put.write(ctx, c.session, len(write), func(i int, args []any) ([]any, error) {
		return itemArgs(args, write[i], known)
	})
	return wrap(err, "write library")
}

func itemArgs(args []any, row itemRow, known folder) ([]any, error) {
	item := row.item
	if item.ASIN == "" {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the title %q has no ASIN", item.Title), nil)
	}
	args, err := editionArgs(args, &item.Edition)
	if err != nil {
		return nil, err
	}
	k := known.keysOf(&item.Edition)
	return append(args, micros(item.PurchasedAt), item.Plus, micros(item.PlusUntil), item.Finished,
		item.PercentComplete, row.hash, k.title, k.authors, k.narrators, k.series, k.search), nil
}

// markGone takes titles out of the library, keeping their rows, and returns
// the changes.
func (c *change) markGone(ctx context.Context, run audipy.SyncRun, asins []string) ([]audipy.SyncChange, error) {
	var changes []audipy.SyncChange
	for chunk := range slices.Chunk(asins, listRows) {
		args := []any{string(c.user), string(run.AccountID), run.Marketplace, string(audipy.ItemGone), micros(c.now)}
		args, list := inList(args, chunk)
		err := c.each(ctx, func(rows *sql.Rows) error {
			gone := audipy.SyncChange{Kind: audipy.ChangeGone}
			if err := rows.Scan(&gone.ASIN, &gone.Title); err != nil {
				return fmt.Errorf("scan title: %w", err)
			}
			changes = append(changes, gone)
			return nil
		}, `
			UPDATE library_items SET status = $4, gone_at = $5, missing_since = NULL
			WHERE user_id = $1 AND account_id = $2 AND marketplace = $3 AND asin IN (`+list+`)
			RETURNING asin, title`, args...)
		if err != nil {
			return nil, wrap(err, "mark titles gone")
		}
	}
	slices.SortFunc(changes, func(a, b audipy.SyncChange) int { return strings.Compare(a.ASIN, b.ASIN) })
	return changes, nil
}

// setMissing notes since when titles are missing; nil means that they are not.
func (c *change) setMissing(ctx context.Context, run audipy.SyncRun, asins []string, since any) error {
	for chunk := range slices.Chunk(asins, listRows) {
		args, list := inList([]any{string(c.user), string(run.AccountID), run.Marketplace, since}, chunk)
		_, err := c.exec(ctx, `
			UPDATE library_items SET missing_since = $4
			WHERE user_id = $1 AND account_id = $2 AND marketplace = $3 AND asin IN (`+list+`)`, args...)
		if err != nil {
			return wrap(err, "note missing titles")
		}
	}
	return nil
}
