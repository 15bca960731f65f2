package httpapi

import (
	"context"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Bounds of what is kept: for how many people, and how many totals of each.
const (
	keptPeople = 16
	keptTotals = 64
)

// keptCounts are what was counted over people's libraries, each for one
// revision. The revision is asked of the store at every request, so that what
// another process changes is seen.
type keptCounts struct {
	mu     sync.Mutex
	people map[audipy.UserID]*counted
}

// counted is what was counted for one person. Its lock is held while something
// is counted, so that many who ask at once cost one.
type counted struct {
	used time.Time // guarded by the lock of keptCounts

	mu       sync.Mutex
	revision string
	summary  *store.Summary
	totals   map[TitleFilter]int
}

// of returns the place of a person, locked and with nothing in it that is of
// another revision. The one that nobody asked for the longest time makes room.
func (k *keptCounts) of(user audipy.UserID, revision string, now time.Time) *counted {
	k.mu.Lock()
	one := k.people[user]
	if one == nil {
		if len(k.people) >= keptPeople {
			delete(k.people, k.leastUsed())
		}
		one = &counted{}
		k.people[user] = one
	}
	one.used = now
	k.mu.Unlock()
	one.mu.Lock()
	if one.revision != revision {
		one.revision, one.summary, one.totals = revision, nil, map[TitleFilter]int{}
	}
	return one
}

func (k *keptCounts) leastUsed() audipy.UserID {
	var oldest audipy.UserID
	for user, one := range k.people {
		if oldest == "" || one.used.Before(k.people[oldest].used) {
			oldest = user
		}
	}
	return oldest
}

// summary counts a library, once for each of its revisions. The result is
// shared and must not be changed.
func (a *api) summary(ctx context.Context, user audipy.UserID, revision string) (*store.Summary, error) {
	one := a.counts.of(user, revision, a.Now())
	defer one.mu.Unlock()
	if one.summary == nil {
		s, err := a.Store.Summary(ctx, user)
		if err != nil {
			return nil, err
		}
		one.summary = &s
	}
	return one.summary, nil
}

// total counts the titles that are chosen, once for each revision of the
// library.
func (a *api) total(ctx context.Context, user audipy.UserID, revision string, chosen TitleFilter) (int, error) {
	chosen.Sort = "" // doesn't matter
	one := a.counts.of(user, revision, a.Now())
	defer one.mu.Unlock()
	n, known := one.totals[chosen]
	if known {
		return n, nil
	}
	n, err := a.Store.CountItems(ctx, user, chosen.filter())
	if err != nil {
		return 0, err
	}
	if len(one.totals) >= keptTotals {
		clear(one.totals)
	}
	one.totals[chosen] = n
	return n, nil
}
