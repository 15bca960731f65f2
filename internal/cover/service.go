package cover

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
)

const (
	// fetchTime bounds one fetch, and fetchesAtOnce how many there are.
	fetchTime     = 20 * time.Second
	fetchesAtOnce = 8
	// absentFor is how long it is remembered that there is no picture, and
	// awayFor that the host did not give it.
	absentFor = time.Hour
	awayFor   = time.Minute
	// maxRemembered is how many failures are remembered.
	maxRemembered = 10_000
	// DefaultBytes is how much is kept on disk when nothing else is said.
	DefaultBytes = 512 << 20
)

// Options are what a Service works with.
type Options struct {
	// Folder is where pictures are kept; it is made when it is missing, and
	// may be emptied at any time. Empty means that none are kept.
	Folder string
	// MaxBytes bounds what is kept; 0 means DefaultBytes.
	MaxBytes int64
	// Transport carries requests; nil means the hardened default of package
	// audible.
	Transport http.RoundTripper
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Picture is a picture that was checked.
type Picture struct {
	// Type is its media type: image/jpeg, image/png or image/webp.
	Type string
	Data []byte
	// Tag differs when the picture does.
	Tag string
}

// Service fetches and keeps pictures. It is safe for use by several
// goroutines, and several processes may share one folder.
type Service struct {
	transport http.RoundTripper
	now       func() time.Time
	shelf     shelf
	flights   singleflight.Group
	places    chan struct{}

	mu     sync.Mutex
	failed map[string]failure
}

// failure is a fetch that is not tried again for a while.
type failure struct {
	until time.Time
	err   error
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{
		transport: o.Transport, now: o.Now, places: make(chan struct{}, fetchesAtOnce), failed: map[string]failure{},
		shelf: shelf{folder: o.Folder, limit: o.MaxBytes},
	}
	if s.transport == nil {
		s.transport = audible.NewTransport(audible.TransportOptions{})
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.shelf.limit == 0 {
		s.shelf.limit = DefaultBytes
	}
	return s
}

// Get returns the picture at an address that Audible gave, about as wide as
// the size says. It is NotFound when there is none that can be used, and
// Unavailable when the host does not answer. The caller must not change Data.
func (s *Service) Get(ctx context.Context, address string, size Size) (Picture, error) {
	source, ok := sourceOf(address, size)
	if !ok {
		return Picture{}, absent()
	}
	if data, ok := s.shelf.read(name(source), s.now()); ok {
		if p, err := check(data); err == nil {
			return p, nil
		}
	}
	if err := s.recently(source); err != nil {
		return Picture{}, err
	}
	// Whoever waits may go; the fetch goes on for the others and the shelf.
	found := s.flights.DoChan(source, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
		defer cancel()
		return s.fetchAndKeep(ctx, source)
	})
	select {
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	case r := <-found:
		if r.Err != nil {
			return Picture{}, r.Err
		}
		p, _ := r.Val.(Picture)
		return p, nil
	}
}

func (s *Service) fetchAndKeep(ctx context.Context, source string) (Picture, error) {
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return Picture{}, away(ctx.Err())
	}
	p, err := s.fetch(ctx, source)
	if err != nil {
		s.remember(source, err)
		return Picture{}, err
	}
	// A full disk costs the next look a fetch, and nothing else.
	_ = s.shelf.write(name(source), p.Data)
	return p, nil
}

// recently returns the failure that a source had a short while ago.
func (s *Service) recently(source string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.failed[source]
	if !ok || s.now().After(f.until) {
		delete(s.failed, source)
		return nil
	}
	return f.err
}

func (s *Service) remember(source string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.failed) >= maxRemembered {
		clear(s.failed)
	}
	wait := awayFor
	if audipy.KindOf(err) == audipy.NotFound {
		wait = absentFor
	}
	s.failed[source] = failure{s.now().Add(wait), err}
}

// name is the name that a picture is kept under.
func name(source string) string {
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:])
}

func absent() error {
	return audipy.Fail(audipy.NotFound, "There is no cover.", nil)
}

func away(err error) error {
	return audipy.Fail(audipy.Unavailable, "The cover can't be had just now.", err)
}
