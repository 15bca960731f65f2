package auth

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/otp"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// Factors are a person's second factors.
type Factors = store.Factors

// Factors returns the person's second factors.
func (s *Service) Factors(ctx context.Context, user audipy.UserID) (Factors, error) {
	return s.store.Factors(ctx, user)
}

// Enrolment is an authenticator that is being set up.
type Enrolment struct {
	// Secret is the seed in base32, and URI what its QR code says. The person
	// sees them once.
	Secret, URI string
	ExpiresAt   time.Time
}

// BeginAuthenticator makes a seed for the person's authenticator app, which
// ConfirmAuthenticator puts to use. Until then, everything stays as it is.
func (s *Service) BeginAuthenticator(ctx context.Context, a Actor) (Enrolment, error) {
	ks, err := s.keyset(ctx, a.UserID)
	if err != nil {
		return Enrolment{}, err
	}
	seed := newSeed()
	defer clear(seed)
	made, err := s.store.AddAuthenticator(ctx, a.UserID, s.lives.Enrolment, func(id string) ([]byte, error) {
		return ks.Seal(seedCell(id), seed)
	})
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{
		Secret: otp.SeedText(seed), URI: totpURI(cmp.Or(s.issuer, "AudiPy"), a.Email, seed), ExpiresAt: made.ExpiresAt,
	}, nil
}

// ConfirmAuthenticator makes the authenticator that was begun the person's own,
// once its app has shown a right code, which is used up by that. Every other
// session ends. With the first factor come recovery codes, to be shown once. A
// wrong code is Invalid with the code code_wrong; when there is nothing to
// confirm it is NotFound.
func (s *Service) ConfirmAuthenticator(ctx context.Context, a Actor, code string) ([]string, error) {
	code, ok := cleanTOTP(code)
	if !ok {
		return nil, malformedTOTP()
	}
	begun, err := s.store.NewAuthenticator(ctx, a.UserID)
	if err != nil {
		return nil, notBegun(err)
	}
	seed, err := s.openSeed(ctx, a.UserID, begun)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	step, ok := matchTOTP(seed, code, s.now())
	if !ok {
		return nil, audipy.Fail(audipy.Invalid, "This is not the code that the app shows now.", nil).WithCode("code_wrong").
			WithHint("Check that the phone's clock is right, and type the newest code.")
	}
	codes, kept := s.newRecoveryCodes()
	fresh, err := s.store.ConfirmAuthenticator(ctx, a.UserID, store.NewFactor{
		ID: begun.ID, Step: step, Session: a.SessionID, Codes: kept,
	}, done(audit.AuthenticatorAdded))
	if err != nil {
		return nil, notBegun(err)
	}
	s.notify(ctx, a.Email, "An authenticator was added to AudiPy", authenticatorAdded)
	if !fresh {
		return nil, nil
	}
	return codes, nil
}

func notBegun(err error) error {
	if audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	return audipy.Fail(audipy.NotFound, "No authenticator is being set up.", nil).WithHint("Begin again.")
}

// RemoveAuthenticator takes the person's authenticator away; every other session
// ends.
func (s *Service) RemoveAuthenticator(ctx context.Context, a Actor) error {
	err := s.store.RemoveAuthenticator(ctx, a.UserID, a.SessionID, done(audit.AuthenticatorRemoved))
	if err == nil {
		s.notify(ctx, a.Email, "The authenticator was removed from AudiPy", authenticatorRemoved)
	}
	return err
}

// RenewRecoveryCodes returns new recovery codes, to be shown once; the ones
// before are worth nothing. Without a second factor it is NotFound.
func (s *Service) RenewRecoveryCodes(ctx context.Context, a Actor) ([]string, error) {
	codes, kept := s.newRecoveryCodes()
	if err := s.store.ReplaceRecoveryCodes(ctx, a.UserID, kept, done(audit.RecoveryCodesMade)); err != nil {
		return nil, err
	}
	s.notify(ctx, a.Email, "New recovery codes for AudiPy", recoveryCodesMade)
	return codes, nil
}

// RemoveFactorsByOperator takes all second factors of the person with an address
// away and ends their sessions, for somebody who has lost them. Whoever can run
// it can read the database anyway.
func (s *Service) RemoveFactorsByOperator(ctx context.Context, email string) error {
	user, err := FindPerson(ctx, s.store, email)
	if err != nil {
		return err
	}
	err = s.store.RemoveFactors(ctx, user.ID, done(audit.FactorsRemoved))
	if audipy.KindOf(err) == audipy.NotFound {
		return audipy.Fail(audipy.NotFound, fmt.Sprintf("%s has no second factor", user.Email), nil)
	}
	return err
}

func seedCell(id string) vault.Binding {
	return vault.Binding{Table: "authenticators", Column: "sealed_seed", Row: id}
}

// openSeed returns an authenticator's seed; clear it after use.
func (s *Service) openSeed(ctx context.Context, user audipy.UserID, a store.Authenticator) ([]byte, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return nil, err
	}
	seed, err := ks.Open(seedCell(a.ID), a.SealedSeed)
	return seed, unreadable(err)
}

// keyset returns the person's keyset, made if need be.
func (s *Service) keyset(ctx context.Context, user audipy.UserID) (*vault.Keyset, error) {
	row, err := s.store.Keyset(ctx, user)
	if audipy.KindOf(err) == audipy.NotFound {
		sealed, _, failed := s.key.NewKeyset(user)
		if failed != nil {
			return nil, failed
		}
		row, err = s.store.AddKeyset(ctx, user, sealed, done(audit.KeysetCreated))
	}
	if err != nil {
		return nil, err
	}
	ks, err := s.key.OpenKeyset(user, row.Sealed)
	return ks, unreadable(err)
}

// unreadable says that what is kept can't be opened.
func unreadable(err error) error {
	if err == nil {
		return nil
	}
	return audipy.Fail(audipy.Unavailable, "Your second factor can't be read just now.", err).
		WithHint("Tell whoever runs the server.")
}
