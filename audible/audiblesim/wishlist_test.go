package audiblesim_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

func (r *reader) wishes(query string) listing {
	r.t.Helper()
	return decode[listing](r.t, r.get("/1.0/wishlist?"+query))
}

func TestWishlistPagesBeginAtZero(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 800})
	count := r.wishes("num_results=0")
	if len(count.Products) != 0 || count.Total != 60 {
		t.Fatalf("num_results=0 = %d products of %d, want none of 60", len(count.Products), count.Total)
	}
	first, second := r.wishes("page=0"), r.wishes("page=1")
	if len(first.Products) != 50 || len(second.Products) != 10 {
		t.Errorf("pages have %d and %d products, want 50 and 10", len(first.Products), len(second.Products))
	}
	all := append(asinsOf(first.Products), asinsOf(second.Products)...)
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != 60 {
		t.Errorf("two pages hold %d different titles, want 60", n)
	}
	if a := r.get("/1.0/wishlist?num_results=51"); a.status != http.StatusBadRequest {
		t.Errorf("num_results=51 = %d, want 400", a.status)
	}
	for _, sort := range []string{"Author", "-Title", "Price", "-Rating", "DateAdded"} {
		if got := r.wishes("sort_by=" + sort); got.Total != 60 {
			t.Errorf("sort_by=%s has %d, want 60", sort, got.Total)
		}
	}
}

func TestWishesAreAddedAndRemoved(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	asin := r.products("num_results=1&page=40").Products[0].ASIN
	before := r.wishes("").Total
	for range 2 {
		a := r.send(http.MethodPost, "com", "/1.0/wishlist", `{"asin":"`+asin+`"}`)
		if a.status != http.StatusCreated || a.header.Get("Location") != "/1.0/wishlist/"+asin || len(a.body) != 0 {
			t.Errorf("POST = %d, Location %q, %q, want 201 and no body", a.status, a.header.Get("Location"), a.body)
		}
	}
	if got := r.wishes(""); got.Total != before+1 || got.Products[0].ASIN != asin {
		t.Errorf("wish list = %d, first %s, want %d and the newest, %s", got.Total, got.Products[0].ASIN, before+1, asin)
	}
	items := r.get("/1.0/collections/__WISHLIST/items?response_groups=always-returned")
	if !strings.Contains(string(items.body), asin) {
		t.Error("the collection __WISHLIST is not the wish list")
	}
	if a := r.send(http.MethodDelete, "com", "/1.0/wishlist/"+asin, ""); a.status != http.StatusNoContent {
		t.Errorf("DELETE = %d, want 204", a.status)
	}
	if got := r.wishes("").Total; got != before {
		t.Errorf("wish list after removal = %d, want %d", got, before)
	}
	if a := r.send(http.MethodPost, "com", "/1.0/wishlist", `{"asin":"B0NOTTHERE"}`); a.status != http.StatusBadRequest {
		t.Errorf("POST of an unknown title = %d, want 400", a.status)
	}
	if a := r.send(http.MethodPost, "com", "/1.0/wishlist", `{`); a.status != http.StatusBadRequest {
		t.Errorf("POST of broken JSON = %d, want 400", a.status)
	}
}

func TestBurstsOfWishesAnswer500(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	r.sim.SetQuirks(audiblesim.Quirks{WishlistWritesPerSecond: 3})
	var statuses []int
	for range 5 {
		statuses = append(statuses, r.send(http.MethodDelete, "com", "/1.0/wishlist/B0NOTTHERE", "").status)
	}
	if want := []int{204, 204, 204, 500, 500}; !slices.Equal(statuses, want) {
		t.Errorf("five writes in a second = %v, want %v", statuses, want)
	}
}

func TestPlusTitlesAreBorrowedAndGivenBack(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	asin := r.products("num_results=1&page=30").Products[0].ASIN
	owns := func() bool { return slices.Contains(asinsOf(r.library(1000, "")), asin) }
	borrow := func() answer { return r.send(http.MethodPut, "com", "/1.0/library/item", `{"asin":"`+asin+`"}`) }
	if err := r.sim.MoveToPlus("us", asin, false); err != nil {
		t.Fatal(err)
	}
	if a := borrow(); a.status != http.StatusBadRequest || owns() {
		t.Errorf("borrowing what is not in Plus = %d, want 400", a.status)
	}
	if err := r.sim.MoveToPlus("us", asin, true); err != nil {
		t.Fatal(err)
	}
	if a := borrow(); a.status != http.StatusOK || !strings.Contains(string(a.body), `"error_code":null`) || !owns() {
		t.Errorf("borrow = %d %s, want error_code null and the title", a.status, a.body)
	}
	if a := r.send(http.MethodDelete, "com", "/1.0/library/item/"+asin+"/default_loan_ID", ""); a.status != http.StatusOK || owns() {
		t.Errorf("give back = %d %s, want it gone", a.status, a.body)
	}
	if a := r.send(http.MethodDelete, "com", "/1.0/library/item/"+asin+"/other", ""); a.status != http.StatusNotFound {
		t.Errorf("unknown loan = %d, want 404", a.status)
	}
}

func TestCollectionsAreKept(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 250})
	owned, _ := r.sim.Titles(readerLogin, "us")
	made := decode[struct {
		ID string `json:"collection_id"`
	}](t, r.send(http.MethodPost, "com", "/1.0/collections", fmt.Sprintf(`{"name":"Cosy","asins":[%q]}`, owned[0])))
	path := "/1.0/collections/" + made.ID
	list := `["` + strings.Join(owned[:230], `","`) + `"]`
	if a := r.send(http.MethodPost, "com", path+"/items", `{"asins":`+list+`}`); !strings.Contains(string(a.body), `"num_items_added":229`) {
		t.Errorf("add = %s, want 229 new", a.body)
	}
	type page struct {
		Token *string `json:"continuation_token"`
		Items []item  `json:"items"`
	}
	var got []string
	for token := ""; ; {
		one := decode[page](t, r.get(path+"/items"+token))
		got = append(got, asinsOf(one.Items)...)
		if one.Token == nil {
			break
		}
		token = "?continuation_token=" + *one.Token
	}
	slices.Sort(got)
	if !slices.Equal(got, owned[:230]) {
		t.Errorf("items = %d, want the 230 added", len(got))
	}
	r.send(http.MethodDelete, "com", path+"/items?asins="+owned[0]+"&asins="+owned[1], "")
	r.send(http.MethodPut, "com", path, `{"name":"Cosier","description":"for winter"}`)
	if a := r.get(path); !strings.Contains(string(a.body), `"total_count":228`) || !strings.Contains(string(a.body), "Cosier") {
		t.Errorf("collection = %s, want 228 titles and the new name", a.body)
	}
	if a := r.get("/1.0/collections"); strings.Count(string(a.body), "collection_id") != 4 {
		t.Errorf("collections = %s, want the three fixed and one more", a.body)
	}
	if a := r.get("/1.0/collections/none"); a.status != http.StatusNotFound {
		t.Errorf("unknown collection = %d, want 404", a.status)
	}
}
