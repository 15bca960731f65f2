package audiblesim_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func TestLastPositionsOfTwentyFive(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 40})
	owned, _ := r.sim.Titles(readerLogin, "us")
	for _, asin := range owned[:2] {
		if err := r.sim.SetProgress(readerLogin, "us", asin, 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.sim.SetProgress(readerLogin, "us", owned[1], 50); err != nil {
		t.Fatal(err)
	}
	a := r.get("/1.0/annotations/lastpositions?asins=" + strings.Join(owned[:25], ","))
	got := decode[struct {
		List []struct {
			ASIN     string          `json:"asin"`
			Position json.RawMessage `json:"last_position_heard"`
		} `json:"asin_last_position_heard_annots"`
	}](t, a).List
	if len(got) != 25 || string(got[0].Position) != `{"status":"DoesNotExist"}` {
		t.Fatalf("positions = %d, first %s, want 25 and none", len(got), got[0].Position)
	}
	if want := regexp.MustCompile(`^\{"last_updated":"2026-05-04 09:30:00\.000","position_ms":\d+,"status":"Exists"\}$`); !want.Match(got[1].Position) {
		t.Errorf("position = %s, want %s", got[1].Position, want)
	}
	if a := r.get("/1.0/annotations/lastpositions?asins=" + strings.Join(owned[:26], ",")); a.status != http.StatusBadRequest {
		t.Errorf("26 positions = %d, want 400", a.status)
	}
}

func TestFinishedTitlesSinceADate(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 40})
	owned, _ := r.sim.Titles(readerLogin, "us")
	if err := r.sim.SetProgress(readerLogin, "us", owned[7], 100); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"2026-05-04T00:00:00Z", "2026-05-04T01:00:00%2B0100"} {
		a := r.get("/1.0/stats/status/finished?start_date=" + start)
		if a.status != http.StatusOK || !strings.Contains(string(a.body), `"asin":"`+owned[7]+`"`) {
			t.Errorf("finished since %s = %d %s, want %s", start, a.status, a.body, owned[7])
		}
	}
	all := r.get("/1.0/stats/status/finished?start_date=2001-01-01T01:00:00Z")
	if n := strings.Count(string(all.body), `"is_marked_as_finished":true`); n < 10 {
		t.Errorf("finished titles of 40 = %d, want at least 10", n)
	}
	if a := r.get("/1.0/stats/status/finished?start_date=soon"); a.status != http.StatusBadRequest {
		t.Errorf("start_date=soon = %d, want 400", a.status)
	}
}

func TestListeningIsSummedUp(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 60})
	a := r.get("/1.0/stats/aggregates?store=Audible&locale=en_US&response_groups=total_listening_stats" +
		"&daily_listening_interval_duration=7&daily_listening_interval_start_date=2026-04-01" +
		"&monthly_listening_interval_duration=12&monthly_listening_interval_start_date=2025-06" +
		"&yearly_listening_interval_duration=2&yearly_listening_interval_start_date=2025")
	type sums []struct {
		Name string      `json:"interval_identifier"`
		Sum  json.Number `json:"aggregated_sum"`
	}
	got := decode[struct {
		Daily   sums `json:"aggregated_daily_listening_stats"`
		Monthly sums `json:"aggregated_monthly_listening_stats"`
		Yearly  sums `json:"aggregated_yearly_listening_stats"`
		Total   struct {
			Sum json.Number `json:"aggregated_sum"`
		} `json:"aggregated_total_listening_stats"`
	}](t, a)
	if len(got.Daily) != 7 || got.Daily[6].Name != "2026-04-07" || len(got.Monthly) != 12 || got.Monthly[11].Name != "2026-05" {
		t.Errorf("intervals = %+v, want 7 days and 12 months", got)
	}
	if total, err := got.Total.Sum.Float64(); err != nil || total <= 0 || len(got.Yearly) != 2 {
		t.Errorf("total = %s, %d years, want a sum and 2", got.Total.Sum, len(got.Yearly))
	}
	if a := r.get("/1.0/stats/aggregates?response_groups=total_listening_stats&daily_listening_interval_duration=31"); a.status != http.StatusBadRequest {
		t.Errorf("31 days = %d, want 400", a.status)
	}
}

func TestAccountInformationNeedsTheSource(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 6, "de": 3})
	const path = "/1.0/account/information?response_groups=subscription_details,customer_segment"
	if a := r.get(path); strings.Contains(string(a.body), "subscription_details\":[") || !strings.Contains(string(a.body), `"active_segment":"CreditAL"`) {
		t.Errorf("without source = %s, want the segment alone", a.body)
	}
	with := r.get(path + "&source=Credit")
	if !strings.Contains(string(with.body), `"next_bill_amount":{"amount":9.949999809,"currency":"USD"}`) {
		t.Errorf("with source = %s, want the subscription", with.body)
	}
	if err := r.sim.SetMembership(readerLogin, audiblesim.NotMember); err != nil {
		t.Fatal(err)
	}
	if a := r.get(path + "&source=Credit"); !strings.Contains(string(a.body), `"subscription_details":[]`) {
		t.Errorf("without membership = %s, want an empty list", a.body)
	}
	const rodizio = "/1.0/account/information?response_groups=subscription_details_rodizio"
	if us, de := r.get(rodizio), r.send(http.MethodGet, "de", rodizio, ""); us.status != 400 || de.status != 200 {
		t.Errorf("rodizio = %d in us, %d in de, want 400 and 200", us.status, de.status)
	}
}

func TestTheHomeStoreHasMostTitles(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 6, "de": 30})
	a := r.get("/1.0/customer/information?response_groups=migration_details")
	if !strings.Contains(string(a.body), `"to_marketplaceId":"AN7V1F1VY261K"`) {
		t.Errorf("customer = %s, want the German store", a.body)
	}
	if a := r.get("/1.0/user/settings?setting_name=captionsEnabled"); a.status != http.StatusOK {
		t.Errorf("settings = %d, want 200", a.status)
	}
	if a := r.get("/1.0/user/settings"); a.status != http.StatusBadRequest {
		t.Errorf("settings without a name = %d, want 400", a.status)
	}
	orders := r.get("/1.0/orders")
	if orders.status != http.StatusOK || strings.Contains(string(orders.body), `"tail"`) {
		t.Errorf("orders = %d %s, want them without card numbers", orders.status, orders.body)
	}
	for _, path := range []string{"/1.0/nothing/here", "/1.0//library", "/1.0/library/", "/1.0/x/../library"} {
		if a := r.get(path); a.status != http.StatusNotFound || a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%s = %d %s, want 404 in JSON", path, a.status, a.header.Get("Content-Type"))
		}
	}
}

func TestCategoriesByIdAndLevel(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 6})
	if a := r.get("/1.0/catalog/categories?categories_num_levels=1"); strings.Contains(string(a.body), "children") {
		t.Errorf("one level = %.100s, want no children", a.body)
	}
	if a := r.get("/1.0/catalog/categories?ids=18580606011"); len(rawList(t, a, "categories")) != 1 {
		t.Errorf("ids of one = %.200s", a.body)
	}
	if a := r.get("/1.0/catalog/categories/18580606011"); !strings.Contains(string(a.body), `"name":"Science Fiction & Fantasy"`) {
		t.Errorf("category = %.200s", a.body)
	}
	if a := r.get("/1.0/catalog/categories/1"); a.status != http.StatusNotFound {
		t.Errorf("unknown category = %d, want 404", a.status)
	}
	found := r.products("num_results=50&response_groups=category_ladders&category_id=18580606011")
	if found.Total == 0 || found.Total >= r.products("num_results=1").Total {
		t.Errorf("titles of a genre = %d, want some and not all", found.Total)
	}
}
