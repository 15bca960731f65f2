package audiblesim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// everything reads a library of a store with the groups that matter for text.
func (r *reader) everything(tld string, n int) []map[string]any {
	r.t.Helper()
	a := r.send(http.MethodGet, tld, fmt.Sprintf("/1.0/library?num_results=%d&response_groups="+
		"product_desc,contributors,series,media,customer_rights,product_extended_attrs,origin_asin", n), "")
	return decode[struct {
		Items []map[string]any `json:"items"`
	}](r.t, a).Items
}

func text(item map[string]any, key string) string {
	s, _ := item[key].(string)
	return s
}

func TestASINsLookLikeASINsAndAreUnique(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1000})
	owned, _ := r.sim.Titles(readerLogin, "us")
	if n := len(slices.Compact(owned)); n != 1000 {
		t.Errorf("1,000 titles have %d different ASINs", n)
	}
	books := 0
	for _, asin := range owned {
		if !regexp.MustCompile(`^(B0[0-9A-Z]{8}|1[0-9]{8}[0-9X])$`).MatchString(asin) {
			t.Errorf("ASIN %q has no known form", asin)
		}
		if asin[0] == '1' {
			books++
			sum := 0
			for i, digit := range asin {
				value := strings.IndexRune("0123456789X", digit)
				sum += value * (10 - i)
			}
			if sum%11 != 0 {
				t.Errorf("ISBN %s has a wrong check digit", asin)
			}
		}
	}
	if books < 30 || books > 150 {
		t.Errorf("ISBNs among 1,000 ASINs = %d, want about 80", books)
	}
}

func TestTextsOfEveryStoreAreWhole(t *testing.T) {
	t.Parallel()
	stores := map[string]int{}
	for _, row := range storeRows() {
		stores[row.cc] = 120
	}
	r := newReader(t, stores)
	for _, row := range storeRows() {
		t.Run(row.cc, func(t *testing.T) {
			t.Parallel()
			for _, one := range (&reader{t: t, sim: r.sim, token: r.token}).everything(row.tld, 120) {
				for _, key := range []string{"title", "publisher_name", "language", "merchandising_summary", "publisher_summary", "sku"} {
					if value := text(one, key); strings.TrimSpace(value) == "" || strings.Contains(value, "%") || !utf8.ValidString(value) {
						t.Errorf("%s of %v = %q, want a whole text", key, one["asin"], value)
					}
				}
				if marketplace := text(one, "origin_marketplace"); marketplace != row.id {
					t.Errorf("origin_marketplace = %s, want %s", marketplace, row.id)
				}
			}
		})
	}
}

func TestMerchandisingSummariesAreCutHTML(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 500})
	whole, cut := 0, 0
	for _, one := range r.everything("com", 500) {
		summary := text(one, "merchandising_summary")
		n := utf8.RuneCountInString(summary)
		switch {
		case !strings.HasPrefix(summary, "<p>"):
			t.Errorf("summary %q does not begin with a paragraph", summary)
		case strings.HasSuffix(summary, "</p>"):
			whole++
		case strings.HasSuffix(summary, "...") && n >= 50 && n <= 285:
			cut++
		default:
			t.Errorf("summary of %d characters ends %q", n, summary[max(len(summary)-20, 0):])
		}
	}
	if whole < 100 || cut < 100 {
		t.Errorf("%d summaries are whole and %d cut, want many of both", whole, cut)
	}
}

func TestDatesHaveTheFormsOfTheSample(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 300})
	forms := map[string]string{
		"issue_date": `^\d{4}-\d\d-\d\d$`, "release_date": `^\d{4}-\d\d-\d\d$`,
		"purchase_date":         `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`,
		"publication_datetime":  `^\d{4}-\d\d-\d\dT07:00:00Z$`,
		"preorder_release_date": `^\d{4}-\d\d-\d\dT07:00:00Z$`,
	}
	for _, one := range r.everything("com", 300) {
		for key, form := range forms {
			if value := text(one, key); !regexp.MustCompile(form).MatchString(value) {
				t.Errorf("%s = %q, want %s", key, value, form)
			}
		}
		bought, released := text(one, "purchase_date"), text(one, "release_date")
		if bought <= released || bought > "2026-05-04T09:30:00.000Z" {
			t.Errorf("%v came out %s and was bought %s", one["asin"], released, bought)
		}
		plans, _ := json.Marshal(one["plans"])
		if !regexp.MustCompile(`"end_date":"2099-12-31T\d\d:00:00\.00000Z"`).Match(plans) {
			t.Errorf("plans = %s, want five fraction digits", plans)
		}
	}
}

func TestOrdersOfOneInstantShareANumber(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 500})
	orders := map[string]map[string]bool{}
	for _, one := range r.everything("com", 500) {
		id, at := text(one, "origin_id"), text(one, "purchase_date")
		if text(one, "origin_type") != "Purchase" {
			if id != "" || one["is_ayce"] != true || one["benefit_id"] != "AYCL" {
				t.Errorf("no purchase, yet %v", one["asin"])
			}
			continue
		}
		if !regexp.MustCompile(`^D01-\d{7}-\d{7}$`).MatchString(id) {
			t.Errorf("origin_id = %q, want the form of an order", id)
		}
		if orders[at] == nil {
			orders[at] = map[string]bool{}
		}
		orders[at][id] = true
	}
	if len(orders) > 480 {
		t.Errorf("500 titles were bought at %d instants, want some bought together", len(orders))
	}
	for at, ids := range orders {
		if len(ids) != 1 {
			t.Errorf("orders of %s = %v, want one", at, ids)
		}
	}
}

func TestLongBooksComeInParts(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 200})
	long := 0
	for _, one := range r.library(1000, "&response_groups=relationships,media") {
		var parts []related
		for _, relation := range one.Relationships {
			if relation.Kind == "component" && relation.Direction == "child" {
				parts = append(parts, relation)
			}
		}
		if (one.Delivery == "MultiPartBook") != (len(parts) > 1) {
			t.Errorf("%s %q has %d parts", one.Delivery, one.Title, len(parts))
		}
		if len(parts) == 0 {
			continue
		}
		long++
		part := r.products("response_groups=media,relationships_v2&asins=" + parts[0].ASIN).Products[0]
		if part.Delivery != "AudioPart" || part.Relationships[0].ASIN != one.ASIN || part.Relationships[0].Direction != "parent" {
			t.Errorf("part = %+v, want an AudioPart of %s", part, one.ASIN)
		}
	}
	if long < 10 {
		t.Errorf("long books of 200 = %d, want at least 10", long)
	}
}

func TestPartsAndEpisodesAreNotSearched(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 100})
	for page := range 10 {
		for _, one := range r.products(fmt.Sprintf("num_results=50&page=%d&response_groups=media", page)).Products {
			if one.Delivery == "AudioPart" || one.Delivery == "PodcastEpisode" {
				t.Fatalf("search found the %s %q", one.Delivery, one.Title)
			}
		}
	}
}

func TestAuthorsShareTitlesNowAndThen(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1000})
	authors := map[string]map[string]bool{}
	for _, one := range r.library(1000, "") {
		if authors[one.Title] == nil {
			authors[one.Title] = map[string]bool{}
		}
		authors[one.Title][one.Authors[0].Name] = true
	}
	shared := 0
	for _, names := range authors {
		if len(names) > 1 {
			shared++
		}
	}
	if shared == 0 {
		t.Error("no two authors among 1,000 titles share a title")
	}
}

func TestEditionsDifferInNarratorOrForm(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1000})
	truth, _ := r.sim.Truth(readerLogin, "us")
	forms := map[string]int{}
	for _, f := range truth {
		for _, v := range f.Volumes {
			if len(v.ASINs) < 2 {
				continue
			}
			a := r.get("/1.0/catalog/products?response_groups=media,contributors,product_attrs&asins=" + v.ASINs[0] + "," + v.ASINs[1])
			raw := rawList(t, a, "products")
			pair := decode[listing](t, a).Products
			switch {
			case strings.Contains(string(raw[1]), `"format_type":"abridged"`):
				forms["abridged"]++
			case strings.HasSuffix(pair[1].Title, ")") && !strings.HasSuffix(pair[0].Title, ")"):
				forms["dramatised"]++
			case pair[0].Title == pair[1].Title:
				forms["read again"]++
			default:
				t.Errorf("editions %q and %q are not of one book", pair[0].Title, pair[1].Title)
			}
		}
	}
	if len(forms) != 3 {
		t.Errorf("kinds of editions = %v, want abridged, dramatised and read again", forms)
	}
}

func TestTwoNumberingsListTheSameTitles(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1000})
	truth, _ := r.sim.Truth(readerLogin, "us")
	for _, f := range truth {
		if len(f.SeriesASINs) != 2 {
			continue
		}
		a := r.products("response_groups=relationships_v2,media&asins=" + strings.Join(f.SeriesASINs, ","))
		first, second := map[string]string{}, map[string]string{}
		for _, m := range a.Products[0].Relationships {
			first[m.ASIN] = m.Sequence
		}
		for _, m := range a.Products[1].Relationships {
			second[m.ASIN] = m.Sequence
		}
		differ := 0
		for asin, sequence := range second {
			if _, both := first[asin]; !both {
				t.Errorf("%s is in the second numbering of %q only", asin, f.Title)
			}
			if first[asin] != sequence {
				differ++
			}
		}
		if differ == 0 {
			t.Errorf("both numberings of %q are equal", f.Title)
		}
	}
}
