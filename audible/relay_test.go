package audible_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// relayEnd is how a relay ended.
type relayEnd struct {
	authorization audible.Authorization
	err           error
}

// serveRelay serves a sign-in on loopback until it ends.
func serveRelay(t testing.TB, s *audible.SignIn, rt http.RoundTripper) (*audible.Relay, <-chan relayEnd) {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	relay, err := audible.NewRelay(s, rt, audible.RelayOptions{Origin: "http://" + listener.Addr().String()})
	if err != nil {
		t.Fatal(err)
	}
	end := make(chan relayEnd, 1)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() {
		authorization, err := relay.Serve(ctx, listener)
		end <- relayEnd{authorization, err}
	}()
	return relay, end
}

// browser is a plain client with a cookie jar, which follows what a browser
// would: redirects by itself, meta refresh and forms by hand.
type browser struct {
	client *http.Client
	at     *url.URL
	doc    *goquery.Document
	header http.Header
	status int
}

func newBrowser(t testing.TB) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	return &browser{client: &http.Client{Jar: jar, Transport: transport}}
}

func (b *browser) do(t testing.TB, r *http.Request) {
	t.Helper()
	answer, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	doc, err := goquery.NewDocumentFromReader(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	b.at, b.doc, b.header, b.status = answer.Request.URL, doc, answer.Header, answer.StatusCode
}

func (b *browser) get(t testing.TB, address string) {
	t.Helper()
	if b.at != nil {
		u, err := b.at.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		address = u.String()
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, r)
}

// open opens the start address and goes on as its page says.
func (b *browser) open(t testing.TB, relay *audible.Relay) {
	t.Helper()
	b.get(t, relay.StartURL())
	next, ok := b.doc.Find("#go").Attr("href")
	if !ok {
		t.Fatalf("the start page has no way on: %s", b.doc.Text())
	}
	b.get(t, next)
}

// submit fills in and sends the first form that has one of the fields.
func (b *browser) submit(t testing.TB, selector string, fields map[string]string) {
	t.Helper()
	form := b.doc.Find(selector).First()
	if form.Length() == 0 {
		t.Fatalf("no form %q on: %s", selector, b.doc.Text())
	}
	values := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, input *goquery.Selection) {
		kind := input.AttrOr("type", "text")
		if kind == "radio" || kind == "checkbox" || kind == "submit" {
			return
		}
		values.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
	})
	for name, value := range fields {
		values.Set(name, value)
	}
	action, err := b.at.Parse(form.AttrOr("action", ""))
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, action.String(), strings.NewReader(values.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "null") // what browsers send under our referrer policy
	b.do(t, r)
}

// answer does what a person would on a page of Amazon's, and reports false at
// the end.
func (b *browser) answer(t testing.TB, a audiblesim.Account) bool {
	t.Helper()
	has := func(selector string) bool { return b.doc.Find(selector).Length() > 0 }
	switch {
	case has("#done"):
		return false
	case has("input[name=guess]"):
		b.submit(t, "form:has(input[name=guess])", map[string]string{"email": a.Login, "password": a.Password, "guess": a.Captcha})
	case has("input[name=password]"):
		b.submit(t, "form:has(input[name=password])", map[string]string{"email": a.Login, "password": a.Password})
	case has("input[name=email]"):
		b.submit(t, "form:has(input[name=email])", map[string]string{"email": a.Login})
	case has("input[name=otpDeviceContext]"):
		value := b.doc.Find("input[name=otpDeviceContext]").First().AttrOr("value", "")
		b.submit(t, "form:has(input[name=otpDeviceContext])", map[string]string{"otpDeviceContext": value})
	case has("input[name=otpCode]"):
		b.submit(t, "form:has(input[name=otpCode])", map[string]string{"otpCode": a.OTP})
	case has("input[name=code]"):
		b.submit(t, "form:has(input[name=code])", map[string]string{"code": a.Code})
	case has("input[name=option]"):
		b.submit(t, "form:has(input[name=option])", map[string]string{"option": "email"})
	case has("#resend-approval-alert"):
		_, next, _ := strings.Cut(b.header.Get("Refresh"), "url=")
		b.get(t, next)
	case has("#ap-account-fixup-phone-skip-link"):
		b.get(t, b.doc.Find("#ap-account-fixup-phone-skip-link").AttrOr("href", ""))
	default:
		t.Fatalf("a page nobody can answer (%d): %s", b.status, b.doc.Text())
	}
	return true
}

func TestRelayCarriesEveryChallenge(t *testing.T) {
	t.Parallel()
	for name, account := range challengeCases() {
		for _, userName := range []bool{false, true} {
			t.Run(name+map[bool]string{true: "/user name", false: "/password"}[userName], func(t *testing.T) {
				t.Parallel()
				own := account
				own.UserName, own.Marketplace = userName, "de"
				sim, full := newSim(t, audiblesim.Options{Seed: 6}, own)
				relay, end := serveRelay(t, newSignIn(t, "de", userName), sim.Transport())
				b := newBrowser(t)
				b.open(t, relay)
				for range maxQuestions {
					checkRelayed(t, b)
					if !b.answer(t, full) {
						break
					}
				}
				got := <-end
				if got.err != nil || got.authorization.Code == "" || got.authorization.UserName != userName {
					t.Fatalf("Serve() = %v", got.err)
				}
				counts := sim.Counts()
				if counts.BrokenForms+counts.LostSessions+counts.MetadataBad > 0 || counts.MetadataGood == 0 || len(counts.MisplacedPasswords) > 0 {
					t.Errorf("broken forms %d, lost sessions %d, bad metadata %d, good %d, misplaced passwords %v", counts.BrokenForms,
						counts.LostSessions, counts.MetadataBad, counts.MetadataGood, counts.MisplacedPasswords)
				}
			})
		}
	}
}

// checkRelayed looks at what must never come down.
func checkRelayed(t testing.TB, b *browser) {
	t.Helper()
	for _, cookie := range b.header.Values("Set-Cookie") {
		t.Errorf("a cookie came down: %.40s", cookie)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Strict-Transport-Security": "",
	} {
		if got := b.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if policy := b.header.Values("Content-Security-Policy"); len(policy) != 1 || !strings.Contains(policy[0], "frame-ancestors 'none'") {
		t.Errorf("policy %q", policy)
	}
	b.doc.Find("script, iframe, base").Each(func(_ int, s *goquery.Selection) { t.Errorf("<%s> came down", goquery.NodeName(s)) })
	b.doc.Find("form").Each(func(_ int, s *goquery.Selection) {
		if action := s.AttrOr("action", ""); !strings.HasPrefix(action, "/ap/") && action != "/~outside" {
			t.Errorf("a form leads to %s", action)
		}
	})
	b.doc.Find("img[src]").Each(func(_ int, s *goquery.Selection) {
		if source := s.AttrOr("src", ""); source != "" {
			checkRelayedImage(t, b, source)
		}
	})
}

func checkRelayedImage(t testing.TB, b *browser, source string) {
	t.Helper()
	u, err := b.at.Parse(source)
	if err != nil || u.Host != b.at.Host {
		t.Fatalf("an image comes from %s", source)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(string(body), "\x89PNG") {
		t.Errorf("image %d, %s, %v", answer.StatusCode, answer.Header.Get("Content-Type"), err)
	}
}

func TestRelayLeadsToTheBrowserWhereItCannotGoOn(t *testing.T) {
	t.Parallel()
	for _, challenge := range []string{audiblesim.ChallengeAntiRobot, audiblesim.ChallengePasskey} {
		t.Run(challenge, func(t *testing.T) {
			t.Parallel()
			sim, account := newSim(t, audiblesim.Options{Seed: 7}, audiblesim.Account{Challenges: []string{challenge}})
			s := newSignIn(t, "us", false)
			relay, end := serveRelay(t, s, sim.Transport())
			b := newBrowser(t)
			b.open(t, relay)
			b.answer(t, account)
			door, ok := b.doc.Find("#audipy-notice a#audipy-browser").Attr("href")
			if !ok {
				t.Fatal("no notice")
			}
			b.get(t, door)
			if got := b.doc.Find("#door").AttrOr("href", ""); got != s.URL() {
				t.Errorf("the door is %s, want %s", got, s.URL())
			}
			b.submit(t, "form", map[string]string{"address": "https://www.amazon.com/"})
			if b.status != http.StatusUnprocessableEntity || !strings.Contains(b.doc.Find("#problem").Text(), "home page") {
				t.Errorf("a bad paste: %d, %q", b.status, b.doc.Find("#problem").Text())
			}
			b.submit(t, "form", map[string]string{"address": goodLanding})
			if got := <-end; got.err != nil || got.authorization.Code != goodCode {
				t.Errorf("Serve() = %v", got.err)
			}
		})
	}
}

func TestRelayAnswersOneBrowserOnly(t *testing.T) {
	t.Parallel()
	sim, _ := newSim(t, audiblesim.Options{}, audiblesim.Account{})
	relay, _ := serveRelay(t, newSignIn(t, "us", false), sim.Transport())
	first, second := newBrowser(t), newBrowser(t)
	first.open(t, relay)
	if first.status != http.StatusOK || first.doc.Find("input[name=password]").Length() != 1 {
		t.Fatalf("first browser: %d", first.status)
	}
	for name, address := range map[string]string{"start": relay.StartURL(), "root": first.at.Scheme + "://" + first.at.Host + "/", "page": first.at.String()} {
		second.at = nil
		second.get(t, address)
		if second.status != http.StatusForbidden || second.doc.Find("form").Length() > 0 {
			t.Errorf("second browser at %s: %d", name, second.status)
		}
	}
	first.get(t, "/")
	if first.status != http.StatusOK {
		t.Errorf("first browser again: %d", first.status)
	}
	first.at = nil
	first.get(t, relay.StartURL())
	if first.status != http.StatusOK || first.doc.Find("input[name=password]").Length() != 1 {
		t.Errorf("first browser reloads the start address: %d", first.status)
	}
}

// call makes one request to a relay without a network.
func call(t testing.TB, r *audible.Relay, method, path string, change func(*http.Request)) *recorder {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://relay.test"+path, strings.NewReader("a=b"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(request)
	}
	w := newRecorder()
	r.ServeHTTP(w, request)
	return w
}

// openRelay makes a relay on a site, with the cookie of the one browser.
func openRelay(t testing.TB, rt http.RoundTripper) (*audible.Relay, func(*http.Request)) {
	t.Helper()
	relay, err := audible.NewRelay(newSignIn(t, "us", false), rt, audible.RelayOptions{Origin: "http://relay.test"})
	if err != nil {
		t.Fatal(err)
	}
	answer := call(t, relay, http.MethodGet, strings.TrimPrefix(relay.StartURL(), "http://relay.test"), nil)
	cookie, err := http.ParseSetCookie(answer.header.Get("Set-Cookie"))
	if err != nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
		t.Fatalf("cookie %v, %v", cookie, err)
	}
	return relay, func(r *http.Request) { r.AddCookie(cookie) }
}

func TestRelayRefusesOtherHostsOriginsAndPaths(t *testing.T) {
	t.Parallel()
	s := &site{all: signInPage}
	relay, holder := openRelay(t, s)
	with := func(more func(*http.Request)) func(*http.Request) {
		return func(r *http.Request) { holder(r); more(r) }
	}
	for name, test := range map[string]struct {
		method, path string
		change       func(*http.Request)
		want         int
	}{
		"another host":         {http.MethodGet, "/ap/signin", with(func(r *http.Request) { r.Host = "127.0.0.1" }), 403},
		"no cookie":            {http.MethodGet, "/ap/signin", nil, 403},
		"a foreign origin":     {http.MethodPost, "/ap/signin", with(func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }), 403},
		"a cross-site post":    {http.MethodPost, "/ap/signin", with(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }), 403},
		"another method":       {http.MethodDelete, "/ap/signin", holder, 403},
		"another part":         {http.MethodGet, "/gp/cart", holder, 404},
		"dots":                 {http.MethodGet, "/ap/../gp/cart", holder, 404},
		"escaped dots":         {http.MethodGet, "/ap/%2e%2e/gp/cart", holder, 404},
		"a form elsewhere":     {http.MethodPost, "/~outside", holder, 403},
		"a foreign image":      {http.MethodGet, "/~image?u=https%3A%2F%2Fevil.example%2Fx.png", holder, 404},
		"an image by http":     {http.MethodGet, "/~image?u=http%3A%2F%2Fwww.amazon.com%2Fx.png", holder, 404},
		"a post of other kind": {http.MethodPost, "/ap/signin", with(func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }), 415},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := call(t, relay, test.method, test.path, test.change); got.status != test.want {
				t.Errorf("%s %s = %d, want %d", test.method, test.path, got.status, test.want)
			}
		})
	}
	t.Cleanup(func() {
		if len(s.asked) > 0 {
			t.Errorf("Amazon was asked: %v", s.asked)
		}
	})
}

func TestRelayChangesTheHeadersThatMatter(t *testing.T) {
	t.Parallel()
	s := &site{all: signInPage}
	relay, holder := openRelay(t, s)
	call(t, relay, http.MethodPost, "/ap/signin?x=1", func(r *http.Request) {
		holder(r)
		r.Header.Set("Origin", "http://relay.test")
		r.Header.Set("Referer", "http://relay.test/ap/mfa")
		r.Header.Set("Accept-Language", "de-AT")
		r.Header.Set("User-Agent", "SomeBrowser/1.0")
		r.Header.Set("X-Forwarded-For", "10.0.0.1")
	})
	for name, want := range map[string]string{
		"Origin": "https://www.amazon.com", "Referer": "https://www.amazon.com/ap/mfa", "Accept-Language": "de-AT", "X-Forwarded-For": "",
	} {
		if got := s.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if agent := s.header.Get("User-Agent"); !strings.Contains(agent, "iPhone") {
		t.Errorf("user agent %q", agent)
	}
	if cookies := s.header.Get("Cookie"); strings.Contains(cookies, "audipy") || !strings.Contains(cookies, "frc=") {
		t.Errorf("cookies went up: %.60s", cookies)
	}
	if s.posted[0] != "a=b" {
		t.Errorf("a form without login was changed: %s", s.posted[0])
	}
}

func TestRelayClosesWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		relay, err := audible.NewRelay(newSignIn(t, "us", false), &site{}, audible.RelayOptions{Origin: "http://relay.test"})
		if err != nil {
			t.Fatal(err)
		}
		started := time.Now()
		_, err = relay.Serve(t.Context(), newQuietListener())
		if !errors.Is(err, audible.ErrRelayExpired) || time.Since(started) != 10*time.Minute {
			t.Errorf("Serve() = %v after %v", err, time.Since(started))
		}
		answer := call(t, relay, http.MethodGet, strings.TrimPrefix(relay.StartURL(), "http://relay.test"), nil)
		if answer.status != http.StatusGone {
			t.Errorf("status %d after the end", answer.status)
		}
	})
}

func TestRelayEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		relay, err := audible.NewRelay(newSignIn(t, "us", false), &site{}, audible.RelayOptions{Origin: "http://relay.test"})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := relay.Serve(ctx, newQuietListener()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Serve() = %v", err)
		}
	})
}

func TestRelayNeedsAnOrigin(t *testing.T) {
	t.Parallel()
	for _, origin := range []string{"", "127.0.0.1:80", "ftp://x", "http://x/path"} {
		if _, err := audible.NewRelay(newSignIn(t, "us", false), nil, audible.RelayOptions{Origin: origin}); err == nil {
			t.Errorf("origin %q was taken", origin)
		}
	}
}
