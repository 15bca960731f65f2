package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func wantedAddress(as audipy.UserID, suffix string) store.NewAddressChange {
	return store.NewAddressChange{
		Email: suffix + "@example.org", OldHash: []byte("old of " + string(as) + suffix), NewHash: []byte("new of " + string(as) + suffix), TTL: time.Hour,
	}
}

// settleAddress gives a person an address to confirm, and factors that are to be
// taken away now.
func settleAddress(t testing.TB, db *storetest.DB, p person) {
	t.Helper()
	check(t, db.StartAddressChange(t.Context(), p.id, wantedAddress(p.id, "first"), event(audit.AddressAsked)))
	must[time.Time](t)(db.AskFactorRemoval(t.Context(), store.Act{On: p.id}, 0, event(audit.FactorRemovalAsked)))
	_, err := db.Raw.ExecContext(t.Context(), `DELETE FROM jobs WHERE kind = 'factors' AND user_id = $1`, string(p.id))
	check(t, err)
}

func addressOperations() map[string]operation {
	return map[string]operation{
		"StartAddressChange": {action: audit.AddressAsked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.StartAddressChange(ctx, as, wantedAddress(as, "next"), event(audit.AddressAsked)))
		}},
		"FactorRemoval": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.FactorRemoval(ctx, as)
		}},
		"FactorPostponed": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.FactorPostponed(ctx, as)
		}},
		"PostponeFactor": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.PostponeFactor(ctx, as, time.Unix(99, 0)))
		}},
	}
}

// Whoever calls the removal of their factors off in its last moment keeps them:
// what was read before says nothing any more.
func TestFactorsThatAPersonKeepsAreNotTakenAway(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		removes := func() error { return db.RemoveFactorsDue(t.Context(), p.id, event(audit.FactorsRemoved)) }
		check(t, db.CancelFactorRemoval(t.Context(), store.Self(p.id), event(audit.FactorRemovalCancelled)))
		must[time.Time](t)(db.AskFactorRemoval(t.Context(), store.Act{On: p.id}, time.Second, event(audit.FactorRemovalAsked)))
		wantKind(t, removes(), audipy.NotFound)
		db.Clock.Advance(time.Second)
		check(t, db.CancelFactorRemoval(t.Context(), store.Self(p.id), event(audit.FactorRemovalCancelled)))
		wantKind(t, removes(), audipy.NotFound)
		if kept := must[store.Factors](t)(db.Factors(t.Context(), p.id)); !kept.Any() {
			t.Errorf("factors are %+v", kept)
		}
	})
}

func TestARoleThatSeesEveryRowIsKnown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		if must[bool](t)(db.BypassesRowSecurity(t.Context())) {
			t.Error("the role of the tests is said to see every row")
		}
		if !db.IsPostgres() {
			return
		}
		super := must[*store.Store](t)(store.Open(t.Context(), store.Options{PostgresURL: db.RawAddress}))
		defer func() { check(t, super.Close()) }()
		if !must[bool](t)(super.BypassesRowSecurity(t.Context())) {
			t.Error("a superuser is not known for one")
		}
	})
}
