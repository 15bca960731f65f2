package audiblesim

import (
	"html/template"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options choose how a Sim behaves. The zero value is a well-behaved Amazon
// on the real clock.
type Options struct {
	// Seed makes everything that is random; one seed gives one world, one
	// sequence of tokens and one set of page mutations.
	Seed uint64
	// Now is the simulated clock; nil means time.Now.
	Now func() time.Time
	// Books is the number of titles of an account that names none.
	Books int
	// ExpiresInText makes /auth/token say expires_in as text; both forms
	// were seen (protocol 6.1).
	ExpiresInText bool
	// ActorTokens makes /auth/token answer as for newer apps, with
	// actor_access_token in place of access_token (protocol 6.1).
	ActorTokens bool
	// NoCookies leaves the website cookies and the store cookie out of every
	// registration; user name accounts never get them (protocol 5.2).
	NoCookies bool
	// Mutate changes the markup of the sign-in pages by Seed, within what a
	// browser would still let a person answer. PageMutations says how.
	Mutate bool
	// RenameIDs is the share of seeds, in percent, for which Mutate also
	// renames every id on the pages; field names always stay.
	RenameIDs int
}

// Sim is a simulated Amazon. It is safe for concurrent use; the zero value is
// not usable, call New.
type Sim struct {
	opts    Options
	now     func() time.Time
	world   *world
	faults  *faults
	keys    *keyRing
	pages   *template.Template
	handler http.Handler
	served  atomic.Uint64 // calls of the API that were admitted

	// mu guards everything below. Handlers of Amazon's own pages and tokens
	// hold it for the whole request; the API holds it for the gate only.
	mu       sync.Mutex
	random   *rand.ChaCha8
	accounts map[string]*account // by loginKey
	flows    map[string]*flow    // by session id
	codes    map[string]*authCode
	captchas map[string]captchaImage // by the letters of the address
	registry registry
	lwa      lwa
	rules    rules
	counts   Counts

	mutations    []PageMutation
	pagesMutated int
}

// New returns a simulator without accounts.
func New(opts Options) *Sim {
	s := &Sim{opts: opts, now: opts.Now}
	if s.now == nil {
		s.now = time.Now
	}
	s.world = newWorld(opts.Seed, s.now)
	s.faults = newFaults(opts.Seed)
	s.keys = newKeyRing()
	s.pages = parsePages()
	s.random = newRandom(opts.Seed)
	s.accounts = make(map[string]*account)
	s.flows = make(map[string]*flow)
	s.codes = make(map[string]*authCode)
	s.captchas = make(map[string]captchaImage)
	s.registry = newRegistry()
	s.counts = newCounts()
	s.handler = s.interpose(s.faults.wrap(http.HandlerFunc(s.route)))
	return s
}

// Handler returns the simulator as a handler that routes by the request's
// Host: Amazon's and Audible's names as Hosts lists them. Other names get 404.
func (s *Sim) Handler() http.Handler { return s.handler }
