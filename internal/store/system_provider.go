package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: who comes back from a
// provider is what these methods find out.

// ProviderPurpose says what a browser was sent to a provider for.
type ProviderPurpose string

// The purposes.
const (
	ProviderSignIn ProviderPurpose = "sign_in" // sign in, or register with an invite
	ProviderLink   ProviderPurpose = "link"    // link another identity
	ProviderStepUp ProviderPurpose = "step_up" // prove again who one is
)

// NewProviderSignIn describes a browser that is sent to a provider, or, with
// an identity, one that came back.
type NewProviderSignIn struct {
	// TokenHash is the SHA-256 of what the browser's cookie holds, StateHash
	// that of the state; nil once the provider has answered.
	TokenHash, StateHash []byte
	Purpose              ProviderPurpose
	// Session is where somebody is signed in; empty for nobody.
	Session string
	// InviteHash is the SHA-256 of an invite that came along, or nil.
	InviteHash []byte
	Remembered bool
	// Issuer is the provider's, and Subject and Label what it answered.
	Issuer, Subject, Label string
	TTL                    time.Duration
}

// ProviderReturn is what a browser that comes back was sent away for.
type ProviderReturn struct {
	// User is who was signed in; empty for nobody.
	User       audipy.UserID
	Session    string
	Purpose    ProviderPurpose
	Issuer     string
	InviteHash []byte
	Remembered bool
	CreatedAt  time.Time
}

// AddProviderSignIn keeps that a browser in which nobody is signed in was sent
// to a provider, or that one came back with an identity that nobody here has.
func (s *Store) AddProviderSignIn(ctx context.Context, n NewProviderSignIn) error {
	return s.transact(ctx, func(q session) error { return q.insertProviderSignIn(ctx, "", n) })
}

func (q session) insertProviderSignIn(ctx context.Context, user audipy.UserID, n NewProviderSignIn) error {
	_, err := q.exec(ctx, `
		INSERT INTO provider_sign_ins (token_hash, state_hash, user_id, session_id, purpose, issuer, invite_hash,
			remembered, subject, label, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		n.TokenHash, n.StateHash, orNull(user), n.Session, string(n.Purpose), n.Issuer, n.InviteHash,
		n.Remembered, n.Subject, n.Label, micros(q.now), micros(q.now.Add(n.TTL)))
	return wrap(err, "keep sign-in at a provider")
}

// TakeProviderSignIn uses up what a browser was sent to a provider with: token
// and state belong together and are good once. Else it is NotFound. Of any
// number of callers at once one gets it.
func (s *Store) TakeProviderSignIn(ctx context.Context, tokenHash, stateHash []byte) (ProviderReturn, error) {
	var r ProviderReturn
	err := s.transact(ctx, func(q session) error {
		err := q.one(ctx, []any{&r.User, &r.Session, &r.Purpose, &r.Issuer, &r.InviteHash, &r.Remembered, at(&r.CreatedAt)}, `
			DELETE FROM provider_sign_ins WHERE token_hash = $1 AND state_hash = $2 AND expires_at > $3
			RETURNING COALESCE(user_id, ''), session_id, purpose, issuer, invite_hash, remembered, created_at`,
			tokenHash, stateHash, micros(q.now))
		return absent(err, "use sign-in at a provider", "sign-in at a provider")
	})
	if err != nil {
		return ProviderReturn{}, err
	}
	return r, nil
}

// IdentityOwner returns the person with an identity, or NotFound.
func (s *Store) IdentityOwner(ctx context.Context, issuer, subject string) (audipy.User, Identity, error) {
	var user audipy.User
	var i Identity
	err := s.reading().one(ctx, append(identityFields(&i), userFields(&user)...), `
		SELECT `+identityColumns+`, `+ownerColumns+`
		FROM user_identities i JOIN users u ON u.id = i.user_id WHERE i.issuer = $1 AND i.subject = $2`, issuer, subject)
	return user, i, absent(err, "look up identity", "identity")
}

// ProviderRegistration is what RegisterByProvider needs to know.
type ProviderRegistration struct {
	// TokenHash is that of the identity that waits for it.
	TokenHash   []byte
	Email, Name string
	// IsOpen says that an invite is good too that its address asked for itself.
	IsOpen  bool
	Session NewSession
}

// RegisterByProvider is Register for somebody whom a provider named, with the
// invite that they came with: it makes a person without a password, with the
// identity, and begins their session. An identity that doesn't wait, or an
// invite that isn't good, is NotFound; one that was linked meanwhile a Conflict.
func (s *Store) RegisterByProvider(
	ctx context.Context, n ProviderRegistration, e audit.Event,
) (user audipy.User, started UserSession, made bool, err error) {
	err = s.systemChange(ctx, e, func(c *change) error {
		made = false
		var i Identity
		var invite []byte
		err := c.one(ctx, []any{&i.Issuer, &i.Subject, &i.Label, &invite}, `
			DELETE FROM provider_sign_ins
			WHERE token_hash = $1 AND state_hash IS NULL AND user_id IS NULL AND expires_at > $2
			RETURNING issuer, subject, label, invite_hash`, n.TokenHash, micros(c.now))
		if err != nil {
			return absent(err, "use identity", "identity that waits to register")
		}
		if c.event.Target, err = c.useInvite(ctx, invite, n.Email, n.IsOpen); err != nil {
			return err
		}
		user, err = c.insertMember(ctx, n.Email, n.Name, NewPassword{})
		if lost(err) {
			c.event.Outcome = audit.Denied
			return nil
		}
		if err != nil {
			return err
		}
		made = true
		if err := c.beginChain(ctx, user.ID, c.event); err != nil {
			return err
		}
		if _, err := c.insertIdentity(ctx, user.ID, i); err != nil {
			return err
		}
		started, err = c.startSession(ctx, user.ID, n.Session)
		return err
	})
	if err != nil || !made {
		return audipy.User{}, UserSession{}, false, err
	}
	return user, started, true, nil
}
