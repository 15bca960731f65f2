package audible

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Response groups for library listings. LeanGroups is what the predecessor of
// this program asked for, kept for comparison; LibraryGroups fills everything
// that a Product's Ownership and description hold, leaves out order details
// and reviews, and takes the plans of a title in place of customer_rights,
// which would add two hundred country codes to each.
const (
	LeanGroups    = "series,contributors,product_desc,media,price"
	LibraryGroups = "contributors,is_finished,listening_status,media,origin_asin,percent_complete," +
		"product_attrs,product_desc,product_plans,series"
)

// MaxLibraryPage is the most items that one page of a library may have.
const MaxLibraryPage = 1000

// endpointLibrary names calls of the library.
const endpointLibrary = "library"

// LibraryQuery asks for one page of the library. The zero value asks for the
// first page of active items, with LibraryGroups.
type LibraryQuery struct {
	// Groups are response groups, joined by commas; empty means
	// LibraryGroups.
	Groups string
	// Page counts from 1; 0 means 1.
	Page int
	// PageSize is 1 to MaxLibraryPage; 0 means MaxLibraryPage.
	PageSize int
	// StateToken, when set, asks only for what changed since it was given;
	// removed items then come with IsGone.
	StateToken string
	// Continuation, when set, continues the listing that gave it; Page is
	// then not sent.
	Continuation string
	// PurchasedAfter limits the listing to later purchases; the zero time
	// doesn't.
	PurchasedAfter time.Time
	// Sort is one of Author, Length, Narrator, PurchaseDate and Title, with
	// "-" in front for the reverse; empty leaves it to the server.
	Sort string
	// ImageSizes are widths of covers in pixels (252, 315, 360, 408, 500,
	// 558, 570, 882, 900, 1215), joined by commas; empty means 500.
	ImageSizes string
}

// LibraryPage is one page of a library.
type LibraryPage struct {
	// Items are the titles; NullItems counts those that the server sent as
	// null (it does, protocol 9.1).
	Items     []Product
	NullItems int
	// Removed are ASINs that the answer names as removed besides its items.
	Removed []string
	// TotalCount is Audible's count of the whole listing, -1 when it gave
	// none.
	TotalCount int
	// StateToken marks the state of the library before this page; it comes
	// with the first page only. "" and "0" are none.
	StateToken string
	// Continuation asks for the next page; empty on the last one.
	Continuation string
}

// values is the query as it is sent.
func (q LibraryQuery) values() url.Values {
	v := url.Values{
		"response_groups": {q.Groups}, "num_results": {strconv.Itoa(q.PageSize)}, "page": {strconv.Itoa(max(q.Page, 1))},
		"status": {"Active"},
	}
	if q.Groups == "" {
		v.Set("response_groups", LibraryGroups)
	}
	if q.PageSize <= 0 || q.PageSize > MaxLibraryPage {
		v.Set("num_results", strconv.Itoa(MaxLibraryPage))
	}
	if q.StateToken != "" {
		v.Set("state_token", q.StateToken)
		v.Set("status", "Active,Revoked")
	}
	if q.Continuation != "" {
		v.Set("continuation_token", q.Continuation)
		v.Del("page")
	}
	if !q.PurchasedAfter.IsZero() {
		v.Set("purchased_after", q.PurchasedAfter.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	if q.Sort != "" {
		v.Set("sort_by", q.Sort)
	}
	if q.ImageSizes != "" {
		v.Set("image_sizes", q.ImageSizes)
	}
	return v
}

// Library returns one page of the library. A 200 that is no library page is an
// error that matches ErrNotJSON or ErrUnexpected, never an empty page. A page
// whose titles came without names is asked for up to twice more.
func (c *Client) Library(ctx context.Context, q LibraryQuery) (LibraryPage, error) {
	return c.libraryPage(ctx, q, nil, func(LibraryPage) {})
}

// libraryPage is Library that counts its requests and shows the headers as
// soon as they are there, before the items are read; every attempt shows them.
func (c *Client) libraryPage(
	ctx context.Context, q LibraryQuery, requests *atomic.Int64, head func(LibraryPage),
) (LibraryPage, error) {
	var page LibraryPage
	x := call{exchange: exchange{
		name: endpointLibrary, method: http.MethodGet, target: "/1.0/library?" + q.values().Encode(),
	}, requests: requests}
	x.read = func(r *reply) error {
		page = readLibraryHeader(r.header)
		head(page)
		if page.TotalCount > 0 {
			page.Items = make([]Product, 0, min(page.TotalCount, max(q.PageSize, 50), MaxLibraryPage))
		}
		window := c.windows.Get().(*[]byte)
		defer c.windows.Put(window)
		listed, err := readLibraryBody(r, *window, &page)
		if err == nil && !listed && q.Page <= 1 && q.Continuation == "" {
			// On very high page numbers the list is missing; at the start
			// that is no library at all (protocol 9.1).
			err = fmt.Errorf("%w: no list of items in it", ErrUnexpected)
		}
		return err
	}
	for tries := 1; ; tries++ {
		if err := c.do(ctx, x); err != nil {
			return LibraryPage{}, err
		}
		if tries == namedTries || !page.lacksNames(orDefault(q.Groups, LibraryGroups)) {
			return page, nil
		}
	}
}

// readLibraryHeader reads what the headers say about a page (protocol 9.1).
func readLibraryHeader(h http.Header) LibraryPage {
	page := LibraryPage{
		TotalCount: -1, StateToken: strings.TrimSpace(h.Get("State-Token")),
		Continuation: strings.TrimSpace(h.Get("Continuation-Token")),
	}
	if n, err := strconv.ParseUint(strings.TrimSpace(h.Get("Total-Count")), 10, 31); err == nil {
		page.TotalCount = int(n)
	}
	if page.StateToken == "0" {
		page.StateToken = ""
	}
	return page
}

// readLibraryBody reads a page's items, and the lists of removed ones that
// some clients look for; listed tells whether there was any list.
func readLibraryBody(r *reply, window []byte, page *LibraryPage) (listed bool, err error) {
	err = readObjectWith(r, window, func(s *jsonScanner, key []byte) {
		switch string(key) {
		case "items":
			page.Items, page.NullItems = page.Items[:0], 0
			nulls, ok := s.array(func() {
				if s.peek() == '{' {
					page.Items = append(page.Items, readProduct(s))
					return
				}
				s.skip()
				page.NullItems++
			})
			page.NullItems += nulls
			listed = listed || ok
		case "removed_asins", "deleted_asins", "revoked_asins":
			_, ok := s.array(func() { page.remove(s.text()) })
			listed = listed || ok
		case "removed_items", "deleted_items", "revoked_items":
			_, ok := s.array(func() { page.remove(readProduct(s).ASIN) })
			listed = listed || ok
		default:
			s.skip()
		}
	})
	return listed, err
}

func (p *LibraryPage) remove(asin string) {
	if asin != "" {
		p.Removed = append(p.Removed, asin)
	}
}

// LibraryItem returns one item of the library, with the same groups as a
// listing; empty groups mean LibraryGroups. It matches ErrNotFound when the
// item isn't in the library.
func (c *Client) LibraryItem(ctx context.Context, asin, groups string) (Product, error) {
	if err := checkASIN(asin); err != nil {
		return Product{}, err
	}
	var item Product
	err := c.get(ctx, "library/item", "library/"+asin, url.Values{"response_groups": {orDefault(groups, LibraryGroups)}},
		func(r *reply) error { return readOne(r, "item", &item) })
	if err == nil && (item.Hollow || item.Title == "" && item.Ownership.Status == "" && item.Ownership.PurchasedAt.IsZero()) {
		err = fmt.Errorf("library item %q: %w", asin, ErrNotFound)
	}
	return item, err
}

// readOne reads an answer that holds one product under the given key.
func readOne(r *reply, name string, into *Product) error {
	found := false
	err := readObject(r, func(s *jsonScanner, key []byte) {
		if string(key) != name || s.peek() != '{' {
			s.skip()
			return
		}
		*into = readProduct(s)
		found = true
	})
	if err == nil && !found {
		err = fmt.Errorf("%w: no %s in it", ErrUnexpected, name)
	}
	return err
}
