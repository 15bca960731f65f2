package audiblesim_test

import (
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func (r *reader) products(query string) listing {
	r.t.Helper()
	return decode[listing](r.t, r.get("/1.0/catalog/products?"+query))
}

func TestCataloguePagesBeginAtZero(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	first := r.products("num_results=50&page=0&title=the")
	if len(first.Products) != 50 || first.Total <= 100 {
		t.Fatalf("products = %d of %d, want 50 of more than 100", len(first.Products), first.Total)
	}
	if again := r.products("num_results=50&title=the"); !slices.Equal(asinsOf(again.Products), asinsOf(first.Products)) {
		t.Error("a request without page differs from page 0")
	}
	var all []string
	for _, page := range []string{"0", "1"} {
		all = append(all, asinsOf(r.products("num_results=50&title=the&page="+page).Products)...)
	}
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != 100 {
		t.Errorf("pages 0 and 1 hold %d different titles, want 100", n)
	}
	if past := r.products("num_results=50&page=900&title=the"); len(past.Products) != 0 || past.Total != first.Total {
		t.Errorf("page after the end = %d products of %d, want none of %d", len(past.Products), past.Total, first.Total)
	}
}

func TestCatalogueRefusesWithTheServicesWords(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 60})
	owned, _ := r.sim.Titles(readerLogin, "us")
	for query, want := range map[string]string{
		"num_results=51":                                             "Value '51' at 'numResults' failed to satisfy constraint: Member must have value less than or equal to 50",
		"response_groups=pdf_url":                                    `{"error_code":null,"message":"Invalid response group(s) requested: pdf_url"}`,
		"reviews_num_results=11":                                     "at 'reviewsNumResults'",
		"category_id=12,x":                                           `at 'categoryId'`,
		"response_groups=a,b,sku":                                    "Invalid response group(s) requested: a, b",
		"products_since_timestamp=never":                             "at 'productsSinceTimestamp'",
		"asins=" + strings.Join(owned[:51], ","):                     "at 'asins' failed to satisfy constraint: Member must have length less than or equal to 50",
		"response_groups=is_finished&asins=" + owned[0]:              "Invalid response group(s) requested: is_finished",
		"response_groups=percent_complete,order_details&title=river": "Invalid response group(s) requested: percent_complete, order_details",
	} {
		if a := r.get("/1.0/catalog/products?" + query); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), want) {
			t.Errorf("%.60s = %d %s, want 400 %s", query, a.status, a.body, want)
		}
	}
}

func TestBatchesKnowTitlesSeriesAndNothing(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 60})
	owned, _ := r.sim.Titles(readerLogin, "us")
	truth, _ := r.sim.Truth(readerLogin, "us")
	series := truth[0].SeriesASINs[0]
	a := r.get("/1.0/catalog/products?response_groups=product_attrs,relationships_v2&asins=" + owned[0] + "," + series + ",B0NOTTHERE")
	got := decode[listing](t, a)
	if want := []string{owned[0], series, "B0NOTTHERE"}; !slices.Equal(asinsOf(got.Products), want) || got.Total != 3 {
		t.Fatalf("batch = %v of %d, want %v", asinsOf(got.Products), got.Total, want)
	}
	if !strings.Contains(string(a.body), `{"asin":"B0NOTTHERE"}`) {
		t.Errorf("unknown product is not hollow in %s", a.body)
	}
	if s := got.Products[1]; s.Delivery != "BookSeries" || len(s.Relationships) < 2 || s.Relationships[0].SKU != "" {
		t.Errorf("series = %+v, want a BookSeries with members and no skus", s)
	}
	repeated := r.products("asins=" + owned[0] + "," + owned[1] + "&asins=" + owned[2])
	if len(repeated.Products) != 1 {
		t.Errorf("repeated asins = %d products, want a single one without a word", len(repeated.Products))
	}
	if fifty := r.products("asins=" + strings.Join(owned[:50], ",")); len(fifty.Products) != 50 {
		t.Errorf("a batch of 50 has %d", len(fifty.Products))
	}
}

func TestBatchesCanLoseProducts(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 60})
	owned, _ := r.sim.Titles(readerLogin, "us")
	r.sim.SetQuirks(audiblesim.Quirks{OmitProductsPercent: 30})
	seen := map[string]bool{}
	short := false
	for range 20 {
		got := r.products("asins=" + strings.Join(owned[:50], ","))
		short = short || len(got.Products) < 50
		for _, asin := range asinsOf(got.Products) {
			seen[asin] = true
		}
	}
	if !short || len(seen) != 50 {
		t.Errorf("omission: short %t, %d of 50 seen in 20 requests, want short and all", short, len(seen))
	}
}

func TestSeriesMembersSortBoxSetsFirst(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 500})
	truth, _ := r.sim.Truth(readerLogin, "us")
	for _, f := range truth {
		if len(f.Volumes[0].Boxes) == 0 {
			continue
		}
		got := decode[struct{ Product item }](t, r.get("/1.0/catalog/products/"+f.SeriesASINs[0]+"?response_groups=relationships")).Product
		box, first := got.Relationships[0], got.Relationships[1]
		if box.Sequence != "1-3" || box.Sort != "1" || first.Sequence != "1" || first.Sort != "2" || box.SKU == "" {
			t.Errorf("members = %+v %+v, want the box set 1-3 before volume 1", box, first)
		}
		return
	}
	t.Error("no box set in the truth of 500 titles")
}

func TestSearchFiltersByNames(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 300})
	one := r.library(1000, "")[10]
	author, narrator := one.Authors[0].Name, one.Narrators[0].Name
	byAuthor := r.products("num_results=50&response_groups=contributors,series&author=" + url.QueryEscape(author))
	for _, p := range byAuthor.Products {
		if !slices.ContainsFunc(p.Authors, func(a named) bool { return a.Name == author }) {
			t.Errorf("author=%s found %+v", author, p)
		}
	}
	byNarrator := r.products("num_results=50&response_groups=contributors&narrator=" + url.QueryEscape(narrator))
	if byAuthor.Total == 0 || byNarrator.Total == 0 {
		t.Errorf("found %d by author, %d by narrator, want some", byAuthor.Total, byNarrator.Total)
	}
	sorted := r.products("num_results=50&response_groups=media&products_sort_by=-ReleaseDate").Products
	for i := 1; i < len(sorted); i++ {
		if sorted[i].ReleaseDate > sorted[i-1].ReleaseDate {
			t.Errorf("-ReleaseDate: %s before %s", sorted[i-1].ReleaseDate, sorted[i].ReleaseDate)
		}
	}
	if sorted[0].ReleaseDate <= "2026-05-04" {
		t.Error("-ReleaseDate must begin with preorders")
	}
}

func TestAnonymousReadersGetNoRights(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 5})
	owned, _ := r.sim.Titles(readerLogin, "us")
	path := "/1.0/catalog/products/" + owned[0] + "?response_groups=customer_rights,media"
	if !strings.Contains(string(r.get(path).body), `"customer_rights":`) {
		t.Error("a signed in reader gets no customer_rights")
	}
	r.token = ""
	a := r.get(path)
	if a.status != http.StatusOK || strings.Contains(string(a.body), `"customer_rights":`) {
		t.Errorf("anonymous product = %d %s, want it without customer_rights", a.status, a.body)
	}
}

func TestPricesFollowTheAccountAndTheStore(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30, "jp": 10})
	owned, _ := r.sim.Titles(readerLogin, "us")
	price := func() *cost {
		return decode[struct{ Product item }](t, r.get("/1.0/catalog/products/"+owned[0]+"?response_groups=price")).Product.Price
	}
	check := func(p audiblesim.Price, kind string, lowest float64) {
		t.Helper()
		if err := r.sim.SetPrice("us", owned[0], p); err != nil {
			t.Fatal(err)
		}
		got := price()
		if got == nil || got.Lowest.Type != kind || math.Abs(got.Lowest.Base-lowest) > 1e-5 || got.Lowest.Currency != "USD" {
			t.Errorf("price of %+v = %+v, want %s %v", p, got, kind, lowest)
		}
	}
	if err := r.sim.Delist("us", owned[0], false); err != nil {
		t.Fatal(err)
	}
	// The pairs of list and member price are the samples'.
	check(audiblesim.Price{List: 2995}, "member", 20.96)
	check(audiblesim.Price{List: 2495}, "member", 17.46)
	check(audiblesim.Price{List: 5999}, "member", 41.99)
	check(audiblesim.Price{List: 2024}, "member", 14.17)
	check(audiblesim.Price{List: 4990}, "member", 34.93)
	check(audiblesim.Price{List: 2995, Sale: 530, Whispersync: 749}, "sale", 5.30)
	if err := r.sim.SetMembership(readerLogin, audiblesim.NotMember); err != nil {
		t.Fatal(err)
	}
	check(audiblesim.Price{List: 2995, NoCredit: true}, "list", 29.95)
	if got := price(); got.Credit != nil || got.List.Base != 29.950000762939453 {
		t.Errorf("price = %+v, want no credit price and 29.950000762939453", got)
	}
	if err := r.sim.SetPrice("us", owned[0], audiblesim.Price{}); err != nil || price() != nil {
		t.Errorf("price after it was taken away = %+v, %v, want none", price(), err)
	}
	yen := decode[listing](t, r.send(http.MethodGet, "co.jp", "/1.0/library?num_results=10&response_groups=price", ""))
	for _, one := range yen.Items {
		if one.Price != nil && (one.Price.List.Currency != "JPY" || one.Price.List.Base != math.Trunc(one.Price.List.Base)) {
			t.Errorf("price in Japan = %+v, want whole yen", one.Price.List)
		}
	}
}

func TestPlusTitlesNameThePlan(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 200})
	borrowed := 0
	for _, one := range r.library(1000, "&response_groups=customer_rights") {
		if one.Plans[0].Name != "AccessViaMusic" {
			t.Fatalf("plans of %s = %v, want AccessViaMusic on every title", one.ASIN, one.Plans)
		}
		if *one.Plus {
			borrowed++
			if len(one.Plans) != 2 || one.Plans[1].Name != "US Minerva" {
				t.Errorf("plans of the Plus title %s = %v", one.ASIN, one.Plans)
			}
		}
	}
	if borrowed == 0 {
		t.Error("no Plus title in a library of 200")
	}
	owned, _ := r.sim.Titles(readerLogin, "us")
	for _, plus := range []bool{true, false} {
		if err := r.sim.MoveToPlus("us", owned[0], plus); err != nil {
			t.Fatal(err)
		}
		got := strings.Contains(string(r.get("/1.0/catalog/products/"+owned[0]+"?response_groups=product_plans").body), "Minerva")
		if got != plus {
			t.Errorf("Minerva in the plans = %t after MoveToPlus(%t)", got, plus)
		}
	}
}

func TestSimilarTitlesAreSimilar(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 300})
	truth, _ := r.sim.Truth(readerLogin, "us")
	f := truth[3]
	path := "/1.0/catalog/products/" + f.Volumes[0].ASINs[0] + "/sims?response_groups=series,contributors&num_results=50&similarity_type="
	for _, kind := range []string{"InTheSameSeries", "NextInSameSeries", "ByTheSameAuthor", "ByTheSameNarrator", "RawSimilarities"} {
		got := rawList(t, r.get(path+kind), "similar_products")
		if len(got) == 0 && kind != "ByTheSameNarrator" {
			t.Errorf("%s is empty", kind)
		}
		if kind == "NextInSameSeries" && len(got) != 1 {
			t.Errorf("next in the series = %d titles, want 1", len(got))
		}
	}
	if got := r.get("/1.0/recommendations?num_results=7&response_groups=media"); len(rawList(t, got, "products")) != 7 {
		t.Errorf("recommendations = %.100s, want 7", got.body)
	}
}

func TestReviewsComeInPages(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 40})
	for _, asin := range asinsOf(r.library(1000, "")) {
		path := "/1.0/catalog/products/" + asin + "/reviews?num_results=5"
		first := rawList(t, r.get(path), "customer_reviews")
		if len(first) < 5 {
			continue
		}
		if second := rawList(t, r.get(path+"&page=1"), "customer_reviews"); len(second) > 0 && string(second[0]) == string(first[0]) {
			t.Error("page 1 of the reviews repeats page 0")
		}
		return
	}
	t.Error("no title with five reviews")
}
