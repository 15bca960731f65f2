package audiblesim_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// someTitle is a title of the catalogue that the reader does not own.
func someTitle(t *testing.T, r *reader) string {
	t.Helper()
	owned := asinsOf(r.library(1000, ""))
	for _, p := range r.products("num_results=50").Products {
		if !strings.Contains(strings.Join(owned, " "), p.ASIN) {
			return p.ASIN
		}
	}
	t.Fatal("the reader owns the whole first page of the catalogue")
	return ""
}

func TestEveryEndpointKnowsItsGroups(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2})
	asin := someTitle(t, r)
	for _, path := range []string{
		"/1.0/library", "/1.0/library/" + asin, "/1.0/wishlist", "/1.0/catalog/products", "/1.0/catalog/products/" + asin,
		"/1.0/catalog/products/" + asin + "/sims", "/1.0/catalog/categories", "/1.0/catalog/categories/18580606011",
		"/1.0/recommendations", "/1.0/account/information", "/1.0/customer/information", "/1.0/stats/aggregates",
	} {
		a := r.get(path + "?response_groups=always-returned,nonsense")
		if want := `{"error_code":null,"message":"Invalid response group(s) requested: nonsense"}`; a.status != http.StatusBadRequest || string(a.body) != want {
			t.Errorf("%s = %d %s, want 400 %s", path, a.status, a.body, want)
		}
		a = r.get(path + "?response_groups=")
		if a.status != http.StatusBadRequest || !strings.Contains(string(a.body), `"error_code":"000307"`) {
			t.Errorf("%s without a name of a group = %d %s, want 000307", path, a.status, a.body)
		}
	}
}

func TestEveryParameterIsNamedWhenItIsWrong(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2})
	asin := someTitle(t, r)
	for path, parameter := range map[string]string{
		"/1.0/library?num_results=0":                                       "numResults",
		"/1.0/library?num_results=1001":                                    "numResults",
		"/1.0/library?num_results=":                                        "numResults",
		"/1.0/library?num_results=99999999999999999999":                    "numResults",
		"/1.0/library?page=0":                                              "page",
		"/1.0/library?sort_by=Colour":                                      "sortBy",
		"/1.0/library?purchased_after=yesterday":                           "purchasedAfter",
		"/1.0/library?state_token=-1":                                      "stateToken",
		"/1.0/library?status=Lost":                                         "status",
		"/1.0/library?continuation_token=MnwxMg==":                         "continuationToken",
		"/1.0/library?continuation_token=***":                              "continuationToken",
		"/1.0/library?include_pending=maybe":                               "includePending",
		"/1.0/wishlist?page=x":                                             "page",
		"/1.0/wishlist?sort_by=DatePublished":                              "sortBy",
		"/1.0/catalog/products?category_id=12,":                            "categoryId",
		"/1.0/catalog/products?reviews_num_results=11":                     "reviewsNumResults",
		"/1.0/catalog/products?products_since_timestamp=x":                 "productsSinceTimestamp",
		"/1.0/catalog/products/" + asin + "?reviews_num_results=11":        "reviewsNumResults",
		"/1.0/catalog/products/" + asin + "/reviews?num_results=51":        "numResults",
		"/1.0/catalog/products/" + asin + "/sims?similarity_type=Colour":   "similarityType",
		"/1.0/catalog/categories?categories_num_levels=0":                  "categoriesNumLevels",
		"/1.0/recommendations?num_results=51":                              "numResults",
		"/1.0/user/settings?setting_name=colour":                           "settingName",
		"/1.0/stats/aggregates?daily_listening_interval_duration=31":       "dailyListeningIntervalDuration",
		"/1.0/stats/aggregates?monthly_listening_interval_duration=13":     "monthlyListeningIntervalDuration",
		"/1.0/stats/aggregates?yearly_listening_interval_duration=6":       "yearlyListeningIntervalDuration",
		"/1.0/stats/status/finished?start_date=yesterday":                  "startDate",
		"/1.0/collections/__ARCHIVE/items?continuation_token=x":            "continuationToken",
		"/1.0/annotations/lastpositions?asins=" + strings.Repeat("B,", 25): "asins",
		"/1.0/catalog/products?asins=" + commaASINs(51):                    "asins",
	} {
		a := r.get(path)
		if want := "1 validation error detected: Value '"; a.status != http.StatusBadRequest ||
			!strings.Contains(string(a.body), want) || !strings.Contains(string(a.body), "at '"+parameter+"' failed to satisfy") {
			t.Errorf("%s = %d %s, want 400 about %s", path, a.status, a.body, parameter)
		}
	}
	a := r.get("/1.0/library?num_results=x&page=y")
	if !strings.Contains(string(a.body), "2 validation errors detected: Value 'x' at 'numResults'") {
		t.Errorf("two wrong parameters = %s, want both named", a.body)
	}
}

// commaASINs is a list of n different ASINs.
func commaASINs(n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = "B0" + strings.Repeat("0", 5) + string(rune('A'+i/10)) + string(rune('0'+i%10)) + "X"
	}
	return strings.Join(out, ",")
}

func TestTheLargestValuesAreAllowed(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2})
	for _, path := range []string{
		"/1.0/library?num_results=1000&page=10", "/1.0/library?num_results=1&page=10000", "/1.0/wishlist?num_results=50",
		"/1.0/catalog/products?num_results=50&reviews_num_results=10", "/1.0/catalog/products?asins=" + commaASINs(50),
		"/1.0/recommendations?num_results=50", "/1.0/annotations/lastpositions?asins=B" + strings.Repeat(",B", 24),
		"/1.0/stats/aggregates?daily_listening_interval_duration=30&monthly_listening_interval_duration=12&yearly_listening_interval_duration=5",
		"/1.0/catalog/categories?categories_num_levels=1", "/1.0/library?state_token=0&status=Active,Revoked",
		"/1.0/catalog/products?category_id=1,2&products_since_timestamp=2020-01-01T00:00:00Z",
	} {
		if a := r.get(path); a.status != http.StatusOK {
			t.Errorf("%.80s = %d %s, want 200", path, a.status, a.body)
		}
	}
	if a := r.get("/1.0/library?num_results=1&page=10001"); a.status != http.StatusBadRequest {
		t.Errorf("10,001 titles implied = %d, want 400", a.status)
	}
}

func TestBodiesThatAreNoJSONAreRefused(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2})
	for _, call := range [][2]string{
		{http.MethodPost, "/1.0/wishlist"},
		{http.MethodPut, "/1.0/library/item"},
		{http.MethodPost, "/1.0/library/item"},
		{http.MethodPost, "/1.0/collections"},
		{http.MethodPut, "/1.0/collections/__ARCHIVE"},
		{http.MethodPost, "/1.0/collections/__ARCHIVE/items"},
	} {
		if a := r.send(call[0], "com", call[1], `{"asins":`); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "Could not parse request body") {
			t.Errorf("%s %s = %d %s, want 400", call[0], call[1], a.status, a.body)
		}
	}
	long := `{"asin":"` + strings.Repeat("x", 1<<20) + `"}`
	if a := r.send(http.MethodPost, "com", "/1.0/wishlist", long); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body above 1 MiB = %d, want 413", a.status)
	}
}

func TestWhatDoesNotExistIsNotFound(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2})
	for _, call := range [][2]string{
		{"GET", "/1.0/nothing"},
		{"GET", "/1.0/library/B0NOTTHERE"},
		{"GET", "/1.0/catalog/categories/1"},
		{"GET", "/1.0/catalog/products/B0NOTTHERE/reviews"},
		{"GET", "/1.0//library"},
		{"GET", "/1.0/library/../wishlist"},
		{"PUT", "/1.0/collections/none"},
		{"GET", "/1.0/collections/none/items"},
		{"DELETE", "/1.0/collections/none/items?asins=B1"},
		{"POST", "/1.0/orders"},
		{"POST", "/1.0/library"},
		{"GET", "/1.0/customer/status"},
		{"DELETE", "/1.0/library/item/B0NOTTHERE/another_loan"},
	} {
		body := ""
		if call[0] == "PUT" {
			body = "{}"
		}
		a := r.send(call[0], "com", call[1], body)
		if a.status != http.StatusNotFound || !strings.Contains(string(a.body), `{"message":"`) {
			t.Errorf("%s %s = %d %s, want 404 in JSON", call[0], call[1], a.status, a.body)
		}
	}
	for path, want := range map[string]string{
		"/1.0/catalog/products/B0NOTTHERE":      `{"product":{"asin":"B0NOTTHERE"},`,
		"/1.0/catalog/products/B0NOTTHERE/sims": `{"similar_products":[],`,
		"/1.0/catalog/products?asins=":          `{"product_filters":[],"products":[],`,
	} {
		if a := r.get(path); a.status != http.StatusOK || !strings.HasPrefix(string(a.body), want) {
			t.Errorf("%s = %d %s, want 200 %s", path, a.status, a.body, want)
		}
	}
}

func TestATitleThatWasBoughtIsNotGivenBack(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 2})
	bought := r.library(10, "")[0].ASIN
	if _, err := r.sim.AddTitles(readerLogin, "us", 1); err != nil {
		t.Fatal(err)
	}
	for _, asin := range []string{someTitle(t, r), "B0NOTTHERE"} {
		if a := r.send(http.MethodDelete, "com", "/1.0/library/item/"+asin+"/default_loan_ID", ""); a.status != http.StatusBadRequest {
			t.Errorf("give back %s = %d %s, want 400", asin, a.status, a.body)
		}
	}
	newest := r.library(10, "")[0].ASIN
	if a := r.send(http.MethodDelete, "com", "/1.0/library/item/"+newest+"/default_iphone_loan_id", ""); a.status != http.StatusBadRequest || newest == bought {
		t.Errorf("give back a purchase = %d %s, want 400", a.status, a.body)
	}
	if a := r.send(http.MethodPut, "com", "/1.0/library/item", `{"asin":"B0NOTTHERE"}`); a.status != http.StatusBadRequest || !strings.Contains(string(a.body), "Invalid ASIN: B0NOTTHERE") {
		t.Errorf("borrow an unknown title = %d %s, want 400", a.status, a.body)
	}
}

func TestRequestIDsComeBack(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1})
	id := strings.Repeat("0123456789ABCDEF", 3)[:40]
	header := http.Header{"X-Amz-Access-Token": {r.token}, "X-Amzn-Requestid": {id}}
	response, err := send(t.Context(), r.sim.Transport(), http.MethodGet, "https://api.audible.com/1.0/library", "", header)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := response.Header.Get("X-Amzn-Requestid"); got != id {
		t.Errorf("request id = %q, want it as sent", got)
	}
	if got := r.get("/1.0/library").header.Get("X-Amzn-Requestid"); got != "" {
		t.Errorf("request id = %q where none was sent", got)
	}
}

func TestAReviewComesOnlyBesideTheRatings(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 300})
	count := func(groups string) int {
		n := 0
		for _, raw := range rawList(t, r.get("/1.0/library?num_results=300&response_groups="+groups), "items") {
			var one struct {
				Review *struct {
					ASIN string `json:"asin"`
				} `json:"provided_review"`
				ASIN string `json:"asin"`
			}
			if err := json.Unmarshal(raw, &one); err != nil {
				t.Fatal(err)
			}
			if one.Review != nil {
				n++
				if one.Review.ASIN != one.ASIN {
					t.Errorf("the review of %s is of %s", one.ASIN, one.Review.ASIN)
				}
			}
		}
		return n
	}
	if alone, both, other := count("provided_review"), count("provided_review,rating"), count("rating"); alone != 0 || both == 0 || other != 0 {
		t.Errorf("%d, %d and %d reviews alone, with ratings and unasked; want some with ratings and no others", alone, both, other)
	}
}

func TestControlsRefuseWhatIsNotThere(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 3})
	if err := r.sim.AddTitle(readerLogin, "us", "B0NOTTHERE"); err == nil || !strings.Contains(err.Error(), `no title "B0NOTTHERE"`) {
		t.Errorf("AddTitle = %v, want the title named", err)
	}
	if _, err := r.sim.ActivationBytes("nobody@example.com"); err == nil {
		t.Error("ActivationBytes of nobody gave no error")
	}
	if err := r.sim.AddAccount(audiblesim.Account{Login: readerLogin, Password: "x"}); err == nil {
		t.Error("a login was taken twice")
	}
	owned := r.library(10, "")[0].ASIN
	before := r.library(10, "")
	if err := r.sim.AddTitle(readerLogin, "us", owned); err != nil || len(r.library(10, "")) != len(before) {
		t.Errorf("AddTitle of an owned one = %v and %d titles, want none and %d", err, len(r.library(10, "")), len(before))
	}
}
