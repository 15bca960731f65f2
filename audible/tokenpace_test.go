package audible_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
)

// lockedStore is a CredentialStore that lets one refresh at a time through, or
// none when it is broken.
type lockedStore struct {
	*memoryStore
	turn   sync.Mutex
	broken error
}

// LockRefresh waits for its turn.
func (s *lockedStore) LockRefresh(context.Context) (func(), error) {
	if s.broken != nil {
		return nil, s.broken
	}
	s.turn.Lock()
	return s.turn.Unlock, nil
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
