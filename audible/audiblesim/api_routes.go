package audiblesim

import (
	"context"
	"net/http"
	"path"
	"strconv"
	"time"
)

// apiCall is one request to the API with what it is answered from.
type apiCall struct {
	w       *world
	c       *catalogue
	shelf   *shelf
	caller  caller
	query   *query
	now     time.Time
	request *http.Request
	rw      http.ResponseWriter
	quirks  Quirks
}

// callerKey is where a request's context holds its caller, because the mux
// hands nothing else to a handler.
type callerKey struct{}

// serveAPI answers a request whose path begins with /1.0/ and whose sender has
// been admitted as c. What only an account may do is refused to anonymous
// callers by whoever admits them.
func (w *world) serveAPI(rw http.ResponseWriter, r *http.Request, c caller) {
	now := w.now()
	rw.Header().Set("X-Amz-Date", now.UTC().Format(http.TimeFormat))
	if wait, over := w.spend(c, now); over {
		if wait > 0 {
			rw.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		}
		refuse(rw, &apiError{status: http.StatusTooManyRequests, message: "Rate exceeded"})
		return
	}
	if path.Clean(r.URL.Path) != r.URL.Path {
		// The mux would answer with a redirect, which the API never does.
		refuse(rw, notFound("Unable to find the requested resource"))
		return
	}
	w.api.ServeHTTP(rw, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
}

// routes lists the endpoints of protocol section 9.
func (w *world) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(*apiCall) error{
		"GET /1.0/library":                         (*apiCall).listLibrary,
		"GET /1.0/library/{asin}":                  (*apiCall).showLibraryItem,
		"PUT /1.0/library/item":                    (*apiCall).borrow,
		"POST /1.0/library/item":                   (*apiCall).borrow,
		"DELETE /1.0/library/item/{asin}/{loan}":   (*apiCall).giveBack,
		"GET /1.0/wishlist":                        (*apiCall).listWishes,
		"POST /1.0/wishlist":                       (*apiCall).addWish,
		"DELETE /1.0/wishlist/{asin}":              (*apiCall).removeWish,
		"GET /1.0/catalog/products":                (*apiCall).listProducts,
		"GET /1.0/catalog/products/{asin}":         (*apiCall).showProduct,
		"GET /1.0/catalog/products/{asin}/sims":    (*apiCall).listSimilar,
		"GET /1.0/catalog/products/{asin}/reviews": (*apiCall).listReviews,
		"GET /1.0/catalog/categories":              (*apiCall).listCategories,
		"GET /1.0/catalog/categories/{id}":         (*apiCall).showCategory,
		"GET /1.0/recommendations":                 (*apiCall).listRecommendations,
		"GET /1.0/account/information":             (*apiCall).showAccount,
		"GET /1.0/customer/information":            (*apiCall).showCustomer,
		"GET /1.0/user/settings":                   (*apiCall).showSettings,
		"GET /1.0/stats/aggregates":                (*apiCall).showAggregates,
		"GET /1.0/stats/status/finished":           (*apiCall).listFinished,
		"GET /1.0/annotations/lastpositions":       (*apiCall).listPositions,
		"GET /1.0/orders":                          (*apiCall).listOrders,
		"GET /1.0/collections":                     (*apiCall).listCollections,
		"POST /1.0/collections":                    (*apiCall).addCollection,
		"GET /1.0/collections/{id}":                (*apiCall).showCollection,
		"PUT /1.0/collections/{id}":                (*apiCall).renameCollection,
		"GET /1.0/collections/{id}/items":          (*apiCall).listCollectionItems,
		"POST /1.0/collections/{id}/items":         (*apiCall).addToCollection,
		"DELETE /1.0/collections/{id}/items":       (*apiCall).removeFromCollection,
	} {
		mux.HandleFunc(pattern, w.handle(serve))
	}
	mux.HandleFunc("/", func(rw http.ResponseWriter, r *http.Request) {
		refuse(rw, notFound("Unable to find the requested resource"))
	})
	return mux
}

// handle prepares a call and sends what it refuses.
func (w *world) handle(serve func(*apiCall) error) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		from, _ := r.Context().Value(callerKey{}).(caller)
		c, s := w.open(from)
		if c == nil {
			refuse(rw, notFound("Unable to find the requested marketplace"))
			return
		}
		call := &apiCall{
			w: w, c: c, shelf: s, caller: from, query: &query{Values: r.URL.Query()},
			now: w.now(), request: r, rw: rw, quirks: w.currentQuirks(),
		}
		if err := serve(call); err != nil {
			refuse(rw, err)
		}
	}
}

// groups reads the response groups; the parameters read before are checked too.
func (a *apiCall) groups(known []string) (groupSet, error) {
	if err := a.query.bad.err(); err != nil {
		return groupSet{}, err
	}
	return parseGroups(a.query.Values, known)
}

// view returns a view without a title, for the titles of one answer.
func (a *apiCall) view(groups groupSet) view {
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	return view{
		w: a.w, c: a.c, now: a.now, sizes: a.query.sizes(), account: a.caller.accountID,
		member: a.w.members[a.caller.accountID], v2: groups.has("relationships_v2"), rated: groups.has("rating"),
	}
}

// blockSize is how much of an answer is written at once.
const blockSize = 64 << 10

// stream sends an answer with a list of n titles. The world is locked for a few
// titles at a time and never while bytes are on their way, so that a client
// that reads slowly, or works a control while it reads, blocks nobody.
func (a *apiCall) stream(head, tail []byte, n int, item func(dst []byte, i int) []byte) {
	buffer, _ := a.w.buffers.Get().(*[]byte)
	dst := append((*buffer)[:0], head...)
	a.rw.Header().Set("Content-Type", "application/json")
	for i := 0; i < n; {
		a.w.mu.RLock()
		for ; i < n && len(dst) < blockSize; i++ {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item(dst, i)
		}
		a.w.mu.RUnlock()
		if len(dst) >= blockSize {
			_, _ = a.rw.Write(dst) // a client that is gone misses nothing
			dst = dst[:0]
			// Lets the client begin to read; a writer that can't flush
			// sends everything at the end.
			_ = http.NewResponseController(a.rw).Flush()
		}
	}
	_, _ = a.rw.Write(append(dst, tail...))
	*buffer = dst[:0]
	a.w.buffers.Put(buffer)
}
