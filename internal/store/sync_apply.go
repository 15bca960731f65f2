package store

import (
	"context"
	"maps"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// maxChanges bounds the titles that a receipt lists.
const maxChanges = 500

// Apply is what a sync run found.
type Apply struct {
	// RunID is the open run, and Fence that of the caller's sync lease.
	RunID string
	Fence int64
	// Items is the whole library for a full run and what changed for a
	// delta. AccountID, Marketplace, Status, AddedAt and GoneAt are the
	// store's to say and ignored. Of items with one ASIN the last counts.
	Items []audipy.Item
	// GoneASINs have left the library by Audible's own word.
	GoneASINs []string
	// Complete says that a full run saw everything, or that a delta has no
	// gap: only then is the state token kept, the store counted as synced,
	// and what a full run did not see counted as missing.
	Complete bool
	// GoneAfter is how long a title must have been missing from complete
	// full listings before it counts as gone; 0 means at once. A title is
	// never gone by the listing that first missed it unless it is 0.
	GoneAfter time.Duration
	// StateToken is Audible's mark of this listing. It may be empty.
	StateToken string
	// AudibleCount is Audible's own count, and Calls the requests made.
	AudibleCount, Calls int
	// Warning says in words what is odd; may be empty.
	Warning string
}

// ApplySync writes what a run found and returns its receipt, all in one
// transaction: a reader sees the library before it or after it. Rows whose
// facts did not change are not rewritten. The event gets the counts "items",
// "added", "updated" and "gone", and the account when it names none.
//
// A run that is not the person's is NotFound; one that has ended, and a stale
// fence, are Conflicts.
func (s *Store) ApplySync(ctx context.Context, user audipy.UserID, a Apply, e audit.Event) (audipy.SyncRun, error) {
	var run audipy.SyncRun
	err := s.change(ctx, user, e, func(c *change) error {
		var err error
		if run, err = c.openRun(ctx, user, a.RunID); err != nil {
			return err
		}
		if err := c.checkFence(ctx, user, run.AccountID, LeaseSync, a.Fence); err != nil {
			return err
		}
		run.EndedAt, run.Calls, run.Warning, run.AudibleCount = c.now, a.Calls, a.Warning, a.AudibleCount
		if err := c.applyItems(ctx, &run, a); err != nil {
			return err
		}
		if err := c.settleStore(ctx, &run, a); err != nil {
			return err
		}
		c.nameRun(run)
		c.unseen = run.Added+run.Updated+run.Gone == 0
		run.State = audipy.RunDone
		return c.endRun(ctx, &run)
	})
	if err != nil {
		return audipy.SyncRun{}, err
	}
	return run, nil
}

// nameRun completes the event with what the run did.
func (c *change) nameRun(run audipy.SyncRun) {
	counts := map[string]int{"items": run.ItemCount, "added": run.Added, "updated": run.Updated, "gone": run.Gone}
	maps.Copy(counts, c.event.Counts)
	c.event.Counts = counts
	if c.event.Account == "" {
		c.event.Account = run.AccountID
	}
}

// applyItems brings the library's rows in line and notes what changed. Losses
// come first in the receipt: they are what a person must not overlook.
func (c *change) applyItems(ctx context.Context, run *audipy.SyncRun, a Apply) error {
	known, err := c.knownItems(ctx, *run, a)
	if err != nil {
		return err
	}
	p := planApply(known, run.Kind, a, c.now)
	if run.Changes, err = c.markGone(ctx, *run, p.gone); err != nil {
		return err
	}
	run.Gone = len(run.Changes)
	for _, row := range p.write {
		if row.added {
			run.Added++
			run.Changes = append(run.Changes, audipy.SyncChange{
				ASIN: row.item.ASIN, Title: row.item.Title, Kind: audipy.ChangeAdded,
			})
		}
	}
	run.Updated = len(p.write) - run.Added
	run.Changes = run.Changes[:min(len(run.Changes), maxChanges)]
	if err := c.putItems(ctx, *run, p.write); err != nil {
		return err
	}
	if err := c.setMissing(ctx, *run, p.seen, nil); err != nil {
		return err
	}
	return c.setMissing(ctx, *run, p.missing, micros(c.now))
}

// settleStore notes the result in the rows of the store and of the account.
func (c *change) settleStore(ctx context.Context, run *audipy.SyncRun, a Apply) error {
	if err := c.countStore(ctx, run); err != nil {
		return wrap(err, "count library")
	}
	rise := 0
	if run.Added+run.Updated+run.Gone > 0 {
		rise = 1
	}
	if run.Added+run.Gone > 0 {
		// Other titles want other series and prices.
		if err := c.dueNow(ctx, c.user, Job{Kind: JobCatalog, Key: string(c.user)}); err != nil {
			return err
		}
		if err := c.noticesDue(ctx, c.user); err != nil {
			return err
		}
	}
	var synced, full any
	if a.Complete {
		synced = micros(c.now)
		if run.Kind == audipy.SyncFull {
			full = synced
		}
	}
	_, err := c.exec(ctx, `
		INSERT INTO account_stores (user_id, account_id, marketplace, state_token, item_count, audible_count,
			revision, checked_at, last_sync, last_full)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (user_id, account_id, marketplace) DO UPDATE SET
			state_token = CASE WHEN $11 THEN excluded.state_token ELSE account_stores.state_token END,
			item_count = excluded.item_count, audible_count = excluded.audible_count,
			revision = account_stores.revision + excluded.revision, checked_at = excluded.checked_at,
			last_sync = coalesce(excluded.last_sync, account_stores.last_sync),
			last_full = coalesce(excluded.last_full, account_stores.last_full)`,
		string(c.user), string(run.AccountID), run.Marketplace, tokenOf(a), run.ItemCount, run.AudibleCount,
		rise, micros(c.now), synced, full, a.Complete)
	if err != nil || !a.Complete {
		return wrap(err, "settle store")
	}
	return c.touchAccount(ctx, run.AccountID,
		`UPDATE user_audible_accounts SET last_sync = $3 WHERE user_id = $1 AND id = $2`, micros(c.now))
}

// countStore counts the titles of the store. After a delta in which none came
// or went they are as many as before.
func (c *change) countStore(ctx context.Context, run *audipy.SyncRun) error {
	args := []any{string(c.user), string(run.AccountID), run.Marketplace}
	if run.Kind == audipy.SyncDelta && run.Added+run.Gone == 0 {
		err := c.one(ctx, []any{&run.ItemCount},
			`SELECT item_count FROM account_stores WHERE user_id = $1 AND account_id = $2 AND marketplace = $3`, args...)
		if !lost(err) {
			return err
		}
	}
	return c.one(ctx, []any{&run.ItemCount}, `
		SELECT count(*) FROM library_items
		WHERE user_id = $1 AND account_id = $2 AND marketplace = $3 AND status = $4`,
		append(args, string(audipy.ItemActive))...)
}

// tokenOf is the state token to keep: none of a listing with gaps, or the next
// delta would skip what this one missed.
func tokenOf(a Apply) string {
	if !a.Complete {
		return ""
	}
	return a.StateToken
}
