package recommend_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

func wantSuggested(t *testing.T, a recommend.Advice, want ...string) {
	t.Helper()
	if got := suggested(a); !slices.Equal(got, want) {
		t.Errorf("suggested %v, want %v", got, want)
	}
}

func TestGapsAreFoundInEverySeriesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(4)
	w.own(volume(1))
	w.own(volume(3))
	w.own(book{asin: "T1", title: "Other One", by: "Bea", series: "TER Other#1"})
	w.sell(book{asin: "T1", title: "Other One", by: "Bea", series: "TER Other#1"}, 900)
	w.sell(book{asin: "T2", title: "Other Two", by: "Bea", series: "TER Other#2"}, 900)
	a := w.advice()
	wantSuggested(t, a, "T2", "S4", "S2")
	if got, want := a.Next[1].Reasons[0], "You own 2 of 4 of The Saga; this is number 4"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
	if a.Next[1].Kind != recommend.KindNext || a.Next[2].Kind != recommend.KindGap {
		t.Errorf("kinds %s, %s", a.Next[1].Kind, a.Next[2].Kind)
	}
	if s := a.Series[1]; s.Owned != 2 || s.Total != 4 || s.Missing() != 2 {
		t.Errorf("progress %d of %d, %d missing", s.Owned, s.Total, s.Missing())
	}
}

func TestNextCarriesOnAfterTheLastVolumeHeard(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(5)
	w.own(volume(1)).Finished = true
	w.own(volume(3))
	a := w.advice()
	if a.Next[0].Product.ASIN != "S2" || a.Next[0].Kind != recommend.KindNext {
		t.Errorf("first is %s, %s; want S2, the next after the finished one", a.Next[0].Product.ASIN, a.Next[0].Kind)
	}
}

func TestBoxSetCoversItsVolumes(t *testing.T) {
	t.Parallel()
	for _, sequence := range []string{"1-3", "1–3", "1, 2 & 3"} {
		w := newWorld()
		w.saga(4)
		w.own(book{asin: "BOX", title: "The Saga Box", by: "Ann Author", series: "SER The Saga#" + sequence})
		a := w.advice()
		wantSuggested(t, a, "S4")
		if s := a.Series[0]; s.Owned != 3 || s.Volumes[0].Note != "you have it in a set" {
			t.Errorf("%q: owned %d, note %q", sequence, s.Owned, s.Volumes[0].Note)
		}
	}
}

func TestBoxSetIsNoGapWhenItsVolumesAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	w.sell(book{asin: "BOX", title: "The Saga Box", by: "Ann Author", series: "SER The Saga#1-3"}, 100)
	w.own(volume(1))
	wantSuggested(t, w.advice(), "S2", "S3")
}

func TestBoxSetAloneIsOneGap(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(volume(1))
	w.sell(volume(1), 900)
	w.sell(book{asin: "BOX", title: "The Rest", by: "Ann Author", series: "SER The Saga#2-4"}, 900)
	a := w.advice()
	wantSuggested(t, a, "BOX")
	want := "You own 1 of 4 of The Saga; this set holds 2-4, not all of it sold singly"
	if got := a.Next[0].Reasons[0]; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}
}

func TestNovellaIsAVolumeOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	w.sell(book{asin: "N", title: "Between", by: "Ann Author", series: "SER The Saga#2.5"}, 100)
	w.own(book{asin: "BOX", title: "The Saga Box", by: "Ann Author", series: "SER The Saga#1-3"})
	a := w.advice()
	wantSuggested(t, a, "N")
	if n := a.Next[0].Number; n != "2.5" {
		t.Errorf("number %q", n)
	}
}

func TestUnreleasedIsApartAndNeverMissing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	late := volume(3)
	late.released = "2027-02-01"
	w.sell(late, 900)
	w.sell(volume(4), 900)
	w.change("S4", func(p *audipy.Product) { p.Availability, p.ReleaseDate = audipy.Preorder, "" })
	a := w.advice()
	wantSuggested(t, a, "S2")
	if got := asins(a.Upcoming); !slices.Equal(got, []string{"S3", "S4"}) {
		t.Errorf("upcoming %v", got)
	}
	if s := a.Series[0]; s.Missing() != 1 || s.Unreleased != 2 || s.Volumes[2].State != recommend.VolumeUnreleased {
		t.Errorf("missing %d, unreleased %d, third is %s", s.Missing(), s.Unreleased, s.Volumes[2].State)
	}
	if !a.Upcoming[0].Unreleased || a.Upcoming[0].Price.Verdict != recommend.VerdictPreorder {
		t.Errorf("upcoming: %t, %s", a.Upcoming[0].Unreleased, a.Upcoming[0].Price.Verdict)
	}
}

func TestUnnumberedMembersAreListedApart(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(1)
	w.own(volume(1))
	w.list(book{asin: "ART", title: "The Art of It", series: "SER The Saga#"})
	a := w.advice()
	wantSuggested(t, a)
	if s := a.Series[0]; len(s.Unnumbered) != 1 || s.Unnumbered[0].ASIN != "ART" || s.Unnumbered[0].State != recommend.VolumeListed || s.Total != 1 {
		t.Errorf("unnumbered %v, total %d", s.Unnumbered, s.Total)
	}
}

func TestMemberNobodyAskedAboutIsStillAGap(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(1)
	w.own(volume(1))
	w.list(volume(2))
	a := w.advice()
	wantSuggested(t, a, "S2")
	if a.Next[0].Price.Verdict != recommend.VerdictUnknown || !slices.Contains(a.Next[0].Warnings, "The catalogue has not described it yet") {
		t.Errorf("%s, %q", a.Next[0].Price.Verdict, a.Next[0].Warnings)
	}
}

func TestHollowProductIsNotSuggested(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(1)
	w.own(volume(1))
	w.list(volume(2))
	hollow := audipy.Product{Marketplace: "us", SeenAt: today()}
	hollow.ASIN = "S2"
	w.Products[recommend.Key{Marketplace: "us", ASIN: "S2"}] = hollow
	a := w.advice()
	wantSuggested(t, a)
	if a.Hidden.Unbuyable != 1 || a.Series[0].Volumes[1].Hidden != recommend.ReasonUnbuyable {
		t.Errorf("hidden %+v, volume %+v", a.Hidden, a.Series[0].Volumes[1])
	}
}

func TestTwoNumberingsAreOneList(t *testing.T) {
	t.Parallel()
	w := newWorld()
	titles := []string{"Lion", "Caspian", "Treader", "Chair", "Horse", "Nephew", "Battle"}
	chronological := []string{"2", "4", "5", "6", "3", "1", "7"}
	for i, title := range titles {
		w.sell(book{
			asin: "P" + title, title: title, by: "C. S. Lewis",
			series: "PUB Narnia (Published)#" + string(rune('1'+i)) + "; CHR Narnia (Chronological)#" + chronological[i],
		}, 900)
	}
	w.own(book{asin: "PLion", title: "Lion", by: "C.S. Lewis", series: "PUB Narnia (Published)#1"})
	w.own(book{asin: "OTHER", title: "The Nephew", by: "C.S. Lewis", series: "CHR Narnia (Chronological)#1"})
	a := w.advice()
	if len(a.Series) != 1 {
		t.Fatalf("%d series, want one", len(a.Series))
	}
	s := a.Series[0]
	if s.Total != 7 || s.Owned != 2 || !slices.Equal(s.Also, []string{"Narnia (Published)"}) && !slices.Equal(s.Also, []string{"Narnia (Chronological)"}) {
		t.Errorf("%d of %d, also %v", s.Owned, s.Total, s.Also)
	}
	if !strings.Contains(s.Note, "lists the same books as") {
		t.Errorf("note %q", s.Note)
	}
	if len(a.Next) != 5 {
		t.Errorf("suggested %v, want five", suggested(a))
	}
}

func TestSeriesInsideAUniverseIsNotMerged(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := 1; i <= 3; i++ {
		b := volume(i)
		b.series += "; UNI The Universe#" + string(rune('0'+i))
		w.sell(b, 900)
	}
	for i := 4; i <= 9; i++ {
		b := volume(i)
		b.series = "UNI The Universe#" + string(rune('0'+i))
		w.sell(b, 900)
	}
	w.own(volume(1))
	a := w.advice()
	if len(a.Series) != 2 {
		t.Fatalf("%d series, want two", len(a.Series))
	}
	if got := suggested(a); len(got) != 8 || len(slices.Compact(slices.Sorted(slices.Values(got)))) != 8 {
		t.Errorf("suggested %v, want each of eight once", got)
	}
	reasons := strings.Join(a.Next[0].Reasons, "; ")
	if !strings.Contains(reasons, "of The Saga") || !strings.Contains(reasons, "of The Universe") {
		t.Errorf("reasons %q name not both series", reasons)
	}
}

func TestBoxSetOfOneSeriesOwnsItsWorksInAUniverse(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := 1; i <= 8; i++ {
		b := volume(i)
		if i > 3 {
			b.series = ""
		}
		b.series += "; UNI The Universe#" + string(rune('0'+i))
		w.sell(b, 900)
	}
	w.own(book{asin: "BOX", title: "The Saga Box", by: "Ann Author", series: "SER The Saga#1-3"})
	w.own(book{asin: "S8", title: "Tale the Eighth", by: "Ann Author", series: "UNI The Universe#8"})
	for _, got := range suggested(w.advice()) {
		if got == "S1" || got == "S2" || got == "S3" {
			t.Errorf("%s is suggested and owned in a box set", got)
		}
	}
}
