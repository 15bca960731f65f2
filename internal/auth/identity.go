package auth

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/store"
)

// WaysIn are how a person can sign in beside passkeys.
type WaysIn struct {
	// Password says that they have one.
	Password   bool
	Identities []Identity
}

// WaysIn returns how a person can sign in.
func (s *Service) WaysIn(ctx context.Context, user audipy.UserID) (WaysIn, error) {
	kept, err := s.store.Password(ctx, user)
	if err != nil {
		return WaysIn{}, err
	}
	all, err := s.store.Identities(ctx, user)
	return WaysIn{Password: kept.Hash != "", Identities: all}, err
}

// awaitLink keeps an identity for the person to confirm.
func (s *Service) awaitLink(
	ctx context.Context, p provider.Provider, r store.ProviderReturn, who provider.Identity,
) (ProviderDone, error) {
	w, err := s.await(p, who, func(n store.NewProviderSignIn) error {
		n.Purpose, n.Session = r.Purpose, r.Session
		return s.store.KeepIdentity(ctx, r.User, n)
	})
	return ProviderDone{Known: w}, err
}

// ConfirmIdentity links the identity that waits under a token for this session.
// Every other session ends. One that doesn't wait is Invalid with the code
// attempt_invalid; one that is linked already, with anybody, a Conflict.
func (s *Service) ConfirmIdentity(ctx context.Context, a Actor, token string) (Identity, error) {
	made, err := s.store.LinkIdentity(ctx, a.UserID, hashToken(token), a.SessionID, done(audit.IdentityLinked))
	if audipy.KindOf(err) == audipy.NotFound {
		return Identity{}, noAttempt()
	}
	if err == nil {
		s.notify(ctx, a.Email, "Another way to sign in to AudiPy was added", identityLinked)
	}
	return made, err
}

// UnlinkIdentity takes an identity of the person away; every other session
// ends. The last way in stays: then it is a Conflict with the code last_way_in.
func (s *Service) UnlinkIdentity(ctx context.Context, a Actor, id string) error {
	err := s.store.UnlinkIdentity(ctx, a.UserID, id, a.SessionID, s.issuers(), about(audit.IdentityUnlinked, id))
	if err == nil {
		s.notify(ctx, a.Email, "A way to sign in to AudiPy was removed", identityUnlinked)
	}
	return err
}

const (
	identityLinked = "An account at another service was linked to yours at AudiPy just now: it can sign you in.\n\n" +
		"If it wasn't you, unlink it on the security page, set another password, and tell whoever runs the server.\n"
	identityUnlinked = "An account at another service was unlinked from yours at AudiPy just now: it can't sign you in any more.\n\n" +
		"If it wasn't you, set another password at once, and tell whoever runs the server.\n"
)

// stepUpByProvider steps up the session of somebody whom a provider has just
// asked anew, if it named one of the person's own identities.
func (s *Service) stepUpByProvider(ctx context.Context, r store.ProviderReturn, who provider.Identity, v Visitor) (ProviderDone, error) {
	user, kept, err := s.store.IdentityOwner(ctx, who.Issuer, who.Subject)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return ProviderDone{}, err
	}
	if err != nil || user.ID != r.User {
		return ProviderDone{}, s.providerRefused(ctx, r.User, "stranger",
			audipy.Fail(audipy.Unauthorized, "That was not one of your own accounts.", nil).WithCode("identity_unknown"))
	}
	token, hash := newToken()
	renewed, err := s.store.StepUpByProvider(ctx, user.ID, r.Session, kept.ID,
		store.NewSession{TokenHash: hash, SteppedUp: s.lives.StepUp}, done(audit.SteppedUp))
	if audipy.KindOf(err) == audipy.NotFound {
		err = signInFirst()
	}
	if err != nil {
		return ProviderDone{}, err
	}
	g := s.grant(user, renewed, token, v)
	return ProviderDone{Grant: &g, SteppedUp: true}, nil
}

// ProviderRegister is what somebody types who registers by a provider.
type ProviderRegister struct {
	// Token is that of the identity that waits.
	Token       string
	Name, Email string
}

// RegisterByProvider makes a person without a password from the identity that
// waits, with the invite it came with, and signs them in, stepped up: what they
// proved is as fresh as a password. An identity that doesn't wait is Invalid with
// the code attempt_invalid. When the address is taken the invite is used up all
// the same, and it is a Conflict with the code email_taken.
func (s *Service) RegisterByProvider(ctx context.Context, n ProviderRegister, v Visitor) (Grant, error) {
	if s.registration == RegistrationClosed {
		return Grant{}, closed()
	}
	email, err := CanonicalEmail(n.Email)
	if err != nil {
		return Grant{}, err
	}
	name, err := checkName(n.Name)
	if err != nil {
		return Grant{}, err
	}
	if err := s.take(ctx, s.throttles("register", s.limits.Register, v)); err != nil {
		return Grant{}, err
	}
	token, hash := newToken()
	session := s.session(hash, true, v)
	session.SteppedUp = s.lives.StepUp
	user, made, fresh, err := s.store.RegisterByProvider(ctx, store.ProviderRegistration{
		TokenHash: hashToken(n.Token), Email: email, Name: name, Session: session, IsOpen: s.registration == RegistrationOpen,
	}, done(audit.UserCreated))
	if audipy.KindOf(err) == audipy.NotFound {
		return Grant{}, noAttempt()
	}
	if err != nil {
		return Grant{}, err
	}
	if !fresh {
		s.owned(ctx, email)
		return Grant{}, audipy.Fail(audipy.Conflict, "This address can't be used, and the invite is used up.", nil).
			WithCode("email_taken").WithHint("If it is yours, sign in with it. Else ask for another invite.")
	}
	return s.grant(user, made, token, v), nil
}
