package librarysync

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

const (
	// lookAgain is how long an empty store is left alone.
	lookAgain = 7 * 24 * time.Hour
	// inFlight is how many calls one account has under way at once, when
	// stores are looked into as when a library is listed.
	inFlight = 2
)

// stores returns what is known of the stores to sync: the home store, those
// that had titles before, and those where a look finds some. One registration
// is good in all of them (protocol 1).
func (s *Service) stores(ctx context.Context, r Request) ([]audipy.AccountStore, error) {
	r.report(Progress{Phase: PhaseLooking}) // the first answer may take a while to come
	linked, err := s.store.AccountByID(ctx, r.User, r.Account)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.AccountStores(ctx, r.User, r.Account)
	if err != nil {
		return nil, err
	}
	known := map[string]audipy.AccountStore{}
	for _, row := range rows {
		known[row.Marketplace] = row
	}
	wanted := r.Marketplaces
	if wanted == nil {
		if wanted, err = s.look(ctx, r, linked.Marketplace, known); err != nil {
			return nil, err
		}
	}
	out := make([]audipy.AccountStore, len(wanted))
	for i, marketplace := range wanted {
		out[i] = known[marketplace]
		out[i].AccountID, out[i].Marketplace = r.Account, marketplace
	}
	return out, nil
}

// look finds the stores that hold titles, the home store first. Stores that
// were empty are looked into again after a week.
func (s *Service) look(
	ctx context.Context, r Request, home string, known map[string]audipy.AccountStore,
) ([]string, error) {
	found := []string{home}
	var unknown []string
	for _, marketplace := range audipy.Marketplaces() {
		row := known[marketplace]
		switch {
		case marketplace == home:
		case row.ItemCount > 0 || !row.LastSync.IsZero():
			found = append(found, marketplace)
		case s.now().Sub(row.CheckedAt) >= lookAgain:
			unknown = append(unknown, marketplace)
		}
	}
	counts, err := s.count(ctx, r, unknown)
	if err != nil {
		return nil, err
	}
	for i, marketplace := range unknown {
		if counts[i] > 0 {
			found = append(found, marketplace)
		}
	}
	slices.SortStableFunc(found[1:], func(a, b string) int {
		order := audipy.Marketplaces()
		return slices.Index(order, a) - slices.Index(order, b)
	})
	return found, nil
}

// count asks each store how many titles the account has there. A store that
// can't be asked just now counts as empty and is asked again next time; only
// a refusal of the account ends the look.
func (s *Service) count(ctx context.Context, r Request, marketplaces []string) ([]int, error) {
	counts := make([]int, len(marketplaces))
	var mu sync.Mutex
	done := 0
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inFlight)
	for i, marketplace := range marketplaces {
		group.Go(func() error {
			n, err := s.countOne(ctx, r, marketplace)
			mu.Lock()
			defer mu.Unlock()
			counts[i] = n
			done++
			r.report(Progress{Marketplace: marketplace, Phase: PhaseLooking, Done: done, Total: len(marketplaces)})
			if kind := audipy.KindOf(account.Explain(err)); kind == audipy.Unavailable {
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, s.explain(ctx, r, err)
	}
	return counts, nil
}

func (s *Service) countOne(ctx context.Context, r Request, marketplace string) (int, error) {
	client, err := s.accounts.Client(ctx, r.User, r.Account, marketplace)
	if err != nil {
		return 0, err
	}
	page, err := client.Library(ctx, audible.LibraryQuery{PageSize: 1, Groups: "product_desc"})
	if err != nil {
		return 0, err
	}
	if page.TotalCount != 0 {
		// It counts as looked into when it is synced: a process that dies
		// before that must find it again.
		return max(page.TotalCount, 0), nil
	}
	return 0, s.store.SetStoreChecked(ctx, r.User, r.Account, marketplace)
}
