package recommend_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// These were wrong in the predecessor. Each must stay right.

func TestNonLatinAuthorsAreDifferentPeople(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.Preferences.PreferredLanguage = ""
	w.own(book{asin: "M1", title: "騎士団長殺し", by: "村上春樹"})
	w.own(book{asin: "D1", title: "Бесы", by: "Фёдор Достоевский"})
	w.sell(book{asin: "M2", title: "海辺のカフカ", by: "村上 春樹"}, 900)
	w.sell(book{asin: "D2", title: "Идиот", by: "Федор Достоевский"}, 900)
	w.sell(book{asin: "H1", title: "容疑者Xの献身", by: "東野圭吾"}, 900)
	got := suggested(w.advice())
	if slices.Sort(got); !slices.Equal(got, []string{"D2", "M2"}) {
		t.Errorf("suggested %v, want one more of each known author", got)
	}
}

func TestAccentsAreFoldedNotCut(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "Z1", title: "Germinal", by: "Émile Zola"})
	w.sell(book{asin: "Z2", title: "Nana", by: "Emile Zola"}, 900)
	w.sell(book{asin: "Z3", title: "GERMINAL", by: "Emile Zola"}, 900)
	wantSuggested(t, w.advice(), "Z2")
}

func TestSalePricesCount(t *testing.T) {
	t.Parallel()
	// Two of twenty real products were on sale; a credit was advised for both.
	for _, c := range []struct{ list, sale int64 }{{3390, 599}, {1495, 799}} {
		p := audipy.Product{Marketplace: "us"}
		p.Prices = audipy.Prices{
			List: audipy.Money{Minor: c.list, Currency: "USD"}, Lowest: audipy.Money{Minor: c.sale, Currency: "USD"},
			LowestKind: "sale", CreditHundredths: 100,
		}
		got := recommend.PriceOf(p, audipy.DefaultPreferences(), nil, today())
		if got.Verdict != recommend.VerdictCash || got.Pay.Minor != c.sale || !strings.HasPrefix(got.Reason, "sale price $") {
			t.Errorf("%d on sale for %d: %s, %s, %q", c.list, c.sale, got.Verdict, got.Pay, got.Reason)
		}
	}
}

func TestOwnedBooksAreNotSuggestedAgainByInitialsInTheTitle(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A1", title: "X Y Z", by: "Ann Author"})
	w.sell(book{asin: "A2", title: "X Y Z", by: "Ann Author", read: "Somebody New"}, 900)
	a := w.advice()
	wantSuggested(t, a)
	if a.Hidden.Owned != 1 {
		t.Errorf("hidden %+v, want one owned", a.Hidden)
	}
}

func TestSameTitleByAnotherAuthorIsNotOwned(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "A1", title: "Gateway", by: "Craig Alanson"})
	w.own(book{asin: "A2", title: "Jem", by: "Frederik Pohl"})
	w.sell(book{asin: "P1", title: "Gateway", by: "Frederik Pohl"}, 900)
	wantSuggested(t, w.advice(), "P1")
}

func TestMoneyHasTheSignOfItsStore(t *testing.T) {
	t.Parallel()
	for store, want := range map[string]string{"us": "$5.00", "de": "€5.00", "uk": "£5.00", "jp": "¥500", "in": "₹5.00", "br": "R$5.00", "ca": "CA$5.00", "au": "A$5.00"} {
		p := audipy.Product{Marketplace: store}
		p.Prices.Lowest = audipy.Money{Minor: 500, Currency: audipy.CurrencyOf(store)}
		got := recommend.PriceOf(p, audipy.DefaultPreferences(), nil, today())
		if !strings.Contains(got.Reason, want) || store != "us" && strings.HasPrefix(got.Reason, "$") {
			t.Errorf("%s: %q, want %s in it", store, got.Reason, want)
		}
	}
}

func TestOwnedBooksInOtherLanguagesCount(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := 1; i <= 2; i++ {
		b := volume(i)
		b.language = "german"
		w.sell(b, 900)
		if i == 1 {
			w.own(b)
		}
	}
	a := w.advice()
	if len(a.Series) != 1 || a.Series[0].Owned != 1 || a.Series[0].Volumes[1].Hidden != recommend.ReasonLanguage {
		t.Errorf("series %+v", a.Series)
	}
	if wanted := recommend.WantedFrom(w.Library); len(wanted.Series) != 1 || len(wanted.Authors) != 1 {
		t.Errorf("wanted %+v", wanted)
	}
	if a.Hidden.Language != 1 {
		t.Errorf("hidden %+v, want one counted under language", a.Hidden)
	}
}

func TestNothingIsCutAtAThousand(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for i := range 1_500 {
		w.own(book{asin: fmt.Sprintf("B%04d", i), title: fmt.Sprintf("Land %d Begins", i), by: "Ann Author", series: fmt.Sprintf("SER%d Land %d#1", i, i)})
		w.sell(book{asin: fmt.Sprintf("C%04d", i), title: fmt.Sprintf("Land %d Ends", i), by: "Ann Author", series: fmt.Sprintf("SER%d Land %d#2", i, i)}, 900)
	}
	if a := w.advice(); len(a.Series) != 1_500 || len(a.Next) != 1_500 {
		t.Errorf("%d series, %d suggestions, want 1500 of each", len(a.Series), len(a.Next))
	}
	if n := len(recommend.WantedFrom(w.Library).Series); n != 1_500 {
		t.Errorf("wanted %d series, want 1500", n)
	}
}

func TestVolumesAreFoundWithoutTheSeriesInTheirTitles(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.own(book{asin: "E1", title: "Columbus Day", by: "Craig Alanson", series: "EXF Expeditionary Force#1"})
	for i := 2; i <= 70; i++ { // beyond one page of a search
		w.sell(book{asin: fmt.Sprintf("E%d", i), title: fmt.Sprintf("Day %d", i), by: "Craig Alanson", series: fmt.Sprintf("EXF Expeditionary Force#%d", i)}, 900)
	}
	if n := len(w.advice().Next); n != 69 {
		t.Errorf("%d suggestions, want 69", n)
	}
}

func TestOneTitleIsSuggestedOnceWithAllItsReasons(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1))
	w.own(book{asin: "N1", title: "Elsewhere", by: "Bea Bard", read: "Ned Narrator"})
	a := w.advice()
	wantSuggested(t, a, "S2")
	want := []string{
		"You own 1 of 2 of The Saga; this is number 2", "Read by Ned Narrator, like what you own of it",
		"You have 1 book by Ann Author and 2 read by Ned Narrator",
	}
	for _, reason := range want {
		if !slices.Contains(a.Next[0].Reasons, reason) {
			t.Errorf("reasons %q lack %q", a.Next[0].Reasons, reason)
		}
	}
}

func TestFreeIsAPriceAndUnknownIsNone(t *testing.T) {
	t.Parallel()
	p := audipy.Product{Marketplace: "us"}
	if got := recommend.PriceOf(p, audipy.DefaultPreferences(), nil, today()); got.Verdict != recommend.VerdictUnknown || got.Pay.IsKnown() {
		t.Errorf("without a price: %s, %s", got.Verdict, got.Pay)
	}
	p.Prices.Lowest = audipy.Money{Currency: "USD"}
	if got := recommend.PriceOf(p, audipy.DefaultPreferences(), nil, today()); got.Verdict != recommend.VerdictCash || got.Reason != "free" {
		t.Errorf("for nothing: %s, %q", got.Verdict, got.Reason)
	}
}
