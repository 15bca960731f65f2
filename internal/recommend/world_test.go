package recommend_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// today is the day of every test.
func today() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }

// book is one edition of a test's world, in few words.
type book struct {
	asin, title, subtitle string
	by, read              string // comma separated
	series                string // "ASIN Name#sequence", semicolon separated
	language              string // english unless said
	store                 string // us unless said
	format                string
	released              string // "2020-01-01" unless said
}

func (b book) edition() audipy.Edition {
	e := audipy.Edition{
		ASIN: b.asin, Title: b.title, Subtitle: b.subtitle, Authors: people(b.by), Narrators: people(b.read),
		Language: or(b.language, "english"), ReleaseDate: or(b.released, "2020-01-01"), Format: or(b.format, "unabridged"),
		DeliveryType: "SinglePartBook", ContentType: "Product",
	}
	for text := range strings.SplitSeq(b.series, ";") {
		asin, rest, ok := strings.Cut(strings.TrimSpace(text), " ")
		if !ok {
			continue
		}
		name, sequence, _ := strings.Cut(rest, "#")
		e.Series = append(e.Series, audipy.SeriesPlace{ASIN: asin, Title: name, Sequence: sequence})
	}
	return e
}

func people(names string) []audipy.Contributor {
	var list []audipy.Contributor
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.TrimSpace(name); name != "" {
			list = append(list, audipy.Contributor{Name: name})
		}
	}
	return list
}

func or(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

// world collects an Input.
type world struct{ recommend.Input }

func newWorld() *world {
	prefs := audipy.DefaultPreferences()
	return &world{recommend.Input{Products: map[recommend.Key]audipy.Product{}, Preferences: prefs, Now: today()}}
}

// own puts a book into the library.
func (w *world) own(b book) *audipy.Item {
	w.Library = append(w.Library, audipy.Item{
		Edition: b.edition(), AccountID: "a1", Marketplace: or(b.store, "us"), Status: audipy.ItemActive,
		PurchasedAt: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
	})
	return &w.Library[len(w.Library)-1]
}

// lost puts a book into the library that left it on a day in March.
func (w *world) lost(b book) {
	item := w.own(b)
	item.Status, item.GoneAt = audipy.ItemGone, time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC)
}

// sell puts a book into the catalogue for the money, with its places in
// series as rows.
func (w *world) sell(b book, cents int64) {
	store := or(b.store, "us")
	currency := audipy.CurrencyOf(store)
	p := audipy.Product{Edition: b.edition(), Marketplace: store, Availability: audipy.Available, SeenAt: today()}
	p.Prices = audipy.Prices{
		List:       audipy.Money{Minor: 2 * cents, Currency: currency},
		Lowest:     audipy.Money{Minor: cents, Currency: currency},
		LowestKind: "member", CreditHundredths: 100,
	}
	w.Products[recommend.Key{Marketplace: store, ASIN: b.asin}] = p
	w.list(b)
}

// list puts a book into the rows of its series, without facts.
func (w *world) list(b book) {
	for i, place := range b.edition().Series {
		w.Members = append(w.Members, audipy.SeriesMember{
			Marketplace: or(b.store, "us"), SeriesASIN: place.ASIN, SeriesTitle: place.Title,
			ASIN: b.asin, Sequence: place.Sequence, Sort: i + 1,
		})
	}
}

// change edits a product.
func (w *world) change(asin string, edit func(*audipy.Product)) {
	for key, p := range w.Products {
		if key.ASIN == asin {
			edit(&p)
			w.Products[key] = p
		}
	}
}

func (w *world) advice() recommend.Advice { return recommend.Advise(w.Input) }

// suggested lists what is suggested now: ASINs in order.
func suggested(a recommend.Advice) []string { return asins(a.Next) }

func asins(list []recommend.Suggestion) []string {
	found := make([]string, 0, len(list))
	for _, s := range list {
		found = append(found, s.Product.ASIN)
	}
	return found
}

// saga sells the volumes 1 to n of a series by one author as S1 to Sn.
func (w *world) saga(n int) {
	for i := 1; i <= n; i++ {
		w.sell(volume(i), 900)
	}
}

func volume(i int) book {
	return book{
		asin: fmt.Sprintf("S%d", i), title: fmt.Sprintf("Tale the %s", ordinal(i)), by: "Ann Author", read: "Ned Narrator",
		series: fmt.Sprintf("SER The Saga#%d", i),
	}
}

func ordinal(i int) string {
	return []string{"Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth"}[i]
}
