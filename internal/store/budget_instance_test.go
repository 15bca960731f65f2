package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// both asks under a wide limit of the account and a narrow one of the instance.
func both(account audipy.AccountID) store.BudgetRequest {
	return store.BudgetRequest{
		Account: account, Cost: 1, Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 1000},
		Instance: store.Rate{PerSecond: 10, Burst: 10, Daily: 100_000},
	}
}

// TestTwoHundredAtOnceGetTheInstancesBurst asks from two processes at once, for
// several people and for calls that no account counts.
func TestTwoHundredAtOnceGetTheInstancesBurst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		people := []person{settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")}
		_, err := db.Raw.ExecContext(t.Context(), `DELETE FROM instance_budget`)
		check(t, err)
		other := must[*store.Store](t)(store.Open(t.Context(), db.Options))
		t.Cleanup(func() { check(t, other.Close()) })
		var given atomic.Int64
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range 200 {
			s := []*store.Store{db.Store, other}[i%2]
			all.Go(func() {
				<-begin
				var taken store.Taken
				var err error
				if p := people[i%len(people)]; i%5 == 0 {
					taken, err = s.TakeInstanceBudget(t.Context(), both("").Instance, 1)
				} else {
					taken, err = s.TakeBudget(t.Context(), p.id, both(p.account))
				}
				if err != nil {
					t.Error(err)
				}
				if taken.OK {
					given.Add(1)
				}
			})
		}
		close(begin)
		all.Wait()
		if n := given.Load(); n != 10 {
			t.Errorf("%d calls were given of 200, want exactly the burst of 10", n)
		}
		instance := must[store.Budget](t)(db.InstanceBudget(t.Context()))
		used := 0
		for _, p := range people {
			used += must[store.Budget](t)(db.AccountBudget(t.Context(), p.id, p.account)).UsedToday - 1 // of settle
		}
		if instance.UsedToday != 10 || used > 10 {
			t.Errorf("the instance counts %d and the accounts %d: what was denied must not count", instance.UsedToday, used)
		}
	})
}

func TestTheInstanceIsHalvedAndRecovers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		if b := must[store.Budget](t)(db.InstanceBudget(t.Context())); b != (store.Budget{Slowdown: 1}) {
			t.Errorf("an unused budget is %+v", b)
		}
		check(t, db.HalveBudget(t.Context(), p.id, p.account))
		for range 10 {
			if taken := must[store.Taken](t)(db.TakeBudget(t.Context(), p.id, both(p.account))); !taken.OK {
				t.Fatalf("denied within the burst: %+v", taken)
			}
		}
		taken := must[store.Taken](t)(db.TakeBudget(t.Context(), p.id, both(p.account)))
		if taken.OK || taken.Wait != 200*time.Millisecond {
			t.Errorf("halved, it waits %v, want 200ms", taken.Wait)
		}
		slowed := must[store.Budget](t)(db.InstanceBudget(t.Context()))
		if slowed.Slowdown != 2 || slowed.UsedToday != 10 || !slowed.SlowedAt.Equal(now(db)) {
			t.Errorf("slowed down: %+v", slowed)
		}
		db.Clock.Advance(time.Minute)
		must[bool](t)(db.RecoverBudget(t.Context(), p.id, p.account, time.Minute))
		for name, b := range map[string]store.Budget{
			"instance": must[store.Budget](t)(db.InstanceBudget(t.Context())),
			"account":  must[store.Budget](t)(db.AccountBudget(t.Context(), p.id, p.account)),
		} {
			if b.Slowdown != 1 {
				t.Errorf("%s after a rest: %+v", name, b)
			}
		}
	})
}
