package recommend_test

import (
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

func TestAWorkThatIsOwnedElsewhereIsNoGap(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(4)
	w.own(volume(1))
	w.edition("S2A", 100, func(b *book) { b.read = "Somebody Else" })
	w.Marks = []audipy.Mark{{ASIN: "S2A", Marketplace: "us", Elsewhere: true}}
	a := w.advice()
	wantSuggested(t, a, "S3", "S4")
	s := a.Series[0]
	if s.Owned != 2 || s.Missing() != 2 || s.Volumes[1].State != recommend.VolumeOwned {
		t.Errorf("%d owned, %d missing, volumes %+v", s.Owned, s.Missing(), s.Volumes)
	}
	if s.Volumes[1].Note != "you have it outside of Audible" {
		t.Errorf("note %q", s.Volumes[1].Note)
	}
	if a.Hidden.Dismissed != 0 {
		t.Errorf("hidden %+v: it is owned, not unwanted", a.Hidden)
	}
}

func TestAnAuthorsBookOwnedElsewhereIsNotSuggested(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "One", by: "Ann Author"})
	w.sell(book{asin: "B", title: "Two", by: "Ann Author"}, 900)
	w.Marks = []audipy.Mark{{ASIN: "B", Marketplace: "us", Elsewhere: true}}
	a := w.advice()
	wantSuggested(t, a)
	if a.Hidden.Owned == 0 {
		t.Errorf("hidden %+v", a.Hidden)
	}
}

func TestASuggestionSaysWhoInTheHouseholdHasTheWork(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "One", by: "Ann Author"})
	w.sell(book{asin: "B", title: "Two", by: "Ann Author"}, 900)
	w.sell(book{asin: "C", title: "Three", by: "Ann Author"}, 900)
	german := book{asin: "B2", title: "Two", by: "Ann Author", read: "Somebody Else"}
	w.Household = []audipy.HouseholdCopy{
		{Owner: "Noor", Marketplace: "de", Edition: german.edition()},
		{Owner: "Noor", Marketplace: "de", Edition: book{asin: "B", title: "Two", by: "Ann Author"}.edition()},
		{Owner: "Bo", Marketplace: "us", Edition: german.edition()},
		{Owner: "Bo", Marketplace: "us", Edition: book{asin: "X", title: "Not suggested", by: "Nobody"}.edition()},
		{Owner: "Bo", Marketplace: "us", Edition: book{asin: "C1", title: "Three (Part 1 of 2)", by: "Ann Author"}.edition()},
	}
	for range 2 {
		a := w.advice()
		wantSuggested(t, a, "C", "B")
		for _, s := range a.Next {
			var want []recommend.HouseholdOwner
			if s.Product.ASIN == "B" {
				want = []recommend.HouseholdOwner{{Name: "Bo", Marketplace: "us"}, {Name: "Noor", Marketplace: "de"}}
			}
			if !slices.Equal(s.Household, want) {
				t.Errorf("%s: household %v, want %v", s.Product.ASIN, s.Household, want)
			}
		}
		slices.Reverse(w.Household)
	}
}
