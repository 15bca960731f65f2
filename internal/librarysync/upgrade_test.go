package librarysync_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

// oldDatabases is where databases of earlier programs are kept.
const oldDatabases = "../store/testdata"

// TestADatabaseOfTheReleaseBeforeGoesOn opens what an earlier program wrote,
// a day later: the library is what it was, and nobody has to sign in.
func TestADatabaseOfTheReleaseBeforeGoesOn(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(oldDatabases, "schema4")
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "audipy.db")
		copyPrivate(t, filepath.Join(folder, "audipy.db"), path)
		goesOn(t, folder, store.Options{SQLitePath: path})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		address := storetest.EmptyPostgres(t)
		raw, err := sql.Open("pgx", address)
		check(t, err)
		defer func() { check(t, raw.Close()) }()
		script, err := os.ReadFile(filepath.Join(folder, "audipy.sql"))
		check(t, err)
		_, err = raw.ExecContext(t.Context(), string(script))
		check(t, err)
		goesOn(t, folder, store.Options{PostgresURL: address})
	})
}

// goesOn migrates the database of the folder, looks at it and syncs it.
func goesOn(t *testing.T, folder string, o store.Options) {
	t.Helper()
	clock := storetest.NewClock()
	// The simulator is seeded: made by the same calls it knows the device
	// that the old database has.
	sim := audiblesim.New(audiblesim.Options{Seed: 4, Now: clock.Now})
	check(t, sim.AddAccount(audiblesim.Account{
		Login: login, Password: "a made-up password", Marketplaces: map[string]int{"us": 12, "de": 4},
	}))
	_, err := sim.CredentialFile(login, "us")
	check(t, err)

	o.Now = clock.Now
	check(t, store.Migrate(t.Context(), o))
	db, err := store.Open(t.Context(), o)
	check(t, err)
	defer func() { check(t, db.Close()) }()
	user, err := db.EnsureLocalUser(t.Context())
	check(t, err)
	wantLibrary(t, folder, db, user.ID)
	wantKept(t, db, user.ID)

	key := filepath.Join(t.TempDir(), "key")
	copyPrivate(t, filepath.Join(folder, "made-for-tests.key"), key)
	opened, err := vault.OpenKey(vault.KeyOptions{File: key, MustExist: true})
	check(t, err)
	accounts := account.New(account.Options{
		Store: db, Key: opened, Transport: sim.Transport(), Now: clock.Now,
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	})
	linked, err := db.Accounts(t.Context(), user.ID)
	check(t, err)
	if len(linked) != 1 {
		t.Fatalf("%d accounts are linked, want the one there was", len(linked))
	}
	clock.Advance(24 * time.Hour) // the access token ended long ago
	syncs := librarysync.New(librarysync.Options{Accounts: accounts, Store: db, Now: clock.Now})
	_, err = syncs.Sync(t.Context(), librarysync.Request{User: user.ID, Account: linked[0].ID, Full: true})
	check(t, err)
	wantLibrary(t, folder, db, user.ID)
	if prompts, refreshes := sim.Prompts(login), sim.Counts().Refreshes; prompts != 0 || refreshes != 1 {
		t.Errorf("%d sign-ins and %d refreshes, want 0 and 1", prompts, refreshes)
	}
}

// wantLibrary fails unless the library is the one that the old program showed.
func wantLibrary(t *testing.T, folder string, db *store.Store, user audipy.UserID) {
	t.Helper()
	var text strings.Builder
	for item, err := range db.AllItems(t.Context(), user, store.ItemFilter{}) {
		check(t, err)
		fmt.Fprintf(&text, "%s %s %q %d %v %v\n", item.Marketplace, item.ASIN, item.Title,
			item.RuntimeMinutes, item.Finished, item.PurchasedAt.UnixMicro())
	}
	want, err := os.ReadFile(filepath.Join(folder, "library.txt"))
	check(t, err)
	if text.String() != string(want) {
		t.Errorf("the library is\n%swant\n%s", &text, want)
	}
}

// wantKept fails unless what the person said and the trail are still there.
func wantKept(t *testing.T, db *store.Store, user audipy.UserID) {
	t.Helper()
	prefs, err := db.Preferences(t.Context(), user)
	check(t, err)
	if limit := prefs.Limits["de"]; limit != (audipy.Money{Minor: 900, Currency: "EUR"}) {
		t.Errorf("the limit in Germany is %v, want 9 EUR", limit)
	}
	marks, err := db.Marks(t.Context(), user)
	check(t, err)
	if len(marks) != 1 {
		t.Errorf("%d titles are marked, want 1", len(marks))
	}
	head, err := db.VerifyAudit(t.Context(), user)
	check(t, err)
	records, err := db.AuditRecords(t.Context(), user, head.Seq-1, 1)
	check(t, err)
	if len(records) != 1 || records[0].Action != audit.MarkSet {
		t.Errorf("the trail ends with %+v, want the mark", records)
	}
}

// copyPrivate copies a file to where only its owner reads it.
func copyPrivate(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	check(t, err)
	check(t, os.WriteFile(to, data, 0o600))
}
