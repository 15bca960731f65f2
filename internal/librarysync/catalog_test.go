package librarysync_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

func (w *world) catalog() librarysync.CatalogRequest {
	return librarysync.CatalogRequest{User: w.user, Account: w.account, Marketplace: "us", MaxAge: time.Hour}
}

// ownedSeries returns the series that the library names.
func (w *world) ownedSeries(t *testing.T) []librarysync.SeriesName {
	t.Helper()
	seen := map[string]bool{}
	var all []librarysync.SeriesName
	for item, err := range w.AllItems(t.Context(), w.user, store.ItemFilter{}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range item.Series {
			if !seen[place.ASIN] {
				seen[place.ASIN] = true
				all = append(all, librarysync.SeriesName{ASIN: place.ASIN, Title: place.Title})
			}
		}
	}
	return all
}

func TestSeriesAreAskedFiftyAtATimeAndOnce(t *testing.T) {
	t.Parallel()
	each(t, us(400), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		series := w.ownedSeries(t)
		calls, err := w.syncs.RefreshSeries(t.Context(), w.catalog(), series)
		if want := (len(series) + 49) / 50; err != nil || calls != want {
			t.Errorf("%d calls for %d series, %v, want %d", calls, len(series), err, want)
		}
		if again, err := w.syncs.RefreshSeries(t.Context(), w.catalog(), series); err != nil || again != 0 {
			t.Errorf("asked again at once: %d calls, %v", again, err)
		}
		w.Clock.Advance(time.Hour)
		if later, err := w.syncs.RefreshSeries(t.Context(), w.catalog(), series); err != nil || later != calls {
			t.Errorf("an hour later: %d calls, %v, want %d", later, err, calls)
		}
	})
}

func TestSeriesHoldMoreThanIsOwned(t *testing.T) {
	t.Parallel()
	each(t, us(200), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		if _, err := w.syncs.RefreshSeries(t.Context(), w.catalog(), w.ownedSeries(t)); err != nil {
			t.Fatal(err)
		}
		members, err := w.SeriesMembers(t.Context(), w.user, "us")
		if err != nil {
			t.Fatal(err)
		}
		owned := map[string]bool{}
		asins, err := w.sim.Titles(login, "us")
		if err != nil {
			t.Fatal(err)
		}
		for _, asin := range asins {
			owned[asin] = true
		}
		missing := 0
		for _, m := range members {
			if m.SeriesTitle == "" {
				t.Errorf("series %s has no title", m.SeriesASIN)
			}
			if !owned[m.ASIN] {
				missing++
			}
		}
		if missing == 0 {
			t.Errorf("%d members and none that is not owned", len(members))
		}
	})
}

func TestPricesBecomeDailyPoints(t *testing.T) {
	t.Parallel()
	each(t, us(300), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		asins := w.unowned(t)
		if len(asins) < 51 {
			t.Fatalf("only %d products to ask for", len(asins))
		}
		if calls, err := w.syncs.RefreshProducts(t.Context(), w.catalog(), asins[:51]); err != nil || calls != 2 {
			t.Errorf("%d calls for 51 products, %v, want 2", calls, err)
		}
		w.Clock.Advance(24 * time.Hour)
		if err := w.sim.Sale("us", asins[0], 99); err != nil {
			t.Fatal(err)
		}
		if _, err := w.syncs.RefreshProducts(t.Context(), w.catalog(), asins[:1]); err != nil {
			t.Fatal(err)
		}
		points, err := w.PriceHistory(t.Context(), w.user, store.PriceFilter{Marketplace: "us", ASIN: asins[0]})
		if err != nil || len(points) != 2 || points[1].Lowest.String() != "$0.99" || points[1].LowestKind != "sale" {
			t.Errorf("points = %+v, %v, want a second one of $0.99 on sale", points, err)
		}
	})
}

// unowned returns members of owned series that are not owned.
func (w *world) unowned(t *testing.T) []string {
	t.Helper()
	if _, err := w.syncs.RefreshSeries(t.Context(), w.catalog(), w.ownedSeries(t)); err != nil {
		t.Fatal(err)
	}
	members, err := w.SeriesMembers(t.Context(), w.user, "us")
	if err != nil {
		t.Fatal(err)
	}
	owned, err := w.sim.Titles(login, "us")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, asin := range owned {
		seen[asin] = true
	}
	var asins []string
	for _, m := range members {
		if !seen[m.ASIN] {
			seen[m.ASIN] = true
			asins = append(asins, m.ASIN)
		}
	}
	return asins
}

func TestPeopleAreSearchedForByName(t *testing.T) {
	t.Parallel()
	each(t, us(60), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		page, err := w.Items(t.Context(), w.user, store.ItemFilter{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		author, narrator := page.Items[0].Authors[0].Name, page.Items[0].Narrators[0].Name
		calls, err := w.syncs.RefreshPeople(t.Context(), w.catalog(), []string{author}, []string{narrator})
		if err != nil || calls != 2 {
			t.Errorf("%d calls, %v, want 2", calls, err)
		}
		products, err := w.AllProducts(t.Context(), w.user, "us")
		if err != nil {
			t.Fatal(err)
		}
		if !hasContributor(products, author) {
			t.Errorf("none of %d products is by %q", len(products), author)
		}
	})
}

func hasContributor(products []audipy.Product, name string) bool {
	for _, p := range products {
		for _, one := range p.Authors {
			if one.Name == name {
				return true
			}
		}
	}
	return false
}

func TestWishlistIsKeptWithItsPrices(t *testing.T) {
	t.Parallel()
	each(t, us(60), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		asins := w.unowned(t)[:3]
		client, err := w.accounts.Client(t.Context(), w.user, w.account, "us")
		if err != nil {
			t.Fatal(err)
		}
		for _, asin := range asins {
			if err := client.AddToWishlist(t.Context(), asin); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.syncs.RefreshWishlist(t.Context(), w.catalog()); err != nil {
			t.Fatal(err)
		}
		wishes, err := w.Wishes(t.Context(), w.user, "us")
		if err != nil || len(wishes) < 3 {
			t.Errorf("%d wishes, %v, want at least the three added", len(wishes), err)
		}
		products, err := w.Products(t.Context(), w.user, "us", asins)
		if err != nil || len(products) != 3 || products[0].SeenAt.IsZero() {
			t.Errorf("products = %+v, %v, want the three with their prices", products, err)
		}
	})
}
