package recommend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// row is one member of a series object.
type row struct {
	*listing
	seq Sequence
}

// isSetRow reports whether the member is a box set or another collection.
func (r row) isSetRow() bool { return r.seq.IsSet() || r.reading.box }

// seriesObject is a series as the catalogue has it. One franchise may have
// several, each with its own numbering.
type seriesObject struct {
	asin, title string
	rows        []row
	has         map[string]bool // ASINs of rows
}

// seriesObjects gathers the rows of every series: from the catalogue, then
// from the owned titles that say where they stand, then from products the
// catalogue forgot to list as members, which it does at random.
func seriesObjects(members []audipy.SeriesMember, c *catalogue) []*seriesObject {
	objects := map[string]*seriesObject{}
	members = slices.Clone(members)
	slices.SortFunc(members, compareMembers)
	for i, m := range members {
		if m.SeriesASIN == "" || m.ASIN == "" || i > 0 && m == members[i-1] {
			continue
		}
		objectOf(objects, m.SeriesASIN, m.SeriesTitle).add(c.of(Key{m.Marketplace, m.ASIN}), ParseSequence(m.Sequence))
	}
	titles := byTitle(objects)
	for _, h := range c.shelf.holdings {
		for _, p := range h.of.Series {
			object := objectOfPlace(objects, titles, p)
			if object != nil && !object.has[h.asin] {
				object.add(c.of(Key{h.market, h.asin}), ParseSequence(p.Sequence))
			}
		}
	}
	for _, l := range c.sorted {
		for _, p := range l.places {
			if object := objects[p.series]; object != nil && !object.has[l.asin] {
				object.add(l, p.seq)
			}
		}
	}
	sorted := make([]*seriesObject, 0, len(objects))
	for _, object := range objects {
		sorted = append(sorted, object)
	}
	slices.SortFunc(sorted, func(a, b *seriesObject) int { return strings.Compare(a.asin, b.asin) })
	return sorted
}

// compareMembers orders rows by all they hold, so that equal rows meet and
// the order of the input can't matter. The series decides nearly always.
func compareMembers(a, b audipy.SeriesMember) int {
	if c := strings.Compare(a.SeriesASIN, b.SeriesASIN); c != 0 {
		return c
	}
	return cmp.Or(strings.Compare(a.Marketplace, b.Marketplace),
		strings.Compare(a.ASIN, b.ASIN), strings.Compare(a.Sequence, b.Sequence),
		strings.Compare(a.SeriesTitle, b.SeriesTitle), cmp.Compare(a.Sort, b.Sort))
}

// objectOf returns the series object of an ASIN. Stores share the ASIN of a
// series, so its rows in several stores are one object. Of several names the
// least is kept, so that order can't matter.
func objectOf(objects map[string]*seriesObject, asin, title string) *seriesObject {
	object := objects[asin]
	if object == nil {
		object = &seriesObject{asin: asin, title: title, has: map[string]bool{}}
		objects[asin] = object
	}
	if object.title == "" || title != "" && title < object.title {
		object.title = title
	}
	return object
}

// byTitle finds series objects by name, for library items that name a series
// without its ASIN.
func byTitle(objects map[string]*seriesObject) map[string][]*seriesObject {
	titles := map[string][]*seriesObject{}
	for _, object := range objects {
		key := TitleKey(object.title)
		titles[key] = append(titles[key], object)
	}
	return titles
}

// objectOfPlace finds the series of a place in a library item. One without an
// ASIN is found by name, if the catalogue has exactly one series of the name.
func objectOfPlace(objects map[string]*seriesObject, titles map[string][]*seriesObject, p audipy.SeriesPlace) *seriesObject {
	if p.ASIN != "" {
		return objectOf(objects, p.ASIN, p.Title)
	}
	if same := titles[TitleKey(p.Title)]; len(same) == 1 && p.Title != "" {
		return same[0]
	}
	return nil
}

// add appends a member. Where the series gives it no number its own page may,
// and a title such as "Books 1-3" corrects a box set that is listed as 1.
func (o *seriesObject) add(l *listing, seq Sequence) {
	if !isBook(l.of) {
		return
	}
	if seq.IsZero() {
		seq = l.sequenceIn(o.asin)
	}
	if l.reading.box && !seq.IsSet() {
		seq = l.reading.number
	}
	o.has[l.asin] = true
	o.rows = append(o.rows, row{l, seq})
}

// sequenceIn returns the number that the edition's own page gives it in a
// series.
func (e *edition) sequenceIn(series string) Sequence {
	for _, p := range e.places {
		if p.series == series && !p.seq.IsZero() {
			return p.seq
		}
	}
	return Sequence{}
}

// node names the volume of a row within its series: its number, or the ASIN
// of a member without one.
func (r row) node() string {
	if n, ok := r.seq.Single(); ok {
		return n.String()
	}
	return r.asin
}
