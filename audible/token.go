package audible

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// When and how access tokens are refreshed. They live for 60 minutes
// (protocol 6.6); the rest is our choice.
const (
	// refreshAhead is how long before its end a token counts as due.
	refreshAhead = 10 * time.Minute
	// refreshLimit bounds one refresh with all its repetitions and saves, so
	// that a lease of 45 s on the refresh outlives it.
	refreshLimit = 40 * time.Second
	// refreshPatience is how long a call that can do without a new token waits
	// for somebody else's refresh.
	refreshPatience = 2 * time.Second
	// refusedPause is waited before a refusal is believed.
	refusedPause = 5 * time.Second
	// refreshTries is how often one refresh asks during an outage.
	refreshTries = 3
)

// keyring holds the credentials of one client: it loads them once, refreshes
// the access token, and saves it before anybody sees it. It may be used by
// several goroutines, and all of them share one refresh.
type keyring struct {
	store  CredentialStore
	rt     http.RoundTripper
	now    func() time.Time
	wait   func(context.Context, time.Duration) error
	random func() float64

	mu      sync.Mutex
	loaded  bool
	creds   Credentials
	version Version
	signer  *signer
	signFor string // the key and token that signer was made of
	flight  *refreshFlight
	// pace keeps a failing token service from being asked at every call.
	pace TokenPace
	// signUntil is set when tokens were refused and a signature was not.
	signUntil time.Time
}

// refreshFlight is a refresh that is under way.
type refreshFlight struct {
	done  chan struct{}
	creds Credentials
	err   error
}

// current returns the credentials, from memory when they were loaded before.
func (k *keyring) current(ctx context.Context) (Credentials, error) {
	k.mu.Lock()
	creds, loaded := k.creds, k.loaded
	k.mu.Unlock()
	if loaded {
		return creds, nil
	}
	creds, _, err := k.reload(ctx)
	return creds, err
}

// reload reads the credentials from the store.
func (k *keyring) reload(ctx context.Context) (Credentials, Version, error) {
	creds, version, err := k.store.Load(ctx)
	if err != nil {
		return Credentials{}, 0, fmt.Errorf("load the credentials: %w", err)
	}
	k.adopt(creds, version)
	return creds, version, nil
}

// adopt makes credentials that are in the store the current ones. Others than
// before get a fresh start with the token service.
func (k *keyring) adopt(creds Credentials, version Version) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.loaded && version < k.version {
		return
	}
	if creds.RefreshToken != k.creds.RefreshToken || creds.DeviceKey != k.creds.DeviceKey {
		k.pace, k.signUntil = TokenPace{}, time.Time{}
	}
	k.creds, k.version, k.loaded = creds, version, true
}

// isFresh reports whether the access token is not due for a refresh.
func (k *keyring) isFresh(c Credentials) bool {
	return c.AccessToken != "" && c.AccessTokenExpires.Sub(k.now()) >= refreshAhead
}

// isAlive reports whether the access token may still be used: it has not ended
// yet, or nobody knows when it does.
func (k *keyring) isAlive(c Credentials) bool {
	return c.AccessToken != "" && (c.AccessTokenExpires.IsZero() || c.AccessTokenExpires.After(k.now()))
}

// rest returns why the token service is not asked at the moment, or nil.
func (k *keyring) rest() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.now().Before(k.pace.RestUntil) {
		return nil
	}
	return k.pace.Err
}

// refresh returns credentials whose access token is not the stale one and,
// unless force is set, has ten minutes left. Whoever comes while a refresh is
// under way waits for that one. The refresh goes on when ctx ends, so that a
// token that Amazon already gave is not lost.
func (k *keyring) refresh(ctx context.Context, stale string, force bool) (Credentials, error) {
	k.mu.Lock()
	flight := k.flight
	if flight == nil {
		flight = &refreshFlight{done: make(chan struct{})}
		k.flight = flight
		go k.fly(context.WithoutCancel(ctx), flight, stale, force)
	}
	k.mu.Unlock()
	select {
	case <-flight.done:
		return flight.creds, flight.err
	case <-ctx.Done():
		return Credentials{}, fmt.Errorf("wait for the token: %w", context.Cause(ctx))
	}
}

// fly does the refresh and tells everybody who waits for it.
func (k *keyring) fly(ctx context.Context, flight *refreshFlight, stale string, force bool) {
	ctx, cancel := context.WithTimeoutCause(ctx, refreshLimit, errors.New("the refresh took too long"))
	defer cancel()
	flight.creds, flight.err = k.renew(ctx, stale, force)
	k.mu.Lock()
	k.flight = nil
	k.mu.Unlock()
	close(flight.done)
}

// renew takes the turn, loads, asks, saves, and only then gives the new token
// away. What the service said is kept before the turn is given back.
func (k *keyring) renew(ctx context.Context, stale string, force bool) (Credentials, error) {
	pace, end, err := k.begin(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = ErrRefreshing
		}
		return Credentials{}, fmt.Errorf("wait for another refresh: %w", err)
	}
	defer func() { end(pace) }()
	creds, version, err := k.reload(ctx)
	if err != nil {
		return Credentials{}, err
	}
	k.setPace(pace)
	if !force && creds.AccessToken != stale && k.isFresh(creds) {
		return creds, nil
	}
	if !creds.CanRefresh() {
		return Credentials{}, fmt.Errorf("refresh the token: %w", ErrNoCredentials)
	}
	if resting := k.rest(); resting != nil && !force {
		return Credentials{}, resting
	}
	creds, err = k.trade(ctx, creds, version)
	if err != nil && ctx.Err() != nil {
		err = &OutageError{Endpoint: endpointToken, Err: err}
	}
	pace = pace.after(err, k.now(), k.random())
	k.setPace(pace)
	return creds, err
}

// begin takes the turn to refresh. Who can call with an old token or with a
// signature has little patience for somebody else's turn.
func (k *keyring) begin(ctx context.Context) (TokenPace, func(TokenPace), error) {
	shared, ok := k.store.(RefreshKeeper)
	k.mu.Lock()
	pace, creds := k.pace, k.creds
	k.mu.Unlock()
	if !ok {
		return pace, func(TokenPace) {}, nil
	}
	patience := refreshLimit
	if k.isAlive(creds) || creds.CanSign() {
		patience = refreshPatience
	}
	return shared.BeginRefresh(ctx, patience)
}

func (k *keyring) setPace(pace TokenPace) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pace = pace
}

// trade asks for a token and saves it.
func (k *keyring) trade(ctx context.Context, creds Credentials, version Version) (Credentials, error) {
	got, err := k.ask(ctx, creds)
	if errors.Is(err, ErrRefused) {
		return k.askAgain(ctx, creds, version, err)
	}
	if err != nil {
		return Credentials{}, err
	}
	return k.save(ctx, creds, version, got)
}

// ask trades the refresh token, a few times while there is an outage that asks
// for no longer pause.
func (k *keyring) ask(ctx context.Context, creds Credentials) (tokenAnswer, error) {
	for tries := 1; ; tries++ {
		got, err := exchangeToken(ctx, k.rt, k.now, creds)
		outage, ok := errors.AsType[*OutageError](err)
		if !ok || tries == refreshTries || outage.RetryAfter > refusedPause {
			return got, err
		}
		if k.wait(ctx, backoff(tries, outage.RetryAfter, k.random())) != nil {
			return got, err
		}
	}
}

// askAgain makes sure of a refusal: another process may have replaced the
// credentials meanwhile, and a service in trouble says strange things.
func (k *keyring) askAgain(ctx context.Context, creds Credentials, version Version, refused error) (Credentials, error) {
	if err := k.wait(ctx, refusedPause); err != nil {
		return Credentials{}, refused
	}
	now, newer, err := k.reload(ctx)
	if err != nil {
		return Credentials{}, err
	}
	if newer != version && now.AccessToken != creds.AccessToken && k.isAlive(now) {
		return now, nil
	}
	got, err := k.ask(ctx, now)
	if err != nil {
		return Credentials{}, err
	}
	return k.save(ctx, now, newer, got)
}

// save makes the new token durable. When somebody else saved first, their
// token is used; when they changed something else, ours is added to that.
func (k *keyring) save(ctx context.Context, creds Credentials, version Version, got tokenAnswer) (Credentials, error) {
	before := creds
	for range 3 {
		creds.AccessToken = got.access
		creds.AccessTokenExpires = k.now().Add(got.life).UTC()
		if got.refresh != "" {
			creds.RefreshToken = got.refresh
		}
		saved, err := k.store.Save(ctx, creds, version)
		if err == nil {
			k.adopt(creds, saved)
			return creds, nil
		}
		if !errors.Is(err, ErrStale) {
			return Credentials{}, fmt.Errorf("save the refreshed credentials: %w", err)
		}
		if creds, version, err = k.reload(ctx); err != nil {
			return Credentials{}, err
		}
		if creds.ADPToken != before.ADPToken || creds.AccessToken != before.AccessToken && k.isFresh(creds) {
			return creds, nil
		}
	}
	return Credentials{}, fmt.Errorf("save the refreshed credentials: %w", ErrStale)
}

// signerOf returns the signer of the credentials, whose key is parsed once.
func (k *keyring) signerOf(c Credentials) (*signer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if id := c.ADPToken + "\n" + c.DeviceKey; k.signer == nil || k.signFor != id {
		made, err := newSigner(c)
		if err != nil {
			return nil, err
		}
		k.signer, k.signFor = made, id
	}
	return k.signer, nil
}
