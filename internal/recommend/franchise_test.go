package recommend_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// discs sells a series whose second list counts backwards and has editions
// of its own.
func discs(w *world, n int) {
	for i := 1; i <= n; i++ {
		b := volume(i)
		w.sell(b, 900)
		b.asin, b.read = fmt.Sprintf("R%d", i), "Rita Reader"
		b.series = fmt.Sprintf("REV The Saga, Backwards#%d", n+1-i)
		w.sell(b, 900)
	}
}

func TestSecondListWithEditionsOfItsOwnIsMerged(t *testing.T) {
	t.Parallel()
	w := newWorld()
	discs(w, 4)
	w.own(volume(1))
	other := volume(3)
	other.asin, other.read, other.series = "R3", "Rita Reader", "REV The Saga, Backwards#2"
	w.own(other)
	a := w.advice()
	if len(a.Series) != 1 {
		t.Fatalf("%d series, want one", len(a.Series))
	}
	s := a.Series[0]
	if s.Owned != 2 || s.Total != 4 || s.Title != "The Saga, Backwards" && s.Title != "The Saga" {
		t.Errorf("%q: %d of %d", s.Title, s.Owned, s.Total)
	}
	if want := fmt.Sprintf("%s lists the same books as %s; they are shown once, numbered as in %s", s.Also[0], s.Title, s.Title); s.Note != want {
		t.Errorf("note %q, want %q", s.Note, want)
	}
	if got := s.Volumes[0].OtherNumbers; len(got) != 1 || !strings.HasPrefix(got[0], "4 in The Saga") {
		t.Errorf("other numbers of the first volume: %q", got)
	}
	if s.Volumes[0].Editions != 2 {
		t.Errorf("%d editions of the first volume, want both lists'", s.Volumes[0].Editions)
	}
	if len(a.Next) != 2 {
		t.Errorf("suggested %v, want two", suggested(a))
	}
}

func TestVolumeOfTheSecondListAloneStandsWhereItBelongs(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := 1; i <= 5; i++ {
		b := volume(i)
		if i == 3 { // only the second list has it
			b.series = ""
		}
		b.series += fmt.Sprintf("; TWO The Long Saga#%d", i)
		w.sell(b, 900)
	}
	w.own(volume(1))
	w.own(volume(2))
	w.own(volume(4))
	w.own(book{asin: "ART", title: "The Art of It", by: "Ann Author", series: "SER The Saga#"}) // makes the short list the shown one
	w.change("S3", func(p *audipy.Product) { p.Title = "Apart" })
	s := w.advice().Series[0]
	var order []string
	for _, v := range s.Volumes {
		order = append(order, v.ASIN)
	}
	if !slices.Equal(order, []string{"S1", "S2", "S3", "S4", "S5"}) {
		t.Errorf("order %v", order)
	}
}

func TestUnnumberedMemberThatIsAnEditionJoinsItsVolume(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	again := volume(2)
	again.asin, again.read, again.series = "AGAIN", "Somebody Else", "SER The Saga#"
	w.sell(again, 100)
	a := w.advice()
	wantSuggested(t, a, "S2")
	if s := a.Series[0]; len(s.Unnumbered) != 0 || s.Volumes[1].Editions != 2 {
		t.Errorf("unnumbered %v, %d editions", s.Unnumbered, s.Volumes[1].Editions)
	}
}

func TestOwnedTitleThatTheCatalogueForgotIsAVolume(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(1)
	w.own(volume(1))
	w.own(volume(2)) // the catalogue lists the first one alone
	if s := w.advice().Series[0]; s.Owned != 2 || s.Total != 2 {
		t.Errorf("%d of %d", s.Owned, s.Total)
	}
}

func TestProductThatNamesTheSeriesIsAMember(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(1)
	w.own(volume(1))
	w.sell(volume(2), 900)
	w.Members = w.Members[:1]
	wantSuggested(t, w.advice(), "S2")
}

func TestPlaceWithoutASINIsFoundByTheNameOfTheSeries(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	nameless := volume(2)
	nameless.asin, nameless.title, nameless.series = "OLD", "An Older Name", ""
	w.own(nameless).Series = []audipy.SeriesPlace{{Title: "the saga", Sequence: "2"}}
	wantSuggested(t, w.advice(), "S1")
}

func TestRowOfTheCatalogueOutweighsTheLibrarysNumber(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	wrong := volume(2)
	wrong.series = "SER The Saga#3"
	w.own(wrong)
	got := suggested(w.advice())
	if slices.Sort(got); !slices.Equal(got, []string{"S1", "S3"}) {
		t.Errorf("suggested %v", got)
	}
}

func TestBoxSetListedAsTheFirstVolumeIsNoEditionOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	w.own(book{asin: "BOX", title: "The Saga: Books 1-2", by: "Ann Author", series: "SER The Saga#1"})
	wantSuggested(t, w.advice(), "S3")
}

func TestVolumeSoldInASetAloneSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	w.sell(book{asin: "BOX", title: "The Saga, the Set", by: "Ann Author", series: "SER The Saga#1-2"}, 900)
	w.change("S2", func(p *audipy.Product) { p.Availability = audipy.Unbuyable })
	a := w.advice()
	wantSuggested(t, a, "BOX")
	if v := a.Series[0].Volumes[1]; v.Note != "sold only in the set 1-2" || v.State != recommend.VolumeMissing {
		t.Errorf("volume %+v", v)
	}
}

func TestSeriesOfPodcastsIsNoSeriesOfBooks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	w.change("S2", func(p *audipy.Product) { p.DeliveryType = "PodcastEpisode" })
	a := w.advice()
	wantSuggested(t, a)
	if s := a.Series[0]; s.Total != 1 {
		t.Errorf("total %d", s.Total)
	}
}

func TestNumberOnThePageOfAMemberCounts(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	for i := range w.Members {
		w.Members[i].Sequence = ""
	}
	a := w.advice()
	wantSuggested(t, a, "S2")
	if s := a.Series[0]; len(s.Volumes) != 2 || len(s.Unnumbered) != 0 {
		t.Errorf("volumes %v, unnumbered %v", s.Volumes, s.Unnumbered)
	}
}

func TestNamelessVolumesOfTwoListsMeetByNumber(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := 1; i <= 3; i++ {
		b := book{asin: fmt.Sprintf("P%d", i), title: "Overlord", by: "Kugane Maruyama", series: fmt.Sprintf("OV Overlord#%d", i)}
		w.sell(b, 900)
		b.asin, b.read, b.series = fmt.Sprintf("L%d", i), "Rita Reader", fmt.Sprintf("LN Overlord Light Novels#%d", i)
		w.sell(b, 950)
	}
	w.own(book{asin: "P1", title: "Overlord", by: "Kugane Maruyama", series: "OV Overlord#1"})
	a := w.advice()
	wantSuggested(t, a, "P2", "P3")
	if len(a.Series) != 1 || a.Series[0].Volumes[2].Editions != 2 {
		t.Errorf("series %+v", a.Series)
	}
}

func TestBoxSetOfOwnedVolumesDoesNotComeBackThroughItsAuthor(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := 1; i <= 2; i++ {
		w.own(volume(i))
		w.list(volume(i))
	}
	w.sell(book{asin: "BOX", title: "The Saga, the Set", by: "Ann Author", series: "SER The Saga#1-2"}, 100)
	w.sell(book{asin: "OMNI", title: "The Saga Omnibus", by: "Ann Author", series: "SER The Saga#"}, 100)
	wantSuggested(t, w.advice())
}

func TestTwoNumbersOfOneListAreNeverOneVolume(t *testing.T) {
	t.Parallel()
	w := newWorld()
	discs(w, 3)
	again := volume(1)
	again.asin, again.read, again.series = "R9", "Rita Reader", "REV The Saga, Backwards#9"
	w.sell(again, 900)
	w.own(volume(1))
	s := w.advice().Series[0]
	if len(s.Volumes) != 4 || s.Owned != 2 {
		t.Errorf("%d volumes, %d owned; want the ninth for itself, and owned as the same work", len(s.Volumes), s.Owned)
	}
}
