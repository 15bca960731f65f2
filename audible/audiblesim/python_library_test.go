package audiblesim_test

import (
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/audipy/audipy/audible/audiblesim"
)

// exportGroups is what audible-cli asks a library for, written as it writes
// it: with a blank after each comma.
const exportGroups = "contributors, media, price, product_attrs, product_desc, product_extended_attrs, " +
	"product_plan_details, product_plans, rating, sample, sku, series, reviews, ws4v, origin, relationships, " +
	"review_attrs, categories, badge_types, category_ladders, claim_code_url, is_downloaded, is_finished, " +
	"is_returnable, origin_asin, pdf_url, percent_complete, provided_review"

// signer makes calls as the Python library does with a device's key: every
// request signed, over the encoded target, with a date that has both an
// offset and a Z.
type signer struct {
	t   *testing.T
	rt  http.RoundTripper
	key *rsa.PrivateKey
	adp string
	// date is "2026-03-04T05:06:07.890123+00:00Z" for the test's clock.
	date string
}

func newSigner(t *testing.T, opts audiblesim.Options) (enrolled, signer) {
	t.Helper()
	e := enrol(t, opts, audiblesim.Account{})
	return e, signer{t: t, rt: e.app.rt, key: e.key(), adp: e.device.Tokens.Device.ADP, date: "2026-03-04T05:06:07.890123+00:00Z"}
}

// send makes a call; query is used as it is, so that each way of encoding can
// be written out.
func (s signer) send(method, path, query, body string) answer {
	a, err := s.try(method, path, query, body)
	if err != nil {
		s.t.Errorf("%s %s: %v", method, path, err)
	}
	return a
}

func (s signer) try(method, path, query, body string) (answer, error) {
	address := "https://api.audible.com" + path
	if query != "" {
		address += "?" + query
	}
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range map[string]string{
		"Accept": "application/json", "Accept-Charset": "utf-8", "Content-Type": "application/json", "User-Agent": "python-httpx/0.28.1",
	} {
		request.Header.Set(name, value)
	}
	sign(s.t, request, body, s.key, s.adp, s.date)
	response, err := s.rt.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	var text json.RawMessage
	if response.ContentLength != 0 {
		if err := json.NewDecoder(response.Body).Decode(&text); err != nil {
			return answer{}, fmt.Errorf("answer %d: %w", response.StatusCode, err)
		}
	}
	return answer{response.StatusCode, response.Header, text}, nil
}

// get reads a path with parameters in order, encoded as by httpx: a blank is a
// plus, a comma is escaped.
func (s signer) get(path string, pairs ...string) answer {
	return s.send(http.MethodGet, path, httpx(pairs...), "")
}

func httpx(pairs ...string) string {
	var parts []string
	for i := 0; i < len(pairs); i += 2 {
		parts = append(parts, pairs[i]+"="+url.QueryEscape(pairs[i+1]))
	}
	return strings.Join(parts, "&")
}

// exported is what audible-cli reads of a title; what it does not find there
// ends it with a traceback.
type exported struct {
	ASIN   string  `json:"asin"`
	Title  *string `json:"title"`
	Series []struct {
		Title    *string `json:"title"`
		Sequence *string `json:"sequence"`
	} `json:"series"`
	Status *struct {
		Added *string `json:"date_added"`
	} `json:"library_status"`
	Ladders []struct {
		Ladder []struct {
			Name *string `json:"name"`
		} `json:"ladder"`
	} `json:"category_ladders"`
	Purchased string `json:"purchase_date"`
}

// exportable reports what audible-cli's export would fall over.
func (x exported) exportable() error {
	switch {
	case x.Title == nil:
		return fmt.Errorf("%s has no title", x.ASIN)
	case x.Series != nil && len(x.Series) == 0:
		return fmt.Errorf("%s has an empty list of series", x.ASIN)
	case len(x.Series) > 0 && (x.Series[0].Title == nil || x.Series[0].Sequence == nil):
		return fmt.Errorf("%s has a series without title or sequence", x.ASIN)
	case x.Status != nil && x.Status.Added == nil:
		return fmt.Errorf("%s has no date_added", x.ASIN)
	}
	for _, ladder := range x.Ladders {
		for _, rung := range ladder.Ladder {
			if rung.Name == nil {
				return fmt.Errorf("%s has a category without name", x.ASIN)
			}
		}
	}
	return nil
}

// export reads a library as audible-cli does: the first page, then all others
// at once, the last one first.
func (s signer) export(size int) []exported {
	s.t.Helper()
	page := func(n int) answer {
		return s.get("/1.0/library", "page", strconv.Itoa(n), "response_groups", exportGroups, "num_results", strconv.Itoa(size))
	}
	first := page(1)
	total, err := strconv.Atoi(first.header.Get("Total-Count"))
	if err != nil {
		s.t.Fatalf("Total-Count %q of %d %.200s", first.header.Get("Total-Count"), first.status, first.body)
	}
	pages := make([]answer, (total+size-1)/size)
	pages[0] = first
	var group sync.WaitGroup
	for n := len(pages); n > 1; n-- {
		group.Go(func() { pages[n-1] = page(n) })
	}
	group.Wait()
	var all []exported
	for _, one := range pages {
		all = append(all, decode[struct{ Items []exported }](s.t, one).Items...)
	}
	return all
}

func TestAudibleCLIExportsALibrary(t *testing.T) {
	t.Parallel()
	e, cli := newSigner(t, audiblesim.Options{Books: 480})
	server := startServer(t, e.sim, audiblesim.ServerOptions{})
	cli.rt = throughProxy(t, server, false)
	all := cli.export(50) // ten requests at once
	var got []string
	for _, one := range all {
		if err := one.exportable(); err != nil {
			t.Error(err)
		}
		got = append(got, one.ASIN)
	}
	slices.Sort(got)
	want, err := e.sim.Titles(kim, "us")
	slices.Sort(want)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("export has %d titles, want the %d of the account once each (%v)", len(got), len(want), err)
	}
}

func TestAudibleCLIExportsFromADate(t *testing.T) {
	t.Parallel()
	_, cli := newSigner(t, audiblesim.Options{Books: 40})
	var dates []string
	for _, one := range cli.export(1000) {
		dates = append(dates, one.Purchased)
	}
	slices.Sort(dates)
	start := dates[20][:len("2006-01-02")] + "T00:00:00.000000Z"
	after := decode[struct{ Items []exported }](t, cli.get("/1.0/library", "page", "1", "response_groups", exportGroups, "num_results", "1000", "purchased_after", start)).Items
	want := 0
	for _, date := range dates {
		if date > start {
			want++
		}
	}
	if len(after) != want || want == 0 || want == 40 {
		t.Errorf("%d titles after %s, want %d of 40", len(after), start, want)
	}
}

// TestEveryEncodingOfAListIsSignedAsSent: three versions of one HTTP library
// encode a comma and a blank in their own ways, and each signs what it sends.
func TestEveryEncodingOfAListIsSignedAsSent(t *testing.T) {
	t.Parallel()
	_, cli := newSigner(t, audiblesim.Options{Books: 3})
	for _, query := range []string{
		"num_results=3&response_groups=contributors%2C+media",
		"num_results=3&response_groups=contributors%2C%20media",
		"num_results=3&response_groups=contributors,media",
		"num_results=3&response_groups=contributors%2cmedia",
		"num_results=3&response_groups=media&title=&author=",
		"num_results=3&response_groups=media&title=~%27%28%29%2A",
		"num_results=3&response_groups=media&include_pending=true",
	} {
		if a := cli.send(http.MethodGet, "/1.0/library", query, ""); a.status != http.StatusOK {
			t.Errorf("%s = %d %s", query, a.status, a.body)
		}
	}
	for _, date := range []string{"2026-03-04T05:06:07+00:00Z", "2026-03-04T05:06:07.000100+00:00Z"} {
		cli.date = date
		if a := cli.get("/1.0/library", "num_results", "1"); a.status != http.StatusOK {
			t.Errorf("signed at %s = %d %s", date, a.status, a.body)
		}
	}
}

// TestSignaturesReachTheHostsOfPictures: audible-cli signs whatever it
// fetches, and the hosts of pictures do not mind.
func TestSignaturesReachTheHostsOfPictures(t *testing.T) {
	t.Parallel()
	e, cli := newSigner(t, audiblesim.Options{Books: 1})
	images := decode[struct {
		Items []struct {
			Images map[string]string `json:"product_images"`
		}
	}](t, cli.get("/1.0/library", "response_groups", "media", "image_sizes", "252")).Items[0].Images
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, images["252"], http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	sign(t, request, "", cli.key, cli.adp, cli.date)
	if status, body := e.send(request); status != http.StatusOK || len(body) == 0 {
		t.Errorf("signed cover %s = %d, want a picture", images["252"], status)
	}
}

// wishes reads the whole wish list as audible-cli does: pages from 0, until
// one has fewer than 50.
func (s signer) wishes() (asins []string, pages int) {
	s.t.Helper()
	for page := 0; ; page++ {
		got := decode[struct{ Products []exported }](s.t, s.get("/1.0/wishlist",
			"response_groups", "contributors, media, price, product_attrs, product_desc, rating, sample, sku, series",
			"page", strconv.Itoa(page), "num_results", "50")).Products
		for _, one := range got {
			if err := one.exportable(); err != nil {
				s.t.Error(err)
			}
			asins = append(asins, one.ASIN)
		}
		if pages++; len(got) < 50 {
			return asins, pages
		}
	}
}

func TestAudibleCLIReadsAndChangesTheWishList(t *testing.T) {
	t.Parallel()
	_, cli := newSigner(t, audiblesim.Options{Books: 800})
	before, pages := cli.wishes()
	if len(before) != 60 || pages != 2 {
		t.Fatalf("%d wishes on %d pages, want 60 on 2", len(before), pages)
	}
	search := decode[struct{ Products []exported }](t, cli.get("/1.0/catalog/products", "num_results", "50", "page", "3"))
	asin := search.Products[slices.IndexFunc(search.Products, func(x exported) bool { return !slices.Contains(before, x.ASIN) })].ASIN
	if a := cli.send(http.MethodPost, "/1.0/wishlist", "", `{"asin":"`+asin+`"}`); a.status != http.StatusCreated {
		t.Errorf("add = %d %s", a.status, a.body)
	}
	if after, _ := cli.wishes(); !slices.Contains(after, asin) || len(after) != 61 {
		t.Errorf("%d wishes with the new one %t, want 61 and it", len(after), slices.Contains(after, asin))
	}
	if a := cli.send(http.MethodDelete, "/1.0/wishlist/"+asin, "", ""); a.status != http.StatusNoContent {
		t.Errorf("remove = %d %s", a.status, a.body)
	}
	if after, _ := cli.wishes(); !slices.Equal(after, before) {
		t.Errorf("%d wishes after both, want the %d from before", len(after), len(before))
	}
}
