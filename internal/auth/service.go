package auth

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Lives are how long things last.
type Lives struct {
	// Idle and Absolute bound a session that ends with the browser,
	// RememberedIdle and Remembered one that is to be kept.
	Idle, Absolute, RememberedIdle, Remembered time.Duration
	// StepUp is how long a password that was given again counts.
	StepUp time.Duration
	// Pending is how long the second factor may take after the password, and
	// Enrolment the setting up of one.
	Pending, Enrolment time.Duration
	// Challenge is how long a passkey may take to answer.
	Challenge time.Duration
	// SetUpCode and Reset are how long the one-time codes are good.
	SetUpCode, Reset time.Duration
	// Invite is how long an invite is good.
	Invite time.Duration
	// Device is how long a device waits to be let in, Access how long an access
	// token is good, and ProgramIdle and Program bound a program on a device.
	Device, Access, ProgramIdle, Program time.Duration
	// Provider is how long somebody may take at a provider, and how long who
	// they are there waits for what they want with it.
	Provider time.Duration
}

// DefaultLives are a day without "keep me signed in"; with it two weeks
// unused, 90 days at most.
func DefaultLives() Lives {
	const day = 24 * time.Hour
	return Lives{
		Idle: day, Absolute: day, RememberedIdle: 14 * day, Remembered: 90 * day, StepUp: 10 * time.Minute,
		Pending: 5 * time.Minute, Enrolment: 10 * time.Minute, Challenge: 5 * time.Minute, SetUpCode: day, Reset: 10 * time.Minute, Invite: day,
		Device: 10 * time.Minute, Access: 10 * time.Minute, ProgramIdle: 30 * day, Program: 90 * day,
		Provider: 10 * time.Minute,
	}
}

// sessionLimit is how many sessions a person may have at once.
const sessionLimit = 20

// Options are what a Service works with. Store and Key are required.
type Options struct {
	Store *store.Store
	Key   *vault.Key
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Memory is how many bytes the program may use; 0 means that nobody
	// knows. It bounds how many passwords are hashed at once.
	Memory int64
	// Cost is what new password hashes cost; the zero value means
	// LowMemoryCost below 1 GiB of memory, else StandardCost.
	Cost Cost
	// Lives are how long things last; the zero value means DefaultLives.
	Lives Lives
	// Limits are how often things may be tried; the zero value means
	// DefaultLimits.
	Limits Limits
	// PublicURL is the origin at which browsers find the server, without a
	// slash at its end. Links in mails begin with it; without one no mail is
	// sent.
	PublicURL string
	// Mail sends mails; nil means that there is no way to.
	Mail *mail.Sender
	// Registration says who may become a person; empty means
	// RegistrationByInvite.
	Registration Registration
	// Log gets what went wrong beside the work; nil means none.
	Log *slog.Logger
}

// Service knows the people. Make one with New.
type Service struct {
	store     *store.Store
	key       *vault.Key
	ring      *keyring
	now       func() time.Time
	cost      Cost
	lives     Lives
	limits    Limits
	gate      *gate
	publicURL string
	// issuer is the host of the public URL, which authenticator apps show;
	// host is its first part.
	issuer, host string
	// relying makes and checks passkeys; nil where there are none.
	relying *webauthn.WebAuthn
	// providers are those that people may sign in by, who send browsers back to
	// a page of origin.
	providers []provider.Provider
	origin    string
	mail      *mail.Sender
	log       *slog.Logger
	// registration is never empty.
	registration Registration
	// sending counts the mails that are under way.
	sending sync.WaitGroup
	// dummy is what the password of nobody is compared with, so that an
	// unknown address costs as much as a known one.
	dummy phc
}

// New returns a Service. It reads the root secret of the store, or makes it.
func New(ctx context.Context, o Options) (*Service, error) {
	if o.Store == nil || o.Key == nil {
		return nil, errors.New("auth needs a store and a key")
	}
	s := &Service{
		store: o.Store, key: o.Key, now: o.Now, cost: cmp.Or(o.Cost, costFor(o.Memory)), lives: cmp.Or(o.Lives, DefaultLives()),
		limits: cmp.Or(o.Limits, DefaultLimits()), publicURL: o.PublicURL, mail: o.Mail, log: o.Log,
		registration: cmp.Or(o.Registration, RegistrationByInvite),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if err := s.cost.check(); err != nil {
		return nil, err
	}
	if u, err := url.Parse(o.PublicURL); err == nil {
		s.issuer = u.Hostname()
		s.host, _, _ = strings.Cut(s.issuer, ".")
	}
	s.gate = newGate(hashesAtOnce(s.cost, o.Memory))
	var err error
	if s.ring, err = loadKeyring(ctx, o.Store, o.Key); err != nil {
		return nil, err
	}
	s.dummy = phc{cost: s.cost, salt: make([]byte, saltSize), tag: make([]byte, tagSize)}
	_, _ = rand.Read(s.dummy.tag) // never fails: the program ends if there is no randomness
	return s, nil
}

// Wait returns when the mails that are under way have been sent or given up, or
// when ctx ends. Call it after the last request has ended.
func (s *Service) Wait(ctx context.Context) {
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		s.sending.Wait()
	}()
	select {
	case <-sent:
	case <-ctx.Done():
	}
}

func errAttr(err error) slog.Attr { return slog.String("error", err.Error()) }

func done(action audit.Action) audit.Event {
	return audit.Event{Action: action, Outcome: audit.Succeeded}
}

func denied(action audit.Action) audit.Event {
	return audit.Event{Action: action, Outcome: audit.Denied}
}

// session describes a session that is about to begin.
func (s *Service) session(hash []byte, remember bool, v Visitor) store.NewSession {
	n := store.NewSession{
		TokenHash: hash, Remembered: remember, Idle: s.lives.Idle, Absolute: s.lives.Absolute,
		UserAgent: cut(v.UserAgent), Limit: sessionLimit,
	}
	if remember {
		n.Idle, n.Absolute = s.lives.RememberedIdle, s.lives.Remembered
	}
	if v.Address.IsValid() {
		n.Address = v.Address.Unmap().String()
	}
	return n
}

// Authenticate returns who holds the token of a session that is alive, else
// Unauthorized. It notes once a minute that the session is in use.
func (s *Service) Authenticate(ctx context.Context, token string, _ Visitor) (Actor, error) {
	actor, err := s.Check(ctx, token)
	if err != nil || s.now().Sub(actor.LastSeenAt) < time.Minute {
		return actor, err
	}
	idle := s.lives.Idle
	if actor.Remembered {
		idle = s.lives.RememberedIdle
	}
	err = s.store.SeeSession(ctx, actor.UserID, actor.SessionID, idle, time.Minute)
	if err != nil && audipy.KindOf(err) != audipy.NotFound { // another request was first
		return Actor{}, err
	}
	return actor, nil
}

// Check is Authenticate for what is no use of the session: it goes on to idle.
func (s *Service) Check(ctx context.Context, token string) (Actor, error) {
	if !isToken(token) {
		return Actor{}, signInFirst()
	}
	user, found, err := s.store.SessionByToken(ctx, hashToken(token))
	if audipy.KindOf(err) == audipy.NotFound {
		return Actor{}, signInFirst()
	}
	if err != nil {
		return Actor{}, err
	}
	return newActor(user, found), nil
}

func signInFirst() error {
	return audipy.Fail(audipy.Unauthorized, "Nobody is signed in.", nil).WithHint("Sign in.")
}

// SignOut ends the session in use.
func (s *Service) SignOut(ctx context.Context, a Actor) error {
	return s.EndSession(ctx, a, a.SessionID)
}

// Leave ends the session that a browser had before somebody signed in there
// anew, whoever it was of. A token that is good for nothing is no error.
func (s *Service) Leave(ctx context.Context, token string) error {
	before, err := s.Check(ctx, token)
	if err == nil {
		err = s.SignOut(ctx, before)
	}
	if kind := audipy.KindOf(err); kind == audipy.Unauthorized || kind == audipy.NotFound {
		return nil
	}
	return err
}

// EndSession ends one of the person's own sessions; NotFound when there is no
// such session.
func (s *Service) EndSession(ctx context.Context, a Actor, id string) error {
	e := done(audit.SessionEnded)
	if len(id) <= 64 {
		e.Target = id
	}
	return s.store.EndSession(ctx, a.UserID, id, e)
}

// SignOutEverywhere ends all sessions of the person, the one in use included
// unless keepCurrent is set.
func (s *Service) SignOutEverywhere(ctx context.Context, a Actor, keepCurrent bool) error {
	keep := ""
	if keepCurrent {
		keep = a.SessionID
	}
	_, err := s.store.EndSessions(ctx, a.UserID, keep, done(audit.SessionsEnded))
	return err
}
