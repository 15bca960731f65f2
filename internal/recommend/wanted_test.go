package recommend_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

func TestWantedRanksPeopleByDistinctBooks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A1", title: "One", by: "A. G. Riddle, Jay Rubin - translator", read: "full cast"})
	w.own(book{asin: "A2", title: "Two", by: "AG Riddle", read: "Ned Narrator"})
	w.own(book{asin: "A3", title: "Two (Unabridged)", by: "AG Riddle", read: "Nora Narrator"})
	w.own(book{asin: "B1", title: "Three", by: "Bea Bard", read: "Nora Narrator"})
	w.lost(book{asin: "C1", title: "Four", by: "Cleo Gone"})
	w.own(book{asin: "P1", title: "Talk", by: "Pod Caster"}).DeliveryType = "PodcastParent"
	got := recommend.WantedFrom(w.Library)
	if want := []recommend.WantedPerson{{Name: "AG Riddle", Books: 2}, {Name: "Bea Bard", Books: 1}}; !slices.Equal(got.Authors, want) {
		t.Errorf("authors %v, want %v", got.Authors, want)
	}
	if want := []recommend.WantedPerson{{Name: "Nora Narrator", Books: 2}, {Name: "Ned Narrator", Books: 1}}; !slices.Equal(got.Narrators, want) {
		t.Errorf("narrators %v, want %v", got.Narrators, want)
	}
}

func TestWantedIsBoundedForPeopleAndNotForSeries(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := range 60 {
		w.own(book{asin: fmt.Sprint("A", i), title: fmt.Sprint("Title ", i), by: fmt.Sprint("Author ", i), read: fmt.Sprint("Reader ", i), series: fmt.Sprintf("S%d Series %d#1", i, i)})
	}
	got := recommend.WantedFrom(w.Library)
	if len(got.Authors) != 25 || len(got.Narrators) != 25 || len(got.Series) != 60 {
		t.Errorf("%d authors, %d narrators, %d series", len(got.Authors), len(got.Narrators), len(got.Series))
	}
	if again := recommend.WantedFrom(w.Library); !slices.Equal(again.Authors, got.Authors) || !slices.Equal(again.Series, got.Series) {
		t.Error("the same library wants different things")
	}
}

func TestWantedSeriesArePerStore(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(volume(1))
	w.own(volume(2))
	abroad := volume(3)
	abroad.store = "uk"
	w.own(abroad)
	want := []recommend.WantedSeries{
		{Marketplace: "us", ASIN: "SER", Title: "The Saga", Owned: 2},
		{Marketplace: "uk", ASIN: "SER", Title: "The Saga", Owned: 1},
	}
	if got := recommend.WantedFrom(w.Library).Series; !slices.Equal(got, want) {
		t.Errorf("series %v, want %v", got, want)
	}
}

func TestWantedProductsAreTheMembersNotOwned(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	w.own(volume(1))
	w.lost(volume(2))
	members := append(w.Members, w.Members[2], audipy.SeriesMember{Marketplace: "us"})
	want := []recommend.Key{{Marketplace: "us", ASIN: "S2"}, {Marketplace: "us", ASIN: "S3"}}
	if got := recommend.WantedProducts(w.Library, members); !slices.Equal(got, want) {
		t.Errorf("products %v, want %v", got, want)
	}
}
