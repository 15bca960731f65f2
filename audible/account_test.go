package audible_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

func TestTheWishListTakesAndGivesTitles(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	found, err := r.client.Search(t.Context(), audible.ProductQuery{Keywords: "the", PageSize: 3})
	if err != nil || len(found.Products) != 3 {
		t.Fatalf("Search: %d titles, %v", len(found.Products), err)
	}
	before, err := r.client.Wishlist(t.Context(), audible.WishlistQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range found.Products {
		if err := errors.Join(r.client.AddToWishlist(t.Context(), p.ASIN), r.client.AddToWishlist(t.Context(), p.ASIN)); err != nil {
			t.Fatal(err)
		}
	}
	page, err := r.client.Wishlist(t.Context(), audible.WishlistQuery{Sort: "-DateAdded"})
	if err != nil || page.TotalCount != before.TotalCount+3 {
		t.Fatalf("%d wishes, want %d: %v", page.TotalCount, before.TotalCount+3, err)
	}
	i := slices.IndexFunc(page.Products, func(p audible.Product) bool { return p.ASIN == found.Products[0].ASIN })
	if i < 0 || page.Products[i].WishedAt.IsZero() {
		t.Errorf("the wish %q is missing or without a date", found.Products[0].ASIN)
	}
	for _, p := range found.Products {
		if err := errors.Join(r.client.RemoveFromWishlist(t.Context(), p.ASIN), r.client.RemoveFromWishlist(t.Context(), p.ASIN)); err != nil {
			t.Fatal(err)
		}
	}
	if page, err = r.client.Wishlist(t.Context(), audible.WishlistQuery{PageSize: 1, Page: 0}); err != nil || page.TotalCount != before.TotalCount {
		t.Errorf("%d wishes at the end, want %d: %v", page.TotalCount, before.TotalCount, err)
	}
}

func TestBurstsOfWishesAreOutlived(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{client: func(o *audible.ClientOptions) { o.Rand = func() float64 { return 1 } }})
		r.sim.SetQuirks(audiblesim.Quirks{WishlistWritesPerSecond: 2})
		found, err := r.client.Search(t.Context(), audible.ProductQuery{Keywords: "a", PageSize: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range found.Products {
			if err := r.client.AddToWishlist(t.Context(), p.ASIN); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestPlusTitlesAndProgressAreRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(200))
	half := r.owned(t, 2)
	if err := errors.Join(
		r.sim.SetProgress(r.account.Login, "us", half[0], 50), r.sim.SetProgress(r.account.Login, "us", half[1], 100),
	); err != nil {
		t.Fatal(err)
	}
	plus := 0
	for _, item := range r.mustList(t).Items {
		if item.InPlus() {
			plus++
		}
		if item.Ownership.PurchasedAt.IsZero() || item.Ownership.Status != "Active" {
			t.Errorf("item %q: %+v", item.ASIN, item.Ownership)
		}
		switch item.ASIN {
		case half[0]:
			if item.Ownership.PercentComplete != 50 || item.Ownership.Finished.IsTrue() {
				t.Errorf("half heard: %+v", item.Ownership)
			}
		case half[1]:
			if !item.Ownership.Finished.IsTrue() {
				t.Errorf("finished: %+v", item.Ownership)
			}
		}
	}
	if plus == 0 || plus > 150 {
		t.Errorf("%d of 200 titles in Plus", plus)
	}
}

func TestStatisticsMarksAndPositionsAreRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	asins := r.owned(t, 60)
	for i, asin := range asins[:30] {
		if err := r.sim.SetProgress(r.account.Login, "us", asin, float64(10+3*i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.sim.SetProgress(r.account.Login, "us", asins[40], 100); err != nil {
		t.Fatal(err)
	}
	stats, err := r.client.ListeningStats(t.Context(), audible.StatsQuery{Days: 7, Months: 3, Years: 1, From: time.Now().AddDate(0, -3, 0)})
	if err != nil || len(stats.Daily) != 7 || len(stats.Monthly) != 3 || len(stats.Yearly) != 1 || stats.Total <= 0 {
		t.Errorf("ListeningStats: %+v, %v", stats, err)
	}
	r.calls.Store(0)
	positions, err := r.client.LastPositions(t.Context(), asins)
	if err != nil || len(positions) < 30 || r.calls.Load() != 3 {
		t.Errorf("%d positions in %d calls, %v; want 30 or more in 3", len(positions), r.calls.Load(), err)
	}
	for _, p := range positions {
		if p.ASIN == "" || p.At < 0 || p.UpdatedAt.IsZero() {
			t.Errorf("position %+v", p)
		}
	}
	marks, err := r.client.Finished(t.Context(), time.Time{})
	if err != nil || !slices.ContainsFunc(marks, func(m audible.FinishedMark) bool { return m.ASIN == asins[40] && m.Finished }) {
		t.Errorf("Finished: %+v, %v", marks, err)
	}
}

func TestProfileMembershipCookiesAndActivationBytesAreRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	profile, err := r.client.Profile(t.Context())
	if err != nil || profile.UserID == "" || profile.Name == "" || !strings.Contains(profile.Email, "@") {
		t.Errorf("Profile: %+v, %v", profile, err)
	}
	info, err := r.client.AccountInformation(t.Context())
	if err != nil || info.Segment == "" || len(info.Subscriptions) == 0 || info.Subscriptions[0].Plan == "" ||
		info.Subscriptions[0].NextBillAt.IsZero() || info.Subscriptions[0].NextBill.Currency != "USD" {
		t.Errorf("AccountInformation: %+v, %v", info, err)
	}
	germany, _ := audible.ParseMarketplace("de")
	cookies, life, err := r.client.ExchangeCookies(t.Context(), germany)
	if err != nil || life != 30*24*time.Hour || len(cookies) == 0 || cookies[0].Domain != ".amazon.de" || cookies[0].Expires.IsZero() {
		t.Errorf("ExchangeCookies: %d cookies for %s, %v", len(cookies), life, err)
	}
	key, err := r.client.ActivationBytes(t.Context())
	if err != nil || len(key) != 8 || strings.Trim(key, "0123456789abcdef") != "" {
		t.Errorf("ActivationBytes: %q, %v", key, err)
	}
}

func TestActivationBytesAreThoseOfTheVector(t *testing.T) {
	t.Parallel()
	blob := append([]byte("group_id=1\n"), 0xcd, 0xab, 0x23, 0x01)
	for len(blob) < 11+568 {
		blob = append(blob, 'x')
	}
	if got, err := audible.ParseActivation(blob); err != nil || got != "0123abcd" {
		t.Errorf("ParseActivation = %q, %v; want 0123abcd", got, err)
	}
	for _, bad := range []string{"", "BAD_LOGIN group_id", "group_id", strings.Repeat("x", 600), strings.Repeat("x", 600) + "group_id Whoops"} {
		if got, err := audible.ParseActivation([]byte(bad)); err == nil {
			t.Errorf("ParseActivation(%.20q) = %q, want an error", bad, got)
		}
	}
}

func TestOneRegistrationServesEveryStore(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{account: audiblesim.Account{Marketplaces: map[string]int{"us": 30, "uk": 20, "jp": 10}}})
	for code, want := range map[string]int{"us": 30, "uk": 20, "jp": 10, "de": 0} {
		store, err := audible.ParseMarketplace(code)
		if err != nil {
			t.Fatal(err)
		}
		client := audible.NewClient(audible.ClientOptions{Credentials: r.store, Marketplace: store, Transport: r.sim.Transport()})
		page, err := client.Library(t.Context(), audible.LibraryQuery{})
		if err != nil || len(page.Items) != want || page.TotalCount != want {
			t.Errorf("store %s: %d items of %d, %v; want %d", code, len(page.Items), page.TotalCount, err, want)
		}
	}
}

func TestRawAnswersAreAsTheyCameAndOnlyRead(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	raw, err := r.client.Raw(t.Context(), "GET", "/1.0/library?num_results=5&page=1&response_groups=product_desc")
	if err != nil || raw.Status != 200 || raw.Header.Get("Total-Count") != "30" || !json.Valid(raw.Body) {
		t.Errorf("Raw: status %d, header %v, %v", raw.Status, raw.Header, err)
	}
	for name, c := range map[string][2]string{
		"a purchase": {"POST", "/1.0/orders"}, "another host": {"GET", "https://www.amazon.com/1.0/library"},
		"another path": {"GET", "/auth/token"}, "a way out": {"GET", "/1.0/../auth/token"}, "an encoded way out": {"GET", "/1.0/%2e%2e/x"},
		"no path": {"GET", "library"}, "a host without scheme": {"GET", "//evil.example/1.0/library"},
	} {
		if _, err := r.client.Raw(t.Context(), c[0], c[1]); err == nil {
			t.Errorf("%s gave no error", name)
		}
	}
	if n := r.calls.Load(); n != 1 {
		t.Errorf("%d requests, want the one that was allowed", n)
	}
}
