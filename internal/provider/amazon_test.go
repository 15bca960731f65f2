package provider_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/provider"
)

const (
	amazonRedirect = "https://books.example/auth/callback/amazon"
	amazonClient   = "amzn1.application-oa2-client.made-up"
	amazonSecret   = "amzn1.oa2-cs.v1.made-up"
)

// store is Login with Amazon at the simulator, and its client.
type amazon struct {
	*clock
	sim    *audiblesim.Sim
	client *provider.Amazon
	// between, when set, is asked in the place of the simulator.
	between func(*http.Request) (*http.Response, error)
	// asked are the paths that were asked for.
	asked []string
}

func newAmazon(t *testing.T) *amazon {
	t.Helper()
	a := &amazon{clock: newClock()}
	a.sim = audiblesim.New(audiblesim.Options{Seed: 1, Now: a.now})
	check(t, a.sim.AddAccount(audiblesim.Account{
		Login: "robin@example.org", Name: "Robin", Password: "a made-up password", Marketplaces: map[string]int{"us": 1},
	}))
	a.sim.AddLWAApp(audiblesim.LWAApp{ClientID: amazonClient, ClientSecret: amazonSecret, ReturnURLs: []string{amazonRedirect}})
	var err error
	a.client, err = provider.NewAmazon(provider.AmazonOptions{ClientID: amazonClient, ClientSecret: amazonSecret, Transport: a})
	check(t, err)
	return a
}

// RoundTrip goes to the simulator.
func (a *amazon) RoundTrip(r *http.Request) (*http.Response, error) {
	a.asked = append(a.asked, r.Method+" "+r.URL.Host+r.URL.RequestURI())
	if a.between != nil {
		if resp, err := a.between(r); resp != nil || err != nil {
			return resp, err
		}
	}
	return a.sim.Transport().RoundTrip(r)
}

func (a *amazon) attempt() provider.Attempt {
	return provider.Attempt{
		State: "state-of-256-bits", Nonce: "n", Verifier: strings.Repeat("v", 43), RedirectURI: amazonRedirect, At: a.now(),
	}
}

// consents is what a person does at Amazon, and where they come back to.
func (a *amazon) consents(t *testing.T, location, answer string) url.Values {
	t.Helper()
	form := url.Values{"email": {"robin@example.org"}, "password": {"a made-up password"}, "consent": {answer}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, location, strings.NewReader(form.Encode()))
	check(t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := a.sim.Transport().RoundTrip(req)
	check(t, err)
	defer resp.Body.Close()
	back, err := url.Parse(resp.Header.Get("Location"))
	check(t, err)
	if resp.StatusCode != http.StatusFound || !strings.HasPrefix(back.String(), amazonRedirect+"?") {
		t.Fatalf("Amazon answered %d %v", resp.StatusCode, resp.Header)
	}
	return back.Query()
}

func (a *amazon) begin(t *testing.T, attempt provider.Attempt) url.Values {
	t.Helper()
	location, err := a.client.Begin(t.Context(), attempt)
	check(t, err)
	return a.consents(t, location, "allow")
}

func (a *amazon) signIn(t *testing.T) (provider.Identity, error) {
	t.Helper()
	attempt := a.attempt()
	return a.client.Finish(t.Context(), attempt, answerOf(a.begin(t, attempt)))
}

// S1, S2, S15: what goes to Amazon, and what comes of it.
func TestAmazonSaysWhoSomebodyIs(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.1", "10.1.1", "10.2.1", "10.2.3")
	a := newAmazon(t)
	attempt := a.attempt()
	location, err := a.client.Begin(t.Context(), attempt)
	check(t, err)
	const want = "https://www.amazon.com/ap/oa?client_id=amzn1.application-oa2-client.made-up" +
		"&code_challenge=WCpWuu_8QKL09oC5C5RAwg5UXC9JQ12p5p4D4zTwLvA&code_challenge_method=S256" +
		"&redirect_uri=https%3A%2F%2Fbooks.example%2Fauth%2Fcallback%2Famazon&response_type=code&scope=profile&state=state-of-256-bits"
	if !strings.HasPrefix(location, want[:strings.Index(want, "WCp")]) || !strings.HasSuffix(location, want[strings.Index(want, "&code_challenge_method"):]) {
		t.Errorf("the browser is sent to\n%s", location)
	}
	back := a.consents(t, location, "allow")
	if back.Get("state") != attempt.State {
		t.Errorf("the state came back as %q", back.Get("state"))
	}
	got, err := a.client.Finish(t.Context(), attempt, answerOf(back))
	if err != nil || got.Issuer != "https://www.amazon.com" || !strings.HasPrefix(got.Subject, "amzn1.account.") ||
		got.Email != "robin@example.org" || got.Name != "Robin" || got.SecondFactor {
		t.Errorf("%+v, %v", got, err)
	}
	if asked := strings.Join(a.asked, "\n"); asked != "POST api.amazon.com/auth/o2/token\nGET api.amazon.com/auth/o2/tokeninfo\nGET api.amazon.com/user/profile" {
		t.Errorf("it asked\n%s", asked)
	}
	// A code is good once, for five minutes, for its address and its challenge.
	for name, change := range map[string]func(*provider.Attempt, url.Values){
		"used":            func(_ *provider.Attempt, v url.Values) { v.Set("code", back.Get("code")) },
		"late":            func(*provider.Attempt, url.Values) { a.advance(5 * time.Minute) },
		"another address": func(p *provider.Attempt, _ url.Values) { p.RedirectURI += "x" },
		"another secret":  func(p *provider.Attempt, _ url.Values) { p.Verifier = strings.Repeat("w", 43) },
		"another issuer":  func(_ *provider.Attempt, v url.Values) { v.Set("iss", "https://evil.example") },
		"no code":         func(_ *provider.Attempt, v url.Values) { v.Del("code") },
	} {
		attempt := a.attempt()
		v := a.begin(t, attempt)
		change(&attempt, v)
		if _, err := a.client.Finish(t.Context(), attempt, answerOf(v)); codeOf(err) != "provider_refused" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// S3, S4, S13: what a person gives away, and what they don't.
func TestAmazonGivesWhatThePersonAgreedTo(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1")
	a := newAmazon(t)
	location, err := a.client.Begin(t.Context(), a.attempt())
	check(t, err)
	if back := a.consents(t, location, "deny"); back.Get("error") != "access_denied" || back.Has("code") {
		t.Errorf("who denies comes back with %v", back)
	}
	a.sim.BreakLWA(audiblesim.LWAFaults{Scope: "profile:user_id"})
	if got, err := a.signIn(t); err != nil || got.Email != "" || got.Name != "" || got.Subject == "" {
		t.Errorf("fewer scopes: %+v, %v", got, err)
	}
	a.sim.BreakLWA(audiblesim.LWAFaults{Profile: func(p map[string]any) {
		p["name"] = "\u202eRobin\x00\r\n" + strings.Repeat("x", 10_000)
		delete(p, "email")
	}})
	if got, err := a.signIn(t); err != nil || got.Email != "" || got.Name != "Robin"+strings.Repeat("x", 95) {
		t.Errorf("an odd name: %+v, %v", got, err)
	}
}

// S5, S6, S12, S14, S17: answers that are odd, or of somebody else.
func TestAnswersOfAmazonAreChecked(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "9.2.3", "10.5.4")
	set := func(name string, value any) func(map[string]any) { return func(m map[string]any) { m[name] = value } }
	drop := func(name string) func(map[string]any) { return func(m map[string]any) { delete(m, name) } }
	for name, c := range map[string]struct {
		faults audiblesim.LWAFaults
		want   string
	}{
		"seconds in a text":     {audiblesim.LWAFaults{Token: set("expires_in", "3600")}, ""},
		"no seconds":            {audiblesim.LWAFaults{Token: drop("expires_in")}, ""},
		"zero seconds":          {audiblesim.LWAFaults{Token: set("expires_in", 0)}, ""},
		"seconds before":        {audiblesim.LWAFaults{Token: set("expires_in", -1)}, ""},
		"many seconds":          {audiblesim.LWAFaults{Token: set("expires_in", 1_000_000_000)}, ""},
		"seconds in words":      {audiblesim.LWAFaults{Token: set("expires_in", "soon")}, "provider_unavailable"},
		"no refresh token":      {audiblesim.LWAFaults{Token: drop("refresh_token")}, ""},
		"a long token":          {audiblesim.LWAFaults{Token: set("access_token", strings.Repeat("a", 2049))}, "provider_refused"},
		"a long refresh token":  {audiblesim.LWAFaults{Token: set("refresh_token", strings.Repeat("a", 2049))}, "provider_refused"},
		"a token of lines":      {audiblesim.LWAFaults{Token: set("access_token", "Atza|a\r\nX-Evil: 1")}, "provider_refused"},
		"no token":              {audiblesim.LWAFaults{Token: drop("access_token")}, "provider_unavailable"},
		"a token of another":    {audiblesim.LWAFaults{Token: set("access_token", "Atza|another")}, "provider_refused"},
		"another client":        {audiblesim.LWAFaults{TokenInfo: set("aud", "amzn1.application-oa2-client.evil")}, "provider_refused"},
		"another issuer":        {audiblesim.LWAFaults{TokenInfo: set("iss", "https://www.amazon.example")}, "provider_refused"},
		"a token that is over":  {audiblesim.LWAFaults{TokenInfo: set("exp", 0)}, "provider_refused"},
		"an end as a time":      {audiblesim.LWAFaults{TokenInfo: set("exp", 1_900_000_000)}, ""},
		"an end in a text":      {audiblesim.LWAFaults{TokenInfo: set("exp", "818")}, ""},
		"an end in words":       {audiblesim.LWAFaults{TokenInfo: set("exp", "soon")}, "provider_unavailable"},
		"nobody":                {audiblesim.LWAFaults{TokenInfo: drop("user_id")}, "provider_refused"},
		"two people":            {audiblesim.LWAFaults{Profile: set("user_id", "amzn1.account.EVIL")}, "provider_refused"},
		"a profile of nobody":   {audiblesim.LWAFaults{Profile: drop("user_id")}, "provider_refused"},
		"a profile of an array": {audiblesim.LWAFaults{Profile: set("user_id", []string{"x"})}, "provider_unavailable"},
	} {
		a := newAmazon(t)
		a.sim.BreakLWA(c.faults)
		if got, err := a.signIn(t); codeOf(err) != c.want || c.want != "" && got != (provider.Identity{}) {
			t.Errorf("%s: %+v, %v, want %q", name, got, err, c.want)
		}
	}
}

// S8, S10, S11: an Amazon that is out of order.
func TestAnAmazonThatIsOutOfOrderIsToldFromARefusal(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.5.2")
	for name, next := range map[string]audiblesim.NextAnswer{
		"429":             {Status: 429, Body: `{"error":"slow_down"}`, Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"7"}}},
		"429 without":     {Status: 429, Body: `{}`, Header: http.Header{"Content-Type": {"application/json"}}},
		"500":             {Status: 500, Body: `{"error":"ServerError"}`, Header: http.Header{"Content-Type": {"application/json"}}},
		"502":             {Status: 502},
		"503 as a page":   {Status: 503, Body: "<h1>oops</h1>", Header: http.Header{"Content-Type": {"text/html"}}},
		"10 MB":           {Body: strings.Repeat(" ", 10<<20), Header: http.Header{"Content-Type": {"application/json"}}},
		"deep":            {Body: strings.Repeat("[", 60_000), Header: http.Header{"Content-Type": {"application/json"}}},
		"a page":          {Body: "<h1>hello</h1>", Header: http.Header{"Content-Type": {"text/html"}}},
		"elsewhere":       {Status: 302, Header: http.Header{"Location": {"https://evil.example/"}, "Content-Type": {"application/json"}}},
		"elsewhere again": {Status: 307, Header: http.Header{"Location": {"https://evil.example/"}, "Content-Type": {"application/json"}}},
		"cut off":         {Body: `{"access_token":`, Header: http.Header{"Content-Type": {"application/json"}}},
	} {
		for _, path := range []string{"/auth/o2/token", "/auth/o2/tokeninfo", "/user/profile"} {
			a := newAmazon(t)
			next.Path = path
			a.sim.AnswerNext(next)
			if _, err := a.signIn(t); codeOf(err) != "provider_unavailable" {
				t.Errorf("%s at %s: %v", name, path, err)
			}
			for _, asked := range a.asked {
				if !strings.Contains(asked, " api.amazon.com/") {
					t.Errorf("%s at %s: it went to %s", name, path, asked)
				}
			}
			if _, err := a.signIn(t); err != nil { // and afterwards all is well
				t.Errorf("after %s at %s: %v", name, path, err)
			}
		}
	}
}

// S9: an Amazon that doesn't answer, or never ends.
func TestAmazonIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"silent": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"a byte a second": func(r *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
				Body: io.NopCloser(drip{r.Context()}),
			}, nil
		},
		"a cut line": func(r *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Request: r,
				Body: io.NopCloser(io.MultiReader(bytes.NewReader([]byte(`{"a`)), brokenReader{})),
			}, nil
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := newAmazon(t)
			attempt := a.attempt()
			back := a.begin(t, attempt)
			a.between = answer
			started := time.Now()
			if _, err := a.client.Finish(t.Context(), attempt, answerOf(back)); codeOf(err) != "provider_unavailable" {
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(started); took > 15*time.Second {
				t.Errorf("%s: given up after %v", name, took)
			}
		})
	}
}

// drip is a body that never ends.
type drip struct{ ctx context.Context } //nolint:containedctx // a body lives as long as its request

// Read returns a byte after a second.
func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(time.Second):
		p[0] = ' '
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

// brokenReader is a connection that is gone.
type brokenReader struct{}

// Read fails.
func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// S7: who takes their consent back and gives it again is who they were.
// S18: Amazon's clock decides nothing here.
func TestAnAmazonAccountStaysTheSamePerson(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	first, err := a.signIn(t)
	check(t, err)
	for _, step := range []time.Duration{10 * time.Minute, -20 * time.Minute, 400 * 24 * time.Hour} {
		a.advance(step)
		again, err := a.signIn(t)
		if err != nil || again != first {
			t.Errorf("after %v: %+v, %v", step, again, err)
		}
	}
	for _, asked := range a.asked {
		if strings.Contains(asked, "refresh") || strings.Count(asked, "?") > 0 {
			t.Errorf("it asked %s", asked)
		}
	}
}

// S19: of many sign-ins some fail, and all others are well.
func TestAnAmazonThatFailsNowAndThen(t *testing.T) {
	t.Parallel()
	a := newAmazon(t)
	n, failed := 0, 0
	a.between = func(r *http.Request) (*http.Response, error) {
		if n++; n%20 == 0 {
			return nil, io.ErrUnexpectedEOF
		}
		return nil, nil //nolint:nilnil // go on
	}
	for range 100 {
		if _, err := a.signIn(t); err != nil {
			failed++
			if codeOf(err) != "provider_unavailable" {
				t.Errorf("error = %v", err)
			}
		}
	}
	if failed == 0 || failed > 20 {
		t.Errorf("%d of 100 failed", failed)
	}
}

func TestEachRegionOfAmazonHasItsHosts(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"": "https://www.amazon.com/ap/oa?", "na": "https://www.amazon.com/ap/oa?",
		"eu": "https://eu.account.amazon.com/ap/oa?", "fe": "https://apac.account.amazon.com/ap/oa?",
	} {
		a := newAmazon(t)
		var err error
		a.client, err = provider.NewAmazon(provider.AmazonOptions{ClientID: amazonClient, ClientSecret: amazonSecret, Region: region, Transport: a})
		check(t, err)
		location, err := a.client.Begin(t.Context(), a.attempt())
		if err != nil || !strings.HasPrefix(location, want) {
			t.Errorf("region %q: %s, %v", region, location, err)
		}
		if _, err := a.signIn(t); err != nil {
			t.Errorf("region %q: %v", region, err)
		}
	}
	if _, err := provider.NewAmazon(provider.AmazonOptions{Region: "mars"}); audipy.KindOf(err) != audipy.Invalid {
		t.Errorf("error = %v", err)
	}
}
