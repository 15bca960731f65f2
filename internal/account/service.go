package account

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Options are what a Service works with. Store and Key are required.
type Options struct {
	Store *store.Store
	Key   *vault.Key
	// Transport carries requests to Amazon and Audible; nil means the
	// hardened default of package audible.
	Transport http.RoundTripper
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Wait pauses for a duration or until ctx ends; nil means a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// Rate is what an account may ask of Audible; the zero value means
	// DefaultRate. The demo and tests, whose Audible is their own, raise it.
	Rate store.Rate
	// LinkLimits bound what a person may try in linking; the zero value means
	// DefaultLinkLimits.
	LinkLimits LinkLimits
	// InstanceRate is what all accounts together may ask; the zero value
	// means DefaultInstanceRate, or Rate where that is faster.
	InstanceRate store.Rate
	// StoresSignIns is the operator's leave to store people's Amazon passwords,
	// for those who ask for it. Without it what is stored is deleted.
	StoresSignIns bool
	// Log gets a record of every call to Audible: its name, status and time,
	// never an address or a body. Nil means none.
	Log *slog.Logger
}

// Service keeps accounts. It is safe for use by several goroutines, and
// several processes may share one store.
type Service struct {
	store         *store.Store
	key           *vault.Key
	transport     http.RoundTripper
	now           func() time.Time
	wait          func(ctx context.Context, d time.Duration) error
	rate          store.Rate
	links         LinkLimits
	storesSignIns bool
	importing     chan struct{} // holds one token while a file is read
	// instanceRate is for all accounts together.
	instanceRate store.Rate
	log          *slog.Logger

	mu      sync.Mutex
	keysets map[audipy.UserID]openedKeyset
	// refreshing holds, for each account, the place of the one refresh that
	// this process may have under way.
	refreshing map[audipy.AccountID]chan struct{}
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{
		store: o.Store, key: o.Key, transport: o.Transport, now: o.Now, wait: o.Wait, rate: o.Rate, log: o.Log,
		links: o.LinkLimits, storesSignIns: o.StoresSignIns, importing: make(chan struct{}, 1),
		keysets: map[audipy.UserID]openedKeyset{}, refreshing: map[audipy.AccountID]chan struct{}{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.wait == nil {
		s.wait = pause
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.links.Open == 0 {
		s.links = DefaultLinkLimits()
	}
	if s.rate == (store.Rate{}) {
		s.rate = DefaultRate()
	}
	if s.instanceRate = o.InstanceRate; s.instanceRate == (store.Rate{}) {
		s.instanceRate = DefaultInstanceRate()
		if s.rate.PerSecond > s.instanceRate.PerSecond {
			s.instanceRate = s.rate
		}
	}
	return s
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// openedKeyset is a keyset, and the version of its row.
type openedKeyset struct {
	*vault.Keyset
	version int64
}

// keyset returns the person's keyset, made at their first secret. It is opened
// anew when its row was replaced: what another process sealed since may need a
// key that was added. So a sealed row is read before the keyset that opens it.
func (s *Service) keyset(ctx context.Context, user audipy.UserID) (*vault.Keyset, error) {
	row, err := s.store.Keyset(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound {
		row, err = s.addKeyset(ctx, user)
	}
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if opened := s.keysets[user]; opened.Keyset != nil && opened.version == row.Version {
		return opened.Keyset, nil
	}
	ks, err := s.key.OpenKeyset(user, row.Sealed)
	if err != nil {
		return nil, unreadable(err)
	}
	s.keysets[user] = openedKeyset{ks, row.Version}
	return ks, nil
}

// Keyset returns the person's keyset, made at their first secret.
func (s *Service) Keyset(ctx context.Context, user audipy.UserID) (*vault.Keyset, error) {
	return s.keyset(ctx, user)
}

func (s *Service) addKeyset(ctx context.Context, user audipy.UserID) (store.Keyset, error) {
	sealed, _, err := s.key.NewKeyset(user)
	if err != nil {
		return store.Keyset{}, err
	}
	return s.store.AddKeyset(ctx, user, sealed, audit.Event{Action: audit.KeysetCreated, Outcome: audit.Succeeded})
}
