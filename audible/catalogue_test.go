package audible_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// owned returns some ASINs of the account's library.
func (r *rig) owned(t testing.TB, n int) []string {
	t.Helper()
	all, err := r.sim.Titles(r.account.Login, "us")
	if err != nil || len(all) < n {
		t.Fatalf("%d titles, want %d: %v", len(all), n, err)
	}
	return all[:n]
}

func TestProductsComeWithPricesAndWithoutHollowOnes(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	asins := append(r.owned(t, 48), "B0NOTTHERE", "B0NORTHIS1")
	page, err := r.client.Products(t.Context(), asins, "")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(page.Hollow)
	if len(page.Products) != 48 || !slices.Equal(page.Hollow, []string{"B0NORTHIS1", "B0NOTTHERE"}) || r.calls.Load() != 1 {
		t.Errorf("%d products, hollow %q, %d calls", len(page.Products), page.Hollow, r.calls.Load())
	}
	priced := 0
	for _, p := range page.Products {
		if p.Title == "" || len(p.Authors) == 0 || p.CoverURL == "" || p.CoverSize != 500 || p.Language == "" {
			t.Errorf("product %q lacks something: %+v", p.ASIN, p)
		}
		if p.Price != nil && p.Price.List.Currency == "USD" && p.Price.List.Base > 0 && p.Price.List.Type == "list" {
			priced++
		}
	}
	if priced < 24 {
		t.Errorf("%d of 48 products have a price", priced)
	}
}

func TestProductsThatWereLeftOutAreAskedForAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	r.sim.SetQuirks(audiblesim.Quirks{OmitProductsPercent: 10})
	page, err := r.client.Products(t.Context(), r.owned(t, 50), "product_desc")
	if err != nil || len(page.Products) < 48 || r.calls.Load() < 2 || r.calls.Load() > 3 {
		t.Errorf("%d products in %d calls, error %v; want nearly 50 in 2 or 3", len(page.Products), r.calls.Load(), err)
	}
}

func TestBatchesAndASINsAreCheckedBeforeTheCall(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	for name, asins := range map[string][]string{
		"51":    make([]string, 51),
		"comma": {"B1,B2"},
		"empty": {""},
		"path":  {"../../x"},
	} {
		if _, err := r.client.Products(t.Context(), asins, ""); err == nil {
			t.Errorf("Products(%s) gave no error", name)
		}
	}
	if page, err := r.client.Products(t.Context(), nil, ""); err != nil || len(page.Products) != 0 {
		t.Errorf("Products(none) = %v, %v", page, err)
	}
	if n := r.calls.Load(); n != 0 {
		t.Errorf("%d calls, want none", n)
	}
}

func TestAnonymousClientsMayAskTheCatalogueAndNothingElse(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	germany, err := audible.ParseMarketplace("de")
	if err != nil {
		t.Fatal(err)
	}
	anonymous := audible.NewClient(audible.ClientOptions{Marketplace: germany, Transport: r.sim.Transport()})
	page, err := anonymous.Search(t.Context(), audible.ProductQuery{Keywords: "a", Groups: "product_desc,price,media"})
	if err != nil || len(page.Products) == 0 || page.TotalCount < len(page.Products) {
		t.Fatalf("Search: %d of %d, %v", len(page.Products), page.TotalCount, err)
	}
	if _, err := anonymous.Library(t.Context(), audible.LibraryQuery{}); !errors.Is(err, audible.ErrNoCredentials) {
		t.Errorf("Library: %v, want ErrNoCredentials", err)
	}
	if n := r.sim.Counts(); n.AnonymousCalls != 1 || n.TokenCalls+n.SignedCalls != 0 {
		t.Errorf("%d anonymous calls, want 1", n.AnonymousCalls)
	}
}

func TestSearchFindsByNameAndPages(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	first, err := r.client.Product(t.Context(), r.owned(t, 1)[0], "")
	if err != nil {
		t.Fatal(err)
	}
	author := first.Authors[0].Name
	seen := map[string]bool{}
	for page := 0; ; page++ {
		got, err := r.client.Search(t.Context(), audible.ProductQuery{Author: author, Page: page, PageSize: 2, Sort: "Title"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range got.Products {
			if seen[p.ASIN] || !slices.ContainsFunc(p.Authors, func(c audible.Contributor) bool { return c.Name == author }) {
				t.Errorf("page %d: %q again, or not by %q", page, p.ASIN, author)
			}
			seen[p.ASIN] = true
		}
		if len(got.Products) == 0 || len(seen) >= got.TotalCount {
			break
		}
	}
	if !seen[first.ASIN] {
		t.Errorf("%q is not among the %d titles of its author", first.ASIN, len(seen))
	}
	if _, err := r.client.Search(t.Context(), audible.ProductQuery{Title: "  "}); err == nil {
		t.Error("a search for nothing gave no error")
	}
}

func TestAProductThatDoesNotExistIsNotFound(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	_, err := r.client.Product(t.Context(), "B0NOTTHERE", "")
	wantError(t, err, audible.ErrNotFound)
	_, err = r.client.LibraryItem(t.Context(), "B0NOTTHERE", "")
	wantError(t, err, audible.ErrNotFound)
	item, err := r.client.LibraryItem(t.Context(), r.owned(t, 1)[0], "")
	if err != nil || item.Title == "" || item.Ownership.Status != "Active" {
		t.Errorf("LibraryItem: %+v, %v", item, err)
	}
}

func TestASeriesHasAllItsMembersInOrder(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(300))
	truth, err := r.sim.Truth(r.account.Login, "us")
	if err != nil || len(truth) < 10 {
		t.Fatalf("%d franchises: %v", len(truth), err)
	}
	var asins []string
	for _, franchise := range truth {
		asins = append(asins, franchise.SeriesASINs...)
	}
	all, err := r.client.SeriesMembers(t.Context(), append(asins, "B0NOTTHERE"))
	if err != nil || len(all) != len(asins) {
		t.Fatalf("%d series of %d: %v", len(all), len(asins), err)
	}
	if want := int64((len(asins) + 50) / 50); r.calls.Load() != want {
		t.Errorf("%d calls for %d series, want %d", r.calls.Load(), len(asins), want)
	}
	members := map[string]bool{}
	for _, series := range all {
		if series.Title == "" || !slices.IsSortedFunc(series.Members, func(a, b audible.Relationship) int { return a.Sort - b.Sort }) {
			t.Errorf("series %q is untitled or unsorted", series.ASIN)
		}
		for _, m := range series.Members {
			members[m.ASIN] = true
		}
	}
	for _, franchise := range truth {
		for _, volume := range franchise.Volumes {
			if !slices.ContainsFunc(volume.ASINs, func(asin string) bool { return members[asin] }) {
				t.Errorf("a volume of %q is in none of the series: %q", franchise.Title, volume.ASINs)
			}
		}
	}
}

func TestSimilarTitlesAndCategoriesAreListed(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	similar, err := r.client.Similar(t.Context(), r.owned(t, 1)[0], "RawSimilarities")
	if err != nil || len(similar) == 0 || similar[0].Title == "" {
		t.Errorf("Similar: %d titles, %v", len(similar), err)
	}
	tree, err := r.client.Categories(t.Context(), 0)
	if err != nil || len(tree) < 5 || tree[0].ID == "" || tree[0].Name == "" || len(tree[0].Children) == 0 {
		t.Errorf("Categories: %d roots, %v", len(tree), err)
	}
}

func TestBadGroupsAreSaidInAudiblesWords(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	_, err := r.client.Library(t.Context(), audible.LibraryQuery{Groups: "nonsense"})
	if err == nil || !strings.Contains(err.Error(), "Invalid response group(s) requested: nonsense") {
		t.Errorf("error %v", err)
	}
}
