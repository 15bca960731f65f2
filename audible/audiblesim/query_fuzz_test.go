package audiblesim_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func FuzzLibraryQuery(f *testing.F) {
	for _, seed := range []string{
		"page=1&num_results=1000&response_groups=contributors%2C+media",
		"num_results=abc", "page=99999999999999999999", "state_token=1769000000000&status=Active,Revoked",
		"continuation_token=MXwxMg==", "purchased_after=2015-01-01T00:00:00.000000Z", "sort_by=-Title&title=%ff",
		"image_sizes=500,,1215&parent_asin=B0", "include_pending=true&status=,", "page=0&num_results=0",
	} {
		f.Add(seed)
	}
	r := newReader(f, map[string]int{"us": 20})
	f.Fuzz(func(t *testing.T, query string) {
		checkAnswer(t, r, "/1.0/library", query)
	})
}

func FuzzCatalogueQuery(f *testing.F) {
	for _, seed := range []string{
		"asins=B0A,B0B&response_groups=price", "asins=&num_results=50", "category_id=1,2&products_sort_by=-ReleaseDate",
		"title=%E2%80%99&author=%D0%90", "page=-1", "reviews_num_results=10&keywords=x", "asins=a&asins=b", "plan=US+Minerva",
	} {
		f.Add(seed)
	}
	r := newReader(f, map[string]int{"us": 20})
	f.Fuzz(func(t *testing.T, query string) {
		checkAnswer(t, r, "/1.0/catalog/products", query)
	})
}

// checkAnswer asks with any query: the answer is 200 or 400, and always JSON.
func checkAnswer(t *testing.T, r *reader, path, query string) {
	t.Helper()
	if strings.ContainsAny(query, "#% \x7f") && !strings.Contains(query, "%2") {
		query = url.PathEscape(query)
	}
	target := (&url.URL{Path: path, RawQuery: query}).String()
	if _, err := url.Parse("https://api.audible.com" + target); err != nil {
		return // no request can carry it
	}
	a := (&reader{t: t, sim: r.sim, token: r.token}).get(target)
	if a.status != 200 && a.status != 400 || !json.Valid(a.body) {
		t.Errorf("%s = %d %.200s, want 200 or 400 in JSON", target, a.status, a.body)
	}
}
