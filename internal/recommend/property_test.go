package recommend_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// drawBook draws from few values, so that books meet.
func drawBook(t *rapid.T) book {
	return book{
		asin:     rapid.SampledFrom([]string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"}).Draw(t, "asin"),
		title:    rapid.SampledFrom([]string{"Dawn", "Dusk", "Dawn (Unabridged)", "Dawn, Book 2", "夜明け", "Ночь", "Saga", "Saga Books 1-2", "Dusk (Part 1 of 2)", ""}).Draw(t, "title"),
		subtitle: rapid.SampledFrom([]string{"", "A Novel", "The End of It", "Saga, Book 2"}).Draw(t, "subtitle"),
		by:       rapid.SampledFrom([]string{"A. B. Cee", "AB Cee", "村上春樹", "Someone", ""}).Draw(t, "by"),
		read:     rapid.SampledFrom([]string{"Ned", "Nora", "full cast", ""}).Draw(t, "read"),
		series: rapid.SampledFrom([]string{
			"", "S1 Saga#1", "S1 Saga#2", "S1 Saga#2.5", "S1 Saga#1-3", "S1 Saga#", "S2 Other#1; S1 Saga#3", "S2 Other#2", "S3 Saga#1", "S2 Other#3-4",
		}).Draw(t, "series"),
		language: rapid.SampledFrom([]string{"english", "german"}).Draw(t, "language"),
		store:    rapid.SampledFrom([]string{"us", "de"}).Draw(t, "store"),
		format:   rapid.SampledFrom([]string{"unabridged", "abridged"}).Draw(t, "format"),
		released: rapid.SampledFrom([]string{"2020-01-01", "2027-01-01"}).Draw(t, "released"),
	}
}

func drawWorld(t *rapid.T) *world {
	w := newWorld()
	for range rapid.IntRange(0, 8).Draw(t, "owned") {
		item := w.own(drawBook(t))
		if rapid.IntRange(0, 4).Draw(t, "gone") == 0 {
			item.Status, item.GoneAt = audipy.ItemGone, today().AddDate(0, -1, 0)
		}
		item.Finished = rapid.Bool().Draw(t, "finished")
	}
	for range rapid.IntRange(0, 12).Draw(t, "sold") {
		b := drawBook(t)
		w.sell(b, int64(rapid.IntRange(0, 3000).Draw(t, "cents")))
	}
	for range rapid.IntRange(0, 3).Draw(t, "listed") {
		w.list(drawBook(t))
	}
	if rapid.Bool().Draw(t, "mark") {
		b := drawBook(t)
		w.Marks = append(w.Marks, audipy.Mark{ASIN: b.asin, Marketplace: b.store, Until: time.Time{}})
	}
	w.Preferences.PreferredLanguage = rapid.SampledFrom([]string{"", "english"}).Draw(t, "preferred")
	w.Preferences.Marketplace = rapid.SampledFrom([]string{"", "us", "de"}).Draw(t, "store")
	return w
}

func all(a recommend.Advice) []recommend.Suggestion { return slices.Concat(a.Next, a.Upcoming) }

func TestWhatIsOwnedIsNeverSuggested(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		owned := map[string]bool{}
		for _, item := range w.Library {
			if item.Status == audipy.ItemActive {
				owned[item.ASIN] = true
			}
		}
		for _, s := range all(w.advice()) {
			if owned[s.Product.ASIN] {
				t.Fatalf("%s is owned: %+v", s.Product.ASIN, s)
			}
		}
	})
}

func TestBuyingATitleNeverBringsASuggestionOfIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for _, s := range all(w.advice()) {
			bought := *w
			bought.Library = append(slices.Clone(w.Library), audipy.Item{
				Edition: s.Product.Edition, AccountID: "a1", Marketplace: s.Product.Marketplace, Status: audipy.ItemActive,
			})
			if slices.Contains(asins(all(bought.advice())), s.Product.ASIN) {
				t.Fatalf("%s was bought and is suggested", s.Product.ASIN)
			}
		}
	})
}

func TestOrderOfTheInputChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		before := w.advice()
		again := w.advice()
		if !reflect.DeepEqual(before, again) {
			t.Fatalf("the same input gave\n%+v\nand\n%+v", before, again)
		}
		shuffled := *w
		shuffled.Library = rapid.Permutation(w.Library).Draw(t, "library")
		shuffled.Members = rapid.Permutation(w.Members).Draw(t, "members")
		if after := shuffled.advice(); !reflect.DeepEqual(before, after) {
			t.Fatalf("in another order\n%+v\nbecame\n%+v", before, after)
		}
	})
}

func TestAdviceLeavesItsInputAlone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		library, members := slices.Clone(w.Library), slices.Clone(w.Members)
		a := w.advice()
		for i := range a.Next {
			for j := range a.Next[i].Product.Authors {
				a.Next[i].Product.Authors[j].Name = "changed"
			}
		}
		if !reflect.DeepEqual(library, w.Library) || !reflect.DeepEqual(members, w.Members) {
			t.Fatal("the input changed")
		}
		for _, p := range w.Products {
			if len(p.Authors) > 0 && p.Authors[0].Name == "changed" {
				t.Fatal("advice shares memory with the input")
			}
		}
	})
}

func TestEverySuggestionIsSoundAndSuggestedOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawWorld(t).advice()
		seen := map[string]bool{}
		for _, s := range all(a) {
			if seen[s.Product.ASIN] {
				t.Fatalf("%s is suggested twice", s.Product.ASIN)
			}
			seen[s.Product.ASIN] = true
			if len(s.Reasons) == 0 || s.Price.Reason == "" || s.Price.Verdict == "" || s.Product.Marketplace == "" {
				t.Fatalf("incomplete: %+v", s)
			}
		}
		for i := 1; i < len(a.Next); i++ {
			if a.Next[i].Score > a.Next[i-1].Score {
				t.Fatalf("score %d comes after %d", a.Next[i].Score, a.Next[i-1].Score)
			}
		}
	})
}
