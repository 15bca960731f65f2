package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
)

func TestCookiesAreForThisHostAndForNoScript(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.3.1", "3.3.2", "3.3.3", "3.3.4")
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	grant := auth.Grant{Token: "T", Device: "D", Actor: auth.Actor{Remembered: true, EndsAt: now.Add(time.Hour)}}
	cases := []struct {
		name     string
		insecure bool
		prefix   string
	}{{"over TLS or on localhost", false, "__Host-Http-"}, {"over plain HTTP", true, ""}}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in, out := httpapi.Cookies(httpapi.Options{Insecure: c.insecure, Now: func() time.Time { return now }}, grant)
			want := []string{c.prefix + "audipy", c.prefix + "audipy-dev"}
			if len(in) != 2 || in[0].Name != want[0] || in[1].Name != want[1] || out[0].Name != want[0] {
				t.Fatalf("cookies are %v, then %v", in, out)
			}
			for _, cookie := range append(in, out...) {
				if !cookie.HttpOnly || cookie.Secure == c.insecure || cookie.SameSite != http.SameSiteStrictMode ||
					cookie.Path != "/" || cookie.Domain != "" {
					t.Errorf("%s is %s", cookie.Name, cookie.String())
				}
			}
			if in[0].MaxAge != 3600 || in[1].MaxAge != 180*24*3600 || out[0].MaxAge != -1 {
				t.Errorf("ages are %d, %d and %d", in[0].MaxAge, in[1].MaxAge, out[0].MaxAge)
			}
		})
	}
}

func TestASessionThatIsNotRememberedEndsWithTheBrowser(t *testing.T) {
	t.Parallel()
	in, _ := httpapi.Cookies(httpapi.Options{}, auth.Grant{Token: "T"})
	if len(in) != 1 || in[0].MaxAge != 0 || !in[0].Expires.IsZero() {
		t.Errorf("cookies are %v", in)
	}
}
