package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/audipy/audipy/audible"
)

// Response groups of the dump: every one that a listing takes and that says
// something about a title (protocol 9.1, 9.3, 9.4), our own among them.
const (
	dumpLibraryGroups = "badge_types,badges,category_ladders,category_media,category_metadata,contributors,customer_rights," +
		"is_archived,is_finished,is_playable,is_removable,is_visible,listening_status,media,order_details,origin_asin,pdf_url," +
		"percent_complete,price,product_attrs,product_desc,product_details,product_extended_attrs,product_plan_details," +
		"product_plans,profile_sharing,provided_review,rating,relationships_v2,sample,series,shared,sku,ws4v_rights"
	dumpCatalogGroups = "badges,category_ladders,contributors,customer_rights,media,price,product_attrs,product_desc," +
		"product_details,product_extended_attrs,product_plan_details,product_plans,rating,relationships_v2,sample,series,sku," +
		"ws4v_rights"
	dumpWishGroups = "contributors,customer_rights,media,price,product_attrs,product_desc,product_extended_attrs," +
		"product_plan_details,product_plans,rating,relationships,sample,sku"
	// dumpPage is the size of a library page: with so many groups the
	// service fails at larger ones.
	dumpPage = 100
	// dumpSample is how many titles the calls about single titles ask for.
	dumpSample = 25
)

// dumpItems is what later calls need of a page of the library.
type dumpItems struct {
	Items []*struct {
		ASIN    string `json:"asin"`
		Authors []struct {
			Name string `json:"name"`
		} `json:"authors"`
		Series []struct {
			ASIN string `json:"asin"`
		} `json:"series"`
	} `json:"items"`
}

// pull makes every call for one store.
func (d *dump) pull(ctx context.Context) error {
	first, err := d.library(ctx)
	if err != nil {
		return err
	}
	for page := 0; ; page++ {
		body, err := d.call(ctx, numbered("wishlist", page), query("wishlist", "response_groups", dumpWishGroups,
			"num_results", strconv.Itoa(audible.MaxCatalogueBatch), "page", strconv.Itoa(page)))
		if err != nil {
			return err
		}
		if countOf(body, "products") < audible.MaxCatalogueBatch {
			break
		}
	}
	for _, call := range d.plan(first) {
		if _, err := d.call(ctx, call[0], call[1]); err != nil {
			return err
		}
	}
	return d.profile(ctx)
}

// library pulls every page of the library and returns what the first tells.
func (d *dump) library(ctx context.Context) (dumpItems, error) {
	var first dumpItems
	for page := 1; ; page++ {
		body, err := d.call(ctx, numbered("library", page), query("library", "response_groups", dumpLibraryGroups,
			"num_results", strconv.Itoa(dumpPage), "page", strconv.Itoa(page), "image_sizes", "500", "status", "Active,Revoked"))
		if err != nil {
			return first, err
		}
		if page == 1 && body != nil {
			if err := json.Unmarshal(body, &first); err != nil {
				return first, fmt.Errorf("read the first page of the library: %w", err)
			}
		}
		d.app.out.dumpProgress(d.store, page)
		if countOf(body, "items") < dumpPage {
			return first, nil
		}
	}
}

func (p *printer) dumpProgress(store string, page int) {
	if page%20 == 0 {
		p.note("%s: %d pages of the library so far", store, page)
	}
}

// plan lists the calls that don't page: name and address of each.
func (d *dump) plan(first dumpItems) [][2]string {
	now := d.app.env.Now().UTC().AddDate(0, -1, 0)
	calls := [][2]string{
		{"account/information", query("account/information", "response_groups", "subscription_details,customer_segment", "source", "Credit")},
		{"stats/aggregates", query("stats/aggregates", "store", "Audible", "response_groups", "total_listening_stats",
			"daily_listening_interval_duration", "30", "daily_listening_interval_start_date", now.Format("2006-01-02"),
			"monthly_listening_interval_duration", "12", "monthly_listening_interval_start_date", now.AddDate(-1, 1, 0).Format("2006-01"))},
		{"stats/status/finished", query("stats/status/finished", "start_date", "2001-01-01T00:00:00Z")},
		{"catalog/categories", query("catalog/categories", "categories_num_levels", "2")},
	}
	asins, series, author := first.sample()
	if len(asins) > 0 {
		calls = append(
			calls,
			[2]string{"library/item", query("library/"+asins[0], "response_groups", dumpLibraryGroups)},
			[2]string{"annotations/lastpositions", query("annotations/lastpositions", "asins", strings.Join(asins, ","))},
			[2]string{"catalog/products", query("catalog/products", "asins", strings.Join(asins, ","), "response_groups", dumpCatalogGroups)},
			[2]string{"catalog/product", query("catalog/products/"+asins[0], "response_groups", dumpCatalogGroups)},
			[2]string{"catalog/sims", query("catalog/products/"+asins[0]+"/sims", "similarity_type", "RawSimilarities",
				"num_results", "50", "response_groups", "contributors,media,price,product_attrs,product_desc,product_plans")},
		)
	}
	if len(series) > 0 {
		calls = append(calls, [2]string{"catalog/series", query("catalog/products", "asins", strings.Join(series, ","),
			"response_groups", "product_attrs,product_desc,relationships_v2")})
	}
	if author != "" {
		calls = append(calls, [2]string{"catalog/search", query("catalog/products", "author", author, "num_results", "50",
			"page", "0", "products_sort_by", "-ReleaseDate", "response_groups", dumpCatalogGroups)})
	}
	return calls
}

// sample takes some titles and series, and an author, out of a page.
func (p dumpItems) sample() (asins, series []string, author string) {
	for _, item := range p.Items {
		if item == nil || !isASIN(item.ASIN) {
			continue
		}
		if len(asins) < dumpSample {
			asins = append(asins, item.ASIN)
		}
		if len(item.Series) > 0 && len(series) < dumpSample && isASIN(item.Series[0].ASIN) {
			series = append(series, item.Series[0].ASIN)
		}
		if author == "" && len(item.Authors) > 0 {
			author = item.Authors[0].Name
		}
	}
	return asins, series, author
}

// profile adds what Amazon says of the owner. That call is not the API's, so
// it is not raw: its fields are those that the client reads.
func (d *dump) profile(ctx context.Context) error {
	got, err := d.client.Profile(ctx)
	var body []byte
	if err == nil {
		body, err = json.Marshal(map[string]string{
			"user_id": got.UserID, "name": got.Name, "email": got.Email, "postal_code": got.PostalCode,
		})
	}
	_, err = d.take(ctx, dumpedCall{Store: d.store, Endpoint: "profile"}, "profile", body, err)
	return err
}

// query is the address of a call with its parameters, name and value in turn.
func query(path string, pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return "/1.0/" + path + "?" + v.Encode()
}

func numbered(name string, n int) string { return fmt.Sprintf("%s-%04d", name, n) }

// countOf counts the elements of a list in an answer; 0 when there is none.
func countOf(body []byte, list string) int {
	var answer map[string]json.RawMessage
	var items []json.RawMessage
	if json.Unmarshal(body, &answer) != nil || json.Unmarshal(answer[list], &items) != nil {
		return 0
	}
	return len(items)
}
