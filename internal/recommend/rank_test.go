package recommend_test

import (
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// pair sells two volumes of a series of its own and owns the first.
func (w *world) pair(name string) *audipy.Item {
	first := book{asin: name + "1", title: name + " Begins", by: name + " Author", series: name + " " + name + "#1"}
	second := first
	second.asin, second.title, second.series = name+"2", name+" Ends", name+" "+name+"#2"
	w.sell(first, 900)
	w.sell(second, 900)
	return w.own(first)
}

func TestSeriesHeardLatelyComesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.pair("OLD").PurchasedAt = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	w.pair("NEW").PurchasedAt = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	item := w.pair("NOW")
	item.PurchasedAt, item.PercentComplete = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), 40
	wantSuggested(t, w.advice(), "NOW2", "NEW2", "OLD2")
}

func TestNearlyCompleteSeriesComesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(8)
	w.own(volume(1))
	w.pair("DUO")
	if got := suggested(w.advice())[0]; got != "DUO2" {
		t.Errorf("first is %s", got)
	}
}

func TestKindsRankAboveEachOther(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(4)
	w.own(volume(1))
	w.own(volume(3))
	w.sell(book{asin: "BY", title: "Elsewhere", by: "Ann Author", read: "Nobody"}, 900)
	w.sell(book{asin: "READ", title: "Nowhere", by: "Nobody", read: "Ned Narrator"}, 900)
	a := w.advice()
	wantSuggested(t, a, "S4", "S2", "BY", "READ")
	var kinds []recommend.Kind
	for _, s := range a.Next {
		kinds = append(kinds, s.Kind)
	}
	if want := []recommend.Kind{recommend.KindNext, recommend.KindGap, recommend.KindAuthor, recommend.KindNarrator}; !slices.Equal(kinds, want) {
		t.Errorf("kinds %v", kinds)
	}
	if got := a.Next[2].Reasons; !slices.Equal(got, []string{"You have 2 books by Ann Author"}) {
		t.Errorf("reasons %q", got)
	}
	if got := a.Next[3].Reasons; !slices.Equal(got, []string{"You have 2 books read by Ned Narrator"}) {
		t.Errorf("reasons %q", got)
	}
}

func TestAuthorsRankByBooksAndThenByPrice(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, title := range []string{"One", "Two", "Three"} {
		w.own(book{asin: "A" + title, title: title, by: "Ann Author"})
	}
	w.own(book{asin: "B", title: "Four", by: "Bea Bard"})
	w.sell(book{asin: "BEA", title: "Five", by: "Bea Bard"}, 100)
	w.sell(book{asin: "DEAR", title: "Six", by: "Ann Author"}, 1200)
	w.sell(book{asin: "CHEAP", title: "Seven", by: "Ann Author"}, 200)
	wantSuggested(t, w.advice(), "CHEAP", "DEAR", "BEA")
}

func TestUpcomingIsOrderedByReleaseDate(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "One", by: "Ann Author"})
	for asin, date := range map[string]string{"L": "2027-05-01", "E": "2026-12-01", "N": ""} {
		w.sell(book{asin: asin, title: "Book " + asin, by: "Ann Author"}, 900)
		w.change(asin, func(p *audipy.Product) { p.ReleaseDate, p.Availability = date, audipy.Preorder })
	}
	if got := asins(w.advice().Upcoming); !slices.Equal(got, []string{"E", "L", "N"}) {
		t.Errorf("upcoming %v", got)
	}
}

func TestNovellaGoesBehindTheNextWholeVolume(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	w.own(volume(1))
	w.sell(book{asin: "N", title: "Between", by: "Ann Author", series: "SER The Saga#1.5"}, 100)
	wantSuggested(t, w.advice(), "S2", "S3", "N")
}

func TestEmptyInputGivesEmptyAdvice(t *testing.T) {
	t.Parallel()
	a := recommend.Advise(recommend.Input{})
	if a.Series == nil || a.Next == nil || a.Upcoming == nil || len(a.Series)+len(a.Next)+len(a.Upcoming) != 0 || a.Hidden != (recommend.Hidden{}) {
		t.Errorf("advice %+v", a)
	}
	if w := recommend.WantedFrom(nil); len(w.Series)+len(w.Authors)+len(w.Narrators) != 0 {
		t.Errorf("wanted %+v", w)
	}
}

func TestSeriesNobodyOwnsIsStartedAtItsFirstVolume(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "Elsewhere", by: "Ann Author"})
	w.sell(volume(2), 100)
	w.sell(volume(1), 900)
	wantSuggested(t, w.advice(), "S1", "S2")
}

func TestAuthorOutranksNarratorWhicheverEditionNamesThem(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A", title: "Elsewhere", by: "Ann Author", read: "Ned Narrator"})
	w.sell(book{asin: "B0", title: "Two", read: "Ned Narrator"}, 900)
	w.sell(book{asin: "B1", title: "Two", by: "Ann Author", read: "Ned Narrator"}, 950)
	a := w.advice()
	if len(a.Next) != 1 || a.Next[0].Kind != recommend.KindAuthor {
		t.Errorf("suggestions %+v", a.Next)
	}
}
