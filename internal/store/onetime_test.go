package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// race runs fn in 50 goroutines at once and returns how many got no error. All
// the others must have failed with the kind.
func race(t *testing.T, kind audipy.Kind, fn func(i int) error) int {
	t.Helper()
	var winners atomic.Int64
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range 50 {
		all.Go(func() {
			<-begin
			switch err := fn(i); {
			case err == nil:
				winners.Add(1)
			case audipy.KindOf(err) != kind:
				t.Errorf("a loser's error = %v, want kind %d", err, kind)
			}
		})
	}
	close(begin)
	all.Wait()
	return int(winners.Load())
}

func wantOne(t *testing.T, what string, winners int) {
	t.Helper()
	if winners != 1 {
		t.Errorf("%s: %d winners, want one", what, winners)
	}
}

func TestAmongFiftyOneWins(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.3.4", "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		ctx, p := t.Context(), settle(t, db, "alice@example.com")
		wantOne(t, "lease", race(t, audipy.Busy, func(i int) error {
			_, err := db.AcquireLease(ctx, p.id, store.LeaseRequest{
				Account: p.account, Kind: "other", Owner: fmt.Sprint(i), TTL: time.Minute,
			})
			return err
		}))
		wantOne(t, "saved credentials", race(t, audipy.Conflict, func(int) error {
			_, err := db.SaveCredentials(ctx, p.id, store.Save{
				Account: p.account, Version: 1, Fence: p.refresh.Fence, Seal: sealer("new"),
			}, event(audit.TokenRefreshed))
			return err
		}))
		wantOne(t, "step of a pending link", race(t, audipy.Conflict, func(int) error {
			_, err := db.AdvanceLink(ctx, p.id, store.Advance{ID: p.link.ID, From: 1, Step: "code", Seal: sealState("x")},
				event(audit.LinkStepped))
			return err
		}))
		wantOne(t, "claim of a pending link", race(t, audipy.Conflict, func(int) error {
			_, err := db.ClaimLink(ctx, p.id, p.link.ID, time.Minute, event(audit.LinkClaimed))
			return err
		}))
		wantOne(t, "end of a pending link", race(t, audipy.NotFound, func(int) error {
			return db.DeletePendingLink(ctx, p.id, p.link.ID, event(audit.LinkFailed))
		}))
		wantOne(t, "replaced keyset", race(t, audipy.Conflict, func(i int) error {
			_, err := db.ReplaceKeyset(ctx, p.id, p.keyset, fmt.Append(nil, i), event(audit.KeysetRotated))
			return err
		}))
		wantOne(t, "end of a run", race(t, audipy.Conflict, func(int) error {
			_, err := db.ApplySync(ctx, p.id, store.Apply{RunID: p.run.ID, Fence: p.sync.Fence, Items: shelf(3)},
				event(audit.SyncApplied))
			return err
		}))
		if _, err := db.VerifyAudit(ctx, p.id); err != nil {
			t.Errorf("after the races: %v", err)
		}
		wantOne(t, "deleted person", race(t, audipy.NotFound, func(int) error { return db.DeleteUser(ctx, p.id) }))
	})
}

func TestFiftyFirstStartsMakeOnePerson(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		var ids sync.Map
		if n := race(t, audipy.Internal, func(int) error {
			u, err := db.EnsureLocalUser(t.Context())
			ids.Store(u.ID, true)
			return err
		}); n != 50 {
			t.Errorf("%d of 50 got the person", n)
		}
		count := 0
		ids.Range(func(any, any) bool { count++; return true })
		if count != 1 {
			t.Errorf("%d persons, want one", count)
		}
		_, err := db.CreateUser(t.Context(), audipy.LocalEmail)
		wantKind(t, err, audipy.Conflict)
	})
}

// Whether the command line or set-up comes first, nobody is left beside the
// administrator: the person of the command line becomes them, or is not made.
func TestAtSetUpThereIsOnePersonWhoeverComesFirst(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for round := range 15 {
			for _, table := range []string{"users", "one_time_codes"} {
				if _, err := db.Raw.ExecContext(t.Context(), "DELETE FROM "+table); err != nil {
					t.Fatal(err)
				}
			}
			code := []byte{byte(round), 31: 1}
			if err := db.AddSetUpCode(t.Context(), code, time.Hour, event(audit.SetUpCodeMade)); err != nil {
				t.Fatal(err)
			}
			var admin audipy.User
			var local sync.Map
			race(t, audipy.Invalid, func(i int) error {
				if i != 25 {
					u, err := db.EnsureLocalUser(t.Context())
					local.Store(u.ID, err)
					return err
				}
				made, _, err := db.SetUp(t.Context(), store.NewAdministrator{
					CodeHash: code, Email: "kim@example.com", Password: store.NewPassword{Hash: "a hash"},
					Session: store.NewSession{TokenHash: []byte{byte(round), 31: 2}, Absolute: time.Hour, Idle: time.Hour, Limit: 20},
				}, event(audit.AdministratorMade))
				admin = made
				return err
			})
			all, err := db.Users(t.Context())
			if err != nil || len(all) != 1 || all[0].ID != admin.ID || admin.Role != audipy.Administrator {
				t.Fatalf("round %d: people are %+v, %v, and the administrator is %s", round, all, err, admin.ID)
			}
			local.Range(func(id, err any) bool {
				if err == nil && id != admin.ID {
					t.Errorf("round %d: the command line is %s, the administrator %s", round, id, admin.ID)
				}
				return true
			})
		}
	})
}

func TestFiftyFirstKeysetsAreOne(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "alice@example.com")).ID
		var got sync.Map
		race(t, audipy.Internal, func(i int) error {
			k, err := db.AddKeyset(t.Context(), user, fmt.Append(nil, "keyset ", i), event(audit.KeysetCreated))
			got.Store(string(k.Sealed), k.Version)
			return err
		})
		winner := must[store.Keyset](t)(db.Keyset(t.Context(), user))
		got.Range(func(sealed, version any) bool {
			if sealed != string(winner.Sealed) || version != int64(1) {
				t.Errorf("somebody got %v of version %v, and %s is kept", sealed, version, winner.Sealed)
			}
			return true
		})
		if n := len(must[[]audit.Record](t)(db.AuditRecords(t.Context(), user, 1, 0))); n != 1 {
			t.Errorf("%d records of a keyset, want one", n)
		}
	})
}

func TestFiftyLinksOfOneCustomerAreOneAccount(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), "alice@example.com")).ID
		var fresh atomic.Int64
		race(t, audipy.Internal, func(int) error {
			linked, err := db.LinkAccount(t.Context(), user, newAccount("A1"), event(audit.LinkCreated))
			if !linked.Relinked {
				fresh.Add(1)
			}
			return err
		})
		accounts := must[[]audipy.Account](t)(db.Accounts(t.Context(), user))
		if len(accounts) != 1 || accounts[0].SignIns != 50 || fresh.Load() != 1 {
			t.Errorf("%d accounts, %d new, first %+v", len(accounts), fresh.Load(), accounts)
		}
		if c := must[store.SealedCredentials](t)(db.Credentials(t.Context(), user, accounts[0].ID)); c.Version != 50 {
			t.Errorf("credentials have version %d, want 50", c.Version)
		}
	})
}

func TestOfFiftyAttemptsAsManyPassAsMay(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		errWait := errors.New("it must wait")
		if n := race(t, audipy.Internal, func(int) error {
			wait, err := db.TakeLinkAttempt(t.Context(), p.id, "password", store.LinkLimit{N: 3, Per: time.Hour}, store.LinkLimit{N: 5, Per: 24 * time.Hour})
			if err == nil && wait > 0 {
				return errWait
			}
			return err
		}); n != 3 {
			t.Errorf("%d attempts passed of 3 an hour", n)
		}
	})
}

func TestABudgetGivesExactlyItsBurst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		errDenied := errors.New("denied")
		if n := race(t, audipy.Internal, func(int) error {
			taken, err := db.TakeBudget(t.Context(), p.id, budget(p.account))
			if err == nil && !taken.OK {
				return errDenied
			}
			return err
		}); n != 20 {
			t.Errorf("%d calls were given of a burst of 20", n)
		}
	})
}
