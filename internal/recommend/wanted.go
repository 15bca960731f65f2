package recommend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// maxWantedPeople bounds the authors, and again the narrators, that are worth
// a search each. Series cost one call for fifty of them and have no bound.
const maxWantedPeople = 25

// Wanted names what is worth asking the catalogue for, the most owned first.
type Wanted struct {
	// Series are all series of which the person owns something, per store:
	// ask each store for the members of its own.
	Series []WantedSeries
	// Authors and Narrators are at most 25 each. Ask the preferred store.
	Authors   []WantedPerson
	Narrators []WantedPerson
}

// WantedSeries is a series in one store.
type WantedSeries struct {
	// Marketplace and ASIN name it.
	Marketplace string
	ASIN        string
	// Title is as a library item names it; may be empty.
	Title string
	// Owned counts the distinct titles owned of it in that store.
	Owned int
}

// WantedPerson is an author or a narrator.
type WantedPerson struct {
	// Name is the most frequent spelling, for a search by name: the catalogue
	// can't be searched by a person's ASIN.
	Name string
	// Books counts the distinct works owned, editions counted once.
	Books int
}

// WantedFrom ranks what a library makes worth asking for: by distinct owned
// books, then by name. Gone titles, podcasts and periodicals don't count, and
// neither do names that are no person ("full cast") or did not write the book
// ("… - translator").
func WantedFrom(library []audipy.Item) Wanted {
	series := map[Key]*WantedSeries{}
	seen := map[Key]map[string]bool{}
	read := newReader()
	authors, narrators := newTally(read), newTally(read)
	for i := range library {
		item := &library[i]
		if item.Status == audipy.ItemGone {
			continue
		}
		for _, place := range item.Series {
			if place.ASIN != "" {
				countSeries(series, seen, item, place)
			}
		}
		if isBook(&item.Edition) {
			e := read.edition(&item.Edition, item.Marketplace)
			authors.add(e.workKey(), item.Authors)
			narrators.add(e.workKey(), item.Narrators)
		}
	}
	wanted := Wanted{Authors: authors.top(maxWantedPeople), Narrators: narrators.top(maxWantedPeople)}
	for _, s := range series {
		wanted.Series = append(wanted.Series, *s)
	}
	slices.SortFunc(wanted.Series, func(a, b WantedSeries) int {
		return cmp.Or(cmp.Compare(b.Owned, a.Owned), strings.Compare(read.seriesTitle(a.Title), read.seriesTitle(b.Title)),
			strings.Compare(a.ASIN, b.ASIN), strings.Compare(a.Marketplace, b.Marketplace))
	})
	return wanted
}

// countSeries counts a title for a series in its store, once however many
// accounts hold it.
func countSeries(series map[Key]*WantedSeries, seen map[Key]map[string]bool, item *audipy.Item, place audipy.SeriesPlace) {
	key := Key{item.Marketplace, place.ASIN}
	s := series[key]
	if s == nil {
		s = &WantedSeries{Marketplace: item.Marketplace, ASIN: place.ASIN, Title: place.Title}
		series[key], seen[key] = s, map[string]bool{}
	}
	// Of several spellings the least is kept, so that order can't matter.
	if s.Title == "" || place.Title != "" && place.Title < s.Title {
		s.Title = place.Title
	}
	if !seen[key][item.ASIN] {
		seen[key][item.ASIN] = true
		s.Owned++
	}
}

// WantedProducts lists the members of series whose facts and prices advice
// needs: those not owned by ASIN, in order of store and ASIN. Pass what the
// catalogue listed for Wanted.Series.
func WantedProducts(library []audipy.Item, members []audipy.SeriesMember) []Key {
	owned := map[string]bool{}
	for i := range library {
		if library[i].Status != audipy.ItemGone {
			owned[library[i].ASIN] = true
		}
	}
	var keys []Key
	for _, m := range members {
		if m.ASIN != "" && !owned[m.ASIN] {
			keys = append(keys, Key{m.Marketplace, m.ASIN})
		}
	}
	slices.SortFunc(keys, compareKeys)
	return slices.Compact(keys)
}

func compareKeys(a, b Key) int {
	return cmp.Or(strings.Compare(a.Marketplace, b.Marketplace), strings.Compare(a.ASIN, b.ASIN))
}
