package cli

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

// catalogAge is how old series and prices may be before the catalogue is asked
// again: prices change by the day.
const catalogAge = 20 * time.Hour

// advise makes advice from what is stored, after bringing the catalogue up to
// date unless offline is set. When the catalogue can't be asked the advice
// comes from what is there, and a note says so.
func (a *app) advise(ctx context.Context, offline bool) (recommend.Advice, error) {
	library, err := a.library(ctx)
	if err != nil {
		return recommend.Advice{}, err
	}
	if !offline {
		if err := a.refreshCatalog(ctx, library); err != nil {
			if ctx.Err() != nil {
				return recommend.Advice{}, err
			}
			message, _ := describe(err)
			a.out.note("prices and series are as of the last look: %s", message)
		}
	}
	in, err := a.adviceInput(ctx, library)
	if err != nil {
		return recommend.Advice{}, err
	}
	return recommend.Advise(in), nil
}

// library returns every item of the person. An empty library is NotFound: there
// is nothing to say about it but how to fill it.
func (a *app) library(ctx context.Context) ([]audipy.Item, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return nil, err
	}
	var all []audipy.Item
	for item, err := range opened.AllItems(ctx, user, store.ItemFilter{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	if len(all) == 0 {
		return nil, emptyLibrary()
	}
	return all, nil
}

// adviceInput collects what advice is made from.
func (a *app) adviceInput(ctx context.Context, library []audipy.Item) (recommend.Input, error) {
	in := recommend.Input{
		Library: library, Now: a.env.Now(),
		Products: map[recommend.Key]audipy.Product{}, History: map[recommend.Key][]audipy.PricePoint{},
	}
	opened, user := a.store, a.user.ID
	var err error
	if in.Preferences, err = opened.Preferences(ctx, user); err != nil {
		return in, err
	}
	if in.Members, err = opened.SeriesMembers(ctx, user, ""); err != nil {
		return in, err
	}
	if in.Marks, err = opened.Marks(ctx, user); err != nil {
		return in, err
	}
	products, err := opened.AllProducts(ctx, user, "")
	if err != nil {
		return in, err
	}
	for _, p := range products {
		in.Products[recommend.Key{Marketplace: p.Marketplace, ASIN: p.ASIN}] = p
	}
	points, err := opened.PriceHistory(ctx, user, store.PriceFilter{})
	if err != nil {
		return in, err
	}
	for _, p := range points {
		key := recommend.Key{Marketplace: p.Marketplace, ASIN: p.ASIN}
		in.History[key] = append(in.History[key], p)
	}
	return in, nil
}

// refreshCatalog asks the catalogue for what advice needs: the series of every
// store, the volumes that are not owned, and the preferred store's books by the
// authors and narrators that the person has most of.
func (a *app) refreshCatalog(ctx context.Context, library []audipy.Item) error {
	_, syncs, err := a.services(ctx)
	if err != nil {
		return err
	}
	prefs, err := a.store.Preferences(ctx, a.user.ID)
	if err != nil {
		return err
	}
	bar := a.progress("catalogue")
	defer bar.end()
	wanted := recommend.WantedFrom(library)
	series := map[string][]librarysync.SeriesName{}
	for _, one := range wanted.Series {
		series[one.Marketplace] = append(series[one.Marketplace], librarysync.SeriesName{ASIN: one.ASIN, Title: one.Title})
	}
	requests, err := a.catalogRequests(ctx, library, prefs.Marketplace, bar)
	if err != nil {
		return err
	}
	for _, r := range requests {
		if _, err := syncs.RefreshSeries(ctx, r, series[r.Marketplace]); err != nil {
			return err
		}
	}
	return a.refreshProducts(ctx, syncs, requests, library, wanted)
}

func (a *app) refreshProducts(
	ctx context.Context, syncs *librarysync.Service, requests []librarysync.CatalogRequest,
	library []audipy.Item, wanted recommend.Wanted,
) error {
	members, err := a.store.SeriesMembers(ctx, a.user.ID, "")
	if err != nil {
		return err
	}
	asins := map[string][]string{}
	for _, key := range recommend.WantedProducts(library, members) {
		asins[key.Marketplace] = append(asins[key.Marketplace], key.ASIN)
	}
	for i, r := range requests {
		if _, err := syncs.RefreshProducts(ctx, r, asins[r.Marketplace]); err != nil {
			return err
		}
		if i > 0 {
			continue // people are searched for in the preferred store alone
		}
		if _, err := syncs.RefreshPeople(ctx, r, names(wanted.Authors), names(wanted.Narrators)); err != nil {
			return err
		}
	}
	return nil
}

func names(people []recommend.WantedPerson) []string {
	out := make([]string, len(people))
	for i, one := range people {
		out[i] = one.Name
	}
	return out
}

// catalogRequests returns a request for each store to ask: the preferred one
// first, then those that the library has titles of. Each is asked as the
// account that has titles there.
func (a *app) catalogRequests(
	ctx context.Context, library []audipy.Item, preferred string, bar *progress,
) ([]librarysync.CatalogRequest, error) {
	linked, err := a.linked(ctx)
	if err != nil {
		return nil, err
	}
	active := map[audipy.AccountID]bool{}
	for _, one := range linked {
		active[one.ID] = true
	}
	askers := map[string]audipy.AccountID{}
	for i := range library {
		item := &library[i]
		if active[item.AccountID] && askers[item.Marketplace] == "" {
			askers[item.Marketplace] = item.AccountID
		}
	}
	if askers[preferred] == "" {
		askers[preferred] = linked[0].ID
	}
	order := append([]string{preferred}, audipy.Marketplaces()...)
	var requests []librarysync.CatalogRequest
	for _, marketplace := range order {
		if asker := askers[marketplace]; asker != "" {
			delete(askers, marketplace)
			requests = append(requests, librarysync.CatalogRequest{
				User: a.user.ID, Account: asker, Marketplace: marketplace, MaxAge: catalogAge, Progress: bar.report,
			})
		}
	}
	return requests, nil
}
