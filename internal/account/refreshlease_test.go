package account_test

import (
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// callers makes a client of each service for each of three stores, and has all
// of them call at once.
func (w *world) callers(t *testing.T, id audipy.AccountID, services ...*account.Service) {
	t.Helper()
	var all sync.WaitGroup
	for _, service := range services {
		for _, marketplace := range []string{"us", "de", "jp"} {
			client, err := service.Client(t.Context(), w.user, id, marketplace)
			if err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				if _, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
}

func TestTwoProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		w.callers(t, one.ID, w.accounts, w.service(t))
		if n := w.sim.Counts().Refreshes; n != 1 {
			t.Errorf("%d refreshes by six clients in two processes, want 1", n)
		}
	})
}

func TestDeadProcessHoldsUpARefreshForItsLeaseAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		died := w.Clock.Now()
		_, err := w.AcquireLease(t.Context(), w.user, store.LeaseRequest{
			Account: one.ID, Kind: store.LeaseRefresh, Owner: "a process that died", TTL: 45 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		w.callers(t, one.ID, w.accounts)
		if waited := w.Clock.Now().Sub(died); waited < 45*time.Second || waited > time.Minute {
			t.Errorf("waited %v for the lease of a dead process, want its 45 seconds", waited)
		}
		if n := w.sim.Counts().Refreshes; n != 1 {
			t.Errorf("%d refreshes, want 1", n)
		}
	})
}

func TestRefreshGivesItsLeaseBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if _, err := w.accounts.Refresh(t.Context(), w.user, one.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.AcquireLease(t.Context(), w.user, store.LeaseRequest{
			Account: one.ID, Kind: store.LeaseRefresh, Owner: "the next process", TTL: time.Second,
		})
		if err != nil {
			t.Errorf("the lease after a refresh: %v, want it free", err)
		}
	})
}
