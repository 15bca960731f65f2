package audible_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// lockedStore is a CredentialStore that lets one refresh at a time through, or
// none when it is broken, and keeps the pace for all of them.
type lockedStore struct {
	*memoryStore
	turn   sync.Mutex
	pace   audible.TokenPace
	broken error
}

// BeginRefresh waits for its turn.
func (s *lockedStore) BeginRefresh(context.Context, time.Duration) (audible.TokenPace, func(audible.TokenPace), error) {
	if s.broken != nil {
		return audible.TokenPace{}, nil, s.broken
	}
	s.turn.Lock()
	return s.pace, func(pace audible.TokenPace) { s.pace = pace; s.turn.Unlock() }, nil
}

// anew is another process that shares the store.
func (s *lockedStore) anew(r *rig) *audible.Client {
	return audible.NewClient(audible.ClientOptions{Credentials: s, Transport: r.sim.Transport()})
}

func TestClientsThatLockRefreshOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, 2*time.Hour)
		shared := &lockedStore{memoryStore: r.store}
		var all sync.WaitGroup
		for range 10 {
			client := audible.NewClient(audible.ClientOptions{Credentials: shared, Transport: r.sim.Transport()})
			all.Go(func() {
				if _, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err != nil {
					t.Errorf("Library: %v", err)
				}
			})
		}
		all.Wait()
		if n := r.sim.Counts(); n.Refreshes != 1 || n.TokenCalls != 10 {
			t.Errorf("%d refreshes for %d clients, want 1 for 10", n.Refreshes, n.TokenCalls)
		}
	})
}

func TestALockThatFailsAsksAmazonForNothing(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, 2*time.Hour)
		broken := errors.New("the disk is full")
		client := audible.NewClient(audible.ClientOptions{
			Credentials: &lockedStore{memoryStore: r.store, broken: broken}, Transport: r.sim.Transport(),
		})
		if _, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); !errors.Is(err, broken) {
			t.Errorf("error = %v, want that of the lock", err)
		}
		if n := r.sim.Counts(); n.Refreshes != 0 || n.SignedCalls != 0 {
			t.Errorf("%d refreshes and %d signed calls without the lock, want none", n.Refreshes, n.SignedCalls)
		}
	})
}

func TestADeadRefreshTokenIsAskedForOnceByManyProcesses(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		shared := &lockedStore{memoryStore: r.store}
		advance(t, 2*time.Hour)
		if err := r.sim.RefuseRefreshTokens(r.account.Login); err != nil {
			t.Fatal(err)
		}
		asks := func(processes int) int {
			before := r.sim.Counts().RefusedRefreshes
			for range processes {
				if _, err := shared.anew(r).Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err != nil {
					t.Fatal(err)
				}
			}
			return r.sim.Counts().RefusedRefreshes - before
		}
		if n := asks(10); n != 2 || shared.pace.IsSure {
			t.Errorf("ten processes asked %d times, sure: %t; want twice, five seconds apart, and no certainty yet", n, shared.pace.IsSure)
		}
		advance(t, time.Hour)
		if n := asks(10); n != 2 || !shared.pace.IsSure {
			t.Errorf("an hour later they asked %d times, sure: %t; want two looks and certainty", n, shared.pace.IsSure)
		}
		advance(t, 23*time.Hour)
		if n := asks(10); n != 0 {
			t.Errorf("during the day after that they asked %d times, want never", n)
		}
		advance(t, time.Hour)
		if n := asks(1); n != 2 {
			t.Errorf("a day later they asked %d times, want two looks", n)
		}
	})
}

func TestAnOutageOfTheTokenServiceRestsForAllProcesses(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		shared := &lockedStore{memoryStore: r.store}
		advance(t, 2*time.Hour)
		now := time.Now()
		r.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(30 * 24 * time.Hour), Status: 503, Host: "api.amazon.com"})
		var longest time.Duration
		for range 12 {
			_, _ = shared.anew(r).Library(t.Context(), audible.LibraryQuery{PageSize: 1})
			before := r.sim.Counts().Requests
			_, _ = shared.anew(r).Library(t.Context(), audible.LibraryQuery{PageSize: 1})
			if after := r.sim.Counts().Requests; askedFor(after) != askedFor(before) {
				t.Errorf("another process asked while the token service rests")
			}
			rest := time.Until(shared.pace.RestUntil)
			if rest <= 0 || rest > 15*time.Minute {
				t.Errorf("it rests for %s, want at most 15 minutes", rest)
			}
			longest = max(longest, rest)
			advance(t, rest)
		}
		if longest < time.Minute {
			t.Errorf("the longest rest was %s, want it to grow", longest)
		}
	})
}

// askedFor counts the requests to the token service.
func askedFor(requests map[string]int) (n int) {
	for name, times := range requests {
		if strings.HasSuffix(name, "/auth/token") {
			n += times
		}
	}
	return n
}

func TestAnotherOnesRefreshHoldsUpNobodyWhoCanSign(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, 2*time.Hour)
		r.client = audible.NewClient(audible.ClientOptions{
			Credentials: &lockedStore{memoryStore: r.store, broken: audible.ErrRefreshing}, Transport: r.sim.Transport(),
		})
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 0 || n.SignedCalls != 1 {
			t.Errorf("%d refreshes and %d signed calls, want one signed", n.Refreshes, n.SignedCalls)
		}
	})
}

func TestTheTokenServiceIsLeftAloneAsLongAsItAsks(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		shared := &lockedStore{memoryStore: r.store}
		advance(t, 2*time.Hour)
		busy := audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Path: "/auth/token", RetryAfter: "1800"}
		if err := r.sim.SetFaults(busy); err != nil {
			t.Fatal(err)
		}
		_, _ = shared.anew(r).Library(t.Context(), audible.LibraryQuery{PageSize: 1})
		if rest := time.Until(shared.pace.RestUntil); rest != 30*time.Minute {
			t.Errorf("it rests for %s, want the half hour that it asked for", rest)
		}
		if n := askedFor(r.sim.Counts().Requests); n != 1 {
			t.Errorf("it was asked %d times, want once", n)
		}
	})
}

func TestTheKeyIsCheckedWhateverTheTokenIs(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	if err := r.client.CheckKey(t.Context()); err != nil || r.sim.Counts().SignedCalls != 1 {
		t.Errorf("CheckKey = %v after %d signed calls, want one", err, r.sim.Counts().SignedCalls)
	}
	if err := r.sim.RevokeAll(r.account.Login); err != nil {
		t.Fatal(err)
	}
	wantError(t, r.client.CheckKey(t.Context()), audible.ErrRefused)
	r.store.change(func(c *audible.Credentials) { c.DeviceKey = "" })
	wantError(t, audible.NewClient(audible.ClientOptions{Credentials: r.store, Transport: r.sim.Transport()}).CheckKey(t.Context()),
		audible.ErrNoCredentials)
}
