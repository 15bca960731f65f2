package elsewhere

import (
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"time"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/outbound"
	"github.com/audipy/audipy/internal/recent"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// readEvery is how often a server is read.
	readEvery = 24 * time.Hour
	// readTime bounds one reading of a whole server, and pageTime one request.
	readTime = 5 * time.Minute
	pageTime = 30 * time.Second
	// keptPeople is for how many people a preview is kept at hand.
	keptPeople = 8
)

// Options are what a Service works with. Store, Key and Advice are required.
type Options struct {
	Store  *store.Store
	Key    *vault.Key
	Advice *advice.Service
	// Networks are where servers may be beside the public network, by plain
	// HTTP and on any port too.
	Networks []netip.Prefix
	// Roots vouch for servers; nil means the system's.
	Roots *x509.CertPool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Log gets what went wrong beside the work; nil means none.
	Log *slog.Logger
}

// Service reads servers. Make one with New.
type Service struct {
	store  *store.Store
	key    *vault.Key
	advice *advice.Service
	out    *outbound.Client
	now    func() time.Time
	log    *slog.Logger
	kept   *recent.People[kept]
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{
		store: o.Store, key: o.Key, advice: o.Advice, now: o.Now, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		out:  outbound.New(outbound.Options{Networks: o.Networks, Roots: o.Roots, Time: pageTime}),
		kept: recent.New[kept](keptPeople),
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s
}

// target is where a server is: what is sealed.
type target struct {
	URL string `json:"url"`
	Key string `json:"key"`
}

func targetCell(id string) vault.Binding {
	return vault.Binding{Table: "elsewhere_servers", Column: "sealed", Row: id}
}

// Connect keeps the address and the API key of the person's server, in place of
// another, once the server has taken the key; it is read soon after, and counts
// after Apply. An address that may not be one is Invalid with the code
// target_invalid, one without such a server with no_such_server, and a key that
// it refuses with key_refused.
func (s *Service) Connect(ctx context.Context, user audipy.UserID, address, key string) error {
	to := target{URL: address, Key: key}
	r, err := s.reader(to)
	if err != nil {
		return err
	}
	if _, err := r.libraries(ctx); err != nil {
		return err
	}
	plain, err := json.Marshal(to)
	if err != nil {
		return fmt.Errorf("encode target: %w", err)
	}
	defer clear(plain)
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return err
	}
	return s.store.ConnectElsewhere(ctx, user, store.NewElsewhereServer{
		Seal: func(id string) ([]byte, error) { return ks.Seal(targetCell(id), plain) },
	}, done(audit.ElsewhereConnected))
}

func (s *Service) reader(to target) (*reader, error) {
	u, err := s.out.Check(to.URL)
	if err != nil {
		return nil, err
	}
	u.RawQuery = ""
	return &reader{out: s.out, base: u, key: to.Key}, nil
}

// keyset returns the person's keyset, made at their first secret.
func (s *Service) keyset(ctx context.Context, user audipy.UserID) (*vault.Keyset, error) {
	row, err := s.store.Keyset(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound {
		sealed, _, made := s.key.NewKeyset(user)
		if made != nil {
			return nil, made
		}
		row, err = s.store.AddKeyset(ctx, user, sealed, done(audit.KeysetCreated))
	}
	if err != nil {
		return nil, err
	}
	return s.key.OpenKeyset(user, row.Sealed)
}

// Server is the person's server as they may see it.
type Server struct {
	store.ElsewhereServer
	// Host is where it is; empty when that can't be opened any more.
	Host string
}

// Server returns the person's server; NotFound when there is none.
func (s *Service) Server(ctx context.Context, user audipy.UserID) (Server, error) {
	found, err := s.store.ElsewhereServer(ctx, user)
	if err != nil {
		return Server{}, err
	}
	one := Server{ElsewhereServer: found}
	if to, err := s.target(ctx, user, found); err == nil {
		if u, err := url.Parse(to.URL); err == nil {
			one.Host = u.Host
		}
	}
	return one, nil
}

func (s *Service) target(ctx context.Context, user audipy.UserID, server store.ElsewhereServer) (target, error) {
	var to target
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return to, err
	}
	plain, err := ks.Open(targetCell(server.ID), server.Sealed)
	if err != nil {
		return to, audipy.Fail(audipy.Invalid, "the address of this server can't be read any more", err).
			WithHint("connect it anew")
	}
	defer clear(plain)
	if err := json.Unmarshal(plain, &to); err != nil {
		return to, fmt.Errorf("decode target: %w", err)
	}
	return to, nil
}

// Read reads the person's server now, and keeps what it has or why it can't be
// read. NotFound means that there is no server, or another by the end.
func (s *Service) Read(ctx context.Context, user audipy.UserID) error {
	server, err := s.store.ElsewhereServer(ctx, user)
	if err != nil {
		return err
	}
	copies, err := s.titles(ctx, user, server)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errors.Join(err, s.store.FailElsewhere(ctx, user, server.ID, words(err)))
	}
	_, err = s.store.SaveElsewhere(ctx, user, store.ElsewhereReading{Server: server.ID, Copies: copies}, done(audit.ElsewhereRead))
	return err
}

func (s *Service) titles(ctx context.Context, user audipy.UserID, server store.ElsewhereServer) ([]audipy.ElsewhereCopy, error) {
	to, err := s.target(ctx, user, server)
	if err != nil {
		return nil, err
	}
	r, err := s.reader(to)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, readTime)
	defer cancel()
	return r.titles(ctx)
}

// words says a failure to the person whose server it is. What the other side
// wrote is not among them.
func words(err error) string {
	if known, ok := errors.AsType[*audipy.Error](err); ok && known.Kind != audipy.Internal {
		return known.Msg
	}
	return "something went wrong here"
}

// ReadJob reads the server of the job's person, and says when that is due again.
func (s *Service) ReadJob(ctx context.Context, job store.Job) (time.Time, error) {
	err := s.Read(ctx, job.User)
	switch kind := audipy.KindOf(err); {
	case err == nil:
	case ctx.Err() != nil:
		return time.Time{}, ctx.Err()
	case kind == audipy.NotFound:
		return time.Time{}, nil
	case kind == audipy.Internal:
		return time.Time{}, err
	default: // the person sees why on their page
		s.log.InfoContext(ctx, "a server outside of Audible was not read", slog.String("error", words(err)))
	}
	return s.now().Add(readEvery), nil
}

// Apply lets what the server has count, now and whenever it was read again;
// likely includes what matches by name alone. It is a Conflict with the code
// not_read before the server was read.
func (s *Service) Apply(ctx context.Context, user audipy.UserID, likely bool) error {
	return s.store.ApplyElsewhere(ctx, user, likely, done(audit.ElsewhereApplied))
}

// Disconnect forgets the server, its key and its titles: nothing of it counts
// any more.
func (s *Service) Disconnect(ctx context.Context, user audipy.UserID) error {
	return s.store.EndElsewhere(ctx, user, done(audit.ElsewhereRemoved))
}

func done(action audit.Action) audit.Event {
	return audit.Event{Action: action, Outcome: audit.Succeeded}
}
