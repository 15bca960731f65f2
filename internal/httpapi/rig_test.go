package httpapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/cover"
	"github.com/audipy/audipy/internal/elsewhere"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/notify"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// The administrator of every rig that is set up, and of the simulated
	// Amazon.
	adminEmail    = "admin@example.com"
	adminPassword = "correct horse battery staple"
	amazonLogin   = "kim@example.com"
	amazonSecret  = "a made-up password"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

// rig is a whole server on its own store, with a simulated Amazon behind it.
// Everything but the network runs on one clock.
type rig struct {
	*storetest.DB
	sim      *audiblesim.Sim
	key      *vault.Key
	auth     *auth.Service
	accounts *account.Service
	syncs    *librarysync.Service
	advice   *advice.Service
	notices  *notify.Service
	shelves  *elsewhere.Service
	watch    *librarysync.Watch
	// origin is the server's public address, http://localhost:PORT; listener
	// is where it really is.
	origin, listener string
	log              *syncBuffer
	covers           string // folder
	// keys is the folder of the key, limits are those of linking, options
	// make the server's, and current is its handler.
	keys   string
	limits account.LinkLimits
	// stores says that the operator lets people store their Amazon password.
	stores bool
	// providers are those that people sign in by, once the server restarts.
	providers []provider.Provider
	options   func() httpapi.Options
	current   atomic.Value
}

// each runs a case on a fresh server with either database.
func each(t *testing.T, run func(t *testing.T, r *rig)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { run(t, newRig(t, db)) })
}

// onSQLite runs a case that no database can make a difference to.
func onSQLite(t *testing.T) *rig {
	t.Helper()
	return newRig(t, storetest.Open(t))
}

func newRig(t *testing.T, db *storetest.DB, change ...func(*httpapi.Options)) *rig {
	t.Helper()
	r := &rig{DB: db, log: &syncBuffer{}, covers: t.TempDir()}
	r.sim = audiblesim.New(audiblesim.Options{Seed: 1, Now: db.Clock.Now})
	err := r.sim.AddAccount(audiblesim.Account{
		Login: amazonLogin, Password: amazonSecret, Marketplaces: map[string]int{"us": 30, "de": 3},
	})
	must(t, err)
	r.keys, r.limits = t.TempDir(), linkLimits()
	r.serve(t, change...)
	return r
}

// linkLimits are limits of linking that no test of other things runs into.
func linkLimits() account.LinkLimits {
	lots := []store.LinkLimit{{N: 1000, Per: time.Hour}}
	return account.LinkLimits{Starts: lots, Pastes: lots, Imports: lots, Passwords: lots, Open: 100, Answers: 16, Same: 5}
}

// engine makes the services, as a process that starts does.
func (r *rig) engine(t *testing.T) {
	t.Helper()
	var err error
	r.key, err = vault.OpenKey(vault.KeyOptions{ConfigDir: r.keys, NoKeyring: true})
	must(t, err)
	r.auth, err = auth.New(t.Context(), auth.Options{Store: r.Store, Key: r.key, Now: r.Clock.Now, Cost: auth.Cost{Time: 1, Memory: 64, Lanes: 1}})
	must(t, err)
	must(t, r.auth.OfferPasskeys(r.origin))
	r.auth.OfferProviders(r.origin, r.providers...)
	r.accounts = account.New(account.Options{
		Store: r.Store, Key: r.key, Transport: r.sim.Transport(), Now: r.Clock.Now,
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}, LinkLimits: r.limits, StoresSignIns: r.stores,
	})
	r.syncs = librarysync.New(librarysync.Options{Accounts: r.accounts, Store: r.Store, Now: r.Clock.Now})
	r.advice = advice.New(advice.Options{Store: r.Store, Syncs: r.syncs, Now: r.Clock.Now})
	r.notices = notify.New(notify.Options{Store: r.Store, Key: r.key, Advice: r.advice, Now: r.Clock.Now})
	r.shelves = elsewhere.New(elsewhere.Options{
		Store: r.Store, Key: r.key, Advice: r.advice, Now: r.Clock.Now, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
	})
	r.watch = librarysync.NewWatch(r.Store)
	go r.watch.Run(t.Context())
}

// restart puts a new process in the place of the server's: nothing but the
// store and the key outlives it.
func (r *rig) restart(t *testing.T) {
	t.Helper()
	r.engine(t)
	handler, err := httpapi.NewWithEcho(r.options())
	must(t, err)
	r.current.Store(handler)
}

// serve starts the server on a port of its own.
func (r *rig) serve(t *testing.T, change ...func(*httpapi.Options)) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	r.listener = server.Listener.Addr().String()
	public := &url.URL{Scheme: "http", Host: "localhost:" + r.listener[strings.LastIndex(r.listener, ":")+1:]}
	r.origin = public.String()
	log := slog.New(httpapi.LogRequests(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	r.options = func() httpapi.Options {
		o := httpapi.Options{
			Auth: r.auth, Store: r.Store, Accounts: r.accounts, Syncs: r.syncs, Advice: r.advice, Notices: r.notices, Elsewhere: r.shelves, Simulated: true,
			Watch: r.watch, Version: "test", Database: "sqlite",
			Covers:    cover.New(cover.Options{Folder: r.covers, Transport: r.sim.Transport(), Now: r.Clock.Now}),
			PublicURL: public, RelayOrigin: "http://" + r.listener, Now: r.Clock.Now, Pages: testPages(),
			Limits: manyCalls(), Log: log,
		}
		for _, c := range change {
			c(&o)
		}
		return o
	}
	r.restart(t)
	server.Config = httpapi.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.current.Load().(http.Handler).ServeHTTP(w, q)
	}), log)
	server.Start()
	t.Cleanup(server.Close)
}

// manyCalls are limits that a test of other things never meets.
func manyCalls() httpapi.Limits {
	return httpapi.Limits{
		User: 1 << 20, Address: 1 << 20, UserCovers: 1 << 20, AddressCovers: 1 << 20, AddressRelay: 1 << 20,
		UserExports: 1 << 20, UserRenewals: 1 << 20, UserTests: 1 << 20, UserElsewhere: 1 << 20, Streams: 3,
		AddressLinks: 1 << 20, AddressAnswers: 1 << 20, AddressPasswords: 1 << 20, Connections: 1 << 20, AddressConnections: 1 << 20,
	}
}

// testPages is a web application of four files.
func testPages() fstest.MapFS {
	return fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>AudiPy</title>")},
		"assets/index-abc.js":  {Data: []byte("export {}")},
		"assets/index-abc.css": {Data: []byte("body{}")},
		"manifest.webmanifest": {Data: []byte("{}")},
	}
}

// setUp makes the administrator and returns their browser.
func (r *rig) setUp(t *testing.T) *browser {
	t.Helper()
	code, err := r.auth.NewSetUpCode(t.Context())
	must(t, err)
	grant, err := r.auth.SetUp(t.Context(), auth.SetUp{
		Code: code, Name: "Kim", Email: adminEmail, Password: adminPassword,
	}, auth.Visitor{})
	must(t, err)
	return r.browserOf(grant)
}

// joins makes another person, who is no administrator, and returns their
// browser.
func (r *rig) joins(t *testing.T, email string) *browser {
	t.Helper()
	user, err := r.CreateUser(t.Context(), email)
	must(t, err)
	token, hash := tokenFor(email)
	_, err = r.Raw.ExecContext(t.Context(), `UPDATE users SET password_hash = 'a hash' WHERE id = $1`, string(user.ID))
	must(t, err)
	_, err = r.StartSession(t.Context(), user.ID, "a hash", store.NewSession{
		TokenHash: hash, Idle: 24 * time.Hour, Absolute: 90 * 24 * time.Hour, SteppedUp: 10 * time.Minute, Limit: 20,
	}, audit.Event{Action: audit.SessionStarted, Outcome: audit.Succeeded})
	must(t, err)
	return r.browserOf(auth.Grant{Token: token})
}

// tokenFor is a token that is made of a text, and what is kept of it.
func tokenFor(text string) (token string, hash []byte) {
	sum := sha256.Sum256([]byte(text))
	token = base64.RawURLEncoding.EncodeToString(sum[:])
	sum = sha256.Sum256([]byte(token))
	return token, sum[:]
}

// browserOf returns a browser that holds a grant.
func (r *rig) browserOf(g auth.Grant) *browser {
	b := r.browser()
	b.cookies["__Host-Http-audipy"] = g.Token
	if g.Device != "" {
		b.cookies["__Host-Http-audipy-dev"] = g.Device
	}
	return b
}

// browser returns a browser that nobody has used yet.
func (r *rig) browser() *browser {
	return &browser{rig: r, cookies: map[string]string{}}
}

// browser asks as the pages of the application do in a browser: with its
// cookies, and for unsafe methods with the origin.
type browser struct {
	rig     *rig
	cookies map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do sends a request to a path; a body that isn't nil goes as JSON. Changes
// are made to the request before it is sent.
func (b *browser) do(t *testing.T, method, path string, body any, change ...func(*http.Request)) answer {
	t.Helper()
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		must(t, err)
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, b.rig.origin+path, reader)
	must(t, err)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Accept", "application/json")
	if method != http.MethodGet && method != http.MethodHead {
		req.Header.Set("Origin", b.rig.origin)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, c := range change {
		c(req)
	}
	return b.send(t, req)
}

// send sends a request as it is and keeps the cookies of the answer.
func (b *browser) send(t *testing.T, req *http.Request) answer {
	t.Helper()
	client := http.Client{
		Timeout:       time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Do(req)
	must(t, err)
	defer resp.Body.Close()
	var data []byte
	if resp.Header.Get("Content-Type") != "text/event-stream" { // which has no end
		data, err = io.ReadAll(resp.Body)
		must(t, err)
	}
	for _, c := range resp.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		b.cookies[c.Name] = c.Value
	}
	return answer{resp.StatusCode, resp.Header, data}
}

func (b *browser) get(t *testing.T, path string) answer {
	t.Helper()
	return b.do(t, http.MethodGet, path, nil)
}

func (b *browser) post(t *testing.T, path string, body any) answer {
	t.Helper()
	return b.do(t, http.MethodPost, path, body)
}

// into reads the answer of a status that is expected.
func (a answer) into(t *testing.T, status int, value any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	must(t, json.Unmarshal(a.body, value))
}

// wantProblem checks that the answer is a problem with a status and a code.
func (a answer) wantProblem(t *testing.T, status int, code string) {
	t.Helper()
	var p httpapi.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		t.Errorf("status %d with %q is no problem: %v", a.status, a.body, err)
		return
	}
	if a.status != status || p.Status != status || p.Code != code {
		t.Errorf("answered %d %s, want %d %s", a.status, a.body, status, code)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("the problem is %q", got)
	}
	if p.RequestID == "" || p.RequestID != a.header.Get("X-Request-Id") {
		t.Errorf("the request id of the problem is %q, of the header %q", p.RequestID, a.header.Get("X-Request-Id"))
	}
}

// syncBuffer is a log that many goroutines write to.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write appends to the log.
func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// String returns the log so far.
func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
