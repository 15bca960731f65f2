package account_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/store"
)

func TestCallsForTokensCountOnTheInstanceAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		id := w.link(t).ID
		budgets := func() (instance, own account.Budget) {
			t.Helper()
			instance, err := w.accounts.InstanceBudget(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if own, err = w.accounts.Budget(t.Context(), w.user, id); err != nil {
				t.Fatal(err)
			}
			return instance, own
		}
		w.Clock.Advance(2 * time.Hour)
		before, own := budgets()
		if _, err := w.accounts.RenewNow(t.Context(), w.user, id); err != nil {
			t.Fatal(err)
		}
		if after, still := budgets(); after.LeftToday != before.LeftToday-1 || still != own {
			t.Errorf("a refresh took the instance from %+v to %+v and the account from %+v to %+v", before, after, own, still)
		}
	})
}

func TestAnInstanceIsNoSlowerThanItsAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for rate, want := range map[store.Rate]int{
			{}: account.DefaultInstanceRate().Daily, {PerSecond: 1000, Burst: 50, Daily: 10}: 10,
		} {
			b, err := account.New(account.Options{Store: w.Store, Rate: rate}).InstanceBudget(t.Context())
			if err != nil || b.Daily != want || b.LeftToday != want || b.Slowdown != 1 {
				t.Errorf("with accounts of %+v the instance has %+v, %v", rate, b, err)
			}
		}
	})
}
