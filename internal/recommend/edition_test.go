package recommend_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// edition sells another edition of the second volume of the saga.
func (w *world) edition(asin string, cents int64, change func(*book)) {
	b := volume(2)
	b.asin = asin
	change(&b)
	w.sell(b, cents)
}

func TestBestEditionOfAVolumeIsChosen(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, want string
		edit       func(*world)
	}{
		{"unabridged before abridged", "S2", func(w *world) {
			w.edition("S2A", 100, func(b *book) { b.format = "abridged" })
		}},
		{"plain before dramatised", "S2", func(w *world) {
			w.edition("S2A", 100, func(b *book) { b.title += " (Dramatized Adaptation)" })
		}},
		{"the narrator of the rest", "S2", func(w *world) {
			w.edition("S2A", 100, func(b *book) { b.read = "Somebody Else" })
		}},
		{"the cheaper of equals", "S2A", func(w *world) {
			w.edition("S2A", 100, func(*book) {})
		}},
		{"the preferred language", "S2", func(w *world) {
			w.edition("S2A", 100, func(b *book) { b.language, b.title = "german", "Der zweite Band" })
		}},
		{"what is sold", "S2A", func(w *world) {
			w.edition("S2A", 3000, func(b *book) { b.read = "Somebody Else" })
			w.change("S2", func(p *audipy.Product) { p.Availability = audipy.Unbuyable })
		}},
		{"what is released", "S2A", func(w *world) {
			w.edition("S2A", 3000, func(b *book) { b.format = "abridged" })
			w.change("S2", func(p *audipy.Product) { p.ReleaseDate = "2027-01-01" })
		}},
		{"the preferred store", "S2", func(w *world) {
			w.edition("S2A", 100, func(b *book) { b.store = "uk" })
		}},
		{"the known before the unknown language", "S2", func(w *world) {
			w.edition("S2A", 100, func(*book) {})
			w.change("S2A", func(p *audipy.Product) { p.Language = "" })
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.saga(2)
			w.own(volume(1))
			c.edit(w)
			a := w.advice()
			wantSuggested(t, a, c.want)
			if len(a.Next) == 1 && !slices.ContainsFunc(a.Next[0].Reasons, func(r string) bool { return strings.HasPrefix(r, "Chosen from 2 editions") }) {
				t.Errorf("reasons %q don't say that there was a choice", a.Next[0].Reasons)
			}
		})
	}
}

func TestReasonsSayWhatSetsTheEditionApart(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	w.edition("S2A", 950, func(b *book) { b.format = "abridged" })
	w.edition("S2B", 990, func(b *book) { b.language = "german" })
	w.edition("S2C", 990, func(b *book) { b.title += " (Dramatized Adaptation)" })
	want := "Chosen from 4 editions: in english, unabridged, not dramatised, the cheapest"
	if got := w.advice().Next[0].Reasons; !slices.Contains(got, want) {
		t.Errorf("reasons %q lack %q", got, want)
	}
}

func TestOwnedTitleIsKnownInAnySpelling(t *testing.T) {
	t.Parallel()
	sold := book{asin: "NEW", title: "Sapiens", subtitle: "A Brief History of Humankind", by: "Yuval Noah Harari", read: "Derek Perkins"}
	numbered := book{asin: "NEW", title: "Gateway", subtitle: "Expeditionary Force, Book 18", by: "Craig Alanson", series: "EXF Expeditionary Force#18"}
	for _, c := range []struct {
		name  string
		owned book
		sold  book
		want  bool
	}{
		{"unabridged", book{title: "Sapiens (Unabridged)"}, sold, true},
		{"subtitle in the title", book{title: "Sapiens: A Brief History of Humankind"}, sold, true},
		{"no subtitle", book{title: "SAPIENS"}, sold, true},
		{"what sort of book", book{title: "Sapiens: A Memoir"}, sold, true},
		{"edition note", book{title: "Sapiens [10th Anniversary Edition]"}, sold, true},
		{"another work", book{title: "Sapiens: A Graphic History"}, sold, false},
		{"series note", book{title: "Gateway (Expeditionary Force, Book 18)"}, numbered, true},
		{"number after the title", book{title: "Gateway, Book 18"}, numbered, true},
		{"number after a dash", book{title: "Gateway – Book 18"}, numbered, true},
		{"abbreviated number", book{title: "Gateway Vol.18"}, numbered, true},
		{"number with a sign", book{title: "Gateway #18"}, numbered, true},
		{"number of the title itself", book{title: "Gateway 18"}, numbered, false},
		{"another number after the title", book{title: "Gateway, Book 17"}, numbered, false},
		{"another number in the series", book{title: "Gateway", series: "EXF Expeditionary Force#17"}, numbered, false},
		{"part of it", book{title: "Sapiens (Part 1 of 2)"}, sold, false},
		{"nameless volume", book{title: "Overlord", series: "OV Overlord#1"}, book{asin: "NEW", title: "Overlord", series: "OV Overlord#2"}, false},
		{"nameless volume of another store", book{title: "Overlord", series: "XX Overlord#1"}, book{asin: "NEW", title: "Overlord", series: "OV Overlord#2"}, false},
		{"nameless volume, same number", book{title: "Overlord", series: "XX Overlord#2"}, book{asin: "NEW", title: "Overlord", series: "OV Overlord#2"}, true},
		{"box set of the same name", book{title: "Sapiens Box Set"}, sold, false},
		{"set of the same name", book{title: "Sapiens", series: "SAP The Sapiens Books#1-2"}, sold, false},
		{
			"subtitle of a franchise",
			book{title: "The Saga", subtitle: "The Fall of It", series: "SER The Saga#"},
			book{asin: "NEW", title: "The Saga", subtitle: "The Rise of It", series: "SER The Saga#"},
			false,
		},
		{"Japanese volume", book{title: "転生 第3巻"}, book{asin: "NEW", title: "転生 第4巻"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			c.owned.asin, c.owned.by = "OLD", or(c.sold.by, "Ann Author")
			c.sold.by = c.owned.by
			w.own(c.owned)
			w.sell(c.sold, 900)
			if owned := len(all(w.advice())) == 0; owned != c.want {
				t.Errorf("%q counts as %q owned: %t, want %t", c.owned.title, c.sold.title, owned, c.want)
			}
		})
	}
}

func TestBothPartsAreTheWholeBook(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	part := volume(2)
	part.asin, part.title = "P1", "Tale the Second (Part 1 of 2) (Dramatized Adaptation)"
	w.own(part)
	other := part
	other.asin, other.title = "P2", "Tale the Second (Part 2 of 2) (Dramatized Adaptation)"
	w.sell(other, 900)
	a := w.advice()
	wantSuggested(t, a, "P2")
	if !slices.Contains(a.Next[0].Warnings, "You have part 1 of 2 of an edition of it") {
		t.Errorf("warnings %q", a.Next[0].Warnings)
	}
	w.own(other)
	wantSuggested(t, w.advice())
}

func TestOwnedEditionThatTheSeriesLacksIsToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	other := volume(2)
	other.asin, other.read, other.series = "OTHER", "Olga Other", ""
	w.own(other)
	a := w.advice()
	wantSuggested(t, a, "S1")
	if v := a.Series[0].Volumes[1]; v.State != recommend.VolumeOwned || v.Note != "you have another edition, read by Olga Other" {
		t.Errorf("volume 2 is %s, %q", v.State, v.Note)
	}
}

func TestAuthorIsKnownByTheirPageInAnotherScript(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Preferences.PreferredLanguage = ""
	w.own(book{asin: "JP", title: "1Q84", by: "村上春樹, Someone Known"}).Authors[0].ASIN = "B000AP7NQI"
	w.sell(book{asin: "US", title: "1Q84", by: "Haruki Murakami", read: "Someone Else"}, 900)
	w.change("US", func(p *audipy.Product) { p.Authors[0].ASIN = "B000AP7NQI" })
	w.own(book{asin: "X", title: "Kafka on the Shore", by: "Haruki Murakami"})
	wantSuggested(t, w.advice())
}
