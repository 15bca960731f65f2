package store_test

import (
	"context"
	"maps"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// operation is one method of the store, called as somebody with the ids of p.
// As p itself it succeeds in the world that settle makes.
type operation struct {
	call func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error)
	// foreign says that p's ids make it NotFound for anybody else. What
	// takes no id of p acts on the caller's own rows.
	foreign bool
	// action is what it leaves in the audit trail; empty for methods that
	// only read or keep books.
	action audit.Action
	// writes says that it changes rows without a record.
	writes bool
	// before is done before p calls it, where the world of settle won't do.
	before func(ctx context.Context, s *store.Store, p person) error
}

// operations has a row for every method that takes a user id.
func operations() map[string]operation {
	all := map[string]operation{}
	for _, part := range []map[string]operation{
		readings(), accountOperations(), departureOperations(), syncOperations(), bookkeeping(), personOperations(), authOperations(),
		factorOperations(), providerOperations(), noticeOperations(), storedOperations(), elsewhereOperations(), programOperations(),
		serverOperations(), addressOperations(),
	} {
		maps.Copy(all, part)
	}
	return all
}

// nothing is the value of methods that return only an error.
func nothing(err error) (any, error) { return nil, err }

// readings are the operations that change nothing.
func readings() map[string]operation {
	all := accountReadings()
	maps.Copy(all, contentReadings())
	maps.Copy(all, personReadings())
	maps.Copy(all, authReadings())
	maps.Copy(all, programReadings())
	return all
}

func accountReadings() map[string]operation {
	return map[string]operation{
		"UserByID": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			u, err := s.UserByID(ctx, as)
			return elsewhere(u), err
		}},
		"Accounts": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Accounts(ctx, as)
		}},
		"AccountByID": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.AccountByID(ctx, as, p.account)
		}},
		"AccountStores": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.AccountStores(ctx, as, p.account)
		}},
		"Credentials": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.Credentials(ctx, as, p.account)
		}},
		"TokenState": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.TokenState(ctx, as, p.account)
		}},
		"StoredSignIn": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StoredSignIn(ctx, as, p.account)
		}},
		"StoredSignIns": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.StoredSignIns(ctx, as)
		}},
		"Keyset": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Keyset(ctx, as)
		}},
		"PendingLink": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.PendingLink(ctx, as, p.link.ID)
		}},
		"PendingLinks": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.PendingLinks(ctx, as)
		}},
		"DepartingDevices": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.DepartingDevices(ctx, as)
		}},
		"LinkAttempts": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.LinkAttempts(ctx, as, "start")
		}},
		"SyncRunByID": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.SyncRunByID(ctx, as, p.run.ID)
		}},
		"SyncsUnderWay": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.SyncsUnderWay(ctx, as)
		}},
		"Jobs": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Jobs(ctx, as)
		}},
		"AccountBudget": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.AccountBudget(ctx, as, p.account)
		}},
		"Listening": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Listening(ctx, as)
		}},
		"SyncRuns": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.SyncRuns(ctx, as, store.RunFilter{Account: p.account, Marketplace: "us"})
		}},
	}
}

func contentReadings() map[string]operation {
	return map[string]operation{
		"Items": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			page, err := s.Items(ctx, as, store.ItemFilter{Account: p.account})
			return page.Items, err
		}},
		"AllItems": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			var items []audipy.Item
			for item, err := range s.AllItems(ctx, as, store.ItemFilter{Account: p.account}) {
				if err != nil {
					return nil, err
				}
				items = append(items, item)
			}
			return items, nil
		}},
		"ItemsByASIN": {foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.ItemsByASIN(ctx, as, "B000000000")
		}},
		"CountItems": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.CountItems(ctx, as, store.ItemFilter{})
		}},
		"Summary": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			summary, err := s.Summary(ctx, as)
			return summary.Series, err
		}},
		"Products": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Products(ctx, as, "us", []string{"P1"})
		}},
		"AllProducts": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.AllProducts(ctx, as, "")
		}},
		"PriceHistory": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.PriceHistory(ctx, as, store.PriceFilter{ASIN: "P1"})
		}},
		"SeriesMembers": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.SeriesMembers(ctx, as, "us")
		}},
		"Looks": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Looks(ctx, as, "us")
		}},
		"Wishes": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Wishes(ctx, as, "")
		}},
	}
}

func personReadings() map[string]operation {
	return map[string]operation{
		"Revision": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			r, err := s.Revision(ctx, as)
			r.Changes = 0 // rises with the person's own making
			return r, err
		}},
		"HouseholdCopies": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.HouseholdCopies(ctx, as)
		}},
		"Marks": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Marks(ctx, as)
		}},
		"Preferences": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			p, err := s.Preferences(ctx, as)
			return p.Limits, err
		}},
		"AuditRecords": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.AuditRecords(ctx, as, 1, 10) // after the record of the person's own making
		}},
	}
}
