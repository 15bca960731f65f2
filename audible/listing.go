package audible

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of a listing. The API refuses a page whose number times the page size
// is above 10,000 ("Implied library size is unsupported", seen by others).
const (
	maxImplied      = 10_000
	defaultParallel = 4
	maxParallel     = 10
	maxListingPages = 5_000
	// idlePages is how many pages in a row may bring nothing new before the
	// server is taken to repeat itself.
	idlePages = 3
)

// ListOptions say how ListLibrary lists. The zero value lists everything.
type ListOptions struct {
	// Groups and ImageSizes are as in LibraryQuery.
	Groups     string
	ImageSizes string
	// PageSize is the most items per page, 1 to MaxLibraryPage; 0 means
	// that. When the server can't make pages of this size, smaller ones are
	// asked for.
	PageSize int
	// StateToken, when set, lists only what changed since it was given.
	StateToken string
	// Parallel is how many pages are fetched at once, at most ten; 0 means
	// four.
	Parallel int
}

// Listing is what a whole listing came to.
type Listing struct {
	// TotalCount is Audible's own count, -1 when it gave none, and Unique
	// the number of different ASINs that came.
	TotalCount int
	Unique     int
	// Complete is true when the two are equal. Only then may a title that
	// didn't come be taken for gone.
	Complete bool
	// StateToken marks the library as it was before the first page: keep it
	// once everything that was delivered is applied. Empty when the server
	// gave none.
	StateToken string
	// Calls counts the requests, and NullItems the items that the server
	// sent as null or without an ASIN.
	Calls     int
	NullItems int
	// PageSize is the size that worked.
	PageSize int
}

// ListLibrary lists a library and gives it page by page to deliver, one at a
// time and in order; an error of deliver ends the listing and is returned. An
// item comes once, however often the server repeats it. Pages are fetched and
// read while earlier ones are delivered, and at most Parallel are in memory.
//
// Libraries that the API can't page through (above 10,000 titles) are followed
// by continuation tokens, or cut into slices by purchase date when it gives
// none. A listing that came out short is repeated once for what is missing.
// Without an error look at Complete: the server may still have left something
// out.
func ListLibrary(ctx context.Context, c *Client, o ListOptions, deliver func(LibraryPage) error) (Listing, error) {
	if o.PageSize <= 0 || o.PageSize > MaxLibraryPage {
		o.PageSize = MaxLibraryPage
	}
	if o.Parallel <= 0 {
		o.Parallel = defaultParallel
	}
	o.Parallel = min(o.Parallel, maxParallel)
	l := &lister{client: c, options: o, deliver: deliver, seen: make(map[string]int, 1024)}
	err := l.run(ctx)
	l.result.Calls = int(l.requests.Load())
	l.result.Unique = len(l.seen)
	l.result.PageSize = l.options.PageSize
	return l.result, err
}

// lister is one listing under way.
type lister struct {
	client  *Client
	options ListOptions
	deliver func(LibraryPage) error
	// seen tells by ASIN in which pass an item came last.
	seen     map[string]int
	passes   int
	requests atomic.Int64
	result   Listing
	// newest is the latest purchase that came, and idle how many pages in a
	// row brought nothing that this pass had not seen.
	newest time.Time
	idle   int
}

// run makes passes over the library until it is complete: a second one when
// items are missing, and others with smaller pages when the server chokes.
func (l *lister) run(ctx context.Context) error {
	for whole := 0; ; {
		l.passes++
		err := l.pass(ctx)
		switch {
		case err != nil && isOverload(err) && l.options.PageSize > 50:
			l.options.PageSize = max(l.options.PageSize/4, 50)
			continue
		case err != nil:
			return err
		}
		l.result.Complete = len(l.seen) == l.result.TotalCount
		whole++
		if l.result.Complete || l.result.TotalCount < 0 || whole == 2 {
			return nil
		}
	}
}

// isOverload reports whether the server failed at making the page rather than
// being away: smaller pages may help (protocol 9.1, quirks).
func isOverload(err error) bool {
	outage, ok := errors.AsType[*OutageError](err)
	if !ok || outage.Endpoint != endpointLibrary {
		return false
	}
	return outage.Status == http.StatusInternalServerError || outage.Status == http.StatusGatewayTimeout ||
		errors.Is(err, errTooSlow)
}

// query is the query of the listing's first page.
func (l *lister) query() LibraryQuery {
	return LibraryQuery{
		Groups: l.options.Groups, ImageSizes: l.options.ImageSizes,
		PageSize: l.options.PageSize, StateToken: l.options.StateToken, Page: 1,
	}
}

// pass goes over the library once. Its fetches end with it.
func (l *lister) pass(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	f := l.newFetcher(&running)
	l.idle = 0
	first := f.start(ctx, l.query())
	head, err := first.awaitHead(ctx)
	if err != nil {
		return err
	}
	l.result.TotalCount, l.result.NullItems = head.TotalCount, 0
	if l.result.StateToken == "" {
		l.result.StateToken = head.StateToken
	}
	pages := pagesOf(head.TotalCount, l.options.PageSize)
	switch {
	case head.TotalCount < 0:
		return l.walk(ctx, f, first)
	case pages*l.options.PageSize <= maxImplied:
		return l.consume(ctx, f, f.pages(ctx, first, l.query(), pages))
	case head.Continuation != "":
		return l.consume(ctx, f, f.chain(ctx, first, l.query()))
	}
	if err := l.consume(ctx, f, f.pages(ctx, first, l.query(), 1)); err != nil {
		return err
	}
	return l.slices(ctx, &running)
}

func (l *lister) newFetcher(running *sync.WaitGroup) *fetcher {
	return &fetcher{lister: l, running: running, slots: make(chan struct{}, l.options.Parallel)}
}

func pagesOf(total, size int) int { return max((total+size-1)/size, 1) }

// consume delivers fetched pages in their order.
func (l *lister) consume(ctx context.Context, f *fetcher, pages <-chan *fetch) error {
	for one := range pages {
		page, err := one.await(ctx)
		if err == nil {
			_, err = l.take(page)
		}
		f.release(one)
		if err != nil {
			return err
		}
		if l.idle > idlePages {
			return nil
		}
	}
	return nil
}

// take delivers what is new of a page, and returns how many items it had.
func (l *lister) take(page LibraryPage) (items int, err error) {
	items = len(page.Items) + page.NullItems
	fresh, moved := page.Items[:0], len(page.Removed) > 0
	for _, item := range page.Items {
		if item.ASIN == "" {
			page.NullItems++
			continue
		}
		if item.Ownership.PurchasedAt.After(l.newest) {
			l.newest = item.Ownership.PurchasedAt
		}
		last, known := l.seen[item.ASIN]
		moved = moved || last != l.passes
		l.seen[item.ASIN] = l.passes
		if !known {
			fresh = append(fresh, item)
		}
	}
	l.result.NullItems += page.NullItems
	page.Items = fresh
	l.idle++
	if moved {
		l.idle = 0
	}
	if len(fresh) == 0 && len(page.Removed) == 0 {
		return items, nil
	}
	if err := l.deliver(page); err != nil {
		return items, fmt.Errorf("deliver a page of the library: %w", err)
	}
	return items, nil
}

// walk asks for one page after the other until one isn't full, for a server
// that gives no count.
func (l *lister) walk(ctx context.Context, f *fetcher, one *fetch) error {
	q := l.query()
	for page := 1; page*q.PageSize <= maxImplied; page++ {
		got, err := one.await(ctx)
		if err != nil {
			return err
		}
		items, err := l.take(got)
		f.release(one)
		if err != nil || items < q.PageSize || l.idle > 0 {
			return err
		}
		q.Page = page + 1
		one = f.start(ctx, q)
	}
	return nil
}

// slices cuts the library by purchase date, oldest first: each slice is as
// much as the API pages through, and the next begins where it ended.
func (l *lister) slices(ctx context.Context, running *sync.WaitGroup) error {
	q := l.query()
	q.Sort, q.PurchasedAfter = "PurchaseDate", time.Unix(0, 0)
	for {
		l.newest, l.idle = time.Time{}, 0
		f := l.newFetcher(running)
		first := f.start(ctx, q)
		head, err := first.awaitHead(ctx)
		if err != nil {
			return err
		}
		pages := min(pagesOf(head.TotalCount, q.PageSize), maxImplied/q.PageSize)
		if err := l.consume(ctx, f, f.pages(ctx, first, q, pages)); err != nil {
			return err
		}
		// Whether the API means "after" or "from" is not known: a slice
		// repeats the last instant of the one before.
		next := l.newest.Add(-time.Millisecond)
		if head.TotalCount <= pages*q.PageSize || !next.After(q.PurchasedAfter) {
			return nil
		}
		q.PurchasedAfter = next
	}
}
