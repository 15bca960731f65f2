package audible

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// ClientOptions are what a client is made of. Credentials is the one that most
// programs set; the zero value of every other field works.
type ClientOptions struct {
	// Credentials hold the account's credentials. Nil makes an anonymous
	// client, which can only ask the catalogue.
	Credentials CredentialStore
	// Marketplace is the store whose library and catalogue are asked. The
	// zero value means the store of the registration, and the US store for
	// an anonymous client. One registration serves every store.
	Marketplace Marketplace
	// Transport carries the requests; nil means NewTransport. The client
	// follows no redirects and keeps no cookies whatever it is.
	Transport http.RoundTripper
	// Now and Wait are the clock; nil means the real one.
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error
	// Rand spreads repeated calls: numbers in [0, 1). It must be safe for
	// use by several goroutines; nil means math/rand.
	Rand func() float64
	// Budget, when set, is called before every request to the API, repeated
	// ones included, and not before those for tokens. It may wait; an error
	// of it ends the call and is returned, wrapped.
	Budget func(ctx context.Context) error
	// Observe, when set, is called after every call, from any goroutine.
	Observe func(CallInfo)
}

// CallInfo is what an observer learns of a call: enough to count, nothing that
// identifies a person or a title.
type CallInfo struct {
	// Endpoint is the call without its arguments, such as "library".
	Endpoint string
	// Status is the last HTTP status, 0 when there was no answer.
	Status int
	// Duration is that of the whole call, waits included.
	Duration time.Duration
	// Retries is how often the call was repeated, and Throttled how many
	// answers said 429.
	Retries   int
	Throttled int
}

// Client talks to the Audible API for one account in one store. It refreshes
// the access token when a call is due and less than ten minutes of its hour
// remain, saves it before use, and falls back to signing when tokens don't
// work. It may be used by several goroutines.
type Client struct {
	options ClientOptions
	keys    *keyring
	windows sync.Pool
}

// NewClient makes a client. It makes no request and reads no credentials until
// the first call.
func NewClient(o ClientOptions) *Client {
	if o.Transport == nil {
		o.Transport = NewTransport(TransportOptions{})
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = waitFor
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Budget == nil {
		o.Budget = func(context.Context) error { return nil }
	}
	if o.Observe == nil {
		o.Observe = func(CallInfo) {}
	}
	c := &Client{options: o}
	c.windows.New = func() any { window := make([]byte, scanWindow); return &window }
	if o.Credentials != nil {
		c.keys = &keyring{store: o.Credentials, rt: o.Transport, now: o.Now, wait: o.Wait, random: o.Rand}
	}
	return c
}

// Refresh gets a new access token now, whatever is left of the old one, saves
// it and returns the credentials. It fails with ErrRefused when Amazon says
// twice, five seconds apart, that the refresh token is no good.
func (c *Client) Refresh(ctx context.Context) (Credentials, error) {
	if c.keys == nil {
		return Credentials{}, fmt.Errorf("refresh the token: %w", ErrNoCredentials)
	}
	return c.keys.refresh(ctx, "", true)
}

// CheckKey asks the library for one title by a signature of the device's key
// alone, whatever the token is. It fails with ErrNoCredentials when there is no
// key, and with ErrRefused when Audible doesn't take it.
func (c *Client) CheckKey(ctx context.Context) error {
	x := apiGet(endpointLibrary, "library", url.Values{"num_results": {"1"}}, func(r *reply) error {
		return readObject(r, func(s *jsonScanner, _ []byte) { s.skip() })
	})
	x.proof = proofSignature
	return c.do(ctx, x)
}

// marketplace is the store that calls go to.
func (c *Client) marketplace(ctx context.Context) (Marketplace, error) {
	if c.options.Marketplace != (Marketplace{}) {
		return c.options.Marketplace, nil
	}
	if c.keys == nil {
		return ParseMarketplace("us")
	}
	return c.home(ctx)
}

// home is the store of the registration.
func (c *Client) home(ctx context.Context) (Marketplace, error) {
	if c.keys == nil {
		return Marketplace{}, ErrNoCredentials
	}
	creds, err := c.keys.current(ctx)
	if err != nil {
		return Marketplace{}, err
	}
	home, err := ParseMarketplace(creds.Marketplace)
	if err != nil {
		return Marketplace{}, fmt.Errorf("the registration's marketplace: %w", err)
	}
	return home, nil
}

// isAuthAnswer reports whether the server did not accept who is asking.
func isAuthAnswer(err error) bool {
	said, ok := errors.AsType[*APIError](err)
	return ok && (said.Status == http.StatusUnauthorized || said.Status == http.StatusForbidden)
}
