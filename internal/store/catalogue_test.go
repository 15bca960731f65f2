package store_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestAProductComesBackAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		bare := audipy.Product{Edition: audipy.Edition{ASIN: "P0"}, Marketplace: "us"}
		german := product("P1", 500)
		german.Marketplace = "de"
		check(t, db.UpsertProducts(t.Context(), p.id, []audipy.Product{product("P1", 1), bare, german, product("P1", 1099)}))
		want := []audipy.Product{bare, product("P1", 1099)}
		for i := range want {
			want[i].SeenAt = now(db)
		}
		if got := must[[]audipy.Product](t)(db.Products(t.Context(), p.id, "us", []string{"P1", "P7", "P0"})); !reflect.DeepEqual(got, want) {
			t.Errorf("Products = %+v, want %+v", got, want)
		}
		db.Clock.Advance(time.Hour)
		check(t, db.UpsertProducts(t.Context(), p.id, []audipy.Product{product("P1", 800)}))
		all := must[[]audipy.Product](t)(db.AllProducts(t.Context(), p.id, ""))
		if len(all) != 3 || all[0].Marketplace != "de" || all[2].Prices.Lowest.Minor != 800 || !all[2].SeenAt.Equal(now(db)) {
			t.Errorf("AllProducts = %+v", all)
		}
		wantKind(t, db.UpsertProducts(t.Context(), p.id, []audipy.Product{{Marketplace: "us"}}), audipy.Invalid)
		wantKind(t, db.UpsertProducts(t.Context(), p.id, []audipy.Product{{Edition: audipy.Edition{ASIN: "P1"}}}), audipy.Invalid)
	})
}

func TestManyProductsAreFoundInOneCall(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		var products []audipy.Product
		var asins []string
		for i := range 1203 {
			asins = append(asins, fmt.Sprintf("P%04d", i))
			products = append(products, product(asins[i], int64(i)))
		}
		check(t, db.UpsertProducts(t.Context(), p.id, products))
		if got := must[[]audipy.Product](t)(db.Products(t.Context(), p.id, "us", asins)); len(got) != 1203 || got[1202].ASIN != "P1202" {
			t.Errorf("Products returned %d, want 1203 in order", len(got))
		}
	})
}

func TestAPricePointIsTheLowestOfItsDay(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		look := func(minor int64, currency string) {
			t.Helper()
			seen := product("P1", minor)
			seen.Prices.Lowest.Currency = currency
			check(t, db.UpsertProducts(t.Context(), p.id, []audipy.Product{seen}))
		}
		for _, minor := range []int64{900, 700, 800} {
			look(minor, "USD")
		}
		db.Clock.Advance(24 * time.Hour)
		look(950, "USD")
		look(0, "") // nobody named a price: the day keeps the one that was seen
		db.Clock.Advance(24 * time.Hour)
		look(100, "USD")
		look(990, "EUR")
		point := func(day string, minor int64, currency string) audipy.PricePoint {
			return audipy.PricePoint{
				ASIN: "P1", Marketplace: "us", Day: day, LowestKind: "member",
				Lowest: audipy.Money{Minor: minor, Currency: currency},
			}
		}
		want := []audipy.PricePoint{
			point("2026-03-02", 700, "USD"), point("2026-03-03", 950, "USD"), point("2026-03-04", 990, "EUR"),
		}
		if got := must[[]audipy.PricePoint](t)(db.PriceHistory(t.Context(), p.id, store.PriceFilter{})); !slices.Equal(got, want) {
			t.Errorf("history = %+v, want %+v", got, want)
		}
		f := store.PriceFilter{Marketplace: "us", ASIN: "P1"}
		if got := must[[]audipy.PricePoint](t)(db.PriceHistory(t.Context(), p.id, f)); !slices.Equal(got, want) {
			t.Errorf("history of the product = %+v, want %+v", got, want)
		}
		if got := must[[]audipy.PricePoint](t)(db.PriceHistory(t.Context(), p.id, store.PriceFilter{ASIN: "P2"})); len(got) != 0 {
			t.Errorf("history of another product = %+v", got)
		}
		if got := must[[]audipy.PricePoint](t)(db.PriceHistory(t.Context(), p.id, store.PriceFilter{Marketplace: "de"})); len(got) != 0 {
			t.Errorf("history of another store = %+v", got)
		}
	})
}

func TestASeriesIsReplacedAsAWhole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		saga := store.Series{Marketplace: "us", ASIN: "S1", Title: "Saga"}
		check(t, db.ReplaceSeriesMembers(t.Context(), p.id, saga, []audipy.SeriesMember{
			{ASIN: "P1", Sequence: "9", Sort: 9}, {ASIN: "P3", Sequence: "2", Sort: 3}, {ASIN: "P2", Sequence: "1.5", Sort: 2}, {ASIN: "P1", Sequence: "1", Sort: 1},
		}))
		check(t, db.ReplaceSeriesMembers(t.Context(), p.id, store.Series{Marketplace: "de", ASIN: "S1", Title: "Sage"},
			[]audipy.SeriesMember{{ASIN: "P9"}}))
		member := func(asin, sequence string, sort int) audipy.SeriesMember {
			return audipy.SeriesMember{Marketplace: "us", SeriesASIN: "S1", SeriesTitle: "Saga", ASIN: asin, Sequence: sequence, Sort: sort}
		}
		want := []audipy.SeriesMember{member("P1", "1", 1), member("P2", "1.5", 2), member("P3", "2", 3)}
		if got := must[[]audipy.SeriesMember](t)(db.SeriesMembers(t.Context(), p.id, "us")); !slices.Equal(got, want) {
			t.Errorf("members = %+v, want %+v", got, want)
		}
		first := now(db)
		db.Clock.Advance(time.Hour)
		check(t, db.ReplaceSeriesMembers(t.Context(), p.id, store.Series{Marketplace: "us", ASIN: "S2"}, nil))
		check(t, db.SetLooked(t.Context(), p.id, "us", store.Look{Kind: store.LookAuthor, Name: "村上春樹"}))
		looks := must[map[store.Look]time.Time](t)(db.Looks(t.Context(), p.id, "us"))
		for look, at := range map[store.Look]time.Time{
			{Kind: store.LookSeries, Name: "S1"}: first, {Kind: store.LookSeries, Name: "S2"}: now(db),
			{Kind: store.LookAuthor, Name: "村上春樹"}: now(db),
		} {
			if !looks[look].Equal(at) {
				t.Errorf("looked for %v at %v, want %v", look, looks[look], at)
			}
		}
		check(t, db.ReplaceSeriesMembers(t.Context(), p.id, saga, nil))
		if got := must[[]audipy.SeriesMember](t)(db.SeriesMembers(t.Context(), p.id, "")); len(got) != 1 || got[0].Marketplace != "de" {
			t.Errorf("members after an empty answer = %+v, want the other store's alone", got)
		}
	})
}

func TestMarksAndWishesAreReplaced(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		until := now(db).Add(time.Hour)
		for _, m := range []audipy.Mark{{ASIN: "P2", Marketplace: "us"}, {ASIN: "P1", Marketplace: "us"}, {ASIN: "P1", Marketplace: "us", Until: until}} {
			check(t, db.SetMark(t.Context(), p.id, m, event(audit.MarkSet)))
		}
		want := []audipy.Mark{{ASIN: "P1", Marketplace: "us", Until: until}, {ASIN: "P2", Marketplace: "us"}}
		if got := must[[]audipy.Mark](t)(db.Marks(t.Context(), p.id)); !slices.Equal(got, want) {
			t.Errorf("marks = %+v, want %+v", got, want)
		}
		check(t, db.ClearMark(t.Context(), p.id, "us", "P1", event(audit.MarkCleared)))
		wantKind(t, db.ClearMark(t.Context(), p.id, "us", "P1", event(audit.MarkCleared)), audipy.NotFound)
		wantKind(t, db.SetMark(t.Context(), p.id, audipy.Mark{ASIN: "P1"}, event(audit.MarkSet)), audipy.Invalid)
		list := store.Wishlist{Account: p.account, Marketplace: "us", Fence: p.sync.Fence, Wishes: []store.Wish{{ASIN: "W1"}}}
		check(t, db.ReplaceWishlist(t.Context(), p.id, list, event(audit.WishlistUpdated)))
		list.Wishes = []store.Wish{{ASIN: "W3"}, {ASIN: "W2"}, {ASIN: "W3", AddedAt: until}}
		check(t, db.ReplaceWishlist(t.Context(), p.id, list, event(audit.WishlistUpdated)))
		wishes := []store.Wish{
			{Account: p.account, Marketplace: "us", ASIN: "W2"}, {Account: p.account, Marketplace: "us", ASIN: "W3", AddedAt: until},
		}
		if got := must[[]store.Wish](t)(db.Wishes(t.Context(), p.id, "us")); !slices.Equal(got, wishes) {
			t.Errorf("wishes = %+v, want %+v", got, wishes)
		}
	})
}

func TestPreferencesAreKeptWhole(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		if got := must[audipy.Preferences](t)(db.Preferences(t.Context(), p.id)); !reflect.DeepEqual(got, audipy.DefaultPreferences()) {
			t.Errorf("before any choice = %+v, want the defaults", got)
		}
		for _, want := range []audipy.Preferences{
			{
				PreferredLanguage: "deutsch", Marketplace: "de", MaxPrice: audipy.Money{Minor: 990, Currency: "EUR"},
				Limits: map[string]audipy.Money{"us": {Minor: 1266, Currency: "USD"}, "jp": {Minor: 1500, Currency: "JPY"}},
			},
			{Marketplace: "uk", NotificationsEnabled: true},
		} {
			check(t, db.SavePreferences(t.Context(), p.id, want, event(audit.PreferencesChanged)))
			if got := must[audipy.Preferences](t)(db.Preferences(t.Context(), p.id)); !reflect.DeepEqual(got, want) {
				t.Errorf("preferences = %+v, want %+v", got, want)
			}
		}
	})
}
