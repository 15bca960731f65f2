package recommend_test

import (
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

func TestMarksHideAWorkInEveryEdition(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(4)
	w.own(volume(1))
	w.edition("S2A", 100, func(b *book) { b.read = "Somebody Else" })
	w.Marks = []audipy.Mark{
		{ASIN: "S2A", Marketplace: "us"},
		{ASIN: "S3", Marketplace: "us", Until: today().AddDate(0, 0, 1)},
		{ASIN: "S4", Marketplace: "us", Until: today().AddDate(0, 0, -1)},
	}
	a := w.advice()
	wantSuggested(t, a, "S4")
	if a.Hidden.Dismissed != 1 || a.Hidden.Snoozed != 1 {
		t.Errorf("hidden %+v, want one dismissed and one snoozed", a.Hidden)
	}
	v := a.Series[0].Volumes
	if v[1].Hidden != recommend.ReasonDismissed || v[2].Hidden != recommend.ReasonSnoozed || v[1].State != recommend.VolumeMissing {
		t.Errorf("volumes %+v", v)
	}
}

func TestMarksHideSuggestionsByPeople(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "One", by: "Ann Author"})
	w.sell(book{asin: "B", title: "Two", by: "Ann Author"}, 900)
	w.Marks = []audipy.Mark{{ASIN: "B", Marketplace: "us"}}
	a := w.advice()
	wantSuggested(t, a)
	if a.Hidden.Dismissed != 1 {
		t.Errorf("hidden %+v", a.Hidden)
	}
}

func TestLanguageFiltersSuggestionsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "Eins", by: "Ann Author", language: "german"})
	w.sell(book{asin: "B", title: "Zwei", by: "Ann Author", language: "german"}, 900)
	w.sell(book{asin: "C", title: "Three", by: "Ann Author", language: "English"}, 900)
	w.sell(book{asin: "D", title: "Four", by: "Ann Author"}, 900)
	w.change("D", func(p *audipy.Product) { p.Language = "" })
	a := w.advice()
	if got := slices.Sorted(slices.Values(suggested(a))); !slices.Equal(got, []string{"C", "D"}) || a.Hidden.Language != 1 {
		t.Errorf("suggested %v, hidden %+v", got, a.Hidden)
	}
	w.Preferences.PreferredLanguage = ""
	if got := suggested(w.advice()); len(got) != 3 {
		t.Errorf("in any language: %v, want three", got)
	}
}

func TestOtherStoresAndPodcastsAreCounted(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "One", by: "Ann Author"})
	w.sell(book{asin: "B", title: "Two", by: "Ann Author", store: "uk"}, 900)
	w.sell(book{asin: "C", title: "Three", by: "Ann Author"}, 900)
	w.change("C", func(p *audipy.Product) { p.DeliveryType = "PodcastParent" })
	a := w.advice()
	wantSuggested(t, a)
	if a.Hidden.OtherStore != 1 || a.Hidden.NotBooks != 1 {
		t.Errorf("hidden %+v", a.Hidden)
	}
	w.Preferences.Marketplace = ""
	wantSuggested(t, w.advice(), "B")
}

func TestSeriesOfAnotherStoreIsAdvisedWithAWarning(t *testing.T) {
	t.Parallel()
	w := newWorld()
	one, two := volume(1), volume(2)
	one.store, two.store = "de", "de"
	w.own(one)
	w.sell(one, 900)
	w.sell(two, 900)
	a := w.advice()
	wantSuggested(t, a, "S2")
	if !slices.Contains(a.Next[0].Warnings, "Sold in the de store") || a.Next[0].Price.Verdict != recommend.VerdictLimitNotSet {
		t.Errorf("warnings %q, %s", a.Next[0].Warnings, a.Next[0].Price.Verdict)
	}
	w.Preferences.Limits = map[string]audipy.Money{"de": {Minor: 995, Currency: "EUR"}}
	if got := w.advice().Next[0].Price.Verdict; got != recommend.VerdictCash {
		t.Errorf("with a limit for the store: %s", got)
	}
}

func TestGoneTitleIsSuggestedWithAWarning(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	w.lost(volume(2))
	a := w.advice()
	wantSuggested(t, a, "S2")
	if got := a.Next[0].Warnings; !slices.Equal(got, []string{"You had it until 2026-03-04"}) {
		t.Errorf("warnings %q", got)
	}
	if got := a.Series[0].Volumes[1].Note; got != "You had it until 2026-03-04" {
		t.Errorf("note %q", got)
	}
}

func TestBoxSetsOfOthersSeriesAreNotSuggestedBesideTheirVolumes(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "One", by: "Ann Author"})
	w.saga(3)
	w.sell(book{asin: "BOX", title: "The Saga Box", by: "Ann Author", series: "SER The Saga#1-3"}, 900)
	got := suggested(w.advice())
	if !slices.Equal(got, []string{"S1", "S2", "S3"}) {
		t.Errorf("suggested %v, want the volumes, the first one first", got)
	}
}
