package remote

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/recommend"
)

// MostItems is how many rows one page of a list has at most.
const MostItems = 500

// TitleQuery chooses titles. Empty fields choose nothing.
type TitleQuery struct {
	Search, Author, Narrator, Series, Language, Marketplace string
	Account                                                 audipy.AccountID
	Status                                                  audipy.ItemStatus
	Finished, Plus                                          *bool
	AddedSince                                              time.Time
	Sort                                                    string
	// Limit is at most MostItems, and Cursor the next of the page before.
	Limit  int
	Cursor string
}

func (q TitleQuery) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	for name, value := range map[string]string{
		"search": q.Search, "author": q.Author, "narrator": q.Narrator, "series": q.Series, "language": q.Language,
		"marketplace": q.Marketplace, "account": string(q.Account), "status": string(q.Status), "sort": q.Sort,
		"cursor": q.Cursor,
	} {
		set(name, value)
	}
	for name, choice := range map[string]*bool{"finished": q.Finished, "plus": q.Plus} {
		if choice != nil {
			v.Set(name, strconv.FormatBool(*choice))
		}
	}
	if !q.AddedSince.IsZero() {
		v.Set("added_since", q.AddedSince.UTC().Format(time.RFC3339))
	}
	v.Set("limit", strconv.Itoa(q.Limit))
	return v
}

// TitlePage is a part of a library.
type TitlePage struct {
	Items []audipy.Item
	Next  string
	Total int
}

// Titles returns a page of the library.
func (c *Client) Titles(ctx context.Context, q TitleQuery) (TitlePage, error) {
	var wire httpapi.LibraryPage
	err := c.do(ctx, call{method: http.MethodGet, path: "/library", query: q.values(), list: true}, &wire)
	page := TitlePage{Items: make([]audipy.Item, len(wire.Items)), Next: wire.Next, Total: wire.Total}
	for i := range wire.Items {
		page.Items[i] = itemOf(&wire.Items[i])
	}
	return page, err
}

// Facets returns what titles can be chosen by.
func (c *Client) Facets(ctx context.Context) (httpapi.Facets, error) {
	var f httpapi.Facets
	err := c.do(ctx, call{method: http.MethodGet, path: "/library/facets", list: true}, &f)
	return f, err
}

// AllTitles returns every title, those that are gone included, as the export that
// the server records. An error ends the sequence.
func (c *Client) AllTitles(ctx context.Context) iter.Seq2[audipy.Item, error] {
	return func(yield func(audipy.Item, error) bool) {
		answer, err := c.send(ctx, call{
			method: http.MethodGet, path: "/library/export", query: url.Values{"format": {"json"}}, list: true,
		})
		if err != nil {
			yield(audipy.Item{}, err)
			return
		}
		defer func() { _ = answer.Body.Close() }() // it was read as far as it is of use
		limit := &perRow{from: answer.Body, left: maxRow}
		rows := json.NewDecoder(limit)
		if first, err := rows.Token(); err != nil || first != json.Delim('[') {
			yield(audipy.Item{}, c.foreign(fmt.Errorf("an export that begins with %v: %w", first, err)))
			return
		}
		for rows.More() {
			var wire httpapi.Item
			if err := rows.Decode(&wire); err != nil {
				yield(audipy.Item{}, c.cutOff(ctx, err))
				return
			}
			limit.left = maxRow
			if !yield(itemOf(&wire), nil) {
				return
			}
		}
		if _, err := rows.Token(); err != nil {
			yield(audipy.Item{}, c.cutOff(ctx, err))
		}
	}
}

// maxRow bounds one title of an export, in bytes: a decoder holds a whole one in
// memory.
const maxRow = 1 << 20

// perRow ends an answer whose next title does not end.
type perRow struct {
	from io.Reader
	left int
}

func (p *perRow) Read(b []byte) (int, error) {
	if p.left <= 0 {
		return 0, fmt.Errorf("a title of more than %d bytes", maxRow)
	}
	n, err := p.from.Read(b[:min(len(b), p.left)])
	p.left -= n
	return n, err
}

// cutOff is the error of an answer that ended before its end.
func (c *Client) cutOff(ctx context.Context, err error) error {
	if err == io.EOF { //nolint:errorlint // what a decoder returns for a document that is cut off
		err = io.ErrUnexpectedEOF
	}
	return c.unreachable(ctx, err)
}

// Series returns every series that the person owns something of.
func (c *Client) Series(ctx context.Context) ([]recommend.Series, error) {
	var wire httpapi.SeriesList
	err := c.do(ctx, call{method: http.MethodGet, path: "/series", list: true}, &wire)
	series := make([]recommend.Series, len(wire.Items))
	for i := range wire.Items {
		series[i] = seriesOf(&wire.Items[i])
	}
	return series, err
}

// Suggestions returns what to listen to next and what is announced. The series
// are left out.
func (c *Client) Suggestions(ctx context.Context) (recommend.Advice, error) {
	var advice recommend.Advice
	query := url.Values{"limit": {strconv.Itoa(MostItems)}}
	for {
		var wire httpapi.SuggestionPage
		if err := c.do(ctx, call{method: http.MethodGet, path: "/suggestions", query: query, list: true}, &wire); err != nil {
			return advice, err
		}
		for i := range wire.Items {
			advice.Next = append(advice.Next, suggestionOf(&wire.Items[i]))
		}
		for i := range wire.Upcoming {
			advice.Upcoming = append(advice.Upcoming, suggestionOf(&wire.Upcoming[i]))
		}
		advice.Hidden = recommend.Hidden(wire.Hidden)
		if wire.Next == "" {
			return advice, nil
		}
		query.Set("cursor", wire.Next)
	}
}

// Book returns what the server knows of a title; one that it knows nothing of is
// NotFound.
func (c *Client) Book(ctx context.Context, marketplace, asin string) (Book, error) {
	var wire httpapi.Book
	path := "/books/" + url.PathEscape(marketplace) + "/" + url.PathEscape(asin)
	err := c.do(ctx, call{method: http.MethodGet, path: path}, &wire)
	return bookOf(&wire, marketplace, asin), err
}

// SetMark keeps the person's word on a suggestion.
func (c *Client) SetMark(ctx context.Context, m audipy.Mark) error {
	body := struct {
		Until     time.Time `json:"until,omitzero"`
		Elsewhere bool      `json:"elsewhere,omitempty"`
	}{m.Until, m.Elsewhere}
	return c.do(ctx, call{method: http.MethodPut, path: markPath(m.Marketplace, m.ASIN), body: body}, nil)
}

// ClearMark takes it back.
func (c *Client) ClearMark(ctx context.Context, marketplace, asin string) error {
	return c.do(ctx, call{method: http.MethodDelete, path: markPath(marketplace, asin)}, nil)
}

func markPath(marketplace, asin string) string {
	return "/marks/" + url.PathEscape(marketplace) + "/" + url.PathEscape(asin)
}

// Wishes returns the wish lists, the newest wish first.
func (c *Client) Wishes(ctx context.Context) ([]Wish, error) {
	var wire httpapi.WishList
	err := c.do(ctx, call{method: http.MethodGet, path: "/wishlist", list: true}, &wire)
	wishes := make([]Wish, len(wire.Items))
	for i := range wire.Items {
		wishes[i] = wishOf(&wire.Items[i])
	}
	return wishes, err
}

// ChangeWish puts a title on the wish list of an account at Audible, or takes it
// off.
func (c *Client) ChangeWish(ctx context.Context, account audipy.AccountID, marketplace, asin string, wanted bool) error {
	method := http.MethodDelete
	if wanted {
		method = http.MethodPut
	}
	path := accountPath(account) + "/wishlist/" + url.PathEscape(marketplace) + "/" + url.PathEscape(asin)
	return c.do(ctx, call{method: method, path: path}, nil)
}

// Preferences returns what the person wants to see.
func (c *Client) Preferences(ctx context.Context) (audipy.Preferences, error) {
	var wire httpapi.Preferences
	err := c.do(ctx, call{method: http.MethodGet, path: "/preferences", list: true}, &wire)
	return preferencesOf(&wire), err
}

// SavePreferences replaces it.
func (c *Client) SavePreferences(ctx context.Context, p audipy.Preferences) error {
	return c.do(ctx, call{method: http.MethodPut, path: "/preferences", body: wireOf(p), list: true}, nil)
}
