package store_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// take takes calls one by one until the budget is used up.
func take(t *testing.T, db *storetest.DB, p person, rate store.Rate) (given int, denied store.Taken) {
	t.Helper()
	for {
		taken := must[store.Taken](t)(db.TakeBudget(t.Context(), p.id, store.BudgetRequest{
			Account: p.account, Cost: 1, Rate: rate,
		}))
		if !taken.OK {
			return given, taken
		}
		given++
	}
}

func TestABudgetRefillsAtItsRate(t *testing.T) {
	t.Parallel()
	rate := store.Rate{PerSecond: 2, Burst: 5, Daily: 1000}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		given, denied := take(t, db, p, rate)
		if given != 5 || denied.Wait != 500*time.Millisecond || denied.Exhausted {
			t.Errorf("%d calls, then %+v; want 5 and a wait of 500ms", given, denied)
		}
		db.Clock.Advance(499 * time.Millisecond)
		if given, denied = take(t, db, p, rate); given != 0 || denied.Wait != time.Millisecond {
			t.Errorf("too early: %d calls, then %+v", given, denied)
		}
		db.Clock.Advance(denied.Wait)
		if given, _ = take(t, db, p, rate); given != 1 {
			t.Errorf("after the wait: %d calls, want 1", given)
		}
		db.Clock.Advance(time.Hour)
		if given, _ = take(t, db, p, rate); given != 5 {
			t.Errorf("after an hour: %d calls, want no more than the burst", given)
		}
	})
}

func TestADailyLimitHoldsUntilMidnight(t *testing.T) {
	t.Parallel()
	rate := store.Rate{PerSecond: 1000, Burst: 50, Daily: 7}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		given, denied := take(t, db, p, rate)
		if given != 7 || !denied.Exhausted || !now(db).Add(denied.Wait).Equal(time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%d calls, then %+v; want 7 until midnight", given, denied)
		}
		db.Clock.Advance(denied.Wait)
		if given, _ = take(t, db, p, rate); given != 7 {
			t.Errorf("on the next day: %d calls, want 7", given)
		}
	})
}

func TestAHalvedBudgetIsSlowerAndRecovers(t *testing.T) {
	t.Parallel()
	rate := store.Rate{PerSecond: 2, Burst: 4, Daily: 1000}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		check(t, db.HalveBudget(t.Context(), p.id, p.account))
		given, denied := take(t, db, p, rate)
		if given != 4 || denied.Wait != time.Second {
			t.Errorf("halved: %d calls, then %+v; want a wait of 1s", given, denied)
		}
		for range 9 {
			check(t, db.HalveBudget(t.Context(), p.id, p.account))
		}
		if s := rows(t, db, `SELECT slowdown FROM call_budgets`)[0][0]; s != int64(6400) {
			t.Errorf("slowdown after ten halvings = %v, want no more than six", s)
		}
		for i := range 7 {
			full := must[bool](t)(db.RecoverBudget(t.Context(), p.id, p.account, time.Minute))
			if full != (i >= 6) {
				t.Errorf("full pace after %d minutes: %t", i, full)
			}
			if again := must[bool](t)(db.RecoverBudget(t.Context(), p.id, p.account, time.Minute)); again != full {
				t.Error("it recovered twice within a minute")
			}
			db.Clock.Advance(time.Minute)
		}
	})
}

func TestABudgetThatCanNeverBeMetIsAnError(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	for _, r := range []store.BudgetRequest{
		{Cost: 0, Rate: store.Rate{PerSecond: 1, Burst: 1, Daily: 1}},
		{Cost: 2, Rate: store.Rate{PerSecond: 1, Burst: 1, Daily: 9}},
		{Cost: 2, Rate: store.Rate{PerSecond: 1, Burst: 9, Daily: 1}},
		{Cost: 1, Rate: store.Rate{Burst: 9, Daily: 9}},
	} {
		r.Account = p.account
		if _, err := db.TakeBudget(t.Context(), p.id, r); err == nil || audipy.KindOf(err) != audipy.Internal {
			t.Errorf("TakeBudget(%+v) = %v, want a defect of the caller", r, err)
		}
	}
}
