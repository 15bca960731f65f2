package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func letIn(name string) store.NewServer {
	return store.NewServer{Name: name, URL: "https://" + name + ".example", Scopes: "library:read", Seal: sealState("tokens")}
}

// settleServers makes a server, and a push to it by hand: the account's device
// stays its own.
func settleServers(t testing.TB, db *storetest.DB, p *person) {
	t.Helper()
	p.server = must[store.Server](t)(db.PutServer(t.Context(), p.id, letIn("home"), event(audit.ServerAdded))).ID
	_, err := db.Raw.ExecContext(t.Context(), `
		INSERT INTO pushes (user_id, account_id, server_id, proposal, keeps, was_shared, begun_at) VALUES ($1, $2, $3, '', FALSE, FALSE, 1)`,
		string(p.id), string(p.account), p.server)
	check(t, err)
}

func beginPush(ctx context.Context, s *store.Store, p person) error {
	return s.BeginPush(ctx, p.id, store.Push{Account: p.account, Server: p.server}, event(audit.PushBegun))
}

// serverOperations are those of servers elsewhere.
func serverOperations() map[string]operation {
	return map[string]operation{
		"Servers": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Servers(ctx, as)
		}},
		"PutServer": {action: audit.ServerAdded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.PutServer(ctx, as, letIn("other"), event(audit.ServerAdded))
			return nil, err
		}},
		"LeaseServer": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			_, err := s.LeaseServer(ctx, as, p.server, "one", time.Minute)
			return nil, err
		}},
		"SaveServer": {foreign: true, action: audit.ServerRenewed, before: leaseServer, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.SaveServer(ctx, as, store.ServerSave{ID: p.server, Owner: "it", Version: 1, Seal: sealState("next")}, event(audit.ServerRenewed)))
		}},
		"ReleaseServer": {foreign: true, writes: true, before: leaseServer, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.ReleaseServer(ctx, as, p.server, "it"))
		}},
		"DeleteServer": {foreign: true, action: audit.ServerRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.DeleteServer(ctx, as, p.server, event(audit.ServerRemoved)))
		}},
		"Push": {foreign: true, before: beginPush, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.Push(ctx, as, p.account)
		}},
		"BeginPush": {foreign: true, action: audit.PushBegun, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.BeginPush(ctx, as, store.Push{Account: p.account, Server: p.server, Keeps: true}, event(audit.PushBegun)))
		}},
		"NotePush": {foreign: true, writes: true, before: beginPush, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.NotePush(ctx, as, p.account, "a proposal"))
		}},
		"EndPush": {foreign: true, action: audit.PushDropped, before: beginPush, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.EndPush(ctx, as, p.account, false, event(audit.PushDropped)))
		}},
	}
}

func leaseServer(ctx context.Context, s *store.Store, p person) error {
	_, err := s.LeaseServer(ctx, p.id, p.server, "it", time.Minute)
	return err
}

func TestOneOfManyExchangesTheTokenOfAServer(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		const many = 8
		leased, held := make(chan string, many), make(chan error, many)
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				owner := fmt.Sprint(i)
				_, err := db.LeaseServer(t.Context(), p.id, p.server, owner, 20*time.Second)
				if err != nil {
					held <- err
					return
				}
				leased <- owner
			})
		}
		all.Wait()
		if len(leased) != 1 || len(held) != many-1 {
			t.Fatalf("%d hold the lease and %d were told to wait", len(leased), len(held))
		}
		if _, ok := errors.AsType[*store.HeldError](<-held); !ok {
			t.Error("who waits is not told until when")
		}
		owner := <-leased
		// Whoever slept through the lease writes nothing.
		db.Clock.Advance(21 * time.Second)
		must[store.Server](t)(db.LeaseServer(t.Context(), p.id, p.server, "later", 20*time.Second))
		late := store.ServerSave{ID: p.server, Owner: owner, Version: 1, Seal: sealState("late")}
		wantKind(t, db.SaveServer(t.Context(), p.id, late, event(audit.ServerRenewed)), audipy.Conflict)
		late.Owner = "later"
		check(t, db.SaveServer(t.Context(), p.id, late, event(audit.ServerRenewed)))
		wantKind(t, db.SaveServer(t.Context(), p.id, late, event(audit.ServerRenewed)), audipy.Conflict)
		after := must[store.Server](t)(db.LeaseServer(t.Context(), p.id, p.server, "next", time.Second))
		if want := fmt.Sprintf("late of %s/2", p.server); string(after.Sealed) != want || after.Version != 2 {
			t.Errorf("kept is %q in version %d, want %q in 2", after.Sealed, after.Version, want)
		}
	})
}

func TestAServerThatIsAddedAgainTakesThePlaceOfItself(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		again := letIn("home")
		again.Name, again.Scopes = "den", "audit:read"
		made := must[store.Server](t)(db.PutServer(t.Context(), p.id, again, event(audit.ServerAdded)))
		if made.ID != p.server || made.Version != 2 {
			t.Errorf("it is %s in version %d, want %s in 2", made.ID, made.Version, p.server)
		}
		other := letIn("attic")
		other.Name = "den"
		_, err := db.PutServer(t.Context(), p.id, other, event(audit.ServerAdded))
		wantKind(t, err, audipy.Conflict)
		if all := must[[]store.Server](t)(db.Servers(t.Context(), p.id)); len(all) != 1 || all[0].Name != "den" || all[0].Scopes != "audit:read" {
			t.Errorf("there are %+v", all)
		}
	})
}

func TestADeviceOnItsWayCountsAsSharedUntilItIsKnownWhereItIs(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "kim@example.com")
		shared := func() bool { return must[audipy.Account](t)(db.AccountByID(t.Context(), p.id, p.account)).SharedDevice }
		check(t, beginPush(t.Context(), db.Store, p))
		if !shared() {
			t.Error("a device on its way could be signed out")
		}
		elsewhere := must[store.Server](t)(db.PutServer(t.Context(), p.id, letIn("attic"), event(audit.ServerAdded)))
		err := db.BeginPush(t.Context(), p.id, store.Push{Account: p.account, Server: elsewhere.ID}, event(audit.PushBegun))
		wantKind(t, err, audipy.Conflict)
		// Begun again, it does not forget what the device was before.
		check(t, db.BeginPush(t.Context(), p.id, store.Push{Account: p.account, Server: p.server, Keeps: true}, event(audit.PushBegun)))
		check(t, db.EndPush(t.Context(), p.id, p.account, false, event(audit.PushDropped)))
		if shared() {
			t.Error("a device that nobody took stays shared")
		}
		check(t, db.BeginPush(t.Context(), p.id, store.Push{Account: p.account, Server: p.server, Keeps: true}, event(audit.PushBegun)))
		check(t, db.EndPush(t.Context(), p.id, p.account, true, event(audit.PushArrived)))
		if !shared() {
			t.Error("a device that the server uses too could be signed out")
		}
		check(t, db.BeginPush(t.Context(), p.id, store.Push{Account: p.account, Server: p.server}, event(audit.PushBegun)))
		must[string](t)(db.UnlinkAccount(t.Context(), p.id, store.Unlinking{Account: p.account, KeepLibrary: true}, event(audit.AccountUnlinked)))
		_, err = db.Push(t.Context(), p.id, p.account)
		wantKind(t, err, audipy.NotFound)
	})
}
