package auth_test

import (
	"net/netip"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

const (
	email    = "kim@example.com"
	password = "five wise turtles swim"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

// world is a store with a service on it, on one clock.
type world struct {
	*storetest.DB
	*auth.Service
	keys string // folder of the key
}

// each runs a case in a fresh world on SQLite and on PostgreSQL.
func each(t *testing.T, run func(t *testing.T, w *world)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := &world{DB: db, keys: t.TempDir()}
		w.Service = w.service(t, auth.Options{})
		run(t, w)
	})
}

// service returns another service on the same store, as another process has.
func (w *world) service(t testing.TB, o auth.Options) *auth.Service {
	t.Helper()
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
	check(t, err)
	o.Store, o.Key, o.Now = w.Store, key, w.Clock.Now
	if o.Cost == (auth.Cost{}) {
		o.Cost = auth.TestCost()
	}
	s := must[*auth.Service](t)(auth.New(t.Context(), o))
	check(t, s.OfferPasskeys(o.PublicURL))
	return s
}

// visitor is a browser on the home network.
func visitor() auth.Visitor {
	return auth.Visitor{Address: netip.MustParseAddr("192.168.1.7"), UserAgent: "Browser/1"}
}

// setUp makes the first administrator.
func (w *world) setUp(t *testing.T) auth.Grant {
	t.Helper()
	code := must[string](t)(w.NewSetUpCode(t.Context()))
	return must[auth.Grant](t)(w.SetUp(t.Context(), auth.SetUp{Code: code, Name: "Kim", Email: email, Password: password}, visitor()))
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		check(t, err)
		return v
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t testing.TB, err error, kind audipy.Kind) {
	t.Helper()
	if err == nil || audipy.KindOf(err) != kind {
		t.Errorf("error = %v (kind %d), want kind %d", err, audipy.KindOf(err), kind)
	}
}
