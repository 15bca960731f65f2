package recommend

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// draft is a suggestion while it is worked out. Its listing may change until
// its reasons are written.
type draft struct {
	*listing
	editions   []*listing // all that are the same work, the listing included
	kind       Kind
	detail     int // within the kind, 0 to 999
	reasons    []string
	warnings   []string
	series     string
	seriesKey  string
	number     string
	position   int // in the series
	price      PriceAdvice
	unreleased bool
}

// score puts the kinds above each other.
func (d *draft) score() int {
	tier := 0
	switch d.kind {
	case KindNext:
		tier = 3000
	case KindGap:
		tier = 2000
	case KindAuthor:
		tier = 1000
	case KindNarrator:
	}
	return tier + min(max(d.detail, 0), 999)
}

// suggestVolumes drafts what a franchise lacks.
func (a *adviser) suggestVolumes(f *franchise) {
	owned, total := f.progress()
	progress := fmt.Sprintf("You own %d of %d of %s; ", owned, total, f.title())
	next, urgency := f.next(), f.urgency(a.in.Now)
	bySet := map[*listing]*draft{}
	for i, v := range f.volumes {
		if !v.isSuggested() {
			continue
		}
		kind := KindGap
		if v == next {
			kind = KindNext
		}
		if v.fromSet != nil && bySet[v.pick.listing] != nil {
			if kind == KindNext {
				bySet[v.pick.listing].kind = kind
			}
			continue
		}
		d := a.draftVolume(f, v, progress)
		d.kind, d.position, d.seriesKey = kind, i, a.shelf.reader.seriesTitle(d.series)
		d.detail = urgency
		if n, _ := f.number(v); !n.IsWhole() {
			d.detail -= 50
		}
		bySet[v.pick.listing] = d
		a.drafts = append(a.drafts, d)
	}
}

// draftVolume drafts one volume; its first reason starts with the progress in
// the series.
func (a *adviser) draftVolume(f *franchise, v *volume, progress string) *draft {
	d := &draft{
		listing: v.pick.listing, editions: v.singles, series: f.title(),
		unreleased: v.pick.state == VolumeUnreleased,
	}
	n, by := f.number(v)
	d.number = n.String()
	switch {
	case v.fromSet != nil:
		d.editions, d.number = []*listing{v.pick.listing}, v.fromSet.seq.String()
		d.reasons = []string{progress + "this set holds " + d.number + ", not all of it sold singly"}
	case by != f.objects[0]:
		d.reasons = []string{progress + "this is number " + d.number + " in " + by.title}
	default:
		d.reasons = []string{progress + "this is number " + d.number}
	}
	if names := a.commonNarrators(d, f); len(names) > 0 {
		d.reasons = append(d.reasons, "Read by "+strings.Join(names, ", ")+", like what you own of it")
	}
	if len(d.editions) > 1 {
		d.reasons = append(d.reasons, whyThis(d.listing, d.editions))
	}
	a.finish(d, v.held)
	return d
}

// commonNarrators names those who read both the draft and what is owned of its
// franchise.
func (a *adviser) commonNarrators(d *draft, f *franchise) []string {
	var names []string
	for _, n := range d.of.Narrators {
		if key := a.shelf.reader.person(n.Name); key != "" && slices.Contains(f.narrators, key) && len(names) < maxPeopleReasons {
			names = append(names, n.Name)
		}
	}
	return names
}

// whyThis says what sets the chosen edition apart from the others.
func whyThis(chosen *listing, editions []*listing) string {
	some := func(differs func(*listing) bool) bool { return slices.ContainsFunc(editions, differs) }
	var why []string
	if chosen.of.Language != "" && some(func(l *listing) bool { return l.of.Language != "" && l.of.Language != chosen.of.Language }) {
		why = append(why, "in "+chosen.of.Language)
	}
	if !chosen.isAbridged() && some(func(l *listing) bool { return l.isAbridged() }) {
		why = append(why, "unabridged")
	}
	if !chosen.reading.dramatised && some(func(l *listing) bool { return l.reading.dramatised }) {
		why = append(why, "not dramatised")
	}
	if some(func(l *listing) bool { return comparePrices(chosen, l) < 0 }) && !some(func(l *listing) bool { return comparePrices(l, chosen) < 0 }) {
		why = append(why, "the cheapest")
	}
	words := fmt.Sprintf("Chosen from %d editions", len(editions))
	if len(why) > 0 {
		words += ": " + strings.Join(why, ", ")
	}
	return words
}

// finish adds what is true of any suggestion: people, price and warnings.
func (a *adviser) finish(d *draft, held []*holding) {
	d.reasons = append(d.reasons, a.peopleReasons(d.editions)...)
	d.price = a.priceOf(d.listing)
	if warning := a.onceOwned(d); warning != "" {
		d.warnings = append(d.warnings, warning)
	}
	for _, h := range held {
		if h.reading.parts > 0 {
			d.warnings = append(d.warnings, fmt.Sprintf("You have part %d of %d of an edition of it", h.reading.part, h.reading.parts))
		}
	}
	if store := a.in.Preferences.Marketplace; store != "" && d.market != store {
		d.warnings = append(d.warnings, "Sold in the "+d.market+" store")
	}
	if d.of.Title == "" {
		d.warnings = append(d.warnings, "The catalogue has not described it yet")
	}
}

// onceOwned warns of a work that has left the library, by its last day there.
func (a *adviser) onceOwned(d *draft) string {
	var last *holding
	for _, l := range d.editions {
		for _, h := range a.shelf.gone.find(l.edition) {
			if last == nil || h.item.GoneAt.After(last.item.GoneAt) {
				last = h
			}
		}
	}
	switch {
	case last == nil:
		return ""
	case last.asin == d.asin:
		return "You had it " + last.until()
	}
	return "You had another edition of it " + last.until() + last.describe()
}

// register keeps one draft for each work, the strongest, with the reasons of
// all.
func (a *adviser) register() {
	slices.SortFunc(a.drafts, compareDrafts)
	var kept []*draft
	for _, d := range a.drafts {
		if same := a.draftOf(d.editions); same != nil {
			same.merge(d)
			continue
		}
		for _, l := range d.editions {
			a.decided.add(l.edition, d)
		}
		kept = append(kept, d)
	}
	a.drafts = kept
}

// draftOf returns the draft of the first edition that has one.
func (a *adviser) draftOf(editions []*listing) *draft {
	for _, l := range editions {
		if found := a.decided.find(l.edition); len(found) > 0 {
			return found[0]
		}
	}
	return nil
}

// merge takes over the reasons of a weaker draft of the same work.
func (d *draft) merge(other *draft) {
	for _, reason := range other.reasons {
		if !slices.Contains(d.reasons, reason) {
			d.reasons = append(d.reasons, reason)
		}
	}
}

// compareDrafts orders drafts for Next.
func compareDrafts(a, b *draft) int {
	if c := cmp.Compare(b.score(), a.score()); c != 0 {
		return c
	}
	if c := strings.Compare(a.seriesKey, b.seriesKey); c != 0 {
		return c
	}
	return cmp.Or(
		cmp.Compare(a.position, b.position),
		comparePrices(a.listing, b.listing),
		strings.Compare(a.title, b.title),
		compareListingKeys(a.listing, b.listing),
	)
}

// compareUpcoming orders drafts by release date, those without one last.
func compareUpcoming(a, b *draft) int {
	return cmp.Or(compareBools(a.of.ReleaseDate == "", b.of.ReleaseDate == ""),
		strings.Compare(a.of.ReleaseDate, b.of.ReleaseDate), compareDrafts(a, b))
}

// ranked turns the drafts into suggestions.
func (a *adviser) ranked() (next, upcoming []Suggestion) {
	var now, later []*draft
	for _, d := range a.drafts {
		if d.unreleased {
			later = append(later, d)
		} else {
			now = append(now, d)
		}
	}
	slices.SortFunc(now, compareDrafts)
	slices.SortFunc(later, compareUpcoming)
	return a.suggestions(now), a.suggestions(later)
}

func (a *adviser) suggestions(drafts []*draft) []Suggestion {
	list := make([]Suggestion, 0, len(drafts))
	for _, d := range drafts {
		one := d.suggestion()
		one.Household = a.householdOwners(d.editions)
		list = append(list, one)
	}
	return list
}

func (d *draft) suggestion() Suggestion {
	return Suggestion{
		Product: productOf(d.listing), Kind: d.kind, Reasons: d.reasons, Warnings: d.warnings,
		Series: d.series, Number: d.number, Price: d.price, Unreleased: d.unreleased, Score: d.score(),
	}
}

// urgency ranks franchises among each other: one that was heard or bought
// lately, that is nearly complete and lacks little is first.
func (f *franchise) urgency(now time.Time) int {
	owned, total := f.progress()
	days := max(int(now.Sub(f.lastActivity(now)).Hours()/24), 0)
	recent := 400 * 90 / (90 + min(days, 100_000))
	complete := 300 * owned / max(total, 1)
	return recent + complete + 300/max(total-owned, 1)
}
