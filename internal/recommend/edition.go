package recommend

import (
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// edition is an audipy.Edition read once for comparing.
type edition struct {
	asin, market string
	of           *audipy.Edition
	// title and subtitle are keys; subtitle is "" unless it names the work.
	title, subtitle string
	reading         titleReading
	authors         []string
	narrators       []string
	places          []place
}

// place is a place in a series, read.
type place struct {
	series string // ASIN, may be empty
	title  string // key of the series' name
	seq    Sequence
}

// reader reads editions and remembers the names it saw: a library repeats
// them, and folding them is most of the work. It serves one run at a time.
type reader struct {
	people map[string]string // name to key; "" for nobody
	titles map[string]string // names of series
}

// newReader returns a reader that has seen nothing.
func newReader() reader { return reader{map[string]string{}, map[string]string{}} }

// edition reads an edition. The result points to it and must not outlive it.
func (r reader) edition(of *audipy.Edition, market string) *edition {
	e := &edition{asin: of.ASIN, market: market, of: of, reading: readTitle(of.Title)}
	e.title, e.subtitle = TitleKey(e.reading.name), subtitleKey(of.Subtitle)
	e.authors, e.narrators = r.keys(of.Authors), r.keys(of.Narrators)
	for _, p := range of.Series {
		e.places = append(e.places, place{p.ASIN, r.seriesTitle(p.Title), ParseSequence(p.Sequence)})
	}
	return e
}

func (r reader) keys(people []audipy.Contributor) []string {
	var keys []string
	for _, p := range people {
		if key := r.person(p.Name); key != "" && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

func (r reader) person(name string) string {
	key, ok := r.people[name]
	if !ok {
		key = personKey(name)
		r.people[name] = key
	}
	return key
}

func (r reader) seriesTitle(title string) string {
	key, ok := r.titles[title]
	if !ok {
		key = TitleKey(title)
		r.titles[title] = key
	}
	return key
}

// joined is the title with the subtitle, as other listings put it in one
// field.
func (e *edition) joined() string {
	if e.subtitle == "" {
		return e.title
	}
	return e.title + " " + e.subtitle
}

// isSet reports whether the edition holds several volumes.
func (e *edition) isSet() bool {
	return e.reading.box || slices.ContainsFunc(e.places, func(p place) bool { return p.seq.IsSet() })
}

// isAbridged reports whether the store or the title calls it abridged.
func (e *edition) isAbridged() bool {
	return e.reading.abridged || strings.EqualFold(e.of.Format, "abridged")
}

// workKey is a cheap identity for counting works: title and number, so that
// the volumes of a series whose books share one title stay apart.
func (e *edition) workKey() string {
	for _, p := range e.places {
		if !p.seq.IsZero() {
			return e.title + "\x00" + p.seq.String()
		}
	}
	return e.title + "\x00" + e.reading.number.String()
}

// sameWork reports whether two editions are recordings of one work: the same
// name, a common contributor, and no numbers that tell them apart.
func sameWork(a, b *edition) bool {
	if a.asin == b.asin && a.asin != "" {
		return true
	}
	return titlesAgree(a, b) && contributorsAgree(a, b) && a.isSet() == b.isSet() && numbersAgree(a, b)
}

// titlesAgree compares names, whether a subtitle stands in its own field or in
// the title. A title that is empty agrees with nothing.
func titlesAgree(a, b *edition) bool {
	if a.title == "" || b.title == "" {
		return false
	}
	if a.title != b.title {
		return a.joined() == b.joined()
	}
	// Marketing words differ between stores. Where the title is the name of
	// the series the subtitle is the title.
	franchise := a.isNamedAsSeries() || b.isNamedAsSeries()
	return !franchise || a.subtitle == "" || b.subtitle == "" || a.subtitle == b.subtitle
}

// isNamedAsSeries reports whether the title is the name of the series, as with
// volumes that have no name of their own.
func (e *edition) isNamedAsSeries() bool {
	return slices.ContainsFunc(e.places, func(p place) bool { return p.title == e.title })
}

// contributorsAgree reports whether an author is common to both; where one
// side names none, a narrator or a series must do.
func contributorsAgree(a, b *edition) bool {
	if len(a.authors) > 0 && len(b.authors) > 0 {
		return intersects(a.authors, b.authors) || shareAuthorPage(a.of.Authors, b.of.Authors)
	}
	return intersects(a.narrators, b.narrators) || sharesSeries(a, b)
}

func intersects(a, b []string) bool {
	return slices.ContainsFunc(a, func(key string) bool { return slices.Contains(b, key) })
}

// shareAuthorPage finds one person under names in two scripts.
func shareAuthorPage(a, b []audipy.Contributor) bool {
	return slices.ContainsFunc(a, func(x audipy.Contributor) bool {
		return x.ASIN != "" && slices.ContainsFunc(b, func(y audipy.Contributor) bool { return y.ASIN == x.ASIN })
	})
}

// sharesSeries reports whether both have a place in one series.
func sharesSeries(a, b *edition) bool {
	return slices.ContainsFunc(a.places, func(p place) bool {
		return slices.ContainsFunc(b.places, p.isSameSeries)
	})
}

func (p place) isSameSeries(q place) bool {
	return p.series != "" && p.series == q.series || p.title != "" && p.title == q.title
}

// compareNumbers compares the numbers in the pairs of places that may be
// compared: it reports whether there is such a pair, and whether one agrees.
func compareNumbers(a, b *edition, comparable func(p, q place) bool) (compared, agree bool) {
	for _, p := range a.places {
		for _, q := range b.places {
			if !p.seq.IsZero() && !q.seq.IsZero() && comparable(p, q) {
				compared = true
				agree = agree || p.seq.Equal(q.seq)
			}
		}
	}
	return compared, agree
}

// numbersAgree reports whether nothing shows that two editions of one title
// are different volumes. Numbers in a common series decide. Two series objects
// of one name may count differently, so the name is enough only where an ASIN
// is missing; but volumes that have no name of their own have nothing but
// their numbers, whatever counts them. Without any, the number that a title
// carries must be the number that the other one has.
func numbersAgree(a, b *edition) bool {
	sameObject := func(p, q place) bool { return p.series != "" && p.series == q.series }
	if compared, agree := compareNumbers(a, b, sameObject); compared {
		return agree
	}
	nameless := a.isNamedAsSeries() || b.isNamedAsSeries()
	sameName := func(p, q place) bool { return nameless || (p.series == "" || q.series == "") && p.isSameSeries(q) }
	if compared, agree := compareNumbers(a, b, sameName); compared {
		return agree
	}
	m, n := a.reading.number, b.reading.number
	switch {
	case m.IsZero() && n.IsZero():
		return true
	case !m.IsZero() && !n.IsZero():
		return m.Equal(n)
	case m.IsZero():
		return numberFits(b, a)
	}
	return numberFits(a, b)
}

// numberFits compares an edition whose title carries a number with one whose
// title has none.
func numberFits(numbered, plain *edition) bool {
	if hasNumber(plain) {
		return slices.ContainsFunc(plain.places, func(p place) bool { return p.seq.Equal(numbered.reading.number) })
	}
	// "Gateway, Book 18" has a title of its own; "Redwall, Book 3" hasn't.
	return len(numbered.places) > 0 && !numbered.isNamedAsSeries()
}

// hasNumber reports whether any series gives the edition a number.
func hasNumber(e *edition) bool {
	return slices.ContainsFunc(e.places, func(p place) bool { return !p.seq.IsZero() })
}

// isWhole reports whether the editions hold a whole work between them: one
// that is not cut in parts, or all the parts of one cut.
func isWhole(editions []*edition) bool {
	have := map[int]map[int]bool{}
	for _, e := range editions {
		if e.reading.parts == 0 {
			return true
		}
		if have[e.reading.parts] == nil {
			have[e.reading.parts] = map[int]bool{}
		}
		have[e.reading.parts][e.reading.part] = true
	}
	for parts, got := range have {
		if len(got) == parts {
			return true
		}
	}
	return false
}
