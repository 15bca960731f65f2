package recommend_test

import (
	"fmt"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// largeLibrary is a person with 10,000 titles in 1,000 series, each of which
// lists fifteen volumes, and 3,000 search results.
func largeLibrary() recommend.Input {
	w := newWorld()
	for series := range 1_000 {
		author := fmt.Sprintf("Ánn %c. Author%d", 'A'+rune(series%26), series/3)
		narrator := fmt.Sprintf("Ned Narrator%d", series%200)
		for n := 1; n <= 15; n++ {
			b := book{
				asin:  fmt.Sprintf("B%06d%02d", series, n),
				title: fmt.Sprintf("Tale %d of Land %d: A Novel", n, series), subtitle: fmt.Sprintf("Land %d, Book %d", series, n),
				by: author, read: narrator, series: fmt.Sprintf("SER%d Land %d#%d", series, series, n),
			}
			if n <= 10 {
				w.own(b)
				w.list(b)
				continue
			}
			w.sell(b, int64(500+series))
		}
	}
	for i := range 3_000 {
		w.sell(book{asin: fmt.Sprintf("X%06d", i), title: fmt.Sprintf("Single %d", i), by: fmt.Sprintf("Ann A. Author%d", i%300), read: "Ned Narrator7"}, 900)
	}
	for key := range w.Products {
		if w.History == nil {
			w.History = map[recommend.Key][]audipy.PricePoint{}
		}
		w.History[key] = []audipy.PricePoint{{
			ASIN: key.ASIN, Marketplace: key.Marketplace, Day: "2026-10-01", Lowest: audipy.Money{Minor: 400, Currency: "USD"},
		}}
	}
	return w.Input
}

func BenchmarkAdviseOver10000Titles(b *testing.B) {
	in := largeLibrary()
	b.ReportAllocs()
	for b.Loop() {
		a := recommend.Advise(in)
		if len(a.Next) < 5_000 {
			b.Fatalf("only %d suggestions", len(a.Next))
		}
	}
}

func BenchmarkWantedOver10000Titles(b *testing.B) {
	in := largeLibrary()
	b.ReportAllocs()
	for b.Loop() {
		if w := recommend.WantedFrom(in.Library); len(w.Series) != 1_000 {
			b.Fatalf("%d series", len(w.Series))
		}
	}
}
