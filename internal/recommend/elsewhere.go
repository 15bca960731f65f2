package recommend

import (
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// Confidence says how sure it is that a title outside of Audible is a work of
// the catalogue.
type Confidence string

// The kinds of confidence, the surest first.
const (
	ByASIN  Confidence = "asin"  // the server knows the ASIN
	ByPlace Confidence = "place" // title, author and number in the series agree
	ByName  Confidence = "name"  // title and author agree, and no number tells them apart
)

// ElsewhereMatch is a title outside of Audible and what it is in the catalogue.
type ElsewhereMatch struct {
	Copy audipy.ElsewhereCopy
	// Confidence is empty for a title that the catalogue, as far as it is
	// known, does not have.
	Confidence Confidence
	// Products are the editions of the work in the catalogue; nil without a
	// match.
	Products []audipy.Product
	// Owned says that a library of the person has the work anyway.
	Owned bool
}

// MatchElsewhere finds each of the person's titles outside of Audible in the
// catalogue, in the order of their ids.
func MatchElsewhere(in Input) []ElsewhereMatch {
	s := newShelf(in.Library)
	c := newCatalogue(in.Products, s)
	matches := make([]ElsewhereMatch, 0, len(in.Elsewhere.Copies))
	for _, one := range matchElsewhere(in.Elsewhere.Copies, c) {
		m := ElsewhereMatch{Copy: *one.copy, Confidence: one.confidence, Owned: isWhole(editionsOf(s.owned.find(one.edition)))}
		for _, l := range one.listings {
			m.Products = append(m.Products, productOf(l))
			_, whole := s.holds(l.edition)
			m.Owned = m.Owned || whole
		}
		matches = append(matches, m)
	}
	return matches
}

// found is a title outside of Audible with the listings of its work.
type found struct {
	copy       *audipy.ElsewhereCopy
	edition    *edition
	listings   []*listing
	confidence Confidence
}

// matchElsewhere looks for the works of titles outside of Audible.
func matchElsewhere(copies []audipy.ElsewhereCopy, c *catalogue) []found {
	if len(copies) == 0 {
		return nil
	}
	index := newWorkIndex[*listing](len(c.sorted))
	for _, l := range c.sorted {
		index.add(l.edition, l)
	}
	all := make([]found, 0, len(copies))
	for i := range copies {
		f := found{copy: &copies[i], edition: c.shelf.reader.edition(&copies[i].Edition, "")}
		f.listings = uniqueListings(index.find(f.edition))
		f.confidence = f.confidenceOf()
		all = append(all, f)
	}
	slices.SortStableFunc(all, func(x, y found) int { return strings.Compare(x.copy.ID, y.copy.ID) })
	return all
}

// uniqueListings drops what an index returned twice.
func uniqueListings(all []*listing) []*listing {
	var unique []*listing
	for _, l := range all {
		if !slices.Contains(unique, l) {
			unique = append(unique, l)
		}
	}
	return unique
}

// confidenceOf is how sure the surest listing makes.
func (f *found) confidenceOf() Confidence {
	best := Confidence("")
	for _, l := range f.listings {
		switch {
		case l.asin == f.edition.asin:
			return ByASIN
		case f.edition.sharesPlace(l.edition):
			best = ByPlace
		case best == "":
			best = ByName
		}
	}
	return best
}

// sharesPlace reports whether both stand at one number of one series.
func (e *edition) sharesPlace(other *edition) bool {
	_, agree := compareNumbers(e, other, place.isSameSeries)
	return agree
}

// counts reports whether a match makes the work owned.
func (f *found) counts(likely bool) bool {
	return f.confidence == ByASIN || f.confidence == ByPlace || f.confidence == ByName && likely
}

// readElsewhere puts what the person has outside of Audible on the shelf.
func (a *adviser) readElsewhere() {
	for _, f := range matchElsewhere(a.in.Elsewhere.Copies, a.catalogue) {
		if !f.counts(a.in.Elsewhere.CountsLikely) {
			continue
		}
		for _, l := range f.listings {
			a.shelf.putElsewhere(l.edition)
		}
	}
}
