package recommend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// holding is an item of the library, read.
type holding struct {
	*edition
	item *audipy.Item
	// elsewhere is true for what the person has outside of Audible. It counts
	// as owned and for nothing else.
	elsewhere bool
}

// shelf is what the person has, and what they once had.
type shelf struct {
	reader    reader
	holdings  []*holding // not gone, in a fixed order
	owned     *workIndex[*holding]
	gone      *workIndex[*holding]
	authors   tally
	narrators tally
	stores    map[string]bool // stores with an owned item
	plus      map[string]bool // stores with a borrowed Plus title
}

// newShelf reads the library in a fixed order.
func newShelf(library []audipy.Item) *shelf {
	read := newReader()
	s := &shelf{
		reader: read, owned: newWorkIndex[*holding](len(library)), gone: newWorkIndex[*holding](0),
		authors: newTally(read), narrators: newTally(read),
		stores: map[string]bool{}, plus: map[string]bool{},
	}
	items := make([]*audipy.Item, 0, len(library))
	for i := range library {
		items = append(items, &library[i])
	}
	slices.SortStableFunc(items, compareItems)
	for _, item := range items {
		s.put(&holding{edition: read.edition(&item.Edition, item.Marketplace), item: item})
	}
	return s
}

// compareItems orders items by store and ASIN. Two accounts may hold one
// title and describe it differently; then all that is known decides.
func compareItems(a, b *audipy.Item) int {
	if c := cmp.Or(strings.Compare(a.Marketplace, b.Marketplace), strings.Compare(a.ASIN, b.ASIN),
		strings.Compare(string(a.AccountID), string(b.AccountID))); c != 0 {
		return c
	}
	return strings.Compare(fmt.Sprint(*a), fmt.Sprint(*b))
}

// put adds a holding. One that is gone counts for nothing but the warning.
func (s *shelf) put(h *holding) {
	if h.item.Status == audipy.ItemGone {
		s.gone.add(h.edition, h)
		return
	}
	s.holdings = append(s.holdings, h)
	s.owned.add(h.edition, h)
	s.stores[h.market] = true
	if h.item.Plus {
		s.plus[h.market] = true
	}
	if isBook(h.of) {
		s.authors.add(h.workKey(), h.of.Authors)
		s.narrators.add(h.workKey(), h.of.Narrators)
	}
}

// putElsewhere adds an edition that the person has outside of Audible.
func (s *shelf) putElsewhere(e *edition) {
	item := &audipy.Item{Edition: *e.of, Marketplace: e.market, Status: audipy.ItemActive}
	s.owned.add(e, &holding{edition: e, item: item, elsewhere: true})
}

// holds returns what the person has of the work of an edition, and whether it
// is all that the edition is: a part of a dramatisation is not the work.
func (s *shelf) holds(e *edition) (held []*holding, all bool) {
	held = s.owned.find(e)
	if slices.ContainsFunc(held, e.isSamePart) {
		return held, true
	}
	return held, isWhole(editionsOf(held))
}

// isSamePart reports whether a holding is this very edition, or the same part
// of the same cut.
func (e *edition) isSamePart(h *holding) bool {
	return h.asin == e.asin ||
		e.reading.parts > 0 && h.reading.parts == e.reading.parts && h.reading.part == e.reading.part
}

func editionsOf(holdings []*holding) []*edition {
	editions := make([]*edition, 0, len(holdings))
	for _, h := range holdings {
		editions = append(editions, h.edition)
	}
	return editions
}

// activity is when the title came into the library; now for one that is being
// listened to.
func (h *holding) activity(now time.Time) time.Time {
	switch {
	case h.item.PercentComplete > 0 && !h.item.Finished:
		return now
	case !h.item.PurchasedAt.IsZero():
		return h.item.PurchasedAt
	}
	return h.item.AddedAt
}

// isHeard reports whether the person began with it.
func (h *holding) isHeard() bool { return h.item.Finished || h.item.PercentComplete > 0 }

// until is when a gone title left, in words.
func (h *holding) until() string {
	if h.item.GoneAt.IsZero() {
		return "before"
	}
	return "until " + day(h.item.GoneAt)
}
