package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

const runColumns = `id, account_id, marketplace, kind, state, phase, done, total, updated_at, started_at, ended_at, audible_count, item_count,
	added, updated, gone, calls, warning, failure, changes`

func runFields(r *audipy.SyncRun) []any {
	return []any{
		&r.ID, &r.AccountID, &r.Marketplace, &r.Kind, &r.State, &r.Phase, &r.Done, &r.Total, at(&r.UpdatedAt), at(&r.StartedAt), at(&r.EndedAt), &r.AudibleCount,
		&r.ItemCount, &r.Added, &r.Updated, &r.Gone, &r.Calls, &r.Warning, &r.Failure,
		listText[audipy.SyncChange]{&r.Changes},
	}
}

// NewRun says what a sync run is about to do. Fence is that of the caller's
// sync lease.
type NewRun struct {
	Account     audipy.AccountID
	Marketplace string
	Kind        audipy.SyncKind
	Fence       int64
}

// interrupted is the failure of a run whose process did not live to end it.
const interrupted = "the sync was interrupted"

// StartSyncRun begins a run. A run of the same account that was never ended
// belonged to a process that died, since the lease is now the caller's and has
// one run at a time: it ends as interrupted. A stale fence is a Conflict.
func (s *Store) StartSyncRun(ctx context.Context, user audipy.UserID, n NewRun) (audipy.SyncRun, error) {
	id, err := newID()
	if err != nil {
		return audipy.SyncRun{}, err
	}
	run := audipy.SyncRun{ID: id, AccountID: n.Account, Marketplace: n.Marketplace, Kind: n.Kind, State: audipy.RunRunning}
	err = s.transactOf(ctx, user, func(q session) error {
		if err := q.checkFence(ctx, user, n.Account, LeaseSync, n.Fence); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			UPDATE sync_runs SET ended_at = $3, updated_at = $3, failure = $4, state = $5
			WHERE user_id = $1 AND account_id = $2 AND ended_at IS NULL`,
			string(user), string(n.Account), micros(q.now), interrupted, string(audipy.RunInterrupted))
		if err != nil {
			return wrap(err, "end interrupted run")
		}
		run.StartedAt, run.UpdatedAt = q.now, q.now
		_, err = q.exec(ctx, `
			INSERT INTO sync_runs (id, user_id, account_id, marketplace, kind, state, started_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
			id, string(user), string(n.Account), n.Marketplace, string(n.Kind), string(run.State), micros(q.now))
		return wrap(err, "start sync run")
	})
	if err != nil {
		return audipy.SyncRun{}, err
	}
	return run, nil
}

// openRun returns a run that has not ended: one that isn't the person's is
// NotFound, one that has ended a Conflict.
func (q session) openRun(ctx context.Context, user audipy.UserID, id string) (audipy.SyncRun, error) {
	var run audipy.SyncRun
	err := q.one(ctx, runFields(&run), `SELECT `+runColumns+` FROM sync_runs WHERE user_id = $1 AND id = $2`,
		string(user), id)
	if err != nil {
		return run, absent(err, "read sync run", "sync run")
	}
	if !run.EndedAt.IsZero() {
		return run, audipy.Fail(audipy.Conflict, "this sync has ended already", nil)
	}
	return run, nil
}

// FailedRun ends a run that applied nothing.
type FailedRun struct {
	RunID string
	Fence int64
	// State is RunFailed, RunInterrupted or RunCancelled; empty means the
	// first.
	State audipy.RunState
	// Calls counts the requests made; Failure says why in words, and
	// Warning may add what was odd.
	Calls            int
	Failure, Warning string
}

// FailSyncRun ends a run without touching the library and returns its receipt.
func (s *Store) FailSyncRun(
	ctx context.Context, user audipy.UserID, f FailedRun, e audit.Event,
) (audipy.SyncRun, error) {
	if f.Failure == "" {
		return audipy.SyncRun{}, audipy.Fail(audipy.Invalid, "a failed sync needs a reason", nil)
	}
	var run audipy.SyncRun
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		var err error
		if run, err = c.openRun(ctx, user, f.RunID); err != nil {
			return err
		}
		if err := c.checkFence(ctx, user, run.AccountID, LeaseSync, f.Fence); err != nil {
			return err
		}
		run.EndedAt, run.Calls, run.Failure, run.Warning = c.now, f.Calls, f.Failure, f.Warning
		if run.State = f.State; run.State == "" {
			run.State = audipy.RunFailed
		}
		if c.event.Account == "" {
			c.event.Account = run.AccountID
		}
		if err := c.noticesDue(ctx, user); err != nil {
			return err
		}
		return c.endRun(ctx, &run)
	})
	if err != nil {
		return audipy.SyncRun{}, err
	}
	return run, nil
}

// endRun writes the receipt.
func (c *change) endRun(ctx context.Context, run *audipy.SyncRun) error {
	run.UpdatedAt, run.Phase = c.now, ""
	changes, err := listJSON(run.Changes)
	if err != nil {
		return err
	}
	_, err = c.exec(ctx, `
		UPDATE sync_runs SET ended_at = $3, audible_count = $4, item_count = $5, added = $6, updated = $7,
			gone = $8, calls = $9, warning = $10, failure = $11, changes = $12, state = $13, phase = '', updated_at = $3
		WHERE user_id = $1 AND id = $2`,
		string(c.user), run.ID, micros(run.EndedAt), run.AudibleCount, run.ItemCount, run.Added, run.Updated,
		run.Gone, run.Calls, run.Warning, run.Failure, changes, string(run.State))
	return wrap(err, "end sync run")
}

// RunFilter chooses sync runs; its zero value means the newest 50 of all.
type RunFilter struct {
	// Account and Marketplace keep to one of them; empty means all.
	Account     audipy.AccountID
	Marketplace string
	// Before keeps to runs that started earlier; the zero time means any.
	Before time.Time
	// BeforeID, with Before, keeps to runs that come after the one of that
	// start and id in the list.
	BeforeID string
	// ChangedSince keeps to runs whose row changed then or later.
	ChangedSince time.Time
	// Limit is the most to return; 0 or less means 50.
	Limit int
}

// SyncRuns returns receipts, the newest first.
func (s *Store) SyncRuns(ctx context.Context, user audipy.UserID, f RunFilter) ([]audipy.SyncRun, error) {
	where := filter{args: []any{string(user)}, text: "user_id = $1"}
	if f.Account != "" {
		where.add("account_id = ?", string(f.Account))
	}
	if f.Marketplace != "" {
		where.add("marketplace = ?", f.Marketplace)
	}
	switch {
	case f.BeforeID != "":
		where.add("(started_at, id) < (?, ?)", micros(f.Before), f.BeforeID)
	case !f.Before.IsZero():
		where.add("started_at < ?", micros(f.Before))
	}
	if !f.ChangedSince.IsZero() {
		where.add("updated_at >= ?", micros(f.ChangedSince))
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	runs, err := list(ctx, s.of(user), runFields, `SELECT `+runColumns+` FROM sync_runs WHERE `+where.text+
		` ORDER BY started_at DESC, id DESC LIMIT `+where.param(f.Limit), where.args...)
	return runs, wrap(err, "list sync runs")
}
