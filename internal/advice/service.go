package advice

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/recent"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

const (
	// keptPeople is for how many people advice is kept at hand. That of
	// 10,000 titles takes some 10 MB.
	keptPeople = 16
	// settling is how long advice counts as current while only the catalogue
	// changes: a refresh writes many times within a minute, and each time
	// would otherwise cost half a second of work per look.
	settling = 10 * time.Second
)

// Options are what a Service works with. Store is required; Syncs too for
// RefreshCatalog.
type Options struct {
	Store *store.Store
	Syncs *librarysync.Service
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Service gives advice. It is safe for use by several goroutines; what is kept
// at hand is checked against the store at every look, so that several
// processes may share one store.
type Service struct {
	store *store.Store
	syncs *librarysync.Service
	now   func() time.Time

	kept *recent.People[shelf]
}

// shelf is the advice of one person. Its lock is held while it is worked out,
// so that many looks at once cost one.
type shelf struct {
	mu     sync.Mutex
	at     time.Time
	state  store.Revision
	advice Advice
}

// Advice is what Service.For returns. It is shared by everybody who asked for
// it and must not be changed.
type Advice struct {
	recommend.Advice
	// Preferences are those that it was made for.
	Preferences audipy.Preferences
	// Revision differs whenever the advice may differ.
	Revision string

	covers map[recommend.Key]bool
}

// HasCover reports whether a title of the library or of the catalogue has a
// cover.
func (a *Advice) HasCover(marketplace, asin string) bool {
	return a.covers[recommend.Key{Marketplace: marketplace, ASIN: asin}]
}

// covered lists what has a cover.
func covered(in recommend.Input) map[recommend.Key]bool {
	found := make(map[recommend.Key]bool, len(in.Library)+len(in.Products))
	for i := range in.Library {
		if item := &in.Library[i]; item.CoverURL != "" {
			found[recommend.Key{Marketplace: item.Marketplace, ASIN: item.ASIN}] = true
		}
	}
	for key, product := range in.Products {
		if product.CoverURL != "" {
			found[key] = true
		}
	}
	return found
}

// New returns a Service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Service{store: o.Store, syncs: o.Syncs, now: o.Now, kept: recent.New[shelf](keptPeople)}
}

// For returns a person's advice as of what is stored, without asking Audible.
// A change of the library, of a mark or of a preference shows at once, one of
// the catalogue within ten seconds. Somebody without titles gets empty lists.
func (s *Service) For(ctx context.Context, user audipy.UserID) (Advice, error) {
	state, err := s.store.Revision(ctx, user)
	if err != nil {
		return Advice{}, err
	}
	now := s.now()
	one := s.kept.Of(user, now)
	one.mu.Lock()
	defer one.mu.Unlock()
	now = s.now() // somebody may have worked it out meanwhile
	if one.isCurrent(state, now) {
		return one.advice, nil
	}
	in, err := s.Input(ctx, user)
	if err != nil {
		return Advice{}, err
	}
	one.at, one.state = now, state
	one.advice = Advice{
		Advice: recommend.Advise(in), Preferences: in.Preferences, covers: covered(in),
		Revision: revisionOf(state, now),
	}
	return one.advice, nil
}

// isCurrent reports whether the advice still holds. Releases and the ends of
// snoozes come with the hours.
func (o *shelf) isCurrent(state store.Revision, now time.Time) bool {
	if o.at.IsZero() || o.state.Changes != state.Changes ||
		o.state.Household != state.Household || hour(o.at) != hour(now) {
		return false
	}
	return o.state.CatalogSeen.Equal(state.CatalogSeen) || now.Sub(o.at) < settling
}

// revisionOf is the state and the hour in one word. Of the household it tells
// only that something differs.
func revisionOf(state store.Revision, now time.Time) string {
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, state.Household)
	return fmt.Sprintf("%d-%d-%d-%x", state.Changes, state.CatalogSeen.UnixMicro(), hour(now), sum.Sum64())
}

func hour(t time.Time) int64 { return t.Unix() / 3600 }

// Input collects what a person's advice is made from.
func (s *Service) Input(ctx context.Context, user audipy.UserID) (recommend.Input, error) {
	in := recommend.Input{
		Now:      s.now(),
		Products: map[recommend.Key]audipy.Product{}, History: map[recommend.Key][]audipy.PricePoint{},
	}
	var err error
	if in.Library, err = s.library(ctx, user); err != nil {
		return in, err
	}
	if in.Preferences, err = s.store.Preferences(ctx, user); err != nil {
		return in, err
	}
	if in.Members, err = s.store.SeriesMembers(ctx, user, ""); err != nil {
		return in, err
	}
	if in.Marks, err = s.store.Marks(ctx, user); err != nil {
		return in, err
	}
	if in.Household, err = s.store.HouseholdCopies(ctx, user); err != nil {
		return in, err
	}
	if in.Elsewhere, err = s.elsewhere(ctx, user); err != nil {
		return in, err
	}
	products, err := s.store.AllProducts(ctx, user, "")
	if err != nil {
		return in, err
	}
	for _, p := range products {
		in.Products[recommend.Key{Marketplace: p.Marketplace, ASIN: p.ASIN}] = p
	}
	points, err := s.store.PriceHistory(ctx, user, store.PriceFilter{})
	if err != nil {
		return in, err
	}
	for _, p := range points {
		key := recommend.Key{Marketplace: p.Marketplace, ASIN: p.ASIN}
		in.History[key] = append(in.History[key], p)
	}
	return in, nil
}

// elsewhere is what counts of the person's titles outside of Audible.
func (s *Service) elsewhere(ctx context.Context, user audipy.UserID) (audipy.ElsewhereShelf, error) {
	server, err := s.store.ElsewhereServer(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound || err == nil && server.AppliedAt.IsZero() {
		return audipy.ElsewhereShelf{}, nil
	}
	if err != nil {
		return audipy.ElsewhereShelf{}, err
	}
	copies, err := s.store.ElsewhereCopies(ctx, user)
	return audipy.ElsewhereShelf{Copies: copies, CountsLikely: server.CountsLikely}, err
}

// library is every item of the person, gone ones included.
func (s *Service) library(ctx context.Context, user audipy.UserID) ([]audipy.Item, error) {
	var all []audipy.Item
	for item, err := range s.store.AllItems(ctx, user, store.ItemFilter{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}
