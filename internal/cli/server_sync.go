package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
)

const (
	// syncPoll is how often is asked how far a server's sync is.
	syncPoll = time.Second
	// syncPatience is how long a server may take until it begins.
	syncPatience = 2 * time.Minute
)

// onServer has a server sync what is asked for, and waits for it.
func (c syncCmd) onServer(ctx context.Context, a *app) (receipts, error) {
	all := receipts{}
	s, err := a.onServer(ctx)
	if err != nil {
		return all, err
	}
	accounts, err := accountsIn(ctx, s, c.Account)
	if err != nil {
		return all, err
	}
	var first error
	for _, one := range accounts {
		runs, err := s.sync(ctx, a, one, c.Full)
		all.Accounts = append(all.Accounts, receipt{Account: accountName(one), Runs: runs})
		if first == nil {
			first = err
		}
	}
	return all, first
}

// sync has the server sync one account and returns the receipts with their
// titles, the oldest first, that of a sync that is under way already included;
// after that one a full one still follows.
func (s *serverData) sync(ctx context.Context, a *app, one audipy.Account, full bool) ([]audipy.SyncRun, error) {
	before, err := s.client.Runs(ctx, one.ID, "", 100)
	if err != nil {
		return nil, err
	}
	last := ""
	at := slices.IndexFunc(before.Runs, func(run audipy.SyncRun) bool { return full || !isUnderWay(run) })
	if at >= 0 {
		last = before.Runs[at].ID
	}
	if err := s.client.StartSync(ctx, one.ID, full); err != nil {
		return nil, err
	}
	begun, err := s.client.Account(ctx, one.ID)
	if err != nil {
		return nil, err
	}
	bar := a.progress(accountName(one))
	defer bar.end()
	for waited := time.Duration(0); ; waited += syncPoll {
		now, err := s.client.Account(ctx, one.ID)
		if err != nil {
			return nil, err
		}
		if now.Running != nil {
			waited = 0
			bar.report(librarysync.Progress{
				Marketplace: now.Running.Marketplace, Phase: librarysync.Phase(now.Running.Phase),
				Done: now.Running.Done, Total: now.Running.Total,
			})
		} else {
			runs, err := s.runsSince(ctx, one.ID, last)
			begins := slices.ContainsFunc(runs, isUnderWay) // since the account was asked for
			if !begins && (err != nil || len(runs) > 0 || !now.NextSyncAt.Equal(begun.NextSyncAt)) {
				return runs, firstFailure(err, now.State, runs, s.howToLink())
			}
		}
		if waited > syncPatience {
			return nil, audipy.Fail(audipy.Unavailable, "the server has not begun to sync "+accountName(one), nil).
				WithHint("its background work may be held up; its administrators see it on the page Server")
		}
		if err := a.env.Wait(ctx, syncPoll); err != nil {
			return nil, err
		}
	}
}

func isUnderWay(run audipy.SyncRun) bool { return run.EndedAt.IsZero() }

// runsSince returns the receipts of an account after one, the oldest first.
func (s *serverData) runsSince(ctx context.Context, id audipy.AccountID, last string) ([]audipy.SyncRun, error) {
	page, err := s.client.Runs(ctx, id, "", 100)
	if err != nil {
		return nil, err
	}
	var runs []audipy.SyncRun
	for _, run := range page.Runs {
		if run.ID == last {
			break
		}
		if run, err = s.client.Run(ctx, run.ID); err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	slices.Reverse(runs)
	return runs, nil
}

// firstFailure says how a sync ended.
func firstFailure(err error, state string, runs []audipy.SyncRun, again string) error {
	if err != nil {
		return err
	}
	if state == string(audipy.StateNeedsSignIn) {
		return audipy.Fail(audipy.ActionRequired, "Amazon no longer accepts the sign-in", nil).WithHint(again)
	}
	for _, run := range runs {
		if run.Failure != "" {
			return audipy.Fail(audipy.Unavailable, fmt.Sprintf("the %s store was not synced: %s", run.Marketplace, run.Failure), nil).
				WithHint("the server tries again by itself")
		}
	}
	return nil
}
