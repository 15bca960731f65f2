package audiblesim

import (
	"net/http"
	"sync"
	"time"
)

// world is everything Amazon knows apart from sign-in: the catalogues of the
// stores, the libraries of the accounts, wish lists, prices and covers. It is
// safe for concurrent use.
type world struct {
	seed uint64
	now  func() time.Time

	mu sync.Mutex
}

// caller is the account a request was admitted for and the store it asked.
// An empty accountID is an anonymous caller, who may read the catalogue only.
type caller struct{ accountID, marketplace string }

// newWorld returns an empty world; the same seed always gives the same world.
func newWorld(seed uint64, now func() time.Time) *world {
	return &world{seed: seed, now: now}
}

// addLibrary gives the account a library of the asked size in each store. It
// does nothing in a store where the account has one already.
func (w *world) addLibrary(accountID string, stores map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
}

// serveAPI answers a request whose path begins with /1.0/ and whose sender has
// been admitted as c.
func (w *world) serveAPI(rw http.ResponseWriter, r *http.Request, c caller) {
	http.NotFound(rw, r)
}

// serveCover answers a request for the picture of a title.
func (w *world) serveCover(rw http.ResponseWriter, r *http.Request) {
	http.NotFound(rw, r)
}
