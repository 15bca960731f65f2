package recommend_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// golden is one line of testdata/golden.txt.
type golden struct {
	name, store, prices, credits, state, limit, library, verdict, words string
}

func readGolden(t *testing.T) []golden {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []golden
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), " | ")
		if len(f) != 9 {
			t.Fatalf("%q has %d columns, want 9", line, len(f))
		}
		cases = append(cases, golden{f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8]})
	}
	return cases
}

func TestGoldenAdvice(t *testing.T) {
	t.Parallel()
	cases := readGolden(t)
	if len(cases) != 200 {
		t.Errorf("%d cases, want 200", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			verdict, words := c.run(t)
			if verdict != c.verdict || words != c.words {
				t.Errorf("\n got %s | %s\nwant %s | %s", verdict, words, c.verdict, c.words)
			}
		})
	}
}

// goldenBook is the book of every case; the person has another one by its
// author.
func goldenBook(store string) book {
	return book{asin: "GOLD", title: "The Golden Book", by: "Gil Golden", read: "Nora Narrator", store: store}
}

func (c golden) run(t *testing.T) (verdict, words string) {
	t.Helper()
	w := newWorld()
	w.own(book{asin: "FIRST", title: "The First Book", by: "Gil Golden", store: c.store})
	c.stock(w)
	w.Preferences.Marketplace, w.Preferences.MaxPrice = c.store, audipy.Money{}
	if c.limit != "-" {
		w.Preferences.MaxPrice = amount(t, c.limit, c.store)
	}
	w.sell(goldenBook(c.store), 0)
	key := recommend.Key{Marketplace: c.store, ASIN: "GOLD"}
	p := w.Products[key]
	p.Prices = audipy.Prices{CreditHundredths: number(t, c.credits)}
	c.price(t, w, &p.Prices)
	state, date, _ := strings.Cut(c.state, " ")
	switch state {
	case "plus":
		p.InPlus = true
	default:
		p.Availability = audipy.Availability(state)
	}
	p.ReleaseDate = or(date, p.ReleaseDate)
	w.Products[key] = p
	return outcome(w.advice())
}

// stock puts into the library what the case says.
func (c golden) stock(w *world) {
	b := goldenBook(c.store)
	other := b
	other.asin, other.title, other.read = "OTHER", "The Golden Book (Unabridged)", "Olga Other"
	elsewhere := map[bool]string{true: "ca", false: "us"}[c.store == "us"]
	switch c.library {
	case "owned":
		w.own(b)
	case "same ASIN in another store":
		b.store = elsewhere
		w.own(b)
	case "another edition":
		w.own(other)
	case "another edition in another store":
		other.store = elsewhere
		w.own(other)
	case "gone":
		w.lost(b)
	case "gone, another edition":
		w.lost(other)
	case "same title by somebody else":
		other.by = "Stella Stranger"
		w.own(other)
	case "part 1 of 2":
		other.title = "The Golden Book (Part 1 of 2) (Dramatized Adaptation)"
		w.own(other)
	}
}

func (c golden) price(t *testing.T, w *world, prices *audipy.Prices) {
	t.Helper()
	fields := strings.Fields(strings.Trim(c.prices, "-"))
	for i := 0; i+1 < len(fields); i += 2 {
		text, day, _ := strings.Cut(fields[i+1], "@")
		money := amount(t, text, c.store)
		switch kind := fields[i]; kind {
		case "list":
			prices.List = money
		case "kindle":
			prices.Whispersync = money
		case "seen":
			key := recommend.Key{Marketplace: c.store, ASIN: "GOLD"}
			w.History = map[recommend.Key][]audipy.PricePoint{key: {{ASIN: "GOLD", Marketplace: c.store, Day: day, Lowest: money}}}
		default:
			prices.Lowest, prices.LowestKind = money, kind
		}
	}
}

// outcome is the verdict and words on the one suggestion, or why there is
// none.
func outcome(a recommend.Advice) (verdict, words string) {
	list := append(a.Next, a.Upcoming...)
	switch {
	case len(list) > 1:
		return "several", strings.Join(asins(list), " ")
	case len(list) == 1:
		words = strings.Join(append([]string{list[0].Price.Reason}, list[0].Warnings...), " ! ")
		return string(list[0].Price.Verdict), words
	case a.Hidden.Owned == 1:
		return "hidden", "owned"
	case a.Hidden.Unbuyable == 1:
		return "hidden", "unbuyable"
	}
	return "nothing", ""
}

func amount(t *testing.T, text, store string) audipy.Money {
	t.Helper()
	money, err := audipy.ParseMoney(text, audipy.CurrencyOf(store))
	if err != nil {
		t.Fatal(err)
	}
	return money
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
