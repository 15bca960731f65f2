package audible_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// memoryStore is a CredentialStore in memory that can be told to misbehave.
type memoryStore struct {
	mu      sync.Mutex
	creds   audible.Credentials
	version audible.Version
	saves   int
	// onSave, when set, runs before a save and may refuse it.
	onSave func(c audible.Credentials) error
}

// Load returns the credentials.
func (s *memoryStore) Load(ctx context.Context) (audible.Credentials, audible.Version, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.creds, s.version, ctx.Err()
}

// Save compares and swaps.
func (s *memoryStore) Save(ctx context.Context, c audible.Credentials, old audible.Version) (audible.Version, error) {
	s.mu.Lock()
	hook := s.onSave
	s.mu.Unlock()
	if hook != nil {
		if err := hook(c); err != nil {
			return 0, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old != s.version {
		return 0, audible.ErrStale
	}
	s.creds, s.version = c, s.version+1
	s.saves++
	return s.version, ctx.Err()
}

// saveCount returns how often something was saved.
func (s *memoryStore) saveCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves
}

// change replaces the credentials as another process would.
func (s *memoryStore) change(edit func(c *audible.Credentials)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit(&s.creds)
	s.version++
}

// rig is a simulated account with a client of it.
type rig struct {
	sim     *audiblesim.Sim
	account audiblesim.Account
	store   *memoryStore
	client  *audible.Client
	calls   atomic.Int64
}

// rigOptions choose a rig; the zero value is an ordinary account.
type rigOptions struct {
	account audiblesim.Account
	sim     audiblesim.Options
	client  func(o *audible.ClientOptions)
}

// newRig makes an account with its device registered, at a time when the
// simulated world is up to date.
func newRig(t testing.TB, o rigOptions) *rig {
	t.Helper()
	if o.account.Marketplaces == nil {
		o.account.Marketplaces = map[string]int{"us": 30}
	}
	sim, account := newSim(t, o.sim, o.account)
	r := &rig{sim: sim, account: account, store: &memoryStore{creds: registered(t, sim, account)}}
	options := audible.ClientOptions{Credentials: r.store, Transport: sim.Transport()}
	options.Budget = func(context.Context) error { r.calls.Add(1); return nil }
	if o.client != nil {
		o.client(&options)
	}
	r.client = audible.NewClient(options)
	return r
}

// registered registers a device for the account without a sign-in.
func registered(t testing.TB, sim *audiblesim.Sim, a audiblesim.Account) audible.Credentials {
	t.Helper()
	raw, err := sim.CredentialFile(a.Login, a.Marketplace)
	if err != nil {
		t.Fatal(err)
	}
	creds, err := readCredentialFile(raw)
	if err != nil {
		t.Fatal(err)
	}
	return creds
}

// exampleCredentials is registered for examples, which have no test to fail.
func exampleCredentials(sim *audiblesim.Sim, login string) audible.Credentials {
	raw, err := sim.CredentialFile(login, "us")
	if err != nil {
		return audible.Credentials{}
	}
	creds, _ := readCredentialFile(raw)
	return creds
}

// readCredentialFile reads what the client needs of a credential file.
func readCredentialFile(raw []byte) (audible.Credentials, error) {
	var file struct {
		ADP     string  `json:"adp_token"`
		Access  string  `json:"access_token"`
		Refresh string  `json:"refresh_token"`
		Key     string  `json:"device_private_key"`
		Expires float64 `json:"expires"`
		Locale  string  `json:"locale_code"`
		Device  struct {
			Name   string `json:"device_name"`
			Serial string `json:"device_serial_number"`
			Type   string `json:"device_type"`
		} `json:"device_info"`
		Customer struct {
			ID string `json:"user_id"`
		} `json:"customer_info"`
		UserName bool `json:"with_username"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		return audible.Credentials{}, err
	}
	return audible.Credentials{
		Marketplace: file.Locale, UserName: file.UserName, AccessToken: file.Access, RefreshToken: file.Refresh,
		AccessTokenExpires: time.UnixMilli(int64(file.Expires * 1000)).UTC(), ADPToken: file.ADP, DeviceKey: file.Key,
		Device:   audible.Device{Serial: file.Device.Serial, Type: file.Device.Type, Name: file.Device.Name},
		Customer: audible.Customer{ID: file.Customer.ID},
	}, nil
}

// advance lets bubble time pass.
func advance(t testing.TB, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
		t.Fatal(t.Context().Err())
	}
}

// toPresent moves a bubble, which starts in 2000, to when the world is set.
func toPresent(t testing.TB) {
	t.Helper()
	advance(t, time.Until(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)))
}

// mustList asks for a page of the library.
func (r *rig) mustList(t testing.TB) audible.LibraryPage {
	t.Helper()
	page, err := r.client.Library(t.Context(), audible.LibraryQuery{})
	if err != nil {
		t.Fatalf("Library: %v", err)
	}
	return page
}

// wantError checks that an error matches a kind.
func wantError(t testing.TB, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("error %v, want %v", err, kind)
	}
}
