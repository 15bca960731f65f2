package audible

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// SignInOptions say what a sign-in is for. Marketplace is required; the zero
// values of the others are what a program should use.
type SignInOptions struct {
	// Marketplace is where the person has the account.
	Marketplace Marketplace
	// UserName is true for an account from before 2008 that signs in with a
	// user name. Only marketplaces with UserNames have any.
	UserName bool
	// Rand is the source of secrets; nil means crypto/rand.
	Rand io.Reader
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// SignIn is one attempt to sign in. There are three ways through it, and they
// can be mixed: the person opens URL in a browser and Complete takes the
// address they end on; Start and Answer go through Amazon's pages one
// question at a time; a Relay carries the pages to a browser.
//
// A SignIn is data: between any two calls it can be written with
// MarshalBinary, sealed, stored, and go on in another process. It holds the
// person's password while Amazon may still ask for it. It never prints its
// contents. It must not be used by several goroutines at once.
type SignIn struct {
	state signInState
	now   func() time.Time
}

// NewSignIn starts a sign-in without asking anybody anything: it draws the
// code verifier, the device serial and the start cookies. It fails when the
// marketplace is none of Marketplaces, or has no user names and one was asked
// for.
func NewSignIn(o SignInOptions) (*SignIn, error) {
	market, err := ParseMarketplace(o.Marketplace.Code)
	if err != nil {
		return nil, err
	}
	if o.UserName && !market.UserNames {
		return nil, errors.New("accounts with a user name exist in the marketplaces us, uk and de only; use " +
			"the e-mail address in the marketplace " + market.Code)
	}
	random := o.Rand
	if random == nil {
		random = rand.Reader
	}
	state := signInState{Marketplace: market.Code, UserName: o.UserName}
	if state.Verifier, err = newVerifier(random); err != nil {
		return nil, err
	}
	if state.Serial, err = newSerial(random); err != nil {
		return nil, err
	}
	if state.Cookies, err = startCookies(random, market); err != nil {
		return nil, err
	}
	return &SignIn{state: state, now: o.Now}, nil
}

// URL is the start address for the person's own browser. It stays the same
// for the whole sign-in, whatever else has been tried.
func (s *SignIn) URL() string {
	return authorizeURL(s.market(), s.state.UserName, s.state.Verifier, s.state.Serial)
}

// Step returns where the sign-in stands, so that a question can be shown
// again after the state was loaded. Before Start its Kind is empty.
func (s *SignIn) Step() Step { return s.state.step() }

// Complete finishes the sign-in with the address that the person's browser
// ended on, whatever step it is at. Every error of a bad address is a
// *LandingError and leaves the sign-in as it was. The code belongs to this
// sign-in's verifier: an address from somebody else's sign-in is refused by
// Amazon at registration.
func (s *SignIn) Complete(pasted string) (Authorization, error) {
	if s.state.Kind == StepDone || s.state.Kind == StepCancelled {
		return Authorization{}, ErrSignInOver
	}
	code, err := ParseLanding(s.market(), pasted)
	if err != nil {
		return Authorization{}, err
	}
	s.state.finish(code)
	return *s.state.step().Authorization, nil
}

// Again returns a new sign-in for the same device, from the beginning: for when
// a registration was asked for and its answer was lost. Should Amazon have made
// it, the next one takes its place instead of adding a device.
func (s *SignIn) Again() (*SignIn, error) {
	if s.state.Serial == "" {
		return nil, ErrSignInOver
	}
	next, err := NewSignIn(SignInOptions{Marketplace: s.market(), UserName: s.state.UserName, Now: s.now})
	if err != nil {
		return nil, err
	}
	next.state.Serial = s.state.Serial
	return next, nil
}

// Start asks Amazon for the first page. On a sign-in that has been started
// already it returns the present step and asks nobody. A nil transport means
// NewTransport's.
func (s *SignIn) Start(ctx context.Context, rt http.RoundTripper) (Step, error) {
	if s.state.Kind != "" {
		return s.Step(), nil
	}
	return s.advance(ctx, rt, s.state.clone(), move{address: s.URL()})
}

// Answer gives Amazon the person's answer and makes the requests until the
// next question or the end: at most 16 for pages, and 60 in all besides the
// looks at an approval. A wrong answer leads to the same step with Amazon's
// words in Message.
//
// An answer that doesn't fit the step is ErrAnswer. When Amazon can't be
// reached the error is ErrSignInUnavailable. After either, the same step can
// be answered again.
func (s *SignIn) Answer(ctx context.Context, rt http.RoundTripper, a Answer) (Step, error) {
	switch {
	case s.state.Kind == StepDone || s.state.Kind == StepCancelled:
		return Step{}, ErrSignInOver
	case a.Cancel:
		s.state.cancel()
		return s.Step(), nil
	case s.state.Kind == "":
		return Step{}, answerError("the sign-in has not been started")
	case s.state.Kind == StepBrowser:
		if _, err := s.Complete(a.Text); err != nil {
			return Step{}, err
		}
		return s.Step(), nil
	}
	next := s.state.clone()
	first, err := next.apply(a, s.URL(), s.clock())
	if err != nil {
		return Step{}, err
	}
	return s.advance(ctx, rt, next, first)
}

// advance makes moves until there is a question or an end. The state changes
// only when all of them went well; pages asked for count in any case, so that
// no chain of errors can go on for ever.
func (s *SignIn) advance(ctx context.Context, rt http.RoundTripper, next signInState, first move) (Step, error) {
	if rt == nil {
		rt = NewTransport(TransportOptions{})
	}
	w := &walker{
		market: s.market(), jar: &cookieJar{cookies: next.Cookies}, rt: rt, now: s.clock, language: "en-US",
		left: min(maxAnswerPages, maxSignInPages-next.Pages),
	}
	if first.poll {
		w.left = maxAnswerPages
	}
	m := first
	for more := true; more; {
		v, err := w.make(ctx, &next, m)
		switch {
		case errors.Is(err, errTooManyPages):
			next.stop(ReasonTooManyPages, nil)
			more = false
		case err != nil:
			s.state.count(first, w.used)
			return Step{}, err
		default:
			m, more = next.arrive(ctx, w, v, s.URL(), s.clock())
		}
	}
	next.count(first, w.used)
	if !next.isOver() {
		next.Cookies = w.jar.cookies
	}
	s.state = next
	return s.Step(), nil
}

// market is the store of the sign-in, from the package's own table.
func (s *SignIn) market() Marketplace {
	// The code was checked where the sign-in was made or loaded.
	m, _ := ParseMarketplace(s.state.Marketplace)
	return m
}

// clock is the time by the clock that was given, or the real one.
func (s *SignIn) clock() time.Time {
	if s.now == nil {
		return time.Now()
	}
	return s.now()
}

// redactedSignIn stands for a sign-in wherever one is printed.
const redactedSignIn = "[sign-in]"

// Format writes "[sign-in]" for every verb.
func (s SignIn) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedSignIn) }

// LogValue returns "[sign-in]".
func (s SignIn) LogValue() slog.Value { return slog.StringValue(redactedSignIn) }

// MarshalJSON refuses: a sign-in leaves the process only by MarshalBinary,
// to be sealed.
func (s SignIn) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a sign-in is not serialised by accident: use MarshalBinary")
}
