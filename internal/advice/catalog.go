package advice

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/recommend"
)

// catalogAge is how old series and prices may be before the catalogue is asked
// again: prices change by the day.
const catalogAge = 20 * time.Hour

// soldAge is how old the word may be on whether an owned title is still sold.
const soldAge = 7 * 24 * time.Hour

// RefreshCatalog asks Audible's catalogue for what a person's advice needs and
// is older than 20 hours: the series of every store, the volumes that are not
// owned, and the preferred store's books by the authors and narrators that the
// person has most of. What was found until an error stays. Somebody without
// titles has nothing to ask about; titles without a linked account are
// NotFound. Progress may be nil.
func (s *Service) RefreshCatalog(ctx context.Context, user audipy.UserID, progress func(librarysync.Progress)) error {
	library, requests, err := s.questions(ctx, user)
	if err != nil || len(library) == 0 {
		return err
	}
	wanted := recommend.WantedFrom(library)
	series := map[string][]librarysync.SeriesName{}
	for _, one := range wanted.Series {
		series[one.Marketplace] = append(series[one.Marketplace], librarysync.SeriesName{ASIN: one.ASIN, Title: one.Title})
	}
	for i := range requests {
		requests[i].Progress = progress
		if _, err := s.syncs.RefreshSeries(ctx, requests[i], series[requests[i].Marketplace]); err != nil {
			return err
		}
	}
	return s.refreshProducts(ctx, user, requests, library, wanted)
}

func (s *Service) refreshProducts(
	ctx context.Context, user audipy.UserID, requests []librarysync.CatalogRequest,
	library []audipy.Item, wanted recommend.Wanted,
) error {
	members, err := s.store.SeriesMembers(ctx, user, "")
	if err != nil {
		return err
	}
	asins := map[string][]string{}
	for _, key := range recommend.WantedProducts(library, members) {
		asins[key.Marketplace] = append(asins[key.Marketplace], key.ASIN)
	}
	for i, r := range requests {
		if _, err := s.syncs.RefreshProducts(ctx, r, asins[r.Marketplace]); err != nil {
			return err
		}
		if i > 0 {
			continue // people are searched for in the preferred store alone
		}
		if _, err := s.syncs.RefreshPeople(ctx, r, names(wanted.Authors), names(wanted.Narrators)); err != nil {
			return err
		}
	}
	return nil
}

// RefreshSold asks whether what the person owns is still sold, if that was not
// asked within a week. Somebody without titles has nothing to ask about; titles
// without a linked account are NotFound.
func (s *Service) RefreshSold(ctx context.Context, user audipy.UserID) error {
	library, requests, err := s.questions(ctx, user)
	if err != nil || len(library) == 0 {
		return err
	}
	owned := map[string][]string{}
	for i := range library {
		if item := &library[i]; item.Status == audipy.ItemActive && !item.Plus {
			owned[item.Marketplace] = append(owned[item.Marketplace], item.ASIN)
		}
	}
	for _, r := range requests {
		r.MaxAge = soldAge
		if _, err := s.syncs.RefreshSold(ctx, r, owned[r.Marketplace]); err != nil {
			return err
		}
	}
	return nil
}

// questions returns the person's library and a request for each store to ask
// about it; neither for somebody without titles.
func (s *Service) questions(
	ctx context.Context, user audipy.UserID,
) ([]audipy.Item, []librarysync.CatalogRequest, error) {
	library, err := s.library(ctx, user)
	if err != nil || len(library) == 0 {
		return nil, nil, err
	}
	prefs, err := s.store.Preferences(ctx, user)
	if err != nil {
		return nil, nil, err
	}
	requests, err := s.catalogRequests(ctx, user, library, prefs.Marketplace)
	return library, requests, err
}

func names(people []recommend.WantedPerson) []string {
	out := make([]string, len(people))
	for i, one := range people {
		out[i] = one.Name
	}
	return out
}

// catalogRequests returns a request for each store to ask: the preferred one
// first, then those that the library has titles of. Each is asked as an
// account that has titles there.
func (s *Service) catalogRequests(
	ctx context.Context, user audipy.UserID, library []audipy.Item, preferred string,
) ([]librarysync.CatalogRequest, error) {
	linked, err := s.linked(ctx, user)
	if err != nil {
		return nil, err
	}
	active := map[audipy.AccountID]bool{}
	for _, id := range linked {
		active[id] = true
	}
	askers := map[string]audipy.AccountID{}
	for i := range library {
		item := &library[i]
		if active[item.AccountID] && askers[item.Marketplace] == "" {
			askers[item.Marketplace] = item.AccountID
		}
	}
	if askers[preferred] == "" {
		askers[preferred] = linked[0]
	}
	order := append([]string{preferred}, audipy.Marketplaces()...)
	var requests []librarysync.CatalogRequest
	for _, marketplace := range order {
		if asker := askers[marketplace]; asker != "" {
			delete(askers, marketplace)
			requests = append(requests, librarysync.CatalogRequest{
				User: user, Account: asker, Marketplace: marketplace, MaxAge: catalogAge,
			})
		}
	}
	return requests, nil
}

// linked returns the accounts that can be asked with; never none.
func (s *Service) linked(ctx context.Context, user audipy.UserID) ([]audipy.AccountID, error) {
	accounts, err := s.store.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	var ids []audipy.AccountID
	for _, one := range accounts {
		if one.State != audipy.StateRevoked {
			ids = append(ids, one.ID)
		}
	}
	if len(ids) == 0 {
		return nil, audipy.Fail(audipy.NotFound, "no Audible account is linked", nil)
	}
	return ids, nil
}
