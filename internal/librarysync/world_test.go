package librarysync_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

const login = "kim@example.com"

// world is a person with one linked account at a simulated Audible.
type world struct {
	*storetest.DB
	sim      *audiblesim.Sim
	accounts *account.Service
	syncs    *librarysync.Service
	user     audipy.UserID
	account  audipy.AccountID

	mu    sync.Mutex
	waits time.Duration
}

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

// each runs a case in a fresh world on SQLite and on PostgreSQL; titles says
// how many the account owns in which store.
func each(t *testing.T, titles map[string]int, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { run(t, newWorld(t, db, titles)) })
}

func newWorld(t *testing.T, db *storetest.DB, titles map[string]int) *world {
	t.Helper()
	w := &world{DB: db, sim: audiblesim.New(audiblesim.Options{Seed: 7, Now: db.Clock.Now})}
	err := w.sim.AddAccount(audiblesim.Account{Login: login, Password: "a made-up password", Marketplaces: titles})
	if err != nil {
		t.Fatal(err)
	}
	user, err := db.EnsureLocalUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.user = user.ID
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	w.accounts = account.New(account.Options{
		Store: db.Store, Key: key, Transport: w.sim.Transport(), Now: db.Clock.Now, Wait: w.wait,
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	})
	w.syncs = librarysync.New(librarysync.Options{Accounts: w.accounts, Store: db.Store, Now: db.Clock.Now})
	w.account = w.link(t)
	return w
}

func (w *world) link(t *testing.T) audipy.AccountID {
	t.Helper()
	data, err := w.sim.CredentialFile(login, "us")
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := authfile.Read(data, authfile.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	linked, err := w.accounts.LinkCredentials(t.Context(), w.user, found[0].Credentials)
	if err != nil {
		t.Fatal(err)
	}
	return linked.Account.ID
}

// wait moves the clock instead of waiting.
func (w *world) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waits += d
	w.Clock.Advance(d)
	return ctx.Err()
}

func (w *world) request() librarysync.Request {
	return librarysync.Request{User: w.user, Account: w.account}
}

// sync syncs and fails the test when that fails.
func (w *world) sync(t *testing.T, r librarysync.Request) []audipy.SyncRun {
	t.Helper()
	runs, err := w.syncs.Sync(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// wantEqual fails unless the stored library is what the simulator says is
// owned.
func (w *world) wantEqual(t *testing.T, marketplace string) {
	t.Helper()
	want, err := w.sim.Titles(login, marketplace)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	filter := store.ItemFilter{Marketplace: marketplace, Status: audipy.ItemActive}
	for item, err := range w.AllItems(t.Context(), w.user, filter) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, item.ASIN)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the library of %s has %d titles and Audible %d, or others", marketplace, len(got), len(want))
	}
}

// faults makes the simulator misbehave from now on; none makes it behave.
func (w *world) faults(t *testing.T, all ...audiblesim.Fault) {
	t.Helper()
	if err := w.sim.SetFaults(all...); err != nil {
		t.Fatal(err)
	}
}
