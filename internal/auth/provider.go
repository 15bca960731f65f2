package auth

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/store"
)

// CallbackPath is the page that providers send browsers back to, before the
// provider's slot. Each has an address of its own, so that no answer passes for
// another's.
const CallbackPath = "/auth/callback/"

// Identity is who a person is for a provider.
type Identity = store.Identity

// OfferProviders says by which providers people may sign in, and the origin at
// which browsers find the server, without a slash at its end; without one there
// are none. Call it before the first request.
func (s *Service) OfferProviders(origin string, all ...provider.Provider) {
	if origin == "" {
		return
	}
	s.origin, s.providers = origin, all
}

// Providers describes the providers that people may sign in by.
func (s *Service) Providers() []provider.About {
	var all []provider.About
	for _, p := range s.providers {
		all = append(all, p.About())
	}
	return all
}

// issuers are those of the providers that are offered.
func (s *Service) issuers() []string {
	var all []string
	for _, about := range s.Providers() {
		all = append(all, about.Issuer)
	}
	return all
}

// provider returns the one in a slot, or Forbidden with the code provider_off.
func (s *Service) provider(slot string) (provider.Provider, error) {
	for _, p := range s.providers {
		if p.About().Slot == slot {
			return p, nil
		}
	}
	return nil, audipy.Fail(audipy.Forbidden, "Nobody signs in here in that way.", nil).WithCode("provider_off").
		WithHint("Sign in another way.")
}

// Redirect is where a browser is sent to, and what it must keep to come back.
type Redirect struct {
	// Location is an address at the provider.
	Location string
	// Token goes into a cookie and nowhere else; Answer wants it back.
	Token string
}

// ProviderStart is what somebody chooses who signs in by a provider.
type ProviderStart struct {
	Slot string
	// Remember keeps the session beyond the browser's own end.
	Remember bool
	// Invite is the token of one, for whoever registers; else empty.
	Invite string
}

// BeginProvider sends somebody who is not signed in to a provider.
func (s *Service) BeginProvider(ctx context.Context, n ProviderStart, v Visitor) (Redirect, error) {
	if err := s.take(ctx, s.throttles("provider_network", s.limits.ProviderNetwork, v)); err != nil {
		return Redirect{}, err
	}
	kept := store.NewProviderSignIn{Purpose: store.ProviderSignIn, Remembered: n.Remember}
	if n.Invite != "" {
		kept.InviteHash = hashToken(n.Invite)
	}
	return s.sendTo(ctx, n.Slot, kept, func(n store.NewProviderSignIn) error { return s.store.AddProviderSignIn(ctx, n) })
}

// BeginProviderLink sends somebody who is signed in to a provider, to link who
// they are there.
func (s *Service) BeginProviderLink(ctx context.Context, a Actor, slot string, v Visitor) (Redirect, error) {
	return s.sendActor(ctx, a, slot, store.ProviderLink, nil, v)
}

// BeginProviderStepUp sends somebody who is signed in to a provider that asks
// for proof anew. Whoever has a second factor gives it here; else it is
// Forbidden with the code second_factor_required. A provider that can't ask
// anew is a Conflict.
func (s *Service) BeginProviderStepUp(ctx context.Context, a Actor, slot string, n Second, v Visitor) (Redirect, error) {
	p, err := s.provider(slot)
	if err != nil {
		return Redirect{}, err
	}
	if !p.About().AsksAgain {
		return Redirect{}, audipy.Fail(audipy.Conflict, p.About().Name+" can't be made to ask again who you are.", nil).
			WithHint("Set a password or add a passkey; whoever runs the server can make you a link for a password.")
	}
	proof, tried, err := s.secondOf(ctx, a, n, v)
	if err != nil {
		return Redirect{}, err
	}
	r, err := s.sendActor(ctx, a, slot, store.ProviderStepUp, &proof, v)
	if err != nil && audipy.KindOf(err) == audipy.Conflict {
		return Redirect{}, s.refused(ctx, a.UserID, n, tried, err)
	}
	s.returnAttempts(ctx, tried)
	return r, err
}

func (s *Service) sendActor(
	ctx context.Context, a Actor, slot string, purpose store.ProviderPurpose, proof *store.Proof, v Visitor,
) (Redirect, error) {
	limits := append([]store.Throttle{s.throttle("provider", s.limits.Provider, string(a.UserID))},
		s.throttles("provider_network", s.limits.ProviderNetwork, v)...)
	if err := s.take(ctx, limits); err != nil {
		return Redirect{}, err
	}
	kept := store.NewProviderSignIn{Purpose: purpose, Session: a.SessionID}
	return s.sendTo(ctx, slot, kept, func(n store.NewProviderSignIn) error {
		return s.store.AskProvider(ctx, a.UserID, n, proof, done(audit.ProviderAsked))
	})
}

// sendTo makes an attempt and keeps it before the browser gets to know of it.
func (s *Service) sendTo(
	ctx context.Context, slot string, n store.NewProviderSignIn, keep func(store.NewProviderSignIn) error,
) (Redirect, error) {
	p, err := s.provider(slot)
	if err != nil {
		return Redirect{}, err
	}
	token, hash := newToken()
	state, stateHash := newToken()
	a := s.attempt(p, token, state, n.Purpose)
	a.At = s.now()
	location, err := p.Begin(ctx, a)
	if err != nil {
		return Redirect{}, err
	}
	n.TokenHash, n.StateHash, n.Issuer, n.TTL = hash, stateHash, p.About().Issuer, s.lives.Provider
	if err := keep(n); err != nil {
		return Redirect{}, err
	}
	return Redirect{Location: location, Token: token}, nil
}

// attempt is what belongs to one sign-in. Nonce and verifier are made from the
// browser's token, which is kept nowhere else: whoever reads the database, or
// the address at the provider, has neither half.
func (s *Service) attempt(p provider.Provider, token, state string, purpose store.ProviderPurpose) provider.Attempt {
	derive := func(what string) string {
		return base64.RawURLEncoding.EncodeToString(mac([]byte(token), "audipy/provider/1 "+what+" "+state))
	}
	return provider.Attempt{
		State: state, Nonce: derive("nonce"), Verifier: derive("verifier"),
		RedirectURI: s.origin + CallbackPath + p.About().Slot, Fresh: purpose == store.ProviderStepUp,
	}
}

// ProviderAnswer is what a browser comes back with.
type ProviderAnswer struct {
	Slot string
	// Token is what the browser's cookie holds.
	Token string
	// State, Code, Issuer and Error are the parameters of the address.
	State, Code, Issuer, Error string
	// Session is the token of the browser's session, or empty.
	Session string
}

// ProviderDone is what came of an answer: exactly one of its parts is set.
type ProviderDone struct {
	// Grant is a session that begins or is renewed, or what is pending.
	Grant *Grant
	// SteppedUp says that the session was there before.
	SteppedUp bool
	// Known is an identity that waits to be linked by ConfirmIdentity, New one
	// that waits to register by RegisterByProvider. Their Token takes the place
	// of the browser's.
	Known, New *WaitingIdentity
}

// WaitingIdentity is who a provider says somebody is, and nobody here yet.
type WaitingIdentity struct {
	Token string
	// Provider is the provider's name, Label what the provider calls the
	// person, and Email and Name what it suggests.
	Provider, Label, Email, Name string
}

// AnswerProvider takes what a browser came back with, once, and signs in, steps
// up, or lets the identity wait. Invalid with the code attempt_invalid is what
// this browser was not sent away with; Unauthorized is an identity that nobody
// here has (identity_unknown), an answer that is not to be trusted
// (provider_refused) or a person who did not agree (provider_denied).
func (s *Service) AnswerProvider(ctx context.Context, n ProviderAnswer, v Visitor) (ProviderDone, error) {
	limits := s.throttles("provider_network", s.limits.ProviderNetwork, v)
	if err := s.take(ctx, limits); err != nil {
		return ProviderDone{}, err
	}
	p, r, err := s.takeAnswer(ctx, n)
	if err != nil {
		return ProviderDone{}, err
	}
	a := s.attempt(p, n.Token, n.State, r.Purpose)
	a.At = r.CreatedAt
	who, err := p.Finish(ctx, a, provider.Answer{Code: n.Code, Issuer: n.Issuer})
	if err != nil {
		if code := codeOf(err); code == "provider_refused" {
			s.log.WarnContext(ctx, "a provider's answer was refused", errAttr(errors.Unwrap(err)))
			err = s.providerRefused(ctx, r.User, "answer", err)
		}
		return ProviderDone{}, err
	}
	var d ProviderDone
	switch r.Purpose {
	case store.ProviderSignIn:
		d, err = s.enterByProvider(ctx, p, r, who, v)
	case store.ProviderLink:
		d, err = s.awaitLink(ctx, p, r, who)
	case store.ProviderStepUp:
		d, err = s.stepUpByProvider(ctx, r, who, v)
	}
	if err == nil {
		s.returnAttempts(ctx, limits)
	}
	return d, err
}

// takeAnswer uses an attempt up, and checks that it is of this browser, of this
// provider, and of who is signed in.
func (s *Service) takeAnswer(ctx context.Context, n ProviderAnswer) (provider.Provider, store.ProviderReturn, error) {
	r, err := s.store.TakeProviderSignIn(ctx, hashToken(n.Token), hashToken(n.State))
	if audipy.KindOf(err) == audipy.NotFound {
		return nil, r, s.providerRefused(ctx, "", "state", noAttempt())
	}
	if err != nil {
		return nil, r, err
	}
	p, err := s.provider(n.Slot)
	if err != nil {
		return nil, r, err
	}
	if p.About().Issuer != r.Issuer {
		return nil, r, s.providerRefused(ctx, r.User, "mix-up", noAttempt())
	}
	if r.User != "" {
		actor, err := s.Check(ctx, n.Session)
		if err != nil || actor.UserID != r.User || actor.SessionID != r.Session {
			return nil, r, s.providerRefused(ctx, r.User, "session", noAttempt())
		}
	}
	if n.Error != "" {
		return nil, r, s.notAgreed(ctx, p, r, n.Error)
	}
	return p, r, nil
}

// notAgreed is the answer to a provider that sent an error instead of a code.
// What it wrote is not repeated.
func (s *Service) notAgreed(ctx context.Context, p provider.Provider, r store.ProviderReturn, said string) error {
	name := p.About().Name
	switch said {
	case "access_denied", "login_required", "consent_required", "interaction_required", "account_selection_required":
		return audipy.Fail(audipy.Unauthorized, "You did not sign in at "+name+".", nil).WithCode("provider_denied")
	case "server_error", "temporarily_unavailable":
		return audipy.Fail(audipy.Unavailable, name+" can't sign you in just now.", nil).WithCode("provider_unavailable").
			WithHint("Try again in a while.")
	}
	return s.providerRefused(ctx, r.User, "error", audipy.Fail(audipy.Unauthorized, name+" refused this server.", nil).
		WithCode("provider_refused").WithHint("Whoever runs the server should look at its settings there."))
}

// providerRefused records why something that came back was not good.
func (s *Service) providerRefused(ctx context.Context, user audipy.UserID, why string, err error) error {
	e := denied(audit.ProviderRefused)
	e.Target = why
	if user == "" {
		return errors.Join(err, s.store.RecordSystem(ctx, e))
	}
	return errors.Join(err, s.store.Record(ctx, user, e))
}

func noAttempt() error {
	return audipy.Fail(audipy.Invalid, "This browser was not sent there, or it took too long, or the answer came twice.", nil).
		WithCode("attempt_invalid").WithHint("Begin again.")
}

// enterByProvider signs in who an identity belongs to, or asks for their second
// factor; an identity that nobody has may register with the invite it came
// with.
func (s *Service) enterByProvider(
	ctx context.Context, p provider.Provider, r store.ProviderReturn, who provider.Identity, v Visitor,
) (ProviderDone, error) {
	user, kept, err := s.store.IdentityOwner(ctx, who.Issuer, who.Subject)
	if audipy.KindOf(err) == audipy.NotFound {
		if r.InviteHash == nil || s.registration == RegistrationClosed {
			return ProviderDone{}, s.providerRefused(ctx, "", "unknown", unknownIdentity(p))
		}
		w, err := s.await(p, who, func(n store.NewProviderSignIn) error {
			n.Purpose, n.InviteHash, n.Remembered = r.Purpose, r.InviteHash, r.Remembered
			return s.store.AddProviderSignIn(ctx, n)
		})
		return ProviderDone{New: w}, err
	}
	if err != nil {
		return ProviderDone{}, err
	}
	g, err := s.beginByProvider(ctx, user, kept.ID, who.SecondFactor, r.Remembered, v)
	if audipy.KindOf(err) == audipy.NotFound { // disabled, or unlinked meanwhile
		err = s.providerRefused(ctx, user.ID, "person", unknownIdentity(p))
	}
	if err != nil {
		return ProviderDone{}, err
	}
	return ProviderDone{Grant: &g}, nil
}

func (s *Service) beginByProvider(
	ctx context.Context, user audipy.User, identity string, second, remember bool, v Visitor,
) (Grant, error) {
	factors, err := s.store.Factors(ctx, user.ID)
	if err != nil {
		return Grant{}, err
	}
	token, hash := newToken()
	if factors.Any() && !second {
		n := store.NewPendingSignIn{TokenHash: hash, Remembered: remember, TTL: s.lives.Pending}
		made, err := s.store.StartProviderPending(ctx, user.ID, identity, n, done(audit.SecondFactorAsked))
		return Grant{Token: token, Pending: &Pending{user: user, id: made.ID, remembered: remember, ExpiresAt: made.ExpiresAt}}, err
	}
	session := s.returning(user.ID, hash, remember, v)
	made, err := s.store.StartProviderSession(ctx, user.ID,
		store.ProviderUse{Identity: identity, SecondFactor: second}, session, started(session))
	if err != nil {
		return Grant{}, err
	}
	return s.grant(user, made, token, v), nil
}

func unknownIdentity(p provider.Provider) error {
	name := p.About().Name
	return audipy.Fail(audipy.Unauthorized, "Nobody here signs in by this account of "+name+".", nil).WithCode("identity_unknown").
		WithHint("Sign in another way, and link it on the security page.")
}

// await keeps an identity until the person has said what becomes of it.
func (s *Service) await(p provider.Provider, who provider.Identity, keep func(store.NewProviderSignIn) error) (*WaitingIdentity, error) {
	token, hash := newToken()
	name := p.About().Name
	label := cmp.Or(who.Label(), name)
	err := keep(store.NewProviderSignIn{
		TokenHash: hash, Issuer: who.Issuer, Subject: who.Subject, Label: label, TTL: s.lives.Provider,
	})
	if err != nil {
		return nil, err
	}
	w := &WaitingIdentity{Token: token, Provider: name, Label: label, Name: who.Name}
	if email, err := CanonicalEmail(who.Email); err == nil {
		w.Email = email
	}
	return w, nil
}

func codeOf(err error) string {
	if e, ok := errors.AsType[*audipy.Error](err); ok {
		return e.Code
	}
	return ""
}
