package librarysync

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// reportEvery is how often a running sync writes how far it is, and looks
// whether it was cancelled.
const reportEvery = time.Second

// errCancelled ends a sync that somebody asked to stop.
var errCancelled = errors.New("the sync was cancelled")

// tracker keeps how far the sync of an account is, and tells the store of it.
type tracker struct {
	store *store.Store
	user  audipy.UserID

	mu      sync.Mutex
	latest  store.SyncReport
	changed bool
}

// begin says which run the progress is of from now on.
func (t *tracker) begin(runID string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latest = store.SyncReport{Account: t.latest.Account, Fence: t.latest.Fence, RunID: runID}
	t.changed = false
}

// note keeps a progress. Calls are those of the run so far.
func (t *tracker) note(p Progress, calls int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.latest.Phase, t.latest.Done, t.latest.Total, t.latest.Calls = string(p.Phase), p.Done, p.Total, calls
	t.changed = true
}

// take returns what the store is to be told; without a run when nothing is new.
func (t *tracker) take() store.SyncReport {
	t.mu.Lock()
	defer t.mu.Unlock()
	report := t.latest
	if !t.changed {
		report.RunID = ""
	}
	t.changed = false
	return report
}

// watch tells the store once a second how far the sync is, until ctx ends, and
// stops it when it was cancelled. That the store could not be told only makes
// the progress older.
func (t *tracker) watch(ctx context.Context, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(reportEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if cancelled, err := t.store.ReportSync(ctx, t.user, t.take()); err == nil && cancelled {
			stop(errCancelled)
			return
		}
	}
}
