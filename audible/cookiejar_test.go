package audible_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
)

// cookieSite sets cookies with every page and notes what comes back.
type cookieSite struct {
	site
	set  []string
	sent []string
}

func (s *cookieSite) RoundTrip(r *http.Request) (*http.Response, error) {
	s.sent = append(s.sent, r.Header.Get("Cookie"))
	answer, err := s.site.RoundTrip(r)
	if err == nil {
		for _, cookie := range s.set {
			answer.Header.Add("Set-Cookie", cookie)
		}
	}
	return answer, err
}

// sentBack returns the cookies of the second request, after a page set some
// and the sign-in was stored in between.
func sentBack(t *testing.T, now time.Time, set ...string) string {
	t.Helper()
	s := &cookieSite{site: site{all: signInPage}, set: set}
	signIn, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market(t, "uk"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Start(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	stored, err := signIn.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if err := signIn.UnmarshalBinary(stored); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Answer(t.Context(), s, credentials); err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(s.sent[1], "amzn-app-id=MAPiOSLib/6.0/ToHideRetailLink")
	return strings.TrimPrefix(rest, "; ")
}

func TestCookiesGoBackWhereTheyCameFrom(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		set  string
		want string
	}{
		"of the host":        {"session-id=1", "session-id=1"},
		"of the domain":      {"session-id=1; Domain=.amazon.co.uk; Path=/", "session-id=1"},
		"of a path":          {"a=1; Path=/ap", "a=1"},
		"of another path":    {"a=1; Path=/gp", ""},
		"of half a path":     {"a=1; Path=/a", ""},
		"in quotes":          {`session-token="a+b/c=="`, `session-token="a+b/c=="`},
		"of a public suffix": {"a=1; Domain=co.uk", ""},
		"of another domain":  {"a=1; Domain=.amazon.com", ""},
		"of the sister":      {"a=1; Domain=.audible.co.uk", ""},
		"expired":            {"a=1; Expires=Mon, 02 Jan 2023 15:04:05 GMT", ""},
		"expired at once":    {"a=1; Max-Age=0", ""},
		"alive":              {"a=1; Max-Age=60", "a=1"},
		"too large":          {"a=" + strings.Repeat("x", 5000), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := sentBack(t, now, test.set); got != test.want {
				t.Errorf("%.60q gave back %q, want %q", test.set, got, test.want)
			}
		})
	}
}

func TestALaterCookieReplacesOrRemovesTheFirst(t *testing.T) {
	t.Parallel()
	now := time.Now()
	if got := sentBack(t, now, "a=1", "a=2"); got != "a=2" {
		t.Errorf("replaced: %q", got)
	}
	if got := sentBack(t, now, "a=1", "b=2", "a=; Max-Age=0"); got != "b=2" {
		t.Errorf("removed: %q", got)
	}
}

func TestCookiesAreBoundedInNumber(t *testing.T) {
	t.Parallel()
	set := make([]string, 500)
	for i := range set {
		set[i] = "c" + strings.Repeat("i", i) + "=1"
	}
	if got := strings.Count(sentBack(t, time.Now(), set...), "="); got > 64 {
		t.Errorf("%d cookies were kept", got)
	}
}
