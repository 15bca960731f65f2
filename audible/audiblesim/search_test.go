package audiblesim_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestEverySortKeyOrdersTheLibrary(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 120})
	length := func(i item) int {
		if i.RuntimeMinutes == nil {
			return 0
		}
		return *i.RuntimeMinutes
	}
	for key, compare := range map[string]func(a, b item) int{
		"Title":        func(a, b item) int { return cmp.Compare(a.Title, b.Title) },
		"Author":       func(a, b item) int { return cmp.Compare(a.Authors[0].Name, b.Authors[0].Name) },
		"Narrator":     func(a, b item) int { return cmp.Compare(a.Narrators[0].Name, b.Narrators[0].Name) },
		"Length":       func(a, b item) int { return cmp.Compare(length(a), length(b)) },
		"PurchaseDate": func(a, b item) int { return cmp.Compare(a.PurchaseDate, b.PurchaseDate) },
	} {
		if got := r.library(1000, "&sort_by="+key); !slices.IsSortedFunc(got, compare) {
			t.Errorf("sort_by=%s is not in order", key)
		}
		got := r.library(1000, "&sort_by=-"+key)
		slices.Reverse(got)
		if !slices.IsSortedFunc(got, compare) {
			t.Errorf("sort_by=-%s is not in order", key)
		}
	}
	newest := r.library(1000, "")
	slices.Reverse(newest)
	if !slices.IsSortedFunc(newest, func(a, b item) int { return cmp.Compare(a.PurchaseDate, b.PurchaseDate) }) {
		t.Error("an unsorted library does not begin with the newest")
	}
}

func TestProductSortKeys(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	list := func(key string) []item {
		return r.products("num_results=50&response_groups=media&products_sort_by=" + key).Products
	}
	byTitle := func(a, b item) int { return cmp.Compare(a.Title, b.Title) }
	if got := list("Title"); !slices.IsSortedFunc(got, byTitle) {
		t.Error("Title is not in order")
	}
	if got := list("ReleaseDate"); !slices.IsSortedFunc(got, func(a, b item) int { return cmp.Compare(a.ReleaseDate, b.ReleaseDate) }) {
		t.Error("ReleaseDate is not in order")
	}
	relevance := asinsOf(list("Relevance"))
	if got := asinsOf(list("NoSuchKey")); !slices.Equal(got, relevance) {
		t.Error("an unknown key is not ignored")
	}
	for _, key := range []string{"BestSellers", "AvgRating", "-RuntimeLength"} {
		if got := asinsOf(list(key)); slices.Equal(got, relevance) || len(got) != 50 {
			t.Errorf("%s gives %d titles in the order of relevance", key, len(got))
		}
	}
}

func TestSearchFoldsCaseInEveryScript(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1500})
	tried := map[string]bool{}
	for _, one := range r.library(1000, "") {
		if tried[one.Language] {
			continue
		}
		tried[one.Language] = true
		name := one.Authors[0].Name
		for _, spelling := range []string{name, strings.ToUpper(name), strings.ToLower(name)} {
			found := r.products("num_results=50&response_groups=contributors&author=" + url.QueryEscape(spelling))
			if found.Total == 0 {
				t.Errorf("author=%s found nothing", spelling)
			}
		}
	}
	if len(tried) < 6 {
		t.Errorf("languages of 1,000 titles = %v, want more", tried)
	}
}

func TestEveryFilterNarrowsTheSearch(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 50})
	all := r.products("num_results=1").Total
	one := r.library(1000, "&response_groups=contributors,series,product_desc")[0]
	for _, filter := range []string{
		"keywords=" + url.QueryEscape(one.Narrators[0].Name), "publisher=Harbourlight", "plan=US+Minerva",
		"products_since_timestamp=2026-01-01T00:00:00Z", "title=" + url.QueryEscape(one.Title),
	} {
		if got := r.products("num_results=1&" + filter).Total; got == 0 || got >= all {
			t.Errorf("%s finds %d of %d, want some", filter, got, all)
		}
	}
	if got := r.products("title=zzzzzzzz"); got.Total != 0 || got.Products == nil {
		t.Errorf("nothing found = %+v, want an empty list", got)
	}
}

func TestEpisodesByParentAreCapped(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 400})
	for _, one := range r.library(1000, "&response_groups=product_attrs") {
		if one.Delivery == "PodcastParent" {
			got := r.products("num_results=50&parent_asin=" + one.ASIN)
			if got.Total != one.EpisodeCount || len(got.Products) > 50 || len(got.Products) == 0 {
				t.Errorf("episodes = %d of %d, want %d", len(got.Products), got.Total, one.EpisodeCount)
			}
			return
		}
	}
	t.Error("no show in the library")
}

func TestWhateverIsAskedForIsEscaped(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1})
	for _, asin := range []string{`"\`, "a\nb", "\x01", "é漢", "\xff", "</script>"} {
		a := r.get("/1.0/catalog/products/" + url.PathEscape(asin))
		got := decode[struct{ Product item }](t, a).Product.ASIN
		if want := strings.ToValidUTF8(asin, "\uFFFD"); got != want || !json.Valid(a.body) {
			t.Errorf("product %q comes back as %q in %s", asin, got, a.body)
		}
	}
}

func TestASaleIsSeenAndEnds(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	owned, _ := r.sim.Titles(readerLogin, "us")
	kind := func() string {
		return decode[struct{ Product item }](t, r.get("/1.0/catalog/products/"+owned[0]+"?response_groups=price")).Product.Price.Lowest.Type
	}
	err := errors.Join(r.sim.Delist("us", owned[0], false), r.sim.SetPrice("us", owned[0], audiblesim.Price{List: 3000}))
	if err != nil {
		t.Fatal(err)
	}
	for sale, want := range map[int]string{495: "sale", 0: "member"} {
		if err := r.sim.Sale("us", owned[0], sale); err != nil {
			t.Fatal(err)
		}
		if got := kind(); got != want {
			t.Errorf("lowest price at a sale of %d = %s, want %s", sale, got, want)
		}
	}
}

func TestPricesAreWidenedFloats(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 10, "uk": 10, "in": 10, "br": 10})
	for _, tld := range []string{"com", "co.uk", "in", "com.br"} {
		a := r.send(http.MethodGet, tld, "/1.0/catalog/products?num_results=50&response_groups=price", "")
		for _, one := range decode[listing](t, a).Products {
			if one.Price == nil {
				continue
			}
			for _, base := range []float64{one.Price.List.Base, one.Price.Lowest.Base} {
				if base <= 0 || base != float64(float32(base)) {
					t.Errorf("price %v in %s is no float of 32 bits", base, tld)
				}
			}
			if one.Price.Lowest.Base > one.Price.List.Base {
				t.Errorf("lowest price %v above the list price %v", one.Price.Lowest.Base, one.Price.List.Base)
			}
		}
	}
}

func TestControlsWorkWhileAnAnswerIsRead(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1000})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.audible.com/1.0/library?num_results=1000", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Access-Token", r.token)
	response, err := r.sim.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	first := make([]byte, 10)
	if _, err := io.ReadFull(response.Body, first); err != nil {
		t.Fatal(err)
	}
	if _, err := r.sim.AddTitles(readerLogin, "us", 3); err != nil {
		t.Errorf("control during an answer: %v", err)
	}
	rest, err := io.ReadAll(response.Body)
	var whole listing
	if err := errors.Join(err, json.Unmarshal(append(first, rest...), &whole)); err != nil || len(whole.Items) != 1000 {
		t.Errorf("answer = %d items, %v, want the 1,000 that were owned when it was asked", len(whole.Items), err)
	}
}

func TestManyReadersAndOneWriter(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 150, "de": 20})
	owned, _ := r.sim.Titles(readerLogin, "us")
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for page := range 5 {
				path := fmt.Sprintf("/1.0/library?num_results=40&page=%d&response_groups=media,price,relationships_v2,series", page+1)
				if i%2 == 0 {
					path = fmt.Sprintf("/1.0/catalog/products?num_results=50&page=%d&title=the&response_groups=media,price", page)
				}
				if a, err := r.try(http.MethodGet, "com", path, ""); err != nil || a.status != http.StatusOK || !json.Valid(a.body) {
					t.Errorf("%s = %d, %v", path, a.status, err)
				}
			}
		})
	}
	group.Go(func() {
		for i := range 20 {
			err := errors.Join(
				r.sim.Sale("us", owned[i], 99), r.sim.TouchTitle(readerLogin, "us", owned[i]),
				r.sim.MoveToPlus("us", owned[i], i%2 == 0))
			if _, more := r.sim.AddTitles(readerLogin, "us", 1); err != nil || more != nil {
				t.Error(err, more)
			}
		}
	})
	group.Wait()
	if after, _ := r.sim.Titles(readerLogin, "us"); len(after) != 170 {
		t.Errorf("titles = %d, want 170", len(after))
	}
}

func TestStatisticsAddUp(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 80})
	sum := func(kind, key, start string, n int) int64 {
		got := decode[map[string]json.RawMessage](t, r.get(fmt.Sprintf("/1.0/stats/aggregates?response_groups=total_listening_stats"+
			"&%s_listening_interval_duration=%d&%s_listening_interval_start_date=%s", kind, n, kind, start)))
		var list []struct {
			Sum int64 `json:"aggregated_sum"`
		}
		if err := json.Unmarshal(got[key], &list); err != nil {
			t.Fatal(err)
		}
		var total int64
		for _, one := range list {
			total += one.Sum
		}
		return total
	}
	days := sum("daily", "aggregated_daily_listening_stats", "2026-04-01", 30)
	month := sum("monthly", "aggregated_monthly_listening_stats", "2026-04", 1)
	year := sum("yearly", "aggregated_yearly_listening_stats", "2025", 1)
	months := sum("monthly", "aggregated_monthly_listening_stats", "2025-01", 12)
	if days != month || year != months || year == 0 {
		t.Errorf("April = %d by days, %d by month; 2025 = %d by year, %d by months", days, month, year, months)
	}
}

func TestTheClockDecidesWhatIsReleased(t *testing.T) {
	t.Parallel()
	clock := epoch()
	r := newReaderWith(t, audiblesim.Options{Seed: 7, Now: func() time.Time { return clock }}, map[string]int{"us": 200})
	coming := func() int {
		truth, err := r.sim.Truth(readerLogin, "us")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, f := range truth {
			n += len(f.Unreleased())
		}
		return n
	}
	before := coming()
	clock = clock.AddDate(0, 0, 60)
	later := coming()
	clock = clock.AddDate(2, 0, 0)
	if end := coming(); before <= later || later == 0 || end != 0 {
		t.Errorf("unreleased = %d, after 60 days %d, after two years %d; want less, then none", before, later, end)
	}
}
