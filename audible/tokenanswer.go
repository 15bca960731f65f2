package audible

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// endpointToken names calls of the token service.
const endpointToken = "auth/token"

// tokenLife is how long an access token lives when the answer does not say
// (protocol 6.6), and longestLife what is believed at most.
const (
	tokenLife   = time.Hour
	longestLife = 24 * time.Hour
)

// maxToken bounds a token; real ones have a few hundred characters.
const maxToken = 16 << 10

// tokenAnswer is what the token service gives: an access token and, never
// seen so far, a new refresh token.
type tokenAnswer struct {
	access  string
	refresh string
	life    time.Duration
}

// exchangeToken trades the refresh token for an access token (protocol 6.1).
// It fails with ErrRefused when the service says that the refresh token is no
// good, ErrDegraded when it answers otherwise, and *OutageError.
func exchangeToken(ctx context.Context, rt http.RoundTripper, now func() time.Time, c Credentials) (tokenAnswer, error) {
	home, err := ParseMarketplace(c.Marketplace)
	if err != nil {
		return tokenAnswer{}, fmt.Errorf("the registration's marketplace: %w", err)
	}
	form := url.Values{
		"app_name": {deviceAppName}, "app_version": {deviceAppVersion},
		"source_token": {c.RefreshToken}, "source_token_type": {"refresh_token"},
		"requested_token_type": {"access_token"},
	}
	host := tokenHost(home, c.UserName)
	x := exchange{
		name: endpointToken, method: http.MethodPost, host: host, target: "/auth/token",
		header: http.Header{
			"Content-Type":                {"application/x-www-form-urlencoded"},
			"X-Amzn-Identity-Auth-Domain": {host},
		},
		body: []byte(form.Encode()), total: tokenTime, size: tokenSize,
	}
	var got tokenAnswer
	_, err = x.send(ctx, rt, now, func(a *reply) error {
		got, err = readTokenAnswer(a)
		return err
	})
	return got, tokenFailure(err)
}

// tokenFailure sorts what the token service refused: only the words that are
// known for it (protocol 6.1) condemn the credentials, any other JSON is an
// answer nobody knows, and anything else an outage.
func tokenFailure(err error) error {
	said, ok := errors.AsType[*APIError](err)
	switch {
	case !ok:
		return err
	case said.isRefusal():
		return fmt.Errorf("%w: %w", ErrRefused, said)
	case said.json:
		return fmt.Errorf("%w: %w", ErrDegraded, said)
	}
	return &OutageError{Endpoint: said.Endpoint, Status: said.Status, Err: ErrNotJSON}
}

// readTokenAnswer reads the answer of the token service. Newer services name
// the token actor_access_token (protocol 6.1).
func readTokenAnswer(a *reply) (tokenAnswer, error) {
	var got tokenAnswer
	var actor string
	life := tokenLife
	err := readObject(a, func(s *jsonScanner, key []byte) {
		switch string(key) {
		case "access_token":
			got.access = s.text()
		case "actor_access_token":
			actor = s.text()
		case "refresh_token":
			got.refresh = s.text()
		case "expires_in":
			life = lifeOf(s.float())
		default:
			s.skip()
		}
	})
	if err != nil {
		return tokenAnswer{}, err
	}
	if got.access == "" {
		got.access = actor
	}
	got.life = life
	if !isToken(got.access) || got.refresh != "" && !isToken(got.refresh) {
		return tokenAnswer{}, fmt.Errorf("%w: no usable token in it", ErrUnexpected)
	}
	return got, nil
}

// lifeOf turns expires_in into a duration that can be believed.
func lifeOf(seconds float64) time.Duration {
	if seconds < 1 {
		return tokenLife
	}
	return time.Duration(min(seconds, longestLife.Seconds()) * float64(time.Second))
}

// isToken reports whether text can be sent in a header: printable ASCII
// without blanks, of a bounded length.
func isToken(text string) bool {
	return text != "" && len(text) <= maxToken &&
		strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// readObject reads an answer that is one JSON object, and complains with
// ErrNotJSON or ErrUnexpected when it is something else.
func readObject(a *reply, field func(s *jsonScanner, key []byte)) error {
	return readObjectWith(a, nil, field)
}

// readObjectWith is readObject with a window for the scanner to use.
func readObjectWith(a *reply, window []byte, field func(s *jsonScanner, key []byte)) error {
	if looksLikePage(a.header, a.body) {
		return fmt.Errorf("%w but a page", ErrNotJSON)
	}
	s := newJSONScanner(a.body, window)
	isObject := s.object(func(key []byte) { field(s, key) })
	if err := s.finish(); err != nil {
		if errors.Is(err, errJSONSyntax) {
			return fmt.Errorf("%w: %w", ErrNotJSON, err)
		}
		return fmt.Errorf("read the answer: %w", err)
	}
	if !isObject {
		return fmt.Errorf("%w: no object", ErrUnexpected)
	}
	return nil
}
