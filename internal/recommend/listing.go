package recommend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// listing is an edition in the catalogue of a store, read.
type listing struct {
	*edition
	product *audipy.Product
}

// catalogue holds the listings by key. It makes up those that nobody asked
// about from the library and from ids.
type catalogue struct {
	listings map[Key]*listing
	sorted   []*listing // the products that were given, in order of key
	shelf    *shelf
}

// newCatalogue reads the products. The key of a product says what it is, even
// where the product itself lacks its ASIN, which one store leaves out at times
// (protocol 9.4).
func newCatalogue(products map[Key]audipy.Product, s *shelf) *catalogue {
	c := &catalogue{listings: make(map[Key]*listing, len(products)), shelf: s}
	for key, product := range products {
		product.ASIN, product.Marketplace = key.ASIN, key.Marketplace
		c.listings[key] = &listing{s.reader.edition(&product.Edition, key.Marketplace), &product}
		c.sorted = append(c.sorted, c.listings[key])
	}
	slices.SortFunc(c.sorted, compareListingKeys)
	return c
}

func (l *listing) key() Key { return Key{l.market, l.asin} }

func compareListingKeys(a, b *listing) int { return compareKeys(a.key(), b.key()) }

// of returns the listing of a key. The description of one that the catalogue
// was not asked about is the library's, if the title ever was in it.
func (c *catalogue) of(key Key) *listing {
	if l, ok := c.listings[key]; ok {
		return l
	}
	product := &audipy.Product{Marketplace: key.Marketplace}
	product.ASIN = key.ASIN
	l := &listing{product: product}
	if known := append(c.shelf.owned.ofASIN(key.ASIN), c.shelf.gone.ofASIN(key.ASIN)...); len(known) > 0 {
		read := *known[0].edition
		read.market, product.Edition = key.Marketplace, *read.of
		l.edition = &read
	} else {
		l.edition = c.shelf.reader.edition(&product.Edition, key.Marketplace)
	}
	c.listings[key] = l
	return l
}

// isHollow reports whether the store was asked and knows no such product: it
// answers with an ASIN alone (protocol 9.4).
func (l *listing) isHollow() bool {
	return !l.product.SeenAt.IsZero() && l.of.Title == "" && len(l.of.Authors) == 0
}

// isObtainable reports whether a person can get it, as far as anyone knows.
func (l *listing) isObtainable() bool {
	return !l.isHollow() && (l.product.InPlus || l.product.Availability != audipy.Unbuyable)
}

// speaks reports whether a listing passes the language filter. One whose
// language nobody knows does: hiding it would be a guess.
func (l *listing) speaks(language string) bool {
	language = strings.TrimSpace(language)
	return language == "" || l.of.Language == "" || strings.EqualFold(l.of.Language, language)
}

// taste is what makes one edition of a work better than another for a person.
type taste struct {
	store     string          // preferred store
	stores    map[string]bool // stores with a library
	language  string
	narrators []string // keys of who reads the owned rest
	held      []*holding
	today     string // in UTC
}

// compare orders editions of one work, the better first.
func (t taste) compare(a, b *listing) int {
	return cmp.Or(
		cmp.Compare(t.languageRank(a), t.languageRank(b)),
		cmp.Compare(t.partRank(a), t.partRank(b)),
		cmp.Compare(t.storeRank(a), t.storeRank(b)),
		cmp.Compare(formRank(a), formRank(b)),
		compareBools(intersects(b.narrators, t.narrators), intersects(a.narrators, t.narrators)),
		compareBools(a.of.Title == "", b.of.Title == ""),
		comparePrices(a, b),
		strings.Compare(b.of.ReleaseDate, a.of.ReleaseDate),
		compareListingKeys(a, b),
	)
}

// languageRank prefers what is known to be in the language.
func (t taste) languageRank(l *listing) int {
	if t.language == "" || strings.EqualFold(l.of.Language, t.language) {
		return 0
	}
	return 1
}

// partRank prefers the parts that complete what is held, then whole works.
func (t taste) partRank(l *listing) int {
	completes := slices.ContainsFunc(t.held, func(h *holding) bool { return h.reading.parts > 0 && h.reading.parts == l.reading.parts })
	has := slices.ContainsFunc(t.held, l.isSamePart)
	switch {
	case l.reading.parts > 0 && completes && !has:
		return l.reading.part
	case l.reading.parts == 0:
		return 1000
	}
	return 2000 + l.reading.part
}

// storeRank prefers the person's store, then one they have a library in: to
// buy anywhere else they would need another account.
func (t taste) storeRank(l *listing) int {
	switch {
	case l.market == t.store:
		return 0
	case t.stores[l.market]:
		return 1
	}
	return 2
}

// formRank prefers the book as it was written.
func formRank(l *listing) int {
	switch {
	case l.isAbridged():
		return 2
	case l.reading.dramatised:
		return 1
	}
	return 0
}

// compareBools puts false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// comparePrices puts the cheaper first and the unknown last; prices in two
// currencies are not compared.
func comparePrices(a, b *listing) int {
	x, y := a.product.Prices.Lowest, b.product.Prices.Lowest
	if x.IsKnown() && y.IsKnown() && x.Currency == y.Currency {
		return cmp.Compare(x.Minor, y.Minor)
	}
	return compareBools(!x.IsKnown(), !y.IsKnown())
}

// choice is what can be had of a work. One with a hidden reason still has the
// listing that would have been the best, to be shown in its series.
type choice struct {
	listing *listing // the best edition; nil when there is none at all
	state   VolumeState
	hidden  Reason
}

// choose picks the best of the editions of a work that the person lacks.
func (t taste) choose(options []*listing, language string) choice {
	if len(options) == 0 {
		return choice{state: VolumeMissing, hidden: ReasonUnbuyable}
	}
	hidden := Reason("")
	narrow := func(keep func(*listing) bool, otherwise Reason) {
		var kept []*listing
		for _, l := range options {
			if keep(l) {
				kept = append(kept, l)
			}
		}
		switch {
		case len(kept) > 0:
			options = kept
		case hidden == "":
			hidden = otherwise
		}
	}
	narrow(func(l *listing) bool { return l.speaks(language) }, ReasonLanguage)
	narrow((*listing).isObtainable, ReasonUnbuyable)
	unreleased := func(l *listing) bool { return isUnreleased(l.product, t.today) }
	state := VolumeUnreleased
	if !slices.ContainsFunc(options, func(l *listing) bool { return !unreleased(l) }) {
		return choice{slices.MinFunc(options, t.compareReleases), state, hidden}
	}
	narrow(func(l *listing) bool { return !unreleased(l) }, "")
	return choice{slices.MinFunc(options, t.compare), VolumeMissing, hidden}
}

// compareReleases puts the edition that comes out first before the others.
func (t taste) compareReleases(a, b *listing) int {
	return cmp.Or(cmp.Compare(t.languageRank(a), t.languageRank(b)),
		compareBools(a.of.ReleaseDate == "", b.of.ReleaseDate == ""),
		strings.Compare(a.of.ReleaseDate, b.of.ReleaseDate), t.compare(a, b))
}
