package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestACensusCountsWhatIsAliveAndHeld(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		settle(t, db, "alice@example.com")
		bob := settle(t, db, "bob@example.com")
		before := must[store.Census](t)(db.Census(t.Context()))
		check(t, db.EndSession(t.Context(), bob.id, bob.session.ID, event(audit.SessionEnded)))
		must[string](t)(db.UnlinkAccount(t.Context(), bob.id, store.Unlinking{Account: bob.account, KeepLibrary: true}, event(audit.AccountUnlinked)))
		after := must[store.Census](t)(db.Census(t.Context()))
		if before.Sessions != 2 || after.Sessions != 1 {
			t.Errorf("%d sessions, and %d after one has ended", before.Sessions, after.Sessions)
		}
		if before.Accounts[audipy.StateHealthy] != 2 || after.Accounts[audipy.StateHealthy] != 1 || after.Accounts[audipy.StateRevoked] != 1 {
			t.Errorf("accounts are %v, and %v after one was unlinked", before.Accounts, after.Accounts)
		}
		if before.Leases[store.LeaseSync] != 2 || before.Leases[store.LeaseRefresh] != 2 {
			t.Errorf("leases are %v", before.Leases)
		}
		db.Clock.Advance(48 * time.Hour)
		if late := must[store.Census](t)(db.Census(t.Context())); late.Sessions != 0 || len(late.Leases) != 0 {
			t.Errorf("two days later there are %+v", late)
		}
	})
}

func TestOnlyRecordsThatWereCommittedAreTold(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		var mu sync.Mutex
		told := map[audit.Action]int{}
		o := db.Options
		o.Recorded = func(action audit.Action, outcome audit.Outcome) {
			mu.Lock()
			defer mu.Unlock()
			if outcome == audit.Succeeded {
				told[action]++
			}
		}
		s := must[*store.Store](t)(store.Open(t.Context(), o))
		defer func() { check(t, s.Close()) }()
		p := reader(t, db)
		check(t, s.RecordSystem(t.Context(), event(audit.RootSecretCreated)))
		run := must[audipy.SyncRun](t)(s.StartSyncRun(t.Context(), p.id, store.NewRun{
			Account: p.account, Marketplace: "us", Kind: audipy.SyncFull, Fence: p.sync.Fence,
		}))
		a := full(shelf(2)...)
		a.RunID, a.Fence = run.ID, p.sync.Fence
		must[audipy.SyncRun](t)(s.ApplySync(t.Context(), p.id, a, event(audit.SyncApplied)))
		if _, err := s.ApplySync(t.Context(), p.id, a, event(audit.SyncApplied)); err == nil {
			t.Error("a run was applied twice")
		}
		if told[audit.RootSecretCreated] != 1 || told[audit.SyncApplied] != 1 {
			t.Errorf("told of %v", told)
		}
	})
}
