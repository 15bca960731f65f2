package recommend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// Advise makes the advice for one person. It neither keeps nor changes what
// it is given, and the same input gives the same advice in any order.
func Advise(in Input) Advice {
	a := newAdviser(&in)
	owned := a.readFranchises()
	a.settle(owned)
	for _, f := range a.franchises {
		a.suggestVolumes(f)
	}
	a.register()
	a.closeVolumes()
	a.suggestPeople()
	advice := Advice{Series: make([]Series, 0, len(a.franchises)), Hidden: a.hidden}
	for _, f := range a.franchises {
		advice.Series = append(advice.Series, a.report(f))
	}
	slices.SortStableFunc(advice.Series, func(x, y Series) int {
		return cmp.Or(strings.Compare(TitleKey(x.Title), TitleKey(y.Title)), strings.Compare(x.ASIN, y.ASIN))
	})
	advice.Next, advice.Upcoming = a.ranked()
	return advice
}

// adviser holds what one run of Advise knows.
type adviser struct {
	in         *Input
	shelf      *shelf
	catalogue  *catalogue
	today      string // in UTC
	marks      *workIndex[Reason]
	franchises []*franchise // those the person has something of
	drafts     []*draft
	// decided finds the draft of a work, and nil for a work that is owned,
	// hidden or part of a series that speaks for it.
	decided   *workIndex[*draft]
	household *workIndex[HouseholdOwner]
	hidden    Hidden
}

// newAdviser reads the library, the catalogue and the marks. A mark is read as
// an edition, so that it hides the work in every edition.
func newAdviser(in *Input) *adviser {
	a := &adviser{
		in: in, today: day(in.Now), shelf: newShelf(in.Library),
		marks: newWorkIndex[Reason](len(in.Marks)), decided: newWorkIndex[*draft](len(in.Members)),
	}
	a.catalogue = newCatalogue(in.Products, a.shelf)
	a.household = householdIndex(in.Household, a.shelf.reader)
	a.readElsewhere()
	for _, m := range sortedMarks(in.Marks) {
		if m.Elsewhere {
			a.shelf.putElsewhere(a.catalogue.of(Key{m.Marketplace, m.ASIN}).edition)
			continue
		}
		if !m.Hides(in.Now) {
			continue
		}
		reason := ReasonSnoozed
		if m.Until.IsZero() {
			reason = ReasonDismissed
		}
		a.marks.add(a.catalogue.of(Key{m.Marketplace, m.ASIN}).edition, reason)
	}
	return a
}

// sortedMarks puts the marks into a fixed order.
func sortedMarks(marks []audipy.Mark) []audipy.Mark {
	return slices.SortedFunc(slices.Values(marks), func(x, y audipy.Mark) int {
		return compareKeys(Key{x.Marketplace, x.ASIN}, Key{y.Marketplace, y.ASIN})
	})
}

// readFranchises builds the series and keeps those the person has something
// of. It returns the works that are owned through any of them.
func (a *adviser) readFranchises() *workIndex[*volume] {
	objects := seriesObjects(a.in.Members, a.catalogue)
	for _, group := range franchises(objects, a.shelf, a.in.Preferences.Marketplace) {
		f := newFranchise(group)
		f.markOwned(a.shelf)
		if f.isOwned() {
			a.franchises = append(a.franchises, f)
		}
	}
	return ownedWorks(a.franchises, len(a.shelf.holdings))
}

// settle decides for each volume that is not owned what could be had of it.
func (a *adviser) settle(owned *workIndex[*volume]) {
	for _, f := range a.franchises {
		f.takeOver(owned)
		for _, v := range f.volumes {
			if !v.owned {
				a.pick(f, v)
			}
		}
	}
}

// pick decides what could be had of a volume. A box set is looked at only
// when the volume is not to be had singly, so that a set never is a gap beside
// its own volumes.
func (a *adviser) pick(f *franchise, v *volume) {
	t, language := a.tasteFor(f, v), a.in.Preferences.PreferredLanguage
	lacking := slices.DeleteFunc(slices.Clone(v.singles), func(l *listing) bool {
		return slices.ContainsFunc(v.held, l.isSamePart)
	})
	v.pick = t.choose(lacking, language)
	if v.pick.hidden != "" && len(v.sets) > 0 {
		sets := make([]*listing, 0, len(v.sets))
		for _, set := range v.sets {
			sets = append(sets, set.listing)
		}
		inSet := t.choose(sets, language)
		if inSet.hidden == "" || len(lacking) == 0 {
			v.pick = inSet
			i := slices.IndexFunc(v.sets, func(r row) bool { return r.listing == inSet.listing })
			v.fromSet = &v.sets[i]
		}
	}
	options := v.singles
	if v.fromSet != nil {
		options = []*listing{v.fromSet.listing}
	}
	v.pick.hidden = cmp.Or(a.marked(options), v.pick.hidden)
}

// marked returns the person's word on a work, whichever edition it was said
// of; a dismissal outweighs a snooze.
func (a *adviser) marked(editions []*listing) Reason {
	var reason Reason
	for _, l := range editions {
		found := a.marks.find(l.edition)
		if slices.Contains(found, ReasonDismissed) {
			return ReasonDismissed
		}
		if len(found) > 0 {
			reason = ReasonSnoozed
		}
	}
	return reason
}

// tasteFor is the person's taste in editions of a volume. Who wants any
// language gets the one they own the rest in.
func (a *adviser) tasteFor(f *franchise, v *volume) taste {
	t := a.taste()
	t.narrators, t.held = f.narrators, v.held
	if t.language == "" {
		t.language = f.language()
	}
	return t
}

func (a *adviser) taste() taste {
	prefs := a.in.Preferences
	return taste{
		store: prefs.Marketplace, stores: a.shelf.stores,
		language: strings.TrimSpace(prefs.PreferredLanguage), today: a.today,
	}
}

// language is the one that most of the owned volumes are in, the least of
// equals; empty when unknown.
func (f *franchise) language() string {
	count := map[string]int{}
	best := ""
	for _, v := range f.volumes {
		for _, h := range v.held {
			if h.of.Language != "" {
				count[h.of.Language]++
			}
		}
	}
	for language, n := range count {
		if n > count[best] || n == count[best] && language < best {
			best = language
		}
	}
	return best
}

// closeVolumes counts what the series hold and nobody is advised to buy, and
// keeps it from coming back through an author.
func (a *adviser) closeVolumes() {
	for _, f := range a.franchises {
		for _, v := range f.volumes {
			if !v.isSuggested() {
				a.close(v.singles, v.owned, v.pick.hidden)
			}
		}
		for _, object := range f.objects {
			a.closeSets(object)
		}
	}
}

// closeSets keeps the box sets of a shown series from coming back through
// their author: what they hold was advised on volume by volume.
func (a *adviser) closeSets(object *seriesObject) {
	for _, r := range object.rows {
		if r.isSetRow() && len(a.decided.find(r.edition)) == 0 {
			a.decided.add(r.edition, nil)
		}
	}
}

// close counts a work once and marks it as decided.
func (a *adviser) close(editions []*listing, owned bool, hidden Reason) {
	if len(editions) == 0 || slices.ContainsFunc(editions, func(l *listing) bool { return len(a.decided.find(l.edition)) > 0 }) {
		return
	}
	for _, l := range editions {
		a.decided.add(l.edition, nil)
	}
	if owned {
		a.hidden.Owned++
		return
	}
	switch hidden {
	case ReasonDismissed:
		a.hidden.Dismissed++
	case ReasonSnoozed:
		a.hidden.Snoozed++
	case ReasonLanguage:
		a.hidden.Language++
	case ReasonUnbuyable:
		a.hidden.Unbuyable++
	}
}

// priceOf adds to PriceOf that a person who borrows Plus titles has Plus.
func (a *adviser) priceOf(l *listing) PriceAdvice {
	advice := PriceOf(*l.product, a.in.Preferences, a.in.History[l.key()], a.in.Now)
	if advice.Verdict == VerdictPlus && a.shelf.plus[l.market] {
		advice.Reason = "in your Plus: nothing to pay"
	}
	return advice
}

// productOf returns the product of a listing in a form that shares nothing
// with the input.
func productOf(l *listing) audipy.Product {
	p := *l.product
	p.Authors, p.Narrators, p.Series = slices.Clone(p.Authors), slices.Clone(p.Narrators), slices.Clone(p.Series)
	return p
}
