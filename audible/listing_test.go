package audible_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// listed is what a whole listing delivered.
type listed struct {
	audible.Listing
	asins   []string
	gone    []string
	removed []string
	err     error
}

func (r *rig) list(t testing.TB, o audible.ListOptions) listed {
	t.Helper()
	var got listed
	got.Listing, got.err = audible.ListLibrary(t.Context(), r.client, o, func(page audible.LibraryPage) error {
		for _, item := range page.Items {
			if item.IsGone() {
				got.gone = append(got.gone, item.ASIN)
				continue
			}
			got.asins = append(got.asins, item.ASIN)
		}
		got.removed = append(got.removed, page.Removed...)
		return nil
	})
	slices.Sort(got.asins)
	return got
}

// checkWhole checks that a listing is the account's library, each title once.
func (r *rig) checkWhole(t testing.TB, got listed) {
	t.Helper()
	want, err := r.sim.Titles(r.account.Login, "us")
	if err != nil || got.err != nil {
		t.Fatalf("ListLibrary: %v; Titles: %v", got.err, err)
	}
	if !slices.Equal(got.asins, want) {
		t.Fatalf("%d titles came, %d are owned, or others", len(got.asins), len(want))
	}
	if !got.Complete || got.TotalCount != len(want) || got.Unique != len(want) || got.StateToken == "" {
		t.Errorf("listing of %d titles: %+v", len(want), got.Listing)
	}
}

func titles(n int) rigOptions {
	return rigOptions{account: audiblesim.Account{Marketplaces: map[string]int{"us": n}}}
}

func TestListingsAreWholeAtEverySize(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n, size, calls int
	}{
		"empty":             {0, 0, 1},
		"one":               {1, 0, 1},
		"a full page":       {1000, 1000, 1},
		"a page and one":    {1001, 1000, 2},
		"odd pages":         {718, 50, 15},
		"exactly ten times": {10_000, 1000, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, titles(c.n))
			got := r.list(t, audible.ListOptions{PageSize: c.size, Groups: audible.LeanGroups})
			r.checkWhole(t, got)
			if got.Calls != c.calls || int(r.calls.Load()) != c.calls {
				t.Errorf("%d calls (budget saw %d), want %d", got.Calls, r.calls.Load(), c.calls)
			}
		})
	}
}

func TestLibrariesAboveTheImpliedLimitAreListedByContinuation(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(25_000))
	got := r.list(t, audible.ListOptions{})
	r.checkWhole(t, got)
	if got.Calls != 25 {
		t.Errorf("%d calls, want 25", got.Calls)
	}
}

func TestTitlesOfOneInstantAreNotLostBetweenSlices(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, hiding(titles(9_980), "Continuation-Token"))
		// Sixty are bought at once, on both sides of the limit, and later so
		// many that the first page, the newest titles, shows none of them.
		for _, n := range []int{60, 1500} {
			advance(t, time.Hour)
			if _, err := r.sim.AddTitles(r.account.Login, "us", n); err != nil {
				t.Fatal(err)
			}
		}
		got := r.list(t, audible.ListOptions{})
		r.checkWhole(t, got)
		if got.Calls > 14 {
			t.Errorf("%d calls: a second pass made up for what was lost", got.Calls)
		}
	})
}

// withoutHeader hides a header from the client.
type withoutHeader struct {
	base http.RoundTripper
	name string
}

// RoundTrip removes the header.
func (w withoutHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := w.base.RoundTrip(r)
	if err == nil {
		response.Header.Del(w.name)
	}
	return response, err
}

func hiding(o rigOptions, name string) rigOptions {
	o.client = func(c *audible.ClientOptions) { c.Transport = withoutHeader{c.Transport, name} }
	return o
}

func TestLibrariesAboveTheImpliedLimitAreSlicedWithoutContinuation(t *testing.T) {
	t.Parallel()
	r := newRig(t, hiding(titles(12_345), "Continuation-Token"))
	r.checkWhole(t, r.list(t, audible.ListOptions{}))
}

func TestAListingWithoutCountIsWalkedAndNotCalledComplete(t *testing.T) {
	t.Parallel()
	r := newRig(t, hiding(titles(120), "Total-Count"))
	got := r.list(t, audible.ListOptions{PageSize: 50})
	if got.err != nil || got.Unique != 120 || got.Complete || got.TotalCount != -1 || got.Calls != 3 {
		t.Errorf("listing %+v, error %v; want 120 titles in 3 calls, not complete", got.Listing, got.err)
	}
}

func TestADeltaHoldsWhatChanged(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(60))
	first := r.list(t, audible.ListOptions{})
	r.checkWhole(t, first)
	again := r.list(t, audible.ListOptions{StateToken: first.StateToken})
	if again.err != nil || !again.Complete || again.Unique != 0 || again.TotalCount != 0 || again.Calls != 1 {
		t.Errorf("delta of nothing: %+v, error %v", again.Listing, again.err)
	}
	added, err := r.sim.AddTitles(r.account.Login, "us", 2)
	if err != nil {
		t.Fatal(err)
	}
	returned := first.asins[7]
	if err := r.sim.ReturnTitle(r.account.Login, "us", returned); err != nil {
		t.Fatal(err)
	}
	slices.Sort(added)
	delta := r.list(t, audible.ListOptions{StateToken: first.StateToken})
	if delta.err != nil || !delta.Complete || !slices.Equal(delta.asins, added) || !slices.Equal(delta.gone, []string{returned}) {
		t.Errorf("delta: came %q, gone %q, error %v; want %q and %q", delta.asins, delta.gone, delta.err, added, returned)
	}
	if delta.StateToken == first.StateToken || delta.StateToken == "" {
		t.Errorf("the state token stayed %q", delta.StateToken)
	}
}

func TestAServerThatRepeatsItselfEndsIncomplete(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(2000))
	r.sim.SetQuirks(audiblesim.Quirks{SamePage: true})
	got := r.list(t, audible.ListOptions{PageSize: 50})
	if got.err != nil || got.Complete || got.Unique != 50 || got.Calls > 30 {
		t.Errorf("listing %+v, error %v; want 50 titles, incomplete, few calls", got.Listing, got.err)
	}
}

func TestNullItemsAreCountedAndLeaveTheListingIncomplete(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(100))
	r.sim.SetQuirks(audiblesim.Quirks{NullItemEvery: 10})
	got := r.list(t, audible.ListOptions{})
	if got.err != nil || got.Complete || got.Unique != 90 || got.NullItems != 10 {
		t.Errorf("listing %+v, error %v; want 90 titles and 10 nulls, incomplete", got.Listing, got.err)
	}
}

func TestAMissingListOnHighPagesIsNoError(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(100))
	r.sim.SetQuirks(audiblesim.Quirks{NullItemsFromPage: 2})
	got := r.list(t, audible.ListOptions{PageSize: 50})
	if got.err != nil || got.Complete || got.Unique != 50 {
		t.Errorf("listing %+v, error %v; want 50 titles, incomplete", got.Listing, got.err)
	}
}

func TestAShortListingIsRepeatedForWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(100))
	if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultShortPage, Path: "/1.0/library", Times: 1}); err != nil {
		t.Fatal(err)
	}
	r.checkWhole(t, r.list(t, audible.ListOptions{PageSize: 50}))
}

func TestAWrongCountIsSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(40))
	if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultWrongTotal, Path: "/1.0/library"}); err != nil {
		t.Fatal(err)
	}
	got := r.list(t, audible.ListOptions{})
	if got.err != nil || got.Complete || got.Unique != 40 || got.TotalCount != 43 {
		t.Errorf("listing %+v, error %v; want 40 of 43, incomplete", got.Listing, got.err)
	}
}

func TestPagesThatAreTooMuchForTheServerGetSmaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		toPresent(t)
		r := newRig(t, titles(300))
		r.sim.SetQuirks(audiblesim.Quirks{MaxCost: 5 * 400})
		got := r.list(t, audible.ListOptions{Groups: audible.LeanGroups})
		r.checkWhole(t, got)
		if got.PageSize != 250 {
			t.Errorf("page size %d, want 250", got.PageSize)
		}
	})
}

func TestPagesAreFetchedTogetherAndWithinTheirNumber(t *testing.T) {
	t.Parallel()
	for name, hide := range map[string]string{"by number": "Continuation-Token", "by token": "X-Nothing"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				n := 900
				if name == "by token" {
					n = 10_100
				}
				r := newRig(t, hiding(titles(n), hide))
				if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/1.0/library", Delay: time.Second}); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				got := r.list(t, audible.ListOptions{PageSize: n / 9, Parallel: 4})
				r.checkWhole(t, got)
				// The first page tells how many there are; then four at a
				// time. A chain of tokens is one after the other.
				want := 3 * time.Second
				if name == "by token" {
					want = time.Duration(got.Calls) * time.Second
				}
				if took := time.Since(start); took != want {
					t.Errorf("%d calls took %s, want %s", got.Calls, took, want)
				}
			})
		})
	}
}

func TestAnErrorOfTheReceiverEndsTheListing(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(500))
	full := errors.New("the disk is full")
	listing, err := audible.ListLibrary(t.Context(), r.client, audible.ListOptions{PageSize: 50}, func(audible.LibraryPage) error { return full })
	wantError(t, err, full)
	if listing.Complete || !strings.Contains(err.Error(), "deliver a page") {
		t.Errorf("listing %+v, error %q", listing, err)
	}
}

func TestACancelledListingStops(t *testing.T) {
	t.Parallel()
	r := newRig(t, titles(500))
	ctx, cancel := context.WithCancel(t.Context())
	_, err := audible.ListLibrary(ctx, r.client, audible.ListOptions{PageSize: 50}, func(audible.LibraryPage) error {
		cancel()
		return nil
	})
	wantError(t, err, context.Canceled)
}
