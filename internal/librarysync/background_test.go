package librarysync_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

// elsewhere is what another process has open on the database of w.
func (w *world) elsewhere(t *testing.T) (*store.Store, *librarysync.Service) {
	t.Helper()
	other, err := store.Open(t.Context(), w.Options)
	check(t, err)
	t.Cleanup(func() { check(t, other.Close()) })
	return other, librarysync.New(librarysync.Options{Accounts: w.accounts, Store: other, Now: w.Clock.Now})
}

// TestARunningSyncIsSeenAndCancelledFromElsewhere looks at a sync and stops it
// through another store.
func TestARunningSyncIsSeenAndCancelledFromElsewhere(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 2500}, func(t *testing.T, w *world) {
		other, controls := w.elsewhere(t)
		// The first page comes at once, the others when nobody waits any more.
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/1.0/library", After: 2, Delay: time.Minute})
		ended := make(chan error, 1)
		var runs []audipy.SyncRun
		go func() {
			var err error
			runs, err = w.syncs.Sync(t.Context(), librarysync.Request{User: w.user, Account: w.account, Marketplaces: []string{"us"}})
			ended <- err
		}()
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for seen := false; !seen; <-tick.C {
			found, err := other.SyncRuns(t.Context(), w.user, store.RunFilter{})
			check(t, err)
			seen = len(found) == 1 && found[0].State == audipy.RunRunning && found[0].Phase == "listing" && found[0].Done > 0
		}
		check(t, controls.Cancel(t.Context(), w.user, w.account))
		if err := <-ended; audipy.KindOf(err) != audipy.Conflict {
			t.Errorf("the cancelled sync ended with %v", err)
		}
		if len(runs) != 1 || runs[0].State != audipy.RunCancelled || runs[0].Failure != "it was cancelled" || runs[0].EndedAt.IsZero() {
			t.Errorf("receipts = %+v", runs)
		}
		w.faults(t)
		w.sync(t, w.request())
		w.wantEqual(t, "us")
	})
}

// job is the job of the account's sync.
func (w *world) job(t *testing.T) store.Job {
	t.Helper()
	jobs, err := w.Jobs(t.Context(), w.user)
	check(t, err)
	for _, job := range jobs {
		if job.Kind == store.JobSync {
			return job
		}
	}
	t.Fatal("the account has no job")
	return store.Job{}
}

func TestASyncJobSaysWhenItIsDueAgain(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 20}, func(t *testing.T, w *world) {
		job := w.job(t)
		next := func(want time.Duration, spread float64, fails bool) {
			t.Helper()
			at, err := w.syncs.SyncJob(t.Context(), job)
			in := at.Sub(w.Clock.Now())
			if at.IsZero() {
				in = 0
			}
			if low := time.Duration((1 - spread) * float64(want)); in < low || in > want+want-low || (err != nil) != fails {
				t.Errorf("due again in %v after %v, want %v within %v", in, err, want, spread)
			}
		}
		next(6*time.Hour, 0.1, false)
		check(t, w.syncs.SetInterval(t.Context(), w.user, w.account, 60))
		next(time.Hour, 0.1, false)
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultStatus, Path: "/1.0/", Status: 503})
		next(0, 0, true) // for the runner to put off
		w.faults(t)
		lease, err := w.AcquireLease(t.Context(), w.user, store.LeaseRequest{
			Account: w.account, Kind: store.LeaseSync, Owner: "another", TTL: 45 * time.Second,
		})
		check(t, err)
		next(46*time.Second, 0.001, true)
		check(t, w.ReleaseLease(t.Context(), w.user, lease))
		job.Payload = store.FullSync
		next(time.Hour, 0.1, false)
		runs, err := w.SyncRuns(t.Context(), w.user, store.RunFilter{Limit: 1})
		check(t, err)
		if runs[0].Kind != audipy.SyncFull {
			t.Errorf("a whole sync was asked for, and the last run is %s", runs[0].Kind)
		}
		job.Key = "no such account"
		next(0, 0, false)
	})
}

func TestListeningIsKeptByMonth(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 200, "de": 20}, func(t *testing.T, w *world) {
		w.sync(t, w.request())
		calls, err := w.syncs.RefreshListening(t.Context(), w.user, w.account)
		check(t, err)
		months, err := w.Listening(t.Context(), w.user)
		check(t, err)
		var total time.Duration
		for _, one := range months {
			total += one.Listened
		}
		if calls != 2 || len(months) != 12 || months[11].Month != w.Clock.Now().Format("2006-01") || total <= 0 {
			t.Errorf("%d calls gave %+v", calls, months)
		}
	})
}
