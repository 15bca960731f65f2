package librarysync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

const (
	// fullEvery is how often a whole listing checks what deltas have kept:
	// progress and finished marks don't move the state token (protocol 9.1).
	fullEvery = 7 * 24 * time.Hour
	// goneAfter is how long a title must be missing from whole listings
	// before it counts as gone. Audible leaves titles out at times.
	goneAfter = time.Hour
	// maxReserved bounds the titles that room is made for by Audible's count
	// before they come: a count can be nonsense.
	maxReserved = 50_000
)

// pull is the work on one store.
type pull struct {
	Request
	lease store.Lease
	known audipy.AccountStore
	track *tracker
}

// tell reports a progress to whoever asked for the sync, and keeps it for
// those who look from elsewhere. Calls are those of the run so far.
func (p pull) tell(progress Progress, calls int) {
	p.report(progress)
	p.track.note(progress, calls)
}

// syncStore brings one store up to date: by what changed since its state token
// when there is one, else by the whole listing. A whole listing follows when
// one is due, asked for, or needed because the counts differ.
func (s *Service) syncStore(ctx context.Context, p pull) ([]audipy.SyncRun, error) {
	var runs []audipy.SyncRun
	full := p.Full || p.known.StateToken == "" || s.now().Sub(p.known.LastFull) >= fullEvery
	if p.known.StateToken != "" {
		run, err := s.run(ctx, p, audipy.SyncDelta)
		runs = append(runs, run)
		if err != nil {
			return runs, err
		}
		full = full || run.ItemCount != run.AudibleCount
	}
	if !full {
		return runs, nil
	}
	run, err := s.run(ctx, p, audipy.SyncFull)
	return append(runs, run), err
}

// run makes one run and writes its receipt, whether it succeeds or not.
func (s *Service) run(ctx context.Context, p pull, kind audipy.SyncKind) (audipy.SyncRun, error) {
	run, err := s.store.StartSyncRun(ctx, p.User, store.NewRun{
		Account: p.Account, Marketplace: p.known.Marketplace, Kind: kind, Fence: p.lease.Fence,
	})
	if err != nil {
		return audipy.SyncRun{}, err
	}
	p.track.begin(run.ID)
	client, err := s.accounts.Client(ctx, p.User, p.Account, p.known.Marketplace)
	if err != nil {
		return s.fail(ctx, p, run, 0, err)
	}
	got, err := s.list(ctx, client, p, kind)
	if err != nil {
		return s.fail(ctx, p, run, got.Calls, err)
	}
	p.tell(Progress{Marketplace: p.known.Marketplace, Phase: PhaseApplying, Done: len(got.Items), Total: len(got.Items)}, got.Calls)
	got.RunID, got.Fence, got.GoneAfter = run.ID, p.lease.Fence, goneAfter
	applied, err := s.store.ApplySync(ctx, p.User, got, audit.Event{
		Action: audit.SyncApplied, Outcome: audit.Succeeded, Account: p.Account,
		Target: p.known.Marketplace, Counts: map[string]int{"library_calls": got.Calls},
	})
	if err != nil {
		return run, err
	}
	return applied, s.accounts.Note(ctx, p.User, p.Account, nil)
}

// fail ends a run that applied nothing. The receipt is written even when the
// person has pressed Ctrl-C.
func (s *Service) fail(
	ctx context.Context, p pull, run audipy.SyncRun, calls int, cause error,
) (audipy.SyncRun, error) {
	explained := s.explain(ctx, p.Request, cause)
	failed := store.FailedRun{RunID: run.ID, Fence: p.lease.Fence, Calls: calls, Failure: "stopped before it was done"}
	known, isKnown := explained.(*audipy.Error) //nolint:errorlint // explain returns the outermost error itself
	switch {
	case errors.Is(context.Cause(ctx), errCancelled):
		failed.State, failed.Failure, explained = audipy.RunCancelled, "it was cancelled", cancelled()
	case isKnown:
		failed.Failure = known.Msg
	case ctx.Err() != nil:
		failed.State = audipy.RunInterrupted
	}
	ended, err := s.store.FailSyncRun(context.WithoutCancel(ctx), p.User, failed, audit.Event{
		Action: audit.SyncFailed, Outcome: audit.Failed, Account: p.Account, Target: p.known.Marketplace,
	})
	if err != nil {
		return run, explained
	}
	return ended, explained
}

// explain notes what a failure says about the account, and puts it into words.
func (s *Service) explain(ctx context.Context, r Request, err error) error {
	if noted := s.accounts.Note(context.WithoutCancel(ctx), r.User, r.Account, err); noted != nil {
		return noted
	}
	return account.Explain(err)
}

// list pulls a listing. A delta is followed by a question for the count of the
// whole library: what changed does not tell it.
func (s *Service) list(
	ctx context.Context, client *audible.Client, p pull, kind audipy.SyncKind,
) (store.Apply, error) {
	var got store.Apply
	options := audible.ListOptions{Groups: p.Groups, Parallel: inFlight}
	if kind == audipy.SyncDelta {
		options.StateToken = p.known.StateToken
	}
	progress := Progress{Marketplace: p.known.Marketplace, Phase: PhaseListing}
	p.tell(progress, 0)
	pages := 0
	listing, err := audible.ListLibrary(ctx, client, options, func(page audible.LibraryPage) error {
		if got.Items == nil {
			got.Items = make([]audipy.Item, 0, min(max(page.TotalCount, 0), maxReserved))
		}
		got.GoneASINs = append(got.GoneASINs, page.Removed...)
		for i := range page.Items {
			if page.Items[i].IsGone() {
				got.GoneASINs = append(got.GoneASINs, page.Items[i].ASIN)
				continue
			}
			got.Items = append(got.Items, toItem(&page.Items[i]))
		}
		progress.Done += len(page.Items)
		progress.Total = max(page.TotalCount, 0)
		pages++
		p.tell(progress, pages)
		return nil
	})
	got.Calls = listing.Calls
	if err != nil {
		return got, err
	}
	got.StateToken, got.AudibleCount, got.Complete = listing.StateToken, listing.TotalCount, listing.Complete
	if kind == audipy.SyncDelta {
		return s.countLibrary(ctx, client, got)
	}
	if !got.Complete {
		got.Warning = incomplete(listing)
	}
	return got, nil
}

// countLibrary completes a delta with Audible's count of the whole library.
func (s *Service) countLibrary(ctx context.Context, client *audible.Client, got store.Apply) (store.Apply, error) {
	page, err := client.Library(ctx, audible.LibraryQuery{PageSize: 1, Groups: "product_desc"})
	got.Calls++
	if err != nil {
		return got, err
	}
	got.AudibleCount = page.TotalCount
	return got, nil
}

// incomplete says what is odd about a whole listing.
func incomplete(l audible.Listing) string {
	if l.TotalCount < 0 {
		return fmt.Sprintf("Audible gave no count to compare with; %d titles came, and what is missing does not count as gone", l.Unique)
	}
	text := fmt.Sprintf("Audible counts %d titles and listed %d", l.TotalCount, l.Unique)
	if l.NullItems > 0 {
		text += fmt.Sprintf(" (%d came empty)", l.NullItems)
	}
	return text + "; what is missing does not count as gone"
}
