package audible

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// fetcher fetches pages of a library in the background, as many at once as it
// has slots.
type fetcher struct {
	lister  *lister
	running *sync.WaitGroup
	slots   chan struct{}
}

// fetch is one page on its way.
type fetch struct {
	// headed is closed when head is there, done when page or err is.
	headed chan struct{}
	done   chan struct{}
	// held is true while the page has a slot.
	held bool
	head LibraryPage
	page LibraryPage
	err  error
}

// start fetches a page as soon as there is a slot; the slot is given back by
// release, after the page was used.
func (f *fetcher) start(ctx context.Context, q LibraryQuery) *fetch {
	one := &fetch{headed: make(chan struct{}), done: make(chan struct{})}
	select {
	case f.slots <- struct{}{}:
		one.held = true
	case <-ctx.Done():
		one.err = fmt.Errorf("list the library: %w", context.Cause(ctx))
		close(one.done)
		return one
	}
	f.running.Go(func() {
		defer close(one.done)
		var once sync.Once
		one.page, one.err = f.lister.client.libraryPage(ctx, q, &f.lister.requests, func(head LibraryPage) {
			once.Do(func() { one.head = head; close(one.headed) })
		})
	})
	return one
}

// release gives the slot of a page back.
func (f *fetcher) release(one *fetch) {
	if one.held {
		one.held = false
		<-f.slots
	}
}

// awaitHead waits until the headers of a page are known.
func (one *fetch) awaitHead(ctx context.Context) (LibraryPage, error) {
	select {
	case <-one.headed:
		return one.head, nil
	case <-one.done:
	case <-ctx.Done():
		return LibraryPage{}, fmt.Errorf("list the library: %w", context.Cause(ctx))
	}
	if one.err != nil {
		return LibraryPage{}, one.err
	}
	return one.page, nil
}

// await waits for the whole page.
func (one *fetch) await(ctx context.Context) (LibraryPage, error) {
	select {
	case <-one.done:
		return one.page, one.err
	case <-ctx.Done():
		return LibraryPage{}, fmt.Errorf("list the library: %w", context.Cause(ctx))
	}
}

// pages fetches pages 1 to last of a query, of which the first is on its way.
func (f *fetcher) pages(ctx context.Context, first *fetch, q LibraryQuery, last int) <-chan *fetch {
	return f.produce(ctx, first, func(page int, _ *fetch) (LibraryQuery, bool) {
		q.Page = page
		return q, page <= last
	})
}

// chain follows continuation tokens. Each comes in the headers of the page
// before, so the next page is asked for while that one is still being read.
func (f *fetcher) chain(ctx context.Context, first *fetch, q LibraryQuery) <-chan *fetch {
	return f.produce(ctx, first, func(_ int, before *fetch) (LibraryQuery, bool) {
		head, err := before.awaitHead(ctx)
		if err != nil || head.Continuation == "" {
			return q, false
		}
		q.Continuation = head.Continuation
		return q, true
	})
}

// produce starts fetches in the background, each after the one before, until
// next has no more, and hands them out in order.
func (f *fetcher) produce(ctx context.Context, first *fetch, next func(page int, before *fetch) (LibraryQuery, bool)) <-chan *fetch {
	started := make(chan *fetch, cap(f.slots))
	started <- first
	f.running.Go(func() {
		defer close(started)
		before := first
		for page := 2; page <= maxListingPages; page++ {
			q, more := next(page, before)
			if !more {
				return
			}
			one := f.start(ctx, q)
			select {
			case started <- one:
			case <-ctx.Done():
				return
			}
			before = one
		}
	})
	return started
}

// errTooSlow is the cause of exchanges that were given up for time.
var errTooSlow = errors.New("the server took too long")
