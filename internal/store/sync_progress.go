package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// SyncReport says how far the sync of an account is.
type SyncReport struct {
	Account audipy.AccountID
	Fence   int64
	// RunID is the open run that the rest is about; empty when none has
	// begun or nothing has changed: then nothing is written.
	RunID              string
	Phase              string
	Done, Total, Calls int
}

// ReportSync keeps how far a sync is, for whoever looks from any process, and
// returns whether it was asked to stop. A stale fence is a Conflict, and a run
// that has ended is left alone.
func (s *Store) ReportSync(ctx context.Context, user audipy.UserID, r SyncReport) (cancelled bool, err error) {
	if r.RunID == "" {
		return s.of(user).isCancelled(ctx, user, r)
	}
	err = s.transactOf(ctx, user, func(q session) error {
		if cancelled, err = q.isCancelled(ctx, user, r); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			UPDATE sync_runs SET phase = $4, done = $5, total = $6, calls = $7, updated_at = $8
			WHERE user_id = $1 AND account_id = $2 AND id = $3 AND ended_at IS NULL`,
			string(user), string(r.Account), r.RunID, r.Phase, r.Done, r.Total, r.Calls, micros(q.now))
		return wrap(err, "report sync")
	})
	return cancelled, err
}

// isCancelled reads whether the holder of the account's sync lease was asked
// to stop.
func (q session) isCancelled(ctx context.Context, user audipy.UserID, r SyncReport) (cancelled bool, err error) {
	err = q.one(ctx, []any{&cancelled}, `
		SELECT cancelled FROM account_leases
		WHERE user_id = $1 AND account_id = $2 AND kind = $3 AND fence = $4 AND held_until > 0`,
		string(user), string(r.Account), string(LeaseSync), r.Fence)
	if lost(err) {
		return false, q.stale(ctx, user, r.Account)
	}
	return cancelled, wrap(err, "look whether the sync was cancelled")
}

// SyncRunByID returns one receipt of the person, or NotFound.
func (s *Store) SyncRunByID(ctx context.Context, user audipy.UserID, id string) (audipy.SyncRun, error) {
	var run audipy.SyncRun
	err := s.of(user).one(ctx, runFields(&run), `SELECT `+runColumns+` FROM sync_runs WHERE user_id = $1 AND id = $2`,
		string(user), id)
	return run, absent(err, "read sync run", "sync run")
}

// SyncsUnderWay returns the accounts of the person that some process syncs at
// the moment.
func (s *Store) SyncsUnderWay(ctx context.Context, user audipy.UserID) (map[audipy.AccountID]bool, error) {
	running := map[audipy.AccountID]bool{}
	q := s.of(user)
	err := q.each(ctx, func(rows *sql.Rows) error {
		var account audipy.AccountID
		if err := rows.Scan(&account); err != nil {
			return fmt.Errorf("scan lease: %w", err)
		}
		running[account] = true
		return nil
	}, `SELECT account_id FROM account_leases WHERE user_id = $1 AND kind = $2 AND held_until > $3`,
		string(user), string(LeaseSync), micros(q.now))
	return running, wrap(err, "look for running syncs")
}

// SetSyncMinutes sets how long the background waits from one sync of an
// account to the next, and when the next one is due accordingly. A number
// outside audipy's bounds is Invalid.
func (s *Store) SetSyncMinutes(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, minutes int, e audit.Event,
) error {
	if minutes < audipy.MinSyncMinutes || minutes > audipy.MaxSyncMinutes {
		return audipy.Fail(audipy.Invalid, fmt.Sprintf("the time between two syncs must be %d to %d minutes",
			audipy.MinSyncMinutes, audipy.MaxSyncMinutes), nil).WithCode("sync_interval_invalid")
	}
	return s.change(ctx, user, e, func(c *change) error {
		if err := c.checkLinked(ctx, user, account); err != nil {
			return err
		}
		err := c.touchAccount(ctx, account, `
			UPDATE user_audible_accounts SET sync_minutes = $3, updated_at = $4 WHERE user_id = $1 AND id = $2`,
			minutes, micros(c.now))
		if err != nil {
			return err
		}
		a, err := c.account(ctx, user, account)
		if err != nil {
			return err
		}
		next := a.LastSync.Add(a.SyncInterval())
		if next.Before(c.now) {
			next = c.now
		}
		_, err = c.exec(ctx, `
			UPDATE jobs SET due_at = $4 WHERE user_id = $1 AND kind = $2 AND key = $3 AND lease_until <= $5 AND attempts = 0`,
			string(user), string(JobSync), string(account), micros(next), micros(c.now))
		return wrap(err, "move the next sync")
	})
}
