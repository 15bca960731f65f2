package audible_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
)

// redirectedBy asks a relay for a page that Amazon answers with a redirect.
func redirectedBy(t testing.TB, location string) (*audible.Relay, *recorder) {
	t.Helper()
	relay, holder := openRelay(t, &site{all: location})
	return relay, call(t, relay, http.MethodGet, "/ap/signin", holder)
}

func TestRelayPassesOnRedirectsWithinTheSignIn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		location string
		status   int
		goesTo   string
		says     string
	}{
		"within":             {"https://www.amazon.com/ap/mfa?a=b%20c", 302, "/ap/mfa?a=b%20c", ""},
		"cancelled":          {"https://www.amazon.com/ap/maplanding?openid.mode=cancel", 200, "", "was cancelled"},
		"home page":          {"https://www.amazon.com/?ref_=nav", 200, "", "leads away"},
		"another host":       {"https://evil.example/ap/signin", 200, "", "leads away"},
		"the sister":         {"https://www.audible.com/ap/signin", 200, "", "leads away"},
		"plain http":         {"http://www.amazon.com/ap/signin", 200, "", "leads away"},
		"a code for another": {"https://www.amazon.de/ap/maplanding?openid.oa2.authorization_code=X", 200, "", "leads away"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			relay, got := redirectedBy(t, test.location)
			if got.status != test.status || got.header.Get("Location") != test.goesTo || !strings.Contains(got.body.String(), test.says) {
				t.Errorf("%d to %q: %s", got.status, got.header.Get("Location"), got.body.String())
			}
			if _, ok := relay.Authorization(); ok {
				t.Error("a code was taken")
			}
		})
	}
}

func TestRelayTakesTheCodeOnceAndShowsTheEnd(t *testing.T) {
	t.Parallel()
	s := &site{all: goodLanding}
	relay, holder := openRelay(t, s)
	for range 3 {
		got := call(t, relay, http.MethodGet, "/ap/signin", holder)
		if got.status != http.StatusOK || !strings.Contains(got.body.String(), "close this tab") || strings.Contains(got.body.String(), goodCode) {
			t.Errorf("%d: %s", got.status, got.body.String())
		}
	}
	<-relay.Done()
	if a, ok := relay.Authorization(); !ok || a.Code != goodCode || len(s.asked) != 1 {
		t.Errorf("code taken: %t, %d requests", ok, len(s.asked))
	}
}

func TestRelayOfAFinishedSignInIsRefused(t *testing.T) {
	t.Parallel()
	s := newSignIn(t, "us", false)
	if _, err := s.Complete(goodLanding); err != nil {
		t.Fatal(err)
	}
	if _, err := audible.NewRelay(s, nil, audible.RelayOptions{Origin: "http://relay.test"}); !errors.Is(err, audible.ErrSignInOver) {
		t.Errorf("NewRelay() = %v", err)
	}
}

func TestRelaySaysWhenAmazonIsOutOfReach(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]http.RoundTripper{
		"no network": roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused: secret") }),
		"an outage":  &site{all: "<p>oops", status: http.StatusServiceUnavailable},
		"no page":    &site{all: "{}", encoding: "application/json"},
	} {
		relay, holder := openRelay(t, s)
		got := call(t, relay, http.MethodGet, "/ap/signin", holder)
		if got.status != http.StatusBadGateway || !strings.Contains(got.body.String(), "did not answer") || strings.Contains(got.body.String(), "secret") {
			t.Errorf("%s: %d, %s", name, got.status, got.body.String())
		}
	}
}

func TestRelayBoundsWhatTheBrowserSends(t *testing.T) {
	t.Parallel()
	s := &site{all: signInPage}
	relay, holder := openRelay(t, s)
	got := call(t, relay, http.MethodPost, "/ap/signin", func(r *http.Request) {
		holder(r)
		r.Body = readCloser{strings.NewReader("a=" + strings.Repeat("x", 1<<20))}
	})
	if got.status != http.StatusRequestEntityTooLarge || len(s.asked) > 0 {
		t.Errorf("%d, %d requests", got.status, len(s.asked))
	}
}

type readCloser struct{ *strings.Reader }

func (readCloser) Close() error { return nil }
