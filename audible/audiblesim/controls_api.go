package audiblesim

import (
	"fmt"
	"slices"
	"time"
)

// Quirks are known oddities of the service, off in the zero value unless they
// are always on at the real one.
type Quirks struct {
	// AnyLibrarySize lets page times num_results of a library go above
	// 10,000, which the service refuses.
	AnyLibrarySize bool `json:"any_library_size"`
	// NullItemsFromPage answers "items": null from this library page on;
	// 0 means never. Seen around page 400.
	NullItemsFromPage int `json:"null_items_from_page"`
	// NullItemEvery makes every n-th item of a page null; 0 means none.
	NullItemEvery int `json:"null_item_every"`
	// SamePage answers the first library page whatever page is asked.
	SamePage bool `json:"same_page"`
	// MaxCost answers 500 when num_results times the number of response
	// groups is above it; 0 means no bound.
	MaxCost int `json:"max_cost"`
	// OmitProductsPercent leaves products out of catalogue batches at
	// random, 0 to 100.
	OmitProductsPercent int `json:"omit_products_percent"`
	// WishlistWritesPerSecond answers 500 to more changes of a wish list in
	// a second than this; 0 means no bound.
	WishlistWritesPerSecond int `json:"wishlist_writes_per_second"`
}

// SetQuirks replaces the oddities that are on.
func (s *Sim) SetQuirks(q Quirks) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.quirks = q
}

// SetBudget answers 429 to an account's calls of the API after perMinute in a
// minute, with a Retry-After in seconds if retryAfter is set. Zero lifts it.
func (s *Sim) SetBudget(perMinute int, retryAfter bool) {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.budget = budget{perMinute: perMinute, retryAfter: retryAfter, spent: map[string]*window{}}
}

// SetMembership says what kind of customer the account is; Member at first.
func (s *Sim) SetMembership(login string, m Membership) error {
	id, err := s.accountID(login)
	if err != nil {
		return err
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	s.world.members[id] = m
	return nil
}

// withShelf runs f on a library under the world's lock.
func (s *Sim) withShelf(login, store string, f func(*catalogue, *shelf) error) error {
	id, err := s.accountID(login)
	if err != nil {
		return err
	}
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	c := s.world.catalogue(store)
	if c == nil {
		return fmt.Errorf("no store %q in the simulator", store)
	}
	return f(c, s.world.shelf(id, store))
}

// withEntry runs f on a title that the library holds now.
func (s *Sim) withEntry(login, store, asin string, f func(*catalogue, *shelf, *entry)) error {
	return s.withShelf(login, store, func(c *catalogue, shelf *shelf) error {
		t, ok := c.lookup(asin)
		if !ok || !shelf.owns(t.index) {
			return fmt.Errorf("%s does not own %q in %s", login, asin, store)
		}
		f(c, shelf, shelf.find(t.index))
		return nil
	})
}

// withTitle replaces a title by what f makes of a copy, and touches it in every
// library of the store that holds it.
func (s *Sim) withTitle(store, asin string, f func(*title)) error {
	s.world.mu.Lock()
	defer s.world.mu.Unlock()
	c := s.world.catalogue(store)
	if c == nil {
		return fmt.Errorf("no store %q in the simulator", store)
	}
	old, ok := c.lookup(asin)
	if !ok {
		return fmt.Errorf("no title %q in the store %s", asin, store)
	}
	changed := *old
	f(&changed)
	c.replace(&changed)
	for key, shelf := range s.world.shelves {
		if key.store == store && shelf.owns(old.index) {
			shelf.find(old.index).changed = shelf.advance(s.world.now())
		}
	}
	return nil
}

// AddTitles buys n titles that the account does not own, released ones in the
// catalogue's order, and returns their ASINs.
func (s *Sim) AddTitles(login, store string, n int) ([]string, error) {
	var added []string
	err := s.withShelf(login, store, func(c *catalogue, shelf *shelf) error {
		now := s.world.now()
		for at := 0; len(added) < n; at++ {
			for at >= len(c.titles) {
				c.grow(len(c.franchises) + 50)
			}
			t := c.titles[at]
			fresh := shelf.find(t.index) == nil && t.isBook() && t.isReleased(now) && !t.delisted
			if fresh && t.price.list > 0 {
				shelf.put(entry{title: t.index, added: now.UnixMilli(), changed: shelf.advance(now)})
				added = append(added, t.asin)
			}
		}
		return nil
	})
	return added, err
}

// AddTitle buys one title, or orders it before its release: then it is pending
// until that day. Buying it again changes nothing.
func (s *Sim) AddTitle(login, store, asin string) error {
	return s.withShelf(login, store, func(c *catalogue, shelf *shelf) error {
		t, ok := c.lookup(asin)
		if !ok {
			return fmt.Errorf("no title %q in the store %s", asin, store)
		}
		if !shelf.owns(t.index) {
			now := s.world.now()
			shelf.put(entry{title: t.index, added: now.UnixMilli(), changed: shelf.advance(now)})
		}
		return nil
	})
}

// ReturnTitle gives a title back: it becomes Revoked in the library.
func (s *Sim) ReturnTitle(login, store, asin string) error {
	return s.withEntry(login, store, asin, func(_ *catalogue, shelf *shelf, e *entry) {
		e.revoked, e.changed = true, shelf.advance(s.world.now())
	})
}

// RemoveTitle takes a title out of the library as if it had never been there:
// no Revoked entry tells of it, so that only a full listing shows it is gone.
func (s *Sim) RemoveTitle(login, store, asin string) error {
	return s.withEntry(login, store, asin, func(_ *catalogue, shelf *shelf, e *entry) {
		at := int(shelf.place[e.title])
		delete(shelf.place, e.title)
		shelf.entries = slices.Delete(shelf.entries, at, at+1)
		for i := at; i < len(shelf.entries); i++ {
			shelf.place[shelf.entries[i].title] = int32(i)
		}
	})
}

// TouchTitle changes something about an owned title, so that the next delta
// lists it.
func (s *Sim) TouchTitle(login, store, asin string) error {
	return s.withEntry(login, store, asin, func(_ *catalogue, shelf *shelf, e *entry) {
		e.changed = shelf.advance(s.world.now())
	})
}

// SetProgress says how much of an owned title was heard, in percent; 100 means
// finished. It does not move the library's state token (protocol 9.1).
func (s *Sim) SetProgress(login, store, asin string, percent float64) error {
	return s.withEntry(login, store, asin, func(c *catalogue, _ *shelf, e *entry) {
		length := float64(c.titles[e.title].minutes) * 60_000
		e.heardMS, e.heardAt, e.finished = int32(length*percent/100), s.world.now().UnixMilli(), 0
		if percent >= 100 {
			e.finished = e.heardAt
		}
	})
}

// Titles returns the ASINs that the account truly owns in a store, sorted:
// what a complete library must show. Titles ordered before their release are
// not among them.
func (s *Sim) Titles(login, store string) ([]string, error) {
	owned := []string{}
	err := s.withShelf(login, store, func(c *catalogue, shelf *shelf) error {
		now := s.world.now()
		for i := range shelf.entries {
			e := &shelf.entries[i]
			if t := c.titles[e.title]; !e.revoked && t.isReleased(now) {
				owned = append(owned, t.asin)
			}
		}
		return nil
	})
	slices.Sort(owned)
	return owned, err
}

// LibraryRevision returns the library's state token, ms since 1970: it grows
// with every change that a delta shows.
func (s *Sim) LibraryRevision(login, store string) (int64, error) {
	var token int64
	err := s.withShelf(login, store, func(_ *catalogue, shelf *shelf) error {
		token = shelf.token
		return nil
	})
	return token, err
}

// Truth returns every series franchise that the account owns something of,
// with what is owned, missing and still to come.
func (s *Sim) Truth(login, store string) ([]FranchiseTruth, error) {
	var out []FranchiseTruth
	err := s.withShelf(login, store, func(c *catalogue, shelf *shelf) error {
		out = s.world.truth(c, shelf)
		return nil
	})
	return out, err
}

// SetPrice sets what a title costs in a store.
func (s *Sim) SetPrice(store, asin string, p Price) error {
	return s.withTitle(store, asin, func(t *title) {
		t.price = price{list: int32(p.List), sale: int32(p.Sale), ws4v: int32(p.Whispersync), noCredit: p.NoCredit}
	})
}

// Sale puts a title on sale, in the currency's minor unit; 0 ends the sale.
func (s *Sim) Sale(store, asin string, amount int) error {
	return s.withTitle(store, asin, func(t *title) { t.price.sale = int32(amount) })
}

// MoveToPlus puts a title into the Plus catalogue, or takes it out.
func (s *Sim) MoveToPlus(store, asin string, plus bool) error {
	return s.withTitle(store, asin, func(t *title) { t.plus = plus })
}

// Delist takes a title from sale, or puts it back.
func (s *Sim) Delist(store, asin string, delisted bool) error {
	return s.withTitle(store, asin, func(t *title) { t.delisted = delisted })
}

// Release publishes a title as of yesterday.
func (s *Sim) Release(store, asin string) error {
	yesterday := s.world.now().Add(-24 * time.Hour)
	return s.withTitle(store, asin, func(t *title) { t.released = int32(yesterday.Unix() / daySeconds) })
}
