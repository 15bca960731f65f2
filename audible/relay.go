package audible

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// RelayOptions say where a Relay can be reached.
type RelayOptions struct {
	// Origin is what the person's browser sees: scheme, host and port without
	// a slash at the end, such as "http://127.0.0.1:41234". Required. A server
	// gives the relay a host name of its own, where none of its own cookies
	// live.
	Origin string
	// ID tells the relays of one origin apart: it stands in front of the start
	// address's secret and in the cookie, where RelayID finds it. Letters,
	// digits and dashes; empty for the only relay of its origin.
	ID string
	// Lifetime is how long the relay answers; 0 means 10 minutes.
	Lifetime time.Duration
	// Keep, when set, makes every change of the relay durable before the
	// browser gets its answer, so that any process can go on with it through
	// ResumeRelay. It calls change with the state as it is now, keeps what
	// comes back, and starts over when another request was faster. It passes
	// on the error of change. Nil keeps the relay in memory alone.
	Keep func(ctx context.Context, change func(state []byte) ([]byte, error)) error
	// AdmitPassword, when set, is asked before a password goes to Amazon and
	// counts it. One that it does not admit stays here, and the person is told
	// to wait. Nil admits every one.
	AdmitPassword func(ctx context.Context) (bool, error)
	// Rand is the source of the start address's secret; nil means crypto/rand.
	Rand io.Reader
}

// ErrRelayExpired means that nobody finished the sign-in in time.
var ErrRelayExpired = errors.New("the sign-in page was closed because its time was over: start again")

// relayLifetime bounds a sign-in: enough to wait for a code by mail, and no
// port that stays open because a window was closed.
const relayLifetime = 10 * time.Minute

// Relay carries Amazon's own sign-in pages to the person's browser under an
// address of ours, and takes the authorization code out of the redirect that
// ends them, so that nobody has to copy an address.
//
// It maps its root to the one sign-in host of the SignIn, forwards nothing but
// pages below /ap/ and captcha images, and keeps Amazon's cookies itself: the
// browser's never go up, and Amazon's cookies and policies never come down.
// The start address holds a secret that works once and becomes a cookie;
// without that cookie, or under another host name, nothing is answered.
//
// Pages come without their scripts. They would run under our origin with
// access to what is typed, would report that origin to Amazon in metadata1,
// and would poll addresses that another origin can't read; the forms work
// without them, as every other client shows. What the scripts did that
// matters is done here: metadata1 is added to the sign-in form, and an
// approval page reloads itself. What can't be done, passkeys and the test for
// a real browser, gets a notice that leads to the browser and the paste field.
//
// A Relay is an http.Handler and may be used by several goroutines. The
// SignIn is the relay's until it is over.
type Relay struct {
	rt     http.RoundTripper
	market Marketplace
	root   string // Amazon's host
	origin *url.URL
	id     string
	start  string // path and query of the first page
	door   string // the start address for the browser itself
	now    func() time.Time
	cookie string // name of the cookie
	done   chan struct{}
	keep   func(ctx context.Context, change func(state []byte) ([]byte, error)) error
	admit  func(ctx context.Context) (bool, error)

	mu     sync.Mutex
	signIn *SignIn
	state  relayState
}

// NewRelay makes a relay for a sign-in that has not ended. A nil transport
// means NewTransport's.
func NewRelay(s *SignIn, rt http.RoundTripper, o RelayOptions) (*Relay, error) {
	if s.state.isOver() && s.state.Kind != StepBrowser {
		return nil, ErrSignInOver
	}
	secret, err := newRelaySecret(o.Rand)
	if err != nil {
		return nil, err
	}
	if o.Lifetime == 0 {
		o.Lifetime = relayLifetime
	}
	return newRelay(s, relayState{SignIn: s.state.clone(), Secret: secret, Ends: s.clock().Add(o.Lifetime)}, rt, o)
}

func newRelay(s *SignIn, state relayState, rt http.RoundTripper, o RelayOptions) (*Relay, error) {
	origin, err := url.Parse(o.Origin)
	if err != nil || origin.Host == "" || (origin.Scheme != "http" && origin.Scheme != "https") || origin.Path != "" {
		return nil, fmt.Errorf("%q is not an origin for a relay: use scheme, host and port", o.Origin)
	}
	if !relayIDPattern.MatchString(o.ID) {
		return nil, fmt.Errorf("%q is not an id for a relay: use letters, digits and dashes", o.ID)
	}
	if rt == nil {
		rt = NewTransport(TransportOptions{})
	}
	first, err := url.Parse(s.URL())
	if err != nil {
		return nil, fmt.Errorf("read the start address: %w", err)
	}
	r := &Relay{
		rt: rt, market: s.market(), root: first.Host, origin: origin, id: o.ID, start: first.RequestURI(), door: s.URL(),
		now: s.clock, cookie: relayCookie(origin), done: make(chan struct{}), keep: o.Keep,
		admit: o.AdmitPassword, signIn: s, state: state,
	}
	if state.SignIn.Kind == StepDone {
		close(r.done)
	}
	return r, nil
}

// newRelaySecret draws 128 bits.
func newRelaySecret(random io.Reader) (string, error) {
	if random == nil {
		random = rand.Reader
	}
	var raw [16]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw the secret of a relay: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// StartURL is the address to open in the person's browser. It works once: the
// relay is the browser's that opens it first or, with an ID, the one's that first
// says that it means to begin.
func (r *Relay) StartURL() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.origin.String() + relayStart + relayKey(r.id, r.state.Secret)
}

// IsOpened reports whether a browser has used the start address.
func (r *Relay) IsOpened() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Token != ""
}

// SignIn returns a copy of the relay's sign-in as it stands.
func (r *Relay) SignIn() *SignIn {
	r.mu.Lock()
	defer r.mu.Unlock()
	return &SignIn{state: r.state.SignIn.clone(), now: r.now}
}

// Done is closed when the code has been caught.
func (r *Relay) Done() <-chan struct{} { return r.done }

// Authorization returns what Register takes, and false until Done is closed.
func (r *Relay) Authorization() (Authorization, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	step := r.state.SignIn.step()
	if step.Authorization == nil {
		return Authorization{}, false
	}
	return *step.Authorization, true
}

// Serve answers on the listener until the code has been caught, the context
// ends or the relay's time is over (ErrRelayExpired), and closes the listener.
// The page that says so is still delivered.
func (r *Relay) Serve(ctx context.Context, listener net.Listener) (Authorization, error) {
	server := &http.Server{
		Handler: r, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: pageTime, IdleTimeout: time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	over := time.NewTimer(r.state.Ends.Sub(r.now()))
	defer over.Stop()
	defer r.shutDown(ctx, server)
	select {
	case <-r.done:
		authorization, _ := r.Authorization()
		return authorization, nil
	case <-over.C:
		return Authorization{}, ErrRelayExpired
	case <-ctx.Done():
		return Authorization{}, ctx.Err()
	case err := <-failed:
		return Authorization{}, fmt.Errorf("serve the sign-in page: %w", err)
	}
}

// shutDown lets answers under way end, for a few seconds.
func (r *Relay) shutDown(ctx context.Context, server *http.Server) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close() // whoever still holds a connection loses it
	}
}

// change makes a change and, where there is a keeper, makes it durable first.
func (r *Relay) change(ctx context.Context, change func(*relayState) error) error {
	if r.keep == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		if err := change(&r.state); err != nil {
			return err
		}
		r.settle()
		return nil
	}
	// What Amazon has answered is kept even if the browser has gone.
	return r.keep(context.WithoutCancel(ctx), func(stored []byte) ([]byte, error) {
		next, err := readRelayState(stored)
		if err != nil {
			return nil, err
		}
		if err := change(&next); err != nil {
			return nil, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.state = next
		r.settle()
		return next.write()
	})
}

// settle hands the sign-in back once the code is there.
func (r *Relay) settle() {
	if r.state.SignIn.Kind != StepDone || r.signIn.state.Kind == StepDone {
		return
	}
	r.signIn.state = r.state.SignIn.clone()
	close(r.done)
}

// finish takes the code. The second of two codes is ignored.
func (r *Relay) finish(ctx context.Context, code string) error {
	return r.change(ctx, func(s *relayState) error {
		if s.SignIn.Kind != StepDone {
			s.SignIn.finish(code)
		}
		return nil
	})
}

// isFinished reports whether the code has been caught.
func (r *Relay) isFinished() bool {
	select {
	case <-r.done:
		return true
	default:
		return false
	}
}

// exchangeSecret gives the first caller with the secret the cookie's token.
func (r *Relay) exchangeSecret(ctx context.Context, given string) (token string, err error) {
	err = r.change(ctx, func(s *relayState) error {
		if !s.mayStart(r.id, given) {
			return errNotHolder
		}
		s.Token = rand.Text()
		token = s.Token
		return nil
	})
	return token, err
}

// isHolder reports whether a request comes from the browser that began with the
// start address.
func (r *Relay) isHolder(request *http.Request) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent, err := request.Cookie(r.cookie)
	return err == nil && r.state.Token != "" &&
		subtle.ConstantTimeCompare([]byte(sent.Value), []byte(relayKey(r.id, r.state.Token))) == 1
}

// isOver reports whether the relay's time is over.
func (r *Relay) isOver() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.now().Before(r.state.Ends)
}

// isOwnOrigin reports whether a request that changes something comes from our
// own pages. Our referrer policy makes browsers send the origin "null".
func (r *Relay) isOwnOrigin(request *http.Request) bool {
	origin, site := request.Header.Get("Origin"), request.Header.Get("Sec-Fetch-Site")
	return slices.Contains([]string{"", "null", r.origin.String()}, origin) && slices.Contains([]string{"", "same-origin", "none"}, site)
}

// newWalker asks on behalf of one request of the browser. The browser's
// language is the person's own, so it goes along.
func (r *Relay) newWalker(request *http.Request) *walker {
	r.mu.Lock()
	jar := &cookieJar{cookies: slices.Clone(r.state.SignIn.Cookies)}
	r.mu.Unlock()
	w := &walker{market: r.market, jar: jar, rt: r.rt, now: r.now, language: "en-US", headers: make(http.Header)}
	if language := request.Header.Get("Accept-Language"); language != "" && len(language) < 200 {
		w.language = language
	}
	if request.Method == http.MethodPost {
		w.headers.Set("Origin", "https://"+r.root)
	}
	if path, ours := strings.CutPrefix(request.Header.Get("Referer"), r.origin.String()+"/ap/"); ours {
		w.headers.Set("Referer", "https://"+r.root+"/ap/"+path)
	}
	return w
}
