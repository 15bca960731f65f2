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
	seed      uint64
	now       func() time.Time
	today     int32        // the day the world began
	languages []language   // by a title's language
	tree      []category   // the genres
	ladders   []ladder     // by a title's genre
	shops     []shop       // by number
	api       http.Handler // routes what begins with /1.0/
	shapes    shapes
	regions   [3][]byte    // lists of countries, ready to send
	buffers   sync.Pool    // of *[]byte, for answers on their way
	fonts     func() fonts // parses once, when the first cover is drawn

	// mu guards everything below. It is never held while an answer is sent.
	mu         sync.RWMutex
	catalogues map[string]*catalogue // by country code
	shelves    map[shelfKey]*shelf
	members    map[string]Membership // by account id; absent = Member
	lists      map[shelfKey]*collections
	quirks     Quirks
	budget     budget
	wishBurst  map[string]window // by account id
	draws      int               // see nextDraw
}

// shelfKey names a library: an account and the country code of a store.
type shelfKey struct{ accountID, store string }

// caller is the account a request was admitted for and the country code of the
// store it asked. An empty accountID is an anonymous caller, who may read the
// catalogue only.
type caller struct{ accountID, marketplace string }

// newWorld returns an empty world. The same seed and day always give the same
// world; the clock decides what is released.
func newWorld(seed uint64, now func() time.Time) *world {
	w := &world{
		seed: seed, now: now, today: int32(now().Unix() / daySeconds),
		languages: loadLanguages(), tree: loadCategories(), shops: shops(),
		regions: loadRegions(), fonts: sync.OnceValue(loadFonts),
		catalogues: map[string]*catalogue{}, shelves: map[shelfKey]*shelf{},
		members: map[string]Membership{}, lists: map[shelfKey]*collections{},
		wishBurst: map[string]window{},
	}
	w.buffers.New = func() any { return new([]byte) }
	w.ladders = ladders(w.tree)
	w.shapes = newShapes()
	w.api = w.routes()
	return w
}

// addLibrary gives the account a library of the asked size in each store. It
// does nothing in a store where the account has one already.
func (w *world) addLibrary(accountID string, stores map[string]int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for code, n := range stores {
		if _, there := w.shelves[shelfKey{accountID, code}]; there {
			continue
		}
		c := w.catalogue(code)
		if c == nil {
			continue // AddAccount has checked the codes
		}
		s := w.shelf(accountID, code)
		w.stock(c, s, accountID, n)
	}
}

// minFranchises is what a store has even when nobody has a library there:
// about 2,000 titles.
const minFranchises = 500

// catalogue returns the catalogue of a store, or nil for an unknown code.
// w.mu must be held for writing.
func (w *world) catalogue(code string) *catalogue {
	if c, ok := w.catalogues[code]; ok {
		return c
	}
	for _, s := range w.shops {
		if s.code == code {
			c := newCatalogue(w.seed, s, w.today, w.languages, w.ladders)
			c.grow(minFranchises)
			w.catalogues[code] = c
			return c
		}
	}
	return nil
}

// shelf returns the library of an account in a store, empty at first. w.mu
// must be held for writing.
func (w *world) shelf(accountID, store string) *shelf {
	key := shelfKey{accountID, store}
	s, ok := w.shelves[key]
	if !ok {
		s = &shelf{place: map[int32]int32{}}
		w.shelves[key] = s
	}
	return s
}

// open returns catalogue and library for a request, making them on first use.
// The catalogue is nil for an unknown store.
func (w *world) open(c caller) (*catalogue, *shelf) {
	w.mu.Lock()
	defer w.mu.Unlock()
	catalogue := w.catalogue(c.marketplace)
	if c.accountID == "" {
		return catalogue, &shelf{place: map[int32]int32{}}
	}
	return catalogue, w.shelf(c.accountID, c.marketplace)
}

// nextDraw numbers what happens at random, so that two equal requests need not
// have the same luck.
func (w *world) nextDraw() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.draws++
	return w.draws
}
