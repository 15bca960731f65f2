package account

import (
	"context"
	"sync"

	"github.com/audipy/audipy/audible"
)

// loose is a CredentialStore for credentials that belong to no account yet.
type loose struct {
	mu      sync.Mutex
	now     audible.Credentials
	version audible.Version
}

// Load returns the credentials.
func (l *loose) Load(context.Context) (audible.Credentials, audible.Version, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now, l.version, nil
}

// Save replaces them.
func (l *loose) Save(_ context.Context, c audible.Credentials, old audible.Version) (audible.Version, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if old != l.version {
		return 0, audible.ErrStale
	}
	l.now, l.version = c, l.version+1
	return l.version, nil
}

// profile asks Amazon whose credentials they are. It returns them as they are
// then: the token may have been refreshed for it.
func (s *Service) profile(ctx context.Context, c audible.Credentials) (audible.Profile, audible.Credentials, error) {
	l := &loose{now: c}
	client := audible.NewClient(audible.ClientOptions{Credentials: l, Transport: s.transport, Now: s.now, Wait: s.wait})
	profile, err := client.Profile(ctx)
	return profile, l.now, err
}
