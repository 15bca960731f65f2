package librarysync

import (
	"context"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// lookEvery is how often the database is looked at for all who watch.
const lookEvery = time.Second

// Watch tells those who watch a person's accounts when something changed,
// whichever process changed it: one look a second into the database serves them
// all, and none is made while nobody watches.
type Watch struct {
	store *store.Store

	mu       sync.Mutex
	watchers map[audipy.UserID]map[*Watcher]bool
	seen     map[audipy.UserID]store.Pulse
}

// NewWatch returns a Watch that does not look yet.
func NewWatch(s *store.Store) *Watch {
	return &Watch{store: s, watchers: map[audipy.UserID]map[*Watcher]bool{}, seen: map[audipy.UserID]store.Pulse{}}
}

// Changed says what changed since the last time.
type Changed struct {
	// Runs, Accounts and Library say that sync runs, accounts or titles did.
	Runs, Accounts, Library bool
}

// Watcher is somebody who watches. Whoever has one calls Leave at the end.
type Watcher struct {
	// C gets a value at once, for a first look, and then whenever something
	// changed. What a slow reader did not take yet is joined into one.
	C chan Changed

	watch *Watch
	user  audipy.UserID
}

// Join begins to watch a person.
func (w *Watch) Join(user audipy.UserID) *Watcher {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.watchers[user] == nil {
		w.watchers[user] = map[*Watcher]bool{}
	}
	one := &Watcher{watch: w, user: user, C: make(chan Changed, 1)}
	one.C <- Changed{Runs: true, Accounts: true, Library: true}
	w.watchers[user][one] = true
	return one
}

// Leave ends the watching. It may be called twice.
func (one *Watcher) Leave() {
	w := one.watch
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.watchers[one.user], one)
	if len(w.watchers[one.user]) == 0 {
		delete(w.watchers, one.user)
		delete(w.seen, one.user)
	}
}

// Run looks once a second until ctx ends. A look that fails is made again.
func (w *Watch) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		people := w.people()
		if len(people) == 0 {
			continue
		}
		if pulses, err := w.store.Pulses(ctx, people); err == nil {
			w.compare(pulses)
		}
	}
}

func (w *Watch) people() []audipy.UserID {
	w.mu.Lock()
	defer w.mu.Unlock()
	people := make([]audipy.UserID, 0, len(w.watchers))
	for user := range w.watchers {
		people = append(people, user)
	}
	return people
}

// compare tells of what differs from the last look. After the first look at a
// person everything counts as changed: it may have, since they joined.
func (w *Watch) compare(pulses map[audipy.UserID]store.Pulse) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for user, now := range pulses {
		before := w.seen[user]
		changed := Changed{
			Runs: now.Runs != before.Runs, Accounts: now.Accounts != before.Accounts, Library: now.Library != before.Library,
		}
		if len(w.watchers[user]) == 0 || changed == (Changed{}) {
			continue
		}
		w.seen[user] = now
		for one := range w.watchers[user] {
			one.tell(changed)
		}
	}
}

// tell leaves what changed for the watcher, joined with what is not taken yet.
func (one *Watcher) tell(changed Changed) {
	select {
	case waiting := <-one.C:
		changed.Runs = changed.Runs || waiting.Runs
		changed.Accounts = changed.Accounts || waiting.Accounts
		changed.Library = changed.Library || waiting.Library
	default:
	}
	one.C <- changed
}
