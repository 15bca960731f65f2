package account_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

const (
	login    = "kim@example.com"
	password = "a made-up password"
)

// world is a person, a store, a key and a simulated Amazon, all on one clock.
type world struct {
	*storetest.DB
	sim      *audiblesim.Sim
	keys     string // folder of the key
	accounts *account.Service
	user     audipy.UserID
}

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

// each runs a case in a fresh world on SQLite and on PostgreSQL.
func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { run(t, newWorld(t, db)) })
}

func newWorld(t *testing.T, db *storetest.DB) *world {
	t.Helper()
	w := &world{DB: db, keys: t.TempDir()}
	w.sim = audiblesim.New(audiblesim.Options{Seed: 1, Now: db.Clock.Now})
	err := w.sim.AddAccount(audiblesim.Account{
		Login: login, Password: password, Marketplaces: map[string]int{"us": 30, "de": 3},
	})
	if err != nil {
		t.Fatal(err)
	}
	user, err := db.EnsureLocalUser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.user = user.ID
	w.accounts = w.service(t)
	return w
}

// service returns another service on the same store, as another process has.
func (w *world) service(t *testing.T) *account.Service {
	t.Helper()
	return w.serviceAt(t, store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000})
}

// serviceAt is service with a budget of its own.
func (w *world) serviceAt(t *testing.T, rate store.Rate) *account.Service {
	t.Helper()
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	return account.New(account.Options{
		Store: w.Store, Key: key, Transport: w.sim.Transport(), Now: w.Clock.Now, Wait: w.wait,
		Rate: rate, LinkLimits: manyLinks(),
	})
}

// serviceOver is service with a transport of its own.
func (w *world) serviceOver(t *testing.T, rt http.RoundTripper) *account.Service {
	t.Helper()
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
	if err != nil {
		t.Fatal(err)
	}
	return account.New(account.Options{Store: w.Store, Key: key, Transport: rt, Now: w.Clock.Now, Wait: w.wait})
}

// wait moves the clock instead of waiting.
func (w *world) wait(ctx context.Context, d time.Duration) error {
	w.Clock.Advance(d)
	return ctx.Err()
}

// signIn signs in at the simulator page by page.
func (w *world) signIn(t *testing.T) audible.Authorization {
	t.Helper()
	signIn, err := w.accounts.StartSignIn("us", false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Start(t.Context(), w.sim.Transport()); err != nil {
		t.Fatal(err)
	}
	step, err := signIn.Answer(t.Context(), w.sim.Transport(), audible.Answer{Login: login, Password: password})
	if err != nil || step.Authorization == nil {
		t.Fatalf("sign in: %v at step %q", err, step.Kind)
	}
	return *step.Authorization
}

// link signs in and links.
func (w *world) link(t *testing.T) audipy.Account {
	t.Helper()
	linked, err := w.accounts.Link(t.Context(), w.user, w.signIn(t))
	if err != nil {
		t.Fatal(err)
	}
	return linked.Account
}

// fromFile returns the credentials of a device that another program has
// registered.
func (w *world) fromFile(t *testing.T) audible.Credentials {
	t.Helper()
	data, err := w.sim.CredentialFile(login, "us")
	if err != nil {
		t.Fatal(err)
	}
	accounts, _, err := authfile.Read(data, authfile.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return accounts[0].Credentials
}

// count asks Audible how many titles the account has.
func (w *world) count(t *testing.T, id audipy.AccountID) (int, error) {
	t.Helper()
	client, err := w.accounts.Client(t.Context(), w.user, id, "us")
	if err != nil {
		t.Fatal(err)
	}
	page, err := client.Library(t.Context(), audible.LibraryQuery{PageSize: 1})
	return page.TotalCount, err
}

// renew renews the token now.
func (w *world) renew(t *testing.T, id audipy.AccountID) account.Renewal {
	t.Helper()
	got, err := w.accounts.RenewNow(t.Context(), w.user, id)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// card returns what is known of the link.
func (w *world) card(t *testing.T, id audipy.AccountID) account.Card {
	t.Helper()
	card, err := w.accounts.Card(t.Context(), w.user, id)
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func wantKind(t *testing.T, err error, want audipy.Kind) {
	t.Helper()
	if err == nil || audipy.KindOf(err) != want {
		t.Errorf("error = %v (kind %d), want kind %d", err, audipy.KindOf(err), want)
	}
}
