package librarysync

import (
	"context"
	"slices"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// CatalogRequest says what to ask the catalogue of one store about. What was
// asked within MaxAge is not asked again.
type CatalogRequest struct {
	User audipy.UserID
	// Account is whose eyes the catalogue is seen with: prices and plans
	// depend on the membership.
	Account     audipy.AccountID
	Marketplace string
	MaxAge      time.Duration
	// Progress, when set, is called with how many of the requests are done.
	Progress func(Progress)
}

// SeriesName names a series that the catalogue is asked about.
type SeriesName struct{ ASIN, Title string }

// catalog is one refresh under way.
type catalog struct {
	CatalogRequest
	service *Service
	client  *audible.Client
	looks   map[store.Look]time.Time
	calls   int
}

// RefreshSeries asks for the members of series, fifty a request, and keeps
// them. It returns how many requests it took.
func (s *Service) RefreshSeries(ctx context.Context, r CatalogRequest, series []SeriesName) (int, error) {
	return s.refresh(ctx, r, func(c *catalog) error {
		stale := slices.DeleteFunc(slices.Clone(series), func(one SeriesName) bool {
			return c.isFresh(store.LookSeries, one.ASIN)
		})
		return c.batches(ctx, len(stale), func(from, to int) error { return c.series(ctx, stale[from:to]) })
	})
}

// RefreshProducts asks for products by their ASINs, fifty a request, and keeps
// them with their prices. Products seen within MaxAge are left alone.
func (s *Service) RefreshProducts(ctx context.Context, r CatalogRequest, asins []string) (int, error) {
	return s.refresh(ctx, r, func(c *catalog) error {
		known, err := s.store.Products(ctx, r.User, r.Marketplace, asins)
		if err != nil {
			return err
		}
		fresh := map[string]bool{}
		for _, p := range known {
			fresh[p.ASIN] = s.now().Sub(p.SeenAt) < r.MaxAge
		}
		stale := slices.DeleteFunc(slices.Clone(asins), func(asin string) bool { return fresh[asin] })
		return c.batches(ctx, len(stale), func(from, to int) error { return c.products(ctx, stale[from:to]) })
	})
}

// RefreshPeople searches for the books of authors and of narrators, one request
// each, and keeps what is found.
func (s *Service) RefreshPeople(ctx context.Context, r CatalogRequest, authors, narrators []string) (int, error) {
	return s.refresh(ctx, r, func(c *catalog) error {
		var looks []store.Look
		for _, name := range authors {
			looks = append(looks, store.Look{Kind: store.LookAuthor, Name: name})
		}
		for _, name := range narrators {
			looks = append(looks, store.Look{Kind: store.LookNarrator, Name: name})
		}
		looks = slices.DeleteFunc(looks, func(l store.Look) bool { return c.isFresh(l.Kind, l.Name) })
		for i, look := range looks {
			c.report(i, len(looks))
			if err := c.person(ctx, look); err != nil {
				return err
			}
		}
		return nil
	})
}

// RefreshWishlist keeps the account's wish list as Audible has it, products
// and prices included.
func (s *Service) RefreshWishlist(ctx context.Context, r CatalogRequest) (int, error) {
	return s.refresh(ctx, r, func(c *catalog) error {
		var found []audible.Product
		for page := 0; ; page++ {
			got, err := c.client.Wishlist(ctx, audible.WishlistQuery{Page: page})
			c.calls++
			if err != nil {
				return err
			}
			found = append(found, got.Products...)
			if len(got.Products)+len(got.Hollow) < audible.MaxCatalogueBatch || len(found) >= got.TotalCount {
				break
			}
		}
		if err := c.keep(ctx, found); err != nil {
			return err
		}
		return c.keepWishes(ctx, found)
	})
}

// RefreshSold asks whether the store still sells titles that the person owns,
// fifty a request. Titles asked about within MaxAge are left alone, and so is
// the catalogue that advice is made from.
func (s *Service) RefreshSold(ctx context.Context, r CatalogRequest, asins []string) (int, error) {
	return s.refresh(ctx, r, func(c *catalog) error {
		looked, err := s.store.LookedSold(ctx, r.User, r.Marketplace, s.now().Add(-r.MaxAge))
		if err != nil {
			return err
		}
		stale := slices.DeleteFunc(slices.Clone(asins), func(asin string) bool { return looked[asin] })
		return c.batches(ctx, len(stale), func(from, to int) error { return c.sold(ctx, stale[from:to]) })
	})
}

// sold keeps of what the store says about buying only whether it does. What it
// says nothing about counts as sold: it was once.
func (c *catalog) sold(ctx context.Context, asins []string) error {
	page, err := c.client.Products(ctx, asins, "")
	c.calls++
	if err != nil {
		return err
	}
	sold := make(map[string]bool, len(page.Products))
	for i := range page.Products {
		sold[page.Products[i].ASIN] = availability(&page.Products[i]) != audipy.Unbuyable
	}
	return c.service.store.NoteSold(ctx, c.User, c.Marketplace, sold)
}

func (c *catalog) keepWishes(ctx context.Context, found []audible.Product) error {
	wishes := make([]store.Wish, len(found))
	for i := range found {
		wishes[i] = store.Wish{ASIN: found[i].ASIN, AddedAt: found[i].WishedAt}
	}
	return c.service.withLease(ctx, c.User, c.Account, func(ctx context.Context, lease store.Lease) error {
		return c.service.store.ReplaceWishlist(ctx, c.User, store.Wishlist{
			Account: c.Account, Marketplace: c.Marketplace, Fence: lease.Fence, Wishes: wishes,
		}, audit.Event{
			Action: audit.WishlistUpdated, Outcome: audit.Succeeded, Account: c.Account, Target: c.Marketplace,
			Counts: map[string]int{"titles": len(wishes), "wishlist_calls": c.calls},
		})
	})
}

// refresh prepares a refresh, runs it, and puts its failure into words.
func (s *Service) refresh(ctx context.Context, r CatalogRequest, work func(*catalog) error) (int, error) {
	client, err := s.accounts.Client(ctx, r.User, r.Account, r.Marketplace)
	if err != nil {
		return 0, err
	}
	looks, err := s.store.Looks(ctx, r.User, r.Marketplace)
	if err != nil {
		return 0, err
	}
	c := &catalog{CatalogRequest: r, service: s, client: client, looks: looks}
	if err := work(c); err != nil {
		return c.calls, s.explain(ctx, Request{User: r.User, Account: r.Account}, err)
	}
	return c.calls, nil
}

func (c *catalog) isFresh(kind store.LookKind, name string) bool {
	at, asked := c.looks[store.Look{Kind: kind, Name: name}]
	return asked && c.service.now().Sub(at) < c.MaxAge
}

func (c *catalog) report(done, total int) {
	if c.Progress != nil {
		c.Progress(Progress{Marketplace: c.Marketplace, Phase: PhaseCatalog, Done: done, Total: total})
	}
}

// batches cuts n things into batches that one request takes.
func (c *catalog) batches(ctx context.Context, n int, work func(from, to int) error) error {
	for from := 0; from < n; from += audible.MaxCatalogueBatch {
		c.report(from, n)
		if err := work(from, min(from+audible.MaxCatalogueBatch, n)); err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	c.report(n, n)
	return nil
}

func (c *catalog) series(ctx context.Context, batch []SeriesName) error {
	asins, titles := make([]string, len(batch)), map[string]string{}
	for i, one := range batch {
		asins[i], titles[one.ASIN] = one.ASIN, one.Title
	}
	found, err := c.client.SeriesMembers(ctx, asins)
	c.calls++
	if err != nil {
		return err
	}
	listed := map[string]bool{}
	for _, one := range found {
		listed[one.ASIN] = true
		if err := c.keepSeries(ctx, one, titles[one.ASIN]); err != nil {
			return err
		}
	}
	for _, asin := range asins {
		// A series that the store does not know is an answer too.
		if !listed[asin] {
			if err := c.service.store.SetLooked(ctx, c.User, c.Marketplace, store.Look{Kind: store.LookSeries, Name: asin}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *catalog) keepSeries(ctx context.Context, one audible.Series, title string) error {
	members := make([]audipy.SeriesMember, 0, len(one.Members))
	for _, m := range one.Members {
		members = append(members, audipy.SeriesMember{ASIN: m.ASIN, Sequence: m.Sequence, Sort: m.Sort})
	}
	if one.Title != "" {
		title = one.Title
	}
	return c.service.store.ReplaceSeriesMembers(ctx, c.User,
		store.Series{Marketplace: c.Marketplace, ASIN: one.ASIN, Title: title}, members)
}

func (c *catalog) products(ctx context.Context, asins []string) error {
	page, err := c.client.Products(ctx, asins, "")
	c.calls++
	if err != nil {
		return err
	}
	return c.keep(ctx, page.Products)
}

func (c *catalog) person(ctx context.Context, look store.Look) error {
	query := audible.ProductQuery{Author: look.Name, Sort: "-ReleaseDate"}
	if look.Kind == store.LookNarrator {
		query.Author, query.Narrator = "", look.Name
	}
	page, err := c.client.Search(ctx, query)
	c.calls++
	if err != nil {
		return err
	}
	if err := c.keep(ctx, page.Products); err != nil {
		return err
	}
	return c.service.store.SetLooked(ctx, c.User, c.Marketplace, look)
}

func (c *catalog) keep(ctx context.Context, found []audible.Product) error {
	products := make([]audipy.Product, len(found))
	for i := range found {
		products[i] = toProduct(&found[i], c.Marketplace)
	}
	return c.service.store.UpsertProducts(ctx, c.User, products)
}
