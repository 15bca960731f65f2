package provider

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// discoveryLife is how long what a provider says of itself is believed.
	discoveryLife = 24 * time.Hour
	// maxTokenAge is how old an ID token may be, and leeway how far clocks may
	// be apart.
	maxTokenAge = 10 * time.Minute
	leeway      = time.Minute
)

// OIDCOptions describe an OpenID Connect provider. Issuer and ClientID are
// required.
type OIDCOptions struct {
	// Issuer is its address: https, or http on this computer alone.
	Issuer string
	// ClientID and ClientSecret are those of this server there; a public
	// client has no secret.
	ClientID, ClientSecret string
	// Name is what people read; empty means the issuer's host.
	Name string
	// TrustSecondFactor lets the provider stand for the person's second factor
	// when it says that it asked for several (amr "mfa", RFC 8176).
	TrustSecondFactor bool
	// Transport makes the requests; nil means the network.
	Transport http.RoundTripper
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// OIDC is an OpenID Connect provider. Make one with NewOIDC.
type OIDC struct {
	o      OIDCOptions
	about  About
	client *http.Client

	mu    sync.Mutex
	known discovered
}

// discovered is what a provider says of itself.
type discovered struct {
	endpoint oauth2.Endpoint
	keys     *keySet
	algs     []string
	// namesItself says that its answers bear its issuer (RFC 9207).
	namesItself bool
	at          time.Time
}

// NewOIDC returns a provider. It asks it nothing yet. An issuer that can't be
// one is Invalid.
func NewOIDC(o OIDCOptions) (*OIDC, error) {
	u, err := url.Parse(o.Issuer)
	if err != nil || !isSafe(u) || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the issuer is %q, and must be like https://id.example.org", o.Issuer), nil)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	about := About{Slot: SlotOIDC, Name: cmp.Or(o.Name, u.Hostname()), Issuer: o.Issuer, AsksAgain: true}
	return &OIDC{o: o, about: about, client: newClient(o.Transport, u.Hostname())}, nil
}

// isSafe reports whether what goes to an address can't be read on the way.
func isSafe(u *url.URL) bool {
	address, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || err == nil && address.IsLoopback()
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && local)
}

// About describes the provider.
func (p *OIDC) About() About { return p.about }

// discover asks the provider where its parts are, once a day.
func (p *OIDC) discover(ctx context.Context) (discovered, error) {
	p.mu.Lock()
	known := p.known
	p.mu.Unlock()
	if known.keys != nil && p.o.Now().Sub(known.at) < discoveryLife {
		return known, nil
	}
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.o.Issuer)
	if err != nil {
		return discovered{}, err
	}
	var more struct {
		Keys        string   `json:"jwks_uri"`
		Algorithms  []string `json:"id_token_signing_alg_values_supported"`
		Methods     []string `json:"token_endpoint_auth_methods_supported"`
		NamesItself bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&more); err != nil {
		return discovered{}, err
	}
	known = discovered{
		endpoint: found.Endpoint(), keys: &keySet{client: p.client, address: more.Keys, now: p.o.Now},
		namesItself: more.NamesItself, at: p.o.Now(),
	}
	known.endpoint.AuthStyle = oauth2.AuthStyleInParams
	if p.o.ClientSecret != "" && (len(more.Methods) == 0 || slices.Contains(more.Methods, "client_secret_basic")) {
		known.endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	for _, address := range []string{known.endpoint.AuthURL, known.endpoint.TokenURL, more.Keys} {
		if u, err := url.Parse(address); err != nil || !isSafe(u) {
			return discovered{}, fmt.Errorf("the provider names the address %q", address)
		}
	}
	for _, alg := range allowedAlgorithms() {
		if slices.Contains(more.Algorithms, alg) {
			known.algs = append(known.algs, alg)
		}
	}
	if known.algs == nil {
		return discovered{}, errors.New("the provider signs by no algorithm that is taken")
	}
	p.mu.Lock()
	p.known = known
	p.mu.Unlock()
	return known, nil
}

// allowedAlgorithms are the signatures that are taken of any provider.
func allowedAlgorithms() []string { return []string{oidc.RS256, oidc.ES256, oidc.EdDSA} }

func (p *OIDC) config(known discovered, redirectURI string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.o.ClientID, ClientSecret: p.o.ClientSecret, Endpoint: known.endpoint, RedirectURL: redirectURI,
		Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail},
	}
}

// Begin returns the address at the provider.
func (p *OIDC) Begin(ctx context.Context, a Attempt) (string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return "", unavailable(p.about, err)
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if a.Fresh {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	return p.config(known, a.RedirectURI).AuthCodeURL(a.State, options...), nil
}

// Finish redeems the code and checks the ID token. The tokens are dropped.
func (p *OIDC) Finish(ctx context.Context, a Attempt, r Answer) (Identity, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return Identity{}, unavailable(p.about, err)
	}
	if r.Issuer != "" && r.Issuer != p.o.Issuer || r.Issuer == "" && known.namesItself {
		return Identity{}, refused(p.about, errors.New("the answer is another provider's"))
	}
	if !plain(r.Code, maxCode) {
		return Identity{}, refused(p.about, errors.New("the code is none"))
	}
	token, err := p.config(known, a.RedirectURI).Exchange(
		oidc.ClientContext(ctx, p.client), r.Code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return Identity{}, notRedeemed(p.about, err)
	}
	raw, _ := token.Extra("id_token").(string)
	verified, c, err := p.verify(ctx, known, raw, a)
	if errors.Is(err, errNoKeys) {
		return Identity{}, unavailable(p.about, err)
	}
	if err != nil {
		return Identity{}, refused(p.about, err)
	}
	return Identity{
		Issuer: p.o.Issuer, Subject: verified.Subject, Email: tidy(c.Email), Name: tidy(c.Name),
		SecondFactor: p.o.TrustSecondFactor && slices.Contains(c.Methods, "mfa"),
	}, nil
}

// notRedeemed tells a refusal of the code from a service that is out of order.
// What the service wrote is not repeated.
func notRedeemed(about About, err error) error {
	said, ok := errors.AsType[*oauth2.RetrieveError](err)
	if ok && said.Response.StatusCode >= 400 && said.Response.StatusCode < 500 && said.Response.StatusCode != http.StatusTooManyRequests {
		return refused(about, fmt.Errorf("the code was refused: %s", tidy(said.ErrorCode)))
	}
	if ok {
		err = fmt.Errorf("the token endpoint answered %d", said.Response.StatusCode)
	}
	return unavailable(about, err)
}

// claims are what is read of an ID token beside what every one has.
type claims struct {
	Party    string   `json:"azp"`
	AuthTime int64    `json:"auth_time"` // seconds since 1970
	Methods  []string `json:"amr"`
	Email    string   `json:"email"`
	Name     string   `json:"name"`
}

// verify checks by whom, for whom and until when an ID token is, and what ties
// it to this attempt.
func (p *OIDC) verify(ctx context.Context, known discovered, raw string, a Attempt) (*oidc.IDToken, claims, error) {
	payload, err := known.keys.open(ctx, raw, known.algs)
	if err != nil {
		return nil, claims{}, err
	}
	token, err := oidc.NewVerifier(p.o.Issuer, opened(payload), &oidc.Config{
		ClientID: p.o.ClientID, SupportedSigningAlgs: known.algs, Now: p.o.Now,
	}).Verify(ctx, raw)
	if err != nil {
		return nil, claims{}, err
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return nil, claims{}, err
	}
	now, authenticated := p.o.Now(), time.Unix(c.AuthTime, 0)
	switch {
	case token.Issuer != p.o.Issuer: // go-oidc lets Google leave https:// out
		err = errors.New("the token is another issuer's")
	case a.Nonce == "" || subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1:
		err = errors.New("the token belongs to another sign-in")
	case len(token.Audience) > 1 && c.Party == "" || c.Party != "" && c.Party != p.o.ClientID:
		err = errors.New("the token was made for another client")
	case token.IssuedAt.Before(now.Add(-maxTokenAge)) || token.IssuedAt.After(now.Add(leeway)):
		err = errors.New("the token is too old, or of the future")
	case !plain(token.Subject, maxSubject):
		err = errors.New("the subject is none")
	case a.Fresh && (authenticated.Before(a.At.Add(-leeway)) || authenticated.After(now.Add(leeway))):
		err = errors.New("nobody was asked anew")
	}
	return token, c, err
}
