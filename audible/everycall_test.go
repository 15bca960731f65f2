package audible_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
)

// apiCall is one of the client's calls with arguments that are right.
type apiCall struct {
	name string
	// path is where it asks.
	path string
	make func(ctx context.Context, c *audible.Client) error
	// open is true for the catalogue, which anybody may ask.
	open bool
	// insists is true when an object without the expected list is no answer.
	insists bool
}

const someASIN = "B000000001"

// apiCalls lists every call that reads or changes something.
func apiCalls() []apiCall {
	return append(catalogueCalls(), accountCalls()...)
}

func catalogueCalls() []apiCall {
	return []apiCall{
		{"search", "/1.0/catalog/products", func(ctx context.Context, c *audible.Client) error {
			page, err := c.Search(ctx, audible.ProductQuery{Title: "x"})
			return errors.Join(err, unless(err == nil || page.Products == nil && page.TotalCount == 0))
		}, true, true},
		{"products", "/1.0/catalog/products", func(ctx context.Context, c *audible.Client) error {
			page, err := c.Products(ctx, []string{someASIN}, "")
			return errors.Join(err, unless(err == nil || page.Products == nil && page.Hollow == nil))
		}, true, true},
		{"product", "/1.0/catalog/products/" + someASIN, func(ctx context.Context, c *audible.Client) error {
			_, err := c.Product(ctx, someASIN, "")
			return err
		}, true, true},
		{"similar", "/1.0/catalog/products/" + someASIN + "/sims", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Similar(ctx, someASIN, "RawSimilarities")
			return err
		}, true, true},
		{"series", "/1.0/catalog/products", func(ctx context.Context, c *audible.Client) error {
			_, err := c.SeriesMembers(ctx, []string{someASIN})
			return err
		}, true, true},
		{"categories", "/1.0/catalog/categories", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Categories(ctx, 1)
			return err
		}, true, true},
		{"raw", "/1.0/library", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Raw(ctx, http.MethodGet, "/1.0/library")
			return err
		}, false, false},
	}
}

func accountCalls() []apiCall {
	return []apiCall{
		{"library", "/1.0/library", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Library(ctx, audible.LibraryQuery{})
			return err
		}, false, true},
		{"library item", "/1.0/library/" + someASIN, func(ctx context.Context, c *audible.Client) error {
			_, err := c.LibraryItem(ctx, someASIN, "")
			return err
		}, false, true},
		{"wish list", "/1.0/wishlist", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Wishlist(ctx, audible.WishlistQuery{})
			return err
		}, false, true},
		{"wish", "/1.0/wishlist", func(ctx context.Context, c *audible.Client) error { return c.AddToWishlist(ctx, someASIN) }, false, false},
		{"no wish", "/1.0/wishlist/", func(ctx context.Context, c *audible.Client) error { return c.RemoveFromWishlist(ctx, someASIN) }, false, false},
		{"positions", "/1.0/annotations/lastpositions", func(ctx context.Context, c *audible.Client) error {
			_, err := c.LastPositions(ctx, []string{someASIN})
			return err
		}, false, false},
		{"finished", "/1.0/stats/status/finished", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Finished(ctx, time.Time{})
			return err
		}, false, false},
		{"statistics", "/1.0/stats/aggregates", func(ctx context.Context, c *audible.Client) error {
			_, err := c.ListeningStats(ctx, audible.StatsQuery{})
			return err
		}, false, false},
		{"membership", "/1.0/account/information", func(ctx context.Context, c *audible.Client) error {
			_, err := c.AccountInformation(ctx)
			return err
		}, false, false},
		{"profile", "/user/profile", func(ctx context.Context, c *audible.Client) error {
			_, err := c.Profile(ctx)
			return err
		}, false, true},
	}
}

// unless is an error unless what must hold does.
func unless(holds bool) error {
	if holds {
		return nil
	}
	return errors.New("something came beside the error")
}

func TestEveryCallSaysWhatTheServerRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	for _, c := range apiCalls() {
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: c.path, Status: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}},
			Body: `{"error_code":"000123","message":"Refused for a test"}`,
		})
		r.calls.Store(0)
		err := c.make(t.Context(), r.client)
		said, ok := errors.AsType[*audible.APIError](err)
		if !ok || said.Status != http.StatusBadRequest || said.Code != "000123" || said.Message != "Refused for a test" {
			t.Errorf("%s: error %v, want what the server said", c.name, err)
		}
		if n := r.calls.Load(); n != 1 {
			t.Errorf("%s: %d requests, want 1", c.name, n)
		}
	}
}

func TestEveryCallTakesNoPageForAnAnswer(t *testing.T) {
	t.Parallel()
	quick := func(o *audible.ClientOptions) {
		o.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	}
	r := newRig(t, rigOptions{client: quick})
	for _, c := range apiCalls() {
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultHTML, Path: c.path}); err != nil {
			t.Fatal(err)
		}
		err := c.make(t.Context(), r.client)
		if outage, ok := errors.AsType[*audible.OutageError](err); !ok || !errors.Is(err, audible.ErrNotJSON) || outage.Endpoint == "" {
			t.Errorf("%s: error %v, want an outage because of a page", c.name, err)
		}
	}
}

func TestWhatIsNoListIsNoAnswer(t *testing.T) {
	t.Parallel()
	quick := func(o *audible.ClientOptions) {
		o.Wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	}
	r := newRig(t, rigOptions{client: quick})
	for _, c := range apiCalls() {
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultEmptyObject, Path: c.path}); err != nil {
			t.Fatal(err)
		}
		err := c.make(t.Context(), r.client)
		if _, isOutage := errors.AsType[*audible.OutageError](err); c.insists != (isOutage && errors.Is(err, audible.ErrUnexpected)) {
			t.Errorf("%s: error %v of an empty object, want an outage %t", c.name, err, c.insists)
		}
	}
}

func TestOnlyTheCatalogueIsOpenToEverybody(t *testing.T) {
	t.Parallel()
	sim, _ := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	var asked atomic.Int64
	client := audible.NewClient(audible.ClientOptions{Transport: sim.Transport(), Budget: func(context.Context) error { asked.Add(1); return nil }})
	for _, c := range apiCalls() {
		asked.Store(0)
		err := c.make(t.Context(), client)
		if c.open {
			if errors.Is(err, audible.ErrNoCredentials) || asked.Load() == 0 {
				t.Errorf("%s: error %v after %d requests, want it asked", c.name, err, asked.Load())
			}
			continue
		}
		if !errors.Is(err, audible.ErrNoCredentials) || asked.Load() != 0 {
			t.Errorf("%s: error %v after %d requests, want ErrNoCredentials after none", c.name, err, asked.Load())
		}
	}
}

// brokenStore is a CredentialStore that can't be read.
type brokenStore struct{ err error }

// Load fails.
func (s brokenStore) Load(context.Context) (audible.Credentials, audible.Version, error) {
	return audible.Credentials{}, 0, s.err
}

// Save fails.
func (s brokenStore) Save(context.Context, audible.Credentials, audible.Version) (audible.Version, error) {
	return 0, s.err
}

func TestAStoreThatCannotBeReadIsSaidByEveryCall(t *testing.T) {
	t.Parallel()
	sim, _ := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	broken := errors.New("the disk is gone")
	germany, err := audible.ParseMarketplace("de")
	if err != nil {
		t.Fatal(err)
	}
	for _, store := range []audible.Marketplace{{}, germany} {
		client := audible.NewClient(audible.ClientOptions{Credentials: brokenStore{broken}, Transport: sim.Transport(), Marketplace: store})
		for _, c := range apiCalls() {
			if err := c.make(t.Context(), client); !errors.Is(err, broken) {
				t.Errorf("%s: error %v, want that of the store", c.name, err)
			}
		}
		if _, _, err := client.ExchangeCookies(t.Context(), germany); !errors.Is(err, broken) {
			t.Errorf("cookies: error %v, want that of the store", err)
		}
	}
	if n := len(sim.Counts().Requests); n != 0 {
		t.Errorf("%d kinds of requests were made, want none", n)
	}
}

func TestARegistrationOfNoStoreIsSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.store.change(func(c *audible.Credentials) { c.Marketplace = "xx" })
	for _, c := range apiCalls() {
		if err := c.make(t.Context(), r.client); err == nil || !strings.Contains(err.Error(), "registration's marketplace") {
			t.Errorf("%s: error %v, want the marketplace named", c.name, err)
		}
	}
	creds, _, err := r.store.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := audible.Deregister(t.Context(), r.sim.Transport(), creds); err == nil || !strings.HasPrefix(err.Error(), "deregister the device:") {
		t.Errorf("Deregister: error %v", err)
	}
	if n := r.calls.Load(); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestWhatIsNoASINIsNeverSent(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.2")
	r := newRig(t, rigOptions{})
	for _, asin := range []string{"", "B00,B01", "../orders", "B0 0", strings.Repeat("B", 33), "Ä000000000"} {
		_, product := r.client.Product(t.Context(), asin, "")
		_, products := r.client.Products(t.Context(), []string{someASIN, asin}, "")
		_, item := r.client.LibraryItem(t.Context(), asin, "")
		_, similar := r.client.Similar(t.Context(), asin, "RawSimilarities")
		_, series := r.client.SeriesMembers(t.Context(), []string{asin})
		_, positions := r.client.LastPositions(t.Context(), []string{asin})
		for call, err := range map[string]error{
			"Product": product, "Products": products, "LibraryItem": item, "Similar": similar, "SeriesMembers": series,
			"LastPositions": positions, "AddToWishlist": r.client.AddToWishlist(t.Context(), asin),
			"RemoveFromWishlist": r.client.RemoveFromWishlist(t.Context(), asin),
		} {
			if err == nil || !strings.Contains(err.Error(), "is not an ASIN") {
				t.Errorf("%s(%q): error %v, want that it is no ASIN", call, asin, err)
			}
		}
	}
	if n := r.calls.Load(); n != 0 {
		t.Errorf("%d requests, want none", n)
	}
}

func TestAWishThatIsGoneIsRemoved(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/1.0/wishlist/", Status: http.StatusNotFound, Body: `{"message":"gone"}`})
	if err := r.client.RemoveFromWishlist(t.Context(), someASIN); err != nil {
		t.Errorf("error %v for a wish that is gone, want none", err)
	}
}
