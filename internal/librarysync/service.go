package librarysync

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Options are what a Service works with. Accounts and Store are required.
type Options struct {
	Accounts *account.Service
	Store    *store.Store
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Service syncs libraries. It is safe for use by several goroutines, and
// several processes may share one store: each account is synced by one at a
// time.
type Service struct {
	accounts *account.Service
	store    *store.Store
	now      func() time.Time
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{accounts: o.Accounts, store: o.Store, now: o.Now}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// Phase says what a sync is doing.
type Phase string

// The phases of a sync.
const (
	PhaseLooking  Phase = "looking"  // which stores hold titles; Total counts stores
	PhaseListing  Phase = "listing"  // pulling a listing; Total counts titles
	PhaseApplying Phase = "applying" // writing it
	PhaseCatalog  Phase = "catalog"  // series, products, prices; Total counts requests
)

// Progress is one report of a sync.
type Progress struct {
	Marketplace string
	Phase       Phase
	// Done of Total; Total is 0 when nobody knows yet.
	Done, Total int
}

// Request says what to sync and whom to tell.
type Request struct {
	User    audipy.UserID
	Account audipy.AccountID
	// Full pulls whole listings even where what changed would do.
	Full bool
	// Marketplaces keeps to these stores; nil means the home store, those that
	// held titles before, and those where a look, once a week, finds some.
	Marketplaces []string
	// Groups are the response groups of listings; empty means ours.
	Groups string
	// Progress, when set, is called from one goroutine at a time.
	Progress func(Progress)
}

func (r Request) report(p Progress) {
	if r.Progress != nil {
		r.Progress(p)
	}
}

// Sync syncs the stores of one account and returns a receipt for each run, in
// the order in which they ended. A store that fails does not keep the others
// from being synced; the first failure is returned with all receipts. When
// Amazon refuses the account nothing further is tried.
func (s *Service) Sync(ctx context.Context, r Request) ([]audipy.SyncRun, error) {
	var runs []audipy.SyncRun
	err := s.withLease(ctx, r.User, r.Account, func(ctx context.Context, lease store.Lease) error {
		work, stop := context.WithCancelCause(ctx)
		track := &tracker{store: s.store, user: r.User, latest: store.SyncReport{Account: r.Account, Fence: lease.Fence}}
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			track.watch(work, stop)
		}()
		var err error
		runs, err = s.syncStores(work, r, lease, track)
		stop(nil)
		<-watched
		if errors.Is(context.Cause(work), errCancelled) {
			return cancelled()
		}
		return err
	})
	return runs, err
}

// cancelled is the error of a sync that somebody asked to stop.
func cancelled() error {
	return audipy.Fail(audipy.Conflict, "the sync was cancelled", errCancelled).
		WithHint("the library is as it was; the next sync goes on as usual")
}

// syncStores syncs the stores of an account one after the other.
func (s *Service) syncStores(ctx context.Context, r Request, lease store.Lease, track *tracker) ([]audipy.SyncRun, error) {
	stores, err := s.stores(ctx, r)
	if err != nil {
		return nil, err
	}
	var runs []audipy.SyncRun
	var first error
	for _, known := range stores {
		done, err := s.syncStore(ctx, pull{Request: r, lease: lease, known: known, track: track})
		runs = append(runs, done...)
		if first == nil {
			first = err
		}
		if audipy.KindOf(err) == audipy.ActionRequired || ctx.Err() != nil {
			break
		}
	}
	return runs, first
}
