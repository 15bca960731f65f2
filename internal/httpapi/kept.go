package httpapi

import (
	"context"
	"sync"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Bounds of what is kept: for how many people, and how many totals of each.
const (
	keptPeople = 16
	keptTotals = 64
)

// counted is what was counted over one person's library, for one revision. The
// revision is asked of the store at every request, so that what another process
// changes is seen. Its lock is held while something is counted, so that many who
// ask at once cost one.
type counted struct {
	mu       sync.Mutex
	revision string
	summary  *store.Summary
	totals   map[TitleFilter]int
}

// countedFor returns the place of a person, locked and with nothing in it that
// is of another revision.
func (a *api) countedFor(user audipy.UserID, revision string) *counted {
	one := a.counts.Of(user, a.Now())
	one.mu.Lock()
	if one.revision != revision {
		one.revision, one.summary, one.totals = revision, nil, map[TitleFilter]int{}
	}
	return one
}

// summary counts a library, once for each of its revisions. The result is
// shared and must not be changed.
func (a *api) summary(ctx context.Context, user audipy.UserID, revision string) (*store.Summary, error) {
	one := a.countedFor(user, revision)
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
	one := a.countedFor(user, revision)
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
