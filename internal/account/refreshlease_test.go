package account_test

import (
	"context"
	"net/http"
	"strings"
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
		if state := w.card(t, one.ID).Account.State; state != audipy.StateRefreshing {
			t.Errorf("state = %q while somebody has the right to refresh, want refreshing", state)
		}
		w.callers(t, one.ID, w.accounts)
		if n := w.sim.Counts(); n.Refreshes != 0 || n.SignedCalls != 3 || w.Clock.Now().Sub(died) > 10*time.Second {
			t.Errorf("%d refreshes, %d signed calls after %v; want the key to carry on after two seconds each",
				n.Refreshes, n.SignedCalls, w.Clock.Now().Sub(died))
		}
		w.Clock.Advance(45 * time.Second)
		w.callers(t, one.ID, w.accounts)
		if n := w.sim.Counts().Refreshes; n != 1 {
			t.Errorf("%d refreshes after the lease, want 1", n)
		}
	})
}

func TestWhoCannotSignWaitsForTheLeaseOfADeadProcess(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.fromFile(t)
		c.DeviceKey, c.ADPToken = "", ""
		linked, err := w.accounts.LinkCredentials(t.Context(), w.user, c)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour)
		_, err = w.AcquireLease(t.Context(), w.user, store.LeaseRequest{
			Account: linked.Account.ID, Kind: store.LeaseRefresh, Owner: "a process that died", TTL: 30 * time.Second,
		})
		if err != nil {
			t.Fatal(err)
		}
		w.callers(t, linked.Account.ID, w.accounts)
		if n := w.sim.Counts().Refreshes; n != 1 {
			t.Errorf("%d refreshes, want 1 after the lease", n)
		}
	})
}

// slept is a transport that lets the refresh's lease go to another process
// while the answer to it is on its way.
type slept struct {
	http.RoundTripper
	meanwhile func()
}

func (s *slept) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := s.RoundTripper.RoundTrip(request)
	if strings.HasSuffix(request.URL.Path, "/auth/token") && s.meanwhile != nil {
		meanwhile := s.meanwhile
		s.meanwhile = nil
		meanwhile()
	}
	return response, err
}

func TestProcessThatSleptThroughItsLeaseSavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		sleeper := w.serviceOver(t, &slept{w.sim.Transport(), func() {
			w.Clock.Advance(46 * time.Second)
			_, err := w.AcquireLease(context.WithoutCancel(t.Context()), w.user, store.LeaseRequest{
				Account: one.ID, Kind: store.LeaseRefresh, Owner: "the next process", TTL: 45 * time.Second,
			})
			if err != nil {
				t.Error(err)
			}
		}})
		w.callers(t, one.ID, sleeper)
		known, err := w.TokenState(t.Context(), w.user, one.ID)
		if err != nil || known.Renewals != 0 || known.Version != 1 {
			t.Errorf("token state = %+v, %v, want what was there before", known, err)
		}
		if n := w.sim.Counts().SignedCalls; n != 3 {
			t.Errorf("%d signed calls, want 3: the key carries on", n)
		}
	})
}

func TestRefreshGivesItsLeaseBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(time.Hour)
		w.renew(t, one.ID)
		_, err := w.AcquireLease(t.Context(), w.user, store.LeaseRequest{
			Account: one.ID, Kind: store.LeaseRefresh, Owner: "the next process", TTL: time.Second,
		})
		if err != nil {
			t.Errorf("the lease after a refresh: %v, want it free", err)
		}
	})
}
