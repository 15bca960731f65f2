package recommend_test

import (
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

func usd(cents int64) audipy.Money { return audipy.Money{Minor: cents, Currency: "USD"} }

func product(prices audipy.Prices) audipy.Product {
	p := audipy.Product{Marketplace: "us", Availability: audipy.Available, Prices: prices}
	p.ASIN = "B1"
	return p
}

func TestPricesOfTwoCurrenciesAreNotCompared(t *testing.T) {
	t.Parallel()
	p := product(audipy.Prices{
		List: audipy.Money{Minor: 900, Currency: "EUR"}, Lowest: audipy.Money{Minor: 100, Currency: "GBP"},
		Whispersync: usd(1), CreditHundredths: 100,
	})
	history := []audipy.PricePoint{{ASIN: "B1", Marketplace: "us", Day: "2026-01-01", Lowest: usd(1)}}
	a := recommend.PriceOf(p, audipy.DefaultPreferences(), history, today())
	if a.Verdict != recommend.VerdictLimitNotSet || !strings.Contains(a.Reason, "set your limit for GBP") {
		t.Errorf("%s, %q", a.Verdict, a.Reason)
	}
	if a.SavingPercent != 0 || a.Whispersync.IsKnown() || a.LowestSeen.IsKnown() {
		t.Errorf("compared across currencies: %+v", a)
	}
}

func TestSavingIsRoundedDown(t *testing.T) {
	t.Parallel()
	a := recommend.PriceOf(product(audipy.Prices{List: usd(3390), Lowest: usd(599)}), audipy.DefaultPreferences(), nil, today())
	if a.SavingPercent != 82 { // 82.3
		t.Errorf("saving %d %%", a.SavingPercent)
	}
}

func TestHistoryIsOfTheProductUpToToday(t *testing.T) {
	t.Parallel()
	point := func(asin, store, day string, cents int64) audipy.PricePoint {
		return audipy.PricePoint{ASIN: asin, Marketplace: store, Day: day, Lowest: usd(cents)}
	}
	history := []audipy.PricePoint{
		point("B1", "us", "2026-05-01", 700), point("B1", "us", "2026-06-01", 700), point("B1", "us", "2026-04-01", 800),
		point("B2", "us", "2026-05-01", 100), point("B1", "uk", "2026-05-01", 100), point("B1", "us", "2027-01-01", 100),
		{ASIN: "B1", Marketplace: "us", Day: "2026-02-01"},
	}
	a := recommend.PriceOf(product(audipy.Prices{Lowest: usd(900)}), audipy.DefaultPreferences(), history, today())
	if a.LowestSeen != usd(700) || a.LowestDay != "2026-06-01" || !strings.HasSuffix(a.Reason, "; it was $7.00 on 2026-06-01") {
		t.Errorf("lowest %s on %s, %q", a.LowestSeen, a.LowestDay, a.Reason)
	}
}

func TestWhispersyncIsSaidAndNeverAssumed(t *testing.T) {
	t.Parallel()
	a := recommend.PriceOf(product(audipy.Prices{Lowest: usd(2096), Whispersync: usd(749), CreditHundredths: 100}), audipy.DefaultPreferences(), nil, today())
	if a.Verdict != recommend.VerdictCredit || a.Pay != usd(2096) || !strings.HasSuffix(a.Reason, "; or $7.49 with the Kindle book") {
		t.Errorf("%s, %s, %q", a.Verdict, a.Pay, a.Reason)
	}
	a = recommend.PriceOf(product(audipy.Prices{Lowest: usd(700), Whispersync: usd(700)}), audipy.DefaultPreferences(), nil, today())
	if a.Whispersync.IsKnown() || strings.Contains(a.Reason, "Kindle") {
		t.Errorf("no lower, and said: %q", a.Reason)
	}
}

func TestBorrowerOfPlusTitlesHasPlus(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(2)
	w.own(volume(1)).Plus = true
	w.change("S2", func(p *audipy.Product) { p.InPlus, p.Availability = true, audipy.Unbuyable })
	a := w.advice()
	wantSuggested(t, a, "S2")
	if got := a.Next[0].Price; got.Verdict != recommend.VerdictPlus || got.Reason != "in your Plus: nothing to pay" {
		t.Errorf("%s, %q", got.Verdict, got.Reason)
	}
}

func TestUnreleasedByDateIsAPreorder(t *testing.T) {
	t.Parallel()
	p := product(audipy.Prices{Lowest: usd(700)})
	p.ReleaseDate = "2026-11-24"
	if got := recommend.PriceOf(p, audipy.DefaultPreferences(), nil, today()).Verdict; got != recommend.VerdictPreorder {
		t.Errorf("tomorrow: %s", got)
	}
	p.ReleaseDate = "2026-11-23"
	if got := recommend.PriceOf(p, audipy.DefaultPreferences(), nil, today()).Verdict; got != recommend.VerdictCash {
		t.Errorf("today: %s", got)
	}
}
