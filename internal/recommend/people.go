package recommend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// maxPeopleReasons bounds the authors, and again the narrators, that one
// suggestion names: a full cast is no list of reasons.
const maxPeopleReasons = 2

// regard is how many books a person has of somebody.
type regard struct {
	key   string
	books int
}

// regards returns whom of the people the library knows, the most books first.
func (t tally) regards(keys []string) []regard {
	var known []regard
	for _, key := range keys {
		if books := t.books(key); books > 0 {
			known = append(known, regard{key, books})
		}
	}
	slices.SortFunc(known, func(a, b regard) int {
		return cmp.Or(cmp.Compare(b.books, a.books), strings.Compare(a.key, b.key))
	})
	return known
}

// peopleReasons says whose books the person has among the people of a work.
func (a *adviser) peopleReasons(editions []*listing) []string {
	var authors, narrators []string
	for _, l := range editions {
		authors, narrators = append(authors, l.authors...), append(narrators, l.narrators...)
	}
	counts := slices.Concat(a.shelf.authors.counts(authors, "by"), a.shelf.narrators.counts(narrators, "read by"))
	if len(counts) == 0 {
		return nil
	}
	// "book" stands once: the sentence is read at a glance, among others.
	books := "books"
	if counts[0].books == 1 {
		books = "book"
	}
	words := make([]string, len(counts))
	for i, c := range counts {
		words[i] = fmt.Sprintf("%d %s", c.books, c.of)
	}
	words[0] = fmt.Sprintf("%d %s %s", counts[0].books, books, counts[0].of)
	last := len(words) - 1
	sentence := "You have " + words[last]
	if last > 0 {
		sentence = "You have " + strings.Join(words[:last], ", ") + " and " + words[last]
	}
	return []string{sentence}
}

// count is how many books a person has of somebody: by or read by whom.
type count struct {
	books int
	of    string
}

// counts says how much the person has of those whom they know best.
func (t tally) counts(keys []string, by string) []count {
	slices.Sort(keys)
	known := t.regards(slices.Compact(keys))
	var counts []count
	for _, r := range known[:min(len(known), maxPeopleReasons)] {
		counts = append(counts, count{r.books, by + " " + t.name(r.key)})
	}
	return counts
}

// suggestPeople drafts what the catalogue has by known authors and narrators
// beyond the person's series.
func (a *adviser) suggestPeople() {
	singles := a.singleNumbers()
	clusters := newWorkIndex[*draft](0)
	var found []*draft
	for _, l := range a.catalogue.sorted {
		kind := a.kindOf(l)
		if kind == "" || a.isDecided(l, singles) {
			continue
		}
		if same := clusters.find(l.edition); len(same) > 0 {
			same[0].editions = append(same[0].editions, l)
			if kind == KindAuthor {
				same[0].kind = kind
			}
			clusters.add(l.edition, same[0])
			continue
		}
		d := &draft{listing: l, editions: []*listing{l}, kind: kind}
		clusters.add(l.edition, d)
		found = append(found, d)
	}
	for _, d := range found {
		a.settlePeople(d)
	}
}

// kindOf says which acquaintance makes a listing worth a look; empty for none.
func (a *adviser) kindOf(l *listing) Kind {
	switch {
	case len(a.shelf.authors.regards(l.authors)) > 0:
		return KindAuthor
	case len(a.shelf.narrators.regards(l.narrators)) > 0:
		return KindNarrator
	}
	return ""
}

// isDecided reports whether a listing needs no suggestion of its own, and
// counts it where that was not known before.
func (a *adviser) isDecided(l *listing, singles map[string][]Number) bool {
	if len(a.decided.find(l.edition)) > 0 {
		return true
	}
	if !isBook(l.of) {
		a.hidden.NotBooks++
		return true
	}
	if _, all := a.shelf.holds(l.edition); all {
		a.close([]*listing{l}, true, "")
		return true
	}
	// The volumes of a box set are listed themselves.
	return slices.ContainsFunc(l.places, func(p place) bool {
		return p.seq.IsSet() && slices.ContainsFunc(singles[p.series], p.seq.Holds)
	})
}

// singleNumbers finds the single volumes that products have in each series.
func (a *adviser) singleNumbers() map[string][]Number {
	singles := map[string][]Number{}
	for _, l := range a.catalogue.sorted {
		for _, p := range l.places {
			if n, ok := p.seq.Single(); ok && p.series != "" {
				singles[p.series] = append(singles[p.series], n)
			}
		}
	}
	return singles
}

// settlePeople chooses the edition of a work and keeps its draft, or counts
// why not.
func (a *adviser) settlePeople(d *draft) {
	editions := d.editions
	if store := a.in.Preferences.Marketplace; store != "" {
		d.editions = slices.DeleteFunc(slices.Clone(d.editions), func(l *listing) bool { return l.market != store })
	}
	hidden := a.marked(editions)
	if len(d.editions) == 0 && hidden == "" {
		a.hidden.OtherStore++
		return
	}
	held, _ := a.shelf.holds(d.edition)
	t := a.taste()
	t.held = held
	pick := t.choose(d.editions, a.in.Preferences.PreferredLanguage)
	if hidden = cmp.Or(hidden, pick.hidden); hidden != "" {
		a.close(editions, false, hidden)
		return
	}
	d.listing, d.unreleased = pick.listing, pick.state == VolumeUnreleased
	d.detail = a.fondness(d)
	if d.isSet() {
		d.warnings = append(d.warnings, "It is a collection: see that you don't have its books already")
	}
	a.finish(d, held)
	if len(d.editions) > 1 {
		d.reasons = append(d.reasons, whyThis(d.listing, d.editions))
	}
	a.drafts = append(a.drafts, d)
}

// fondness ranks works by people among each other: by how many of their books
// the person has; then a book to start with before a later volume of a series
// nobody owns.
func (a *adviser) fondness(d *draft) int {
	known := a.shelf.narrators.regards(d.narrators)
	if d.kind == KindAuthor {
		known = a.shelf.authors.regards(d.authors)
	}
	detail := 100
	if len(known) > 0 {
		detail += 30 * min(known[0].books, 25)
	}
	for _, p := range d.places {
		if n, ok := p.seq.Single(); ok && n > whole {
			return detail - 100
		}
	}
	return detail
}
