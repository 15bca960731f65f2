package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// openEnv names the database that a helper process of TestEightProcessesMigrateAtOnce opens.
const openEnv = "AUDIPY_STORE_TEST_OPEN"

func TestMain(m *testing.M) {
	if path := os.Getenv(openEnv); path != "" { //nolint:forbidigo // how the test tells its helper process what to do
		openOnce(path)
		return
	}
	if path := os.Getenv(crashEnv); path != "" { //nolint:forbidigo // how the test tells its helper process what to do
		writeUntilKilled(path, os.Stdout) //nolint:forbidigo // the test reads there what was saved
	}
	if order := os.Getenv(rotateEnv); order != "" { //nolint:forbidigo // how the test tells its helper process what to do
		rotateUntilKilled(order)
		return
	}
	defer storetest.Sweep()
	m.Run()
}

// openOnce is the work of a helper process; the process fails when it can't.
func openOnce(path string) {
	s, err := store.Open(context.Background(), store.Options{SQLitePath: path})
	if err == nil {
		_, err = s.EnsureLocalUser(context.Background())
	}
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		panic(err)
	}
}

// event is a valid event of an action.
func event(a audit.Action) audit.Event { return audit.Event{Action: a, Outcome: audit.Succeeded} }

// sealer seals by naming what the seal is bound to, so that a test can see it.
func sealer(label string) store.SealFunc {
	return func(r store.Rows) (store.Sealed, error) {
		return store.Sealed{
			Device:       fmt.Appendf(nil, "device %s of %s", label, r.Account),
			AccessToken:  fmt.Appendf(nil, "access %s of %s/%d", label, r.Token, r.Version),
			RefreshToken: fmt.Appendf(nil, "refresh %s of %s/%d", label, r.Token, r.Version),
		}, nil
	}
}

func sealState(label string) store.SealState {
	return func(id string, version int64) ([]byte, error) {
		return fmt.Appendf(nil, "%s of %s/%d", label, id, version), nil
	}
}

func newAccount(customer string) store.NewAccount {
	return store.NewAccount{CustomerID: customer, Name: "Kim", Marketplace: "us", Seal: sealer("first")}
}

// book is a title with something in every field.
func book(asin, title string) audipy.Item {
	return audipy.Item{
		Edition: audipy.Edition{
			ASIN: asin, Title: title, Subtitle: "Part of " + asin,
			Authors:   []audipy.Contributor{{ASIN: "B000APZ5QM", Name: "Ursula Kroeber"}, {Name: "Ann Ó Néill"}},
			Narrators: []audipy.Contributor{{Name: "Rob Inglis"}},
			Series:    []audipy.SeriesPlace{{ASIN: "B006K1Q8S2", Title: "Earthsea", Sequence: "1-3.5"}},
			Publisher: "Recorded Books", Language: "english", RuntimeMinutes: 431, ReleaseDate: "2016-04-05",
			CoverURL: "https://m.media-amazon.com/images/I/51.jpg", DeliveryType: "SinglePartBook",
			ContentType: "Product", Format: "unabridged",
		},
		PurchasedAt: time.Date(2024, 5, 6, 7, 8, 9, 987654000, time.UTC), Plus: true,
		PlusUntil: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), Finished: true, PercentComplete: 99.5,
	}
}

// shelf is a library of n titles.
func shelf(n int) []audipy.Item {
	items := make([]audipy.Item, n)
	for i := range items {
		items[i] = book(fmt.Sprintf("B%09d", i*7919%1000003), fmt.Sprintf("Volume %05d", i))
	}
	return items
}

func product(asin string, minor int64) audipy.Product {
	return audipy.Product{
		Edition: book(asin, "Product "+asin).Edition, Marketplace: "us", Availability: audipy.Available, InPlus: true,
		Prices: audipy.Prices{
			List: audipy.Money{Minor: 2995, Currency: "USD"}, Lowest: audipy.Money{Minor: minor, Currency: "USD"},
			LowestKind: "member", Whispersync: audipy.Money{Minor: 749, Currency: "USD"}, CreditHundredths: 100,
		},
	}
}

// must stops the test at an error and passes the value on.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantKind fails the test unless err is of the kind.
func wantKind(t testing.TB, err error, kind audipy.Kind) {
	t.Helper()
	if err == nil || audipy.KindOf(err) != kind {
		t.Fatalf("error = %v (kind %d), want kind %d", err, audipy.KindOf(err), kind)
	}
}

// person is somebody with one of everything.
type person struct {
	id      audipy.UserID
	account audipy.AccountID
	// broken is another account, which needs a sign-in; see settleBroken.
	broken  audipy.AccountID
	sync    store.Lease
	refresh store.Lease
	run     audipy.SyncRun
	link    store.PendingLink
	keyset  store.Keyset
	version int64 // of the credentials
	hash    string
	code    []byte // good for a new password
	session store.UserSession
	// authenticator is confirmed, setUp is being set up; recovery are the
	// hashes of the recovery codes.
	authenticator, setUp store.Authenticator
	recovery             [][]byte
	pending              store.PendingSignIn
	passkey              store.Passkey
	challenge            store.Challenge
	token                store.APIToken
	// program is at work, waiting waits for its tokens.
	program, waiting store.Program
	proposal         store.PendingLink
	identity         store.Identity
	// waitsFor is the token of an identity that waits to be linked.
	waitsFor []byte
	// departing is a device that is to leave.
	departing string
	// channel is where notices go, and delivery one that waits to go there.
	channel, delivery string
	// notice is one that has no delivery yet.
	notice string
	// server is one elsewhere that lets this computer in.
	server string
}

// settle makes a person with one of everything.
func settle(t testing.TB, db *storetest.DB, email string) person {
	t.Helper()
	ctx := t.Context()
	p := person{id: must[audipy.User](t)(db.CreateUser(ctx, email)).ID}
	p.account = must[store.Linked](t)(db.LinkAccount(ctx, p.id, newAccount("A1"), event(audit.LinkCreated))).Account.ID
	p.version = 1
	p.sync = lease(t, db, p, store.LeaseSync)
	p.refresh = lease(t, db, p, store.LeaseRefresh)
	p.keyset = must[store.Keyset](t)(db.AddKeyset(ctx, p.id, []byte("keyset"), event(audit.KeysetCreated)))
	settleStored(t, db, &p)
	apply(t, db, p, audipy.SyncFull, store.Apply{Items: shelf(5), Complete: true, StateToken: "tok", AudibleCount: 5})
	check(t, db.ReplaceWishlist(ctx, p.id, store.Wishlist{
		Account: p.account, Marketplace: "us", Fence: p.sync.Fence, Wishes: []store.Wish{{ASIN: "W1"}},
	}, event(audit.WishlistUpdated)))
	p.run = start(t, db, p, audipy.SyncFull)
	p.link = must[store.PendingLink](t)(db.CreatePendingLink(ctx, p.id, store.NewPendingLink{
		Door: "form", Marketplace: "us", Step: "otp", TTL: 10 * time.Minute, Seal: sealState("state"),
	}, event(audit.LinkStarted)))
	p.departing = must[string](t)(db.AddDeparture(ctx, p.id, store.NewDeparture{DeviceName: "Kim's AudiPy", Seal: sealDevice}, event(audit.DeviceLeft)))
	must[time.Duration](t)(db.TakeLinkAttempt(ctx, p.id, "start"))
	check(t, db.UpsertProducts(ctx, p.id, []audipy.Product{product("P1", 1099)}))
	check(t, db.ReplaceSeriesMembers(ctx, p.id, store.Series{Marketplace: "us", ASIN: "S1", Title: "Saga"},
		[]audipy.SeriesMember{{ASIN: "P1", Sequence: "1", Sort: 1}}))
	check(t, db.SetMark(ctx, p.id, audipy.Mark{ASIN: "P1", Marketplace: "us"}, event(audit.MarkSet)))
	prefs := audipy.DefaultPreferences()
	prefs.Limits = map[string]audipy.Money{"de": {Minor: 900, Currency: "EUR"}}
	check(t, db.SavePreferences(ctx, p.id, prefs, event(audit.PreferencesChanged)))
	must[store.Taken](t)(db.TakeBudget(ctx, p.id, budget(p.account)))
	check(t, db.HalveBudget(ctx, p.id, p.account))
	check(t, db.SetListening(ctx, p.id, p.account, "us", []store.ListeningMonth{{Month: "2026-02", Listened: time.Hour}}))
	settleIn(t, db, &p)
	settlePrograms(t, db, &p)
	settleNotices(t, db, &p)
	settleElsewhere(t, db, p)
	settleServers(t, db, &p)
	settleAddress(t, db, p)
	invited(t, db, p.id)
	return p
}

// settleStored stores the sign-in of the account.
func settleStored(t testing.TB, db *storetest.DB, p *person) {
	t.Helper()
	check(t, db.StorePassword(t.Context(), p.id, p.account, sealSignIn, event(audit.SignInStored)))
	check(t, db.StoreSeed(t.Context(), p.id, p.account, sealVersion, event(audit.SignInStored)))
}

// settleBroken is settle with another account, whose link needs a sign-in.
func settleBroken(t testing.TB, db *storetest.DB) person {
	t.Helper()
	ctx, p := t.Context(), settle(t, db, "alice@example.com")
	p.broken = must[store.Linked](t)(db.LinkAccount(ctx, p.id, newAccount("A0"), event(audit.LinkCreated))).Account.ID
	check(t, db.StorePassword(ctx, p.id, p.broken, sealSignIn, event(audit.SignInStored)))
	// By hand, so that no job is due that was not.
	_, err := db.Raw.ExecContext(ctx, `UPDATE user_audible_accounts SET state = 'needs_sign_in' WHERE id = $1`, string(p.broken))
	check(t, err)
	return p
}

// invited gives somebody an invite as if an administrator made it who is none
// any more: it counts for nothing, and goes with them.
func invited(t testing.TB, db *storetest.DB, by audipy.UserID) {
	t.Helper()
	_, err := db.Raw.ExecContext(t.Context(), `
		INSERT INTO invites (id, user_id, hash, email, created_at, expires_at) VALUES ($1, $2, $3, '', 1, 1)`,
		"invite of "+string(by), string(by), []byte("invite of "+string(by)))
	check(t, err)
}

// settleIn gives a person a password, a session and a code for another
// password.
func settleIn(t testing.TB, db *storetest.DB, p *person) {
	t.Helper()
	ctx := t.Context()
	p.hash, p.code = "hash of "+string(p.id), []byte("code of "+string(p.id))
	check(t, db.AddResetCode(ctx, p.id, p.code, time.Minute, event(audit.ResetRequested)))
	check(t, db.ResetPassword(ctx, p.id, p.code, store.NewPassword{Hash: p.hash, Pepper: 1}, event(audit.PasswordReset)))
	check(t, db.AddResetCode(ctx, p.id, p.code, time.Minute, event(audit.ResetRequested)))
	p.session = must[store.UserSession](t)(db.StartSession(ctx, p.id, p.hash, newSession("token of "+string(p.id)),
		event(audit.SessionStarted)))
	p.authenticator = must[store.Authenticator](t)(db.AddAuthenticator(ctx, p.id, time.Minute, sealSeed))
	p.recovery = [][]byte{[]byte("first of " + string(p.id)), []byte("second of " + string(p.id))}
	must[bool](t)(db.ConfirmAuthenticator(ctx, p.id, store.NewFactor{
		ID: p.authenticator.ID, Step: 10, Session: p.session.ID, Codes: store.RecoveryCodes{Hashes: p.recovery, Pepper: 1},
	}, event(audit.AuthenticatorAdded)))
	passkey, _, err := db.AddPasskey(ctx, p.id, newPasskey("key of "+string(p.id), p.session.ID), event(audit.PasskeyAdded))
	check(t, err)
	p.passkey = passkey
	p.challenge = store.Challenge{Hash: []byte("challenge of " + string(p.id)), Purpose: store.CodePasskeyAdd}
	check(t, db.AddChallenge(ctx, p.id, p.challenge, time.Minute))
	p.waitsFor = []byte("waits for " + string(p.id))
	check(t, db.KeepIdentity(ctx, p.id, waitingFor(string(p.waitsFor), *p)))
	p.identity = must[store.Identity](t)(db.LinkIdentity(ctx, p.id, p.waitsFor, p.session.ID, event(audit.IdentityLinked)))
	check(t, db.KeepIdentity(ctx, p.id, waitingFor(string(p.waitsFor), *p)))
	p.setUp = must[store.Authenticator](t)(db.AddAuthenticator(ctx, p.id, time.Minute, sealSeed))
	p.pending = must[store.PendingSignIn](t)(db.StartPendingSignIn(ctx, p.id, p.hash, newPending("owing of "+string(p.id)),
		event(audit.SecondFactorAsked)))
}

// newPasskey is a passkey that its device calls so.
func newPasskey(credential, session string) store.NewPasskey {
	return store.NewPasskey{
		CredentialID: []byte(credential), Host: "books.example", Name: "Phone", SignCount: 7, Limit: 10, Session: session, Seal: sealSeed,
	}
}

// sealSeed seals by naming the row.
func sealSeed(id string) ([]byte, error) { return []byte("seed of " + id), nil }

// newPending is a sign-in that waits, whose token has this hash.
func newPending(token string) store.NewPendingSignIn {
	return store.NewPendingSignIn{TokenHash: []byte(token), TTL: 5 * time.Minute}
}

// totp is the proof that a person gives by the one-time password of a step.
func (p person) totp(step int64) store.Proof {
	return store.Proof{Authenticator: p.authenticator.ID, Step: step}
}

func budget(account audipy.AccountID) store.BudgetRequest {
	return store.BudgetRequest{Account: account, Cost: 1, Rate: store.Rate{PerSecond: 2, Burst: 20, Daily: 5000}}
}

func lease(t testing.TB, db *storetest.DB, p person, kind store.LeaseKind) store.Lease {
	t.Helper()
	return must[store.Lease](t)(db.AcquireLease(t.Context(), p.id, store.LeaseRequest{
		Account: p.account, Kind: kind, Owner: "holder", TTL: time.Minute,
	}))
}

func start(t testing.TB, db *storetest.DB, p person, kind audipy.SyncKind) audipy.SyncRun {
	t.Helper()
	return must[audipy.SyncRun](t)(db.StartSyncRun(t.Context(), p.id, store.NewRun{
		Account: p.account, Marketplace: "us", Kind: kind, Fence: p.sync.Fence,
	}))
}

// apply starts a run and applies what it found.
func apply(t testing.TB, db *storetest.DB, p person, kind audipy.SyncKind, a store.Apply) audipy.SyncRun {
	t.Helper()
	a.RunID, a.Fence = start(t, db, p, kind).ID, p.sync.Fence
	return must[audipy.SyncRun](t)(db.ApplySync(t.Context(), p.id, a, event(audit.SyncApplied)))
}

// library returns all of a person's titles by ASIN.
func library(t testing.TB, db *storetest.DB, p person) map[string]audipy.Item {
	t.Helper()
	items := map[string]audipy.Item{}
	for item, err := range db.AllItems(t.Context(), p.id, store.ItemFilter{}) {
		check(t, err)
		items[item.ASIN] = item
	}
	return items
}

// systemTables are those that belong to no person.
func systemTables() []string { return store.InstanceTables() }

// personalTables lists the tables that belong to people.
func personalTables(t testing.TB, db *storetest.DB) []string {
	t.Helper()
	return slices.DeleteFunc(tables(t, db), func(name string) bool { return slices.Contains(systemTables(), name) })
}

// tables lists the project's tables.
func tables(t testing.TB, db *storetest.DB) []string {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if db.IsPostgres() {
		query = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	var names []string
	for _, row := range rows(t, db, query) {
		if name := row[0].(string); name != "goose_db_version" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// rows reads a whole query around the store.
func rows(t testing.TB, db *storetest.DB, query string, args ...any) [][]any {
	t.Helper()
	result, err := db.Raw.QueryContext(t.Context(), query, args...)
	check(t, err)
	defer result.Close()
	columns := must[[]string](t)(result.Columns())
	var all [][]any
	for result.Next() {
		row, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		check(t, result.Scan(dest...))
		all = append(all, row)
	}
	check(t, result.Err())
	return all
}

// dump is every row of a person as text, by table.
func dump(t testing.TB, db *storetest.DB, id audipy.UserID) string {
	t.Helper()
	var text strings.Builder
	for _, table := range personalTables(t, db) {
		column := "user_id"
		if table == "users" {
			column = "id"
		}
		var lines []string
		for _, row := range rows(t, db, `SELECT * FROM `+table+` WHERE `+column+` = $1`, string(id)) {
			lines = append(lines, fmt.Sprintf("%s %v", table, row))
		}
		slices.Sort(lines)
		text.WriteString(strings.Join(lines, "\n") + "\n")
	}
	return text.String()
}
