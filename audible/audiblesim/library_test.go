package audiblesim_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// library reads a whole library by page numbers.
func (r *reader) library(size int, more string) []item {
	r.t.Helper()
	var all []item
	for page := 1; ; page++ {
		got := decode[listing](r.t, r.get(fmt.Sprintf("/1.0/library?num_results=%d&page=%d%s", size, page, more)))
		all = append(all, got.Items...)
		if len(got.Items) < size {
			return all
		}
	}
}

func TestLibraryPagesHoldEveryTitleOnce(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 718})
	want, err := r.sim.Titles(readerLogin, "us")
	if err != nil || len(want) != 718 {
		t.Fatalf("Titles = %d, %v, want 718", len(want), err)
	}
	for _, size := range []int{1000, 718, 359, 100, 50} {
		got := asinsOf(r.library(size, ""))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d hold %d titles, want the 718 owned", size, len(got))
		}
	}
}

func TestLibraryHeadersCountAndMark(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 120})
	first, second := r.get("/1.0/library?num_results=100"), r.get("/1.0/library?num_results=100&page=2")
	for _, a := range []answer{first, second} {
		if got := a.header.Get("Total-Count"); got != "120" {
			t.Errorf("Total-Count = %q, want 120", got)
		}
	}
	if token := first.header.Get("State-Token"); !regexp.MustCompile(`^\d{13}$`).MatchString(token) {
		t.Errorf("State-Token = %q, want 13 digits", token)
	}
	if token := second.header.Get("State-Token"); token != "" {
		t.Errorf("State-Token on page 2 = %q, want none", token)
	}
	if first.header.Get("Continuation-Token") == "" || second.header.Get("Continuation-Token") != "" {
		t.Error("Continuation-Token must come on every page but the last")
	}
	past := r.get("/1.0/library?num_results=100&page=3")
	if len(decode[listing](t, past).Items) != 0 {
		t.Errorf("page after the end = %s, want no items", past.body)
	}
}

func TestContinuationSurvivesAPurchase(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 90})
	before, _ := r.sim.Titles(readerLogin, "us")
	var got []string
	path := "/1.0/library?num_results=20"
	for token := ""; ; {
		a := r.get(path + token)
		got = append(got, asinsOf(decode[listing](t, a).Items)...)
		if len(got) == 40 {
			if _, err := r.sim.AddTitles(readerLogin, "us", 5); err != nil {
				t.Fatal(err)
			}
		}
		next := a.header.Get("Continuation-Token")
		if next == "" {
			break
		}
		token = "&continuation_token=" + url.QueryEscape(next)
	}
	slices.Sort(got)
	if !slices.Equal(got, before) {
		t.Errorf("continuation gave %d titles, want the %d owned at the start", len(got), len(before))
	}
}

func TestLibraryRefusesWithTheServicesWords(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 10})
	const digits = `failed to satisfy constraint: Member must satisfy regular expression pattern: ^\\d+$`
	for query, want := range map[string]string{
		"num_results=abc":                               `{"message":"1 validation error detected: Value 'abc' at 'numResults' ` + digits + `"}`,
		"num_results=abc&page=x":                        `{"message":"2 validation errors detected: Value 'abc' at 'numResults' ` + digits + `; Value 'x' at 'page' ` + digits + `"}`,
		"num_results=1001":                              `{"message":"1 validation error detected: Value '1001' at 'numResults' failed to satisfy constraint: Member must have value less than or equal to 1000"}`,
		"page=0":                                        `{"message":"1 validation error detected: Value '0' at 'page' failed to satisfy constraint: Member must have value greater than or equal to 1"}`,
		"response_groups=media,nonsense":                `{"error_code":null,"message":"Invalid response group(s) requested: nonsense"}`,
		"response_groups=":                              `{"error_code":"000307","message":"No response groups populated."}`,
		"num_results=1000&page=11":                      `{"message":"Implied library size is unsupported"}`,
		"num_results=300&page=34":                       `{"message":"Implied library size is unsupported"}`,
		"response_groups=goodreads_ratings":             `{"error_code":null,"message":"Invalid response group(s) requested: goodreads_ratings"}`,
		"sort_by=Colour&response_groups=series":         `Member must satisfy enum value set`,
		"purchased_after=yesterday":                     `Member must be a valid timestamp`,
		"continuation_token=rubbish":                    `Member must be a token of a previous response`,
		"state_token=-5":                                `at 'stateToken'`,
		"status=Deleted":                                `at 'status'`,
		"include_pending=maybe&response_groups=pdf_url": `at 'includePending'`,
	} {
		a := r.get("/1.0/library?" + query)
		if a.status != http.StatusBadRequest || !strings.Contains(string(a.body), want) {
			t.Errorf("%s = %d %s, want 400 %s", query, a.status, a.body, want)
		}
	}
	if a := r.get("/1.0/library?num_results=1000&page=10"); a.status != http.StatusOK {
		t.Errorf("page 10 of 1,000 = %d, want 200: 10,000 is allowed", a.status)
	}
}

func TestImpliedSizeCanBeAllowed(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 3})
	r.sim.SetQuirks(audiblesim.Quirks{AnyLibrarySize: true})
	if a := r.get("/1.0/library?num_results=1000&page=11"); a.status != http.StatusOK {
		t.Errorf("page 11 of 1,000 = %d, want 200", a.status)
	}
}

func TestLibrarySortsAndFilters(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 200})
	titles := func(items []item) []string {
		var out []string
		for _, one := range items {
			out = append(out, one.Title)
		}
		return out
	}
	up, down := titles(r.library(1000, "&sort_by=Title")), titles(r.library(1000, "&sort_by=-Title"))
	slices.Reverse(down)
	if !slices.IsSorted(up) || !slices.Equal(up, down) {
		t.Error("sort_by=Title is not in order, or -Title not its reverse")
	}
	all := r.library(1000, "")
	middle := all[100]
	after := decode[listing](t, r.get("/1.0/library?num_results=1000&purchased_after="+url.QueryEscape(middle.PurchaseDate)))
	for _, one := range after.Items {
		if one.PurchaseDate <= middle.PurchaseDate {
			t.Errorf("%s was bought %s, want after %s", one.ASIN, one.PurchaseDate, middle.PurchaseDate)
		}
	}
	if n := len(after.Items); n == 0 || n > 100 {
		t.Errorf("bought after the hundredth = %d titles, want 1 to 100", n)
	}
	name := all[0].Authors[0].Name
	for _, one := range r.library(1000, "&author="+url.QueryEscape(strings.ToUpper(name))) {
		if !slices.ContainsFunc(one.Authors, func(a named) bool { return a.Name == name }) {
			t.Errorf("author filter gave %q by %v", one.Title, one.Authors)
		}
	}
	if got := r.library(1000, "&title="+url.QueryEscape(all[3].Title)); len(got) == 0 {
		t.Errorf("title filter %q found nothing", all[3].Title)
	}
}

func TestEveryGroupFillsItsKeys(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 150})
	for group, key := range map[string]string{
		"price": "price", "percent_complete": "percent_complete", "listening_status": "listening_status",
		"is_finished": "is_finished", "is_downloaded": "is_downloaded", "is_archived": "is_archived",
		"is_playable": "is_playable", "order_details": "order_id", "sample": "sample_url", "sku": "sku",
		"rating": "rating", "pdf_url": "pdf_url", "product_extended_attrs": "publisher_summary",
		"relationships": "relationships", "product_plans": "plans", "reviews": "customer_reviews",
		"origin_asin": "origin_asin", "in_wishlist": "is_in_wishlist", "ws4v": "is_ws4v_enabled",
		"product_details": "date_first_available", "is_returnable": "is_returnable",
	} {
		filled := func(groups string) int {
			n := 0
			for _, raw := range rawList(t, r.get("/1.0/library?num_results=150&response_groups="+groups), "items") {
				if !strings.Contains(string(raw), `"`+key+`":null`) {
					n++
				}
			}
			return n
		}
		if without, with := filled("series"), filled(group); without != 0 || with == 0 {
			t.Errorf("%s: %d titles without the group %s and %d with it, want none and some", key, without, group, with)
		}
	}
}

func TestEchoNamesTheEffectiveGroups(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1})
	got := decode[listing](t, r.get("/1.0/library?response_groups=contributors%2C+customer_rights")).Groups
	slices.Sort(got)
	want := []string{"always-returned", "contributors", "customer_rights", "library_status", "origin"}
	if !slices.Equal(got, want) {
		t.Errorf("response_groups = %v, want %v", got, want)
	}
}

func TestQuirksOfTheLibrary(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 40})
	r.sim.SetQuirks(audiblesim.Quirks{NullItemsFromPage: 3, NullItemEvery: 4, MaxCost: 100})
	if a := r.get("/1.0/library?num_results=5&page=3"); !strings.Contains(string(a.body), `"items":null`) {
		t.Errorf("page 3 = %.80s, want null items", a.body)
	}
	if got := strings.Count(string(r.get("/1.0/library?num_results=20").body), "null,{"); got != 4 {
		t.Errorf("null items in a page of 20 = %d in front of others, want 4", got)
	}
	if a := r.get("/1.0/library?num_results=50&response_groups=media,series,price"); a.status != http.StatusInternalServerError {
		t.Errorf("cost 150 of 100 = %d, want 500", a.status)
	}
	r.sim.SetQuirks(audiblesim.Quirks{SamePage: true})
	one, two := r.get("/1.0/library?num_results=10"), r.get("/1.0/library?num_results=10&page=2")
	if string(one.body) != string(two.body) {
		t.Error("page 2 differs from page 1, want it the same")
	}
}

func TestShowsListTheirNewestEpisodes(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 400})
	for _, one := range r.library(1000, "&response_groups=product_attrs,product_desc") {
		if one.Delivery != "PodcastParent" {
			continue
		}
		got := decode[listing](t, r.get("/1.0/library?parent_asin="+one.ASIN)).Items
		if want := min(10, one.EpisodeCount); len(got) != want {
			t.Errorf("%q of %d episodes lists %d, want %d", one.Title, one.EpisodeCount, len(got), want)
		}
		whole := decode[struct{ Product item }](t, r.get("/1.0/catalog/products/"+one.ASIN+"?response_groups=relationships_v2")).Product
		if len(whole.Relationships) != one.EpisodeCount || whole.Relationships[0].Kind != "episode" {
			t.Errorf("%q has %d relationships, want its %d episodes", one.Title, len(whole.Relationships), one.EpisodeCount)
		}
		return
	}
	t.Error("no show in a library of 400")
}

func TestOneItemIsTheSameAsInTheList(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 5})
	listed := rawList(t, r.get("/1.0/library?response_groups=media,price"), "items")[2]
	asin := decode[listing](t, r.get("/1.0/library")).Items[2].ASIN
	alone := r.get("/1.0/library/" + asin + "?response_groups=media,price")
	if want := `{"item":` + string(listed) + `,"response_groups":`; !strings.HasPrefix(string(alone.body), want) {
		t.Errorf("item = %.200s, want %.200s", alone.body, want)
	}
	if a := r.get("/1.0/library/B000000000"); a.status != http.StatusNotFound {
		t.Errorf("unknown item = %d %s, want 404", a.status, a.body)
	}
	if n, _ := strconv.Atoi(alone.header.Get("Total-Count")); n != 0 {
		t.Errorf("Total-Count of one item = %d, want none", n)
	}
}
