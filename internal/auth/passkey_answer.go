package auth

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// BeginPasskeySignIn asks a browser for any passkey of this server: who is
// signing in shows by it. Nothing is told of whom there is.
func (s *Service) BeginPasskeySignIn(ctx context.Context) (Ceremony, error) {
	if s.relying == nil {
		return nil, noPasskeys()
	}
	ask, session, err := s.relying.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, err
	}
	hash := boundChallenge(session.Challenge, "", store.CodePasskeySignIn).Hash
	if err := s.store.AddSignInChallenge(ctx, hash, s.lives.Challenge); err != nil {
		return nil, err
	}
	return json.Marshal(ask.Response)
}

// SignInWithPasskey begins the session of whoever holds a passkey and has shown
// that to its device; it asks for nothing else. A passkey that isn't known or
// good, or whose person is disabled, is Unauthorized with the code
// passkey_refused; what is no answer to what was asked is Invalid.
func (s *Service) SignInWithPasskey(ctx context.Context, answer []byte, remember bool, v Visitor) (Grant, error) {
	if s.relying == nil {
		return Grant{}, noPasskeys()
	}
	network := s.throttles("passkey_network", s.limits.PasskeyNetwork, v)
	if err := s.take(ctx, network); err != nil {
		return Grant{}, err
	}
	parsed, err := parseAnswer(answer)
	if err != nil {
		return Grant{}, err
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	err = s.store.TakeSignInChallenge(ctx, boundChallenge(challenge, "", store.CodePasskeySignIn).Hash)
	if err != nil {
		return Grant{}, noChallenge(err)
	}
	user, handle, kept, err := s.store.PasskeyOwner(ctx, parsed.RawID)
	if audipy.KindOf(err) == audipy.NotFound {
		return Grant{}, errors.Join(passkeyRefused(), s.store.RecordSystem(ctx, denied(audit.SessionRefused)))
	}
	if err != nil {
		return Grant{}, err
	}
	own := s.passkeyLimits(user.Email)
	if err := s.take(ctx, own); err != nil {
		return Grant{}, err
	}
	use, err := s.checkAnswer(ctx, user, handle, kept, parsed, protocol.VerificationRequired)
	if err != nil {
		return Grant{}, s.passkeyRefused(ctx, user, kept, err)
	}
	token, hash := newToken()
	session := s.returning(user.ID, hash, remember, v)
	made, err := s.store.StartPasskeySession(ctx, user.ID, use, session, started(session))
	if err != nil {
		return Grant{}, s.passkeyRefused(ctx, user, kept, err)
	}
	s.returnAttempts(ctx, append(network, own...))
	return s.grant(user, made, token, v), nil
}

// BeginPendingPasskey asks for one of the passkeys of somebody whose password
// was right.
func (s *Service) BeginPendingPasskey(ctx context.Context, p Pending) (Ceremony, error) {
	return s.askPasskey(ctx, p.user, p.id, store.CodePasskeySecond, protocol.VerificationPreferred)
}

// AnswerPasskey is AnswerSecond with a passkey.
func (s *Service) AnswerPasskey(ctx context.Context, p Pending, answer []byte, v Visitor) (Grant, error) {
	if s.relying == nil {
		return Grant{}, noPasskeys()
	}
	limits := append(s.passkeyLimits(p.user.Email), s.throttles("passkey_network", s.limits.PasskeyNetwork, v)...)
	if err := s.take(ctx, limits); err != nil {
		return Grant{}, err
	}
	if err := s.store.TakeTry(ctx, p.user.ID, p.id, s.limits.Tries); err != nil {
		return Grant{}, s.giveBack(ctx, limits, over(err))
	}
	kept, use, err := s.answered(ctx, p.user, p.id, answer, store.CodePasskeySecond, protocol.VerificationPreferred)
	if err != nil {
		return Grant{}, s.passkeyRefused(ctx, p.user, kept, err)
	}
	token, hash := newToken()
	session := s.returning(p.user.ID, hash, p.remembered, v)
	made, _, err := s.store.FinishSignIn(ctx, p.user.ID, store.FinishSignIn{
		Pending: p.id, Proof: store.Proof{Passkey: use}, Session: session,
	}, started(session))
	if err != nil {
		return Grant{}, s.passkeyRefused(ctx, p.user, kept, over(err))
	}
	s.returnAttempts(ctx, limits)
	return s.grant(p.user, made, token, v), nil
}

// BeginStepUpPasskey asks for one of the passkeys of somebody who is signed in.
func (s *Service) BeginStepUpPasskey(ctx context.Context, a Actor) (Ceremony, error) {
	user := audipy.User{ID: a.UserID, Email: a.Email, Name: a.Name}
	return s.askPasskey(ctx, user, a.SessionID, store.CodePasskeyStepUp, protocol.VerificationRequired)
}

// StepUpWithPasskey is StepUp with a passkey, which needs no password beside it.
func (s *Service) StepUpWithPasskey(ctx context.Context, a Actor, answer []byte, v Visitor) (Grant, error) {
	if s.relying == nil {
		return Grant{}, noPasskeys()
	}
	user, err := s.store.UserByID(ctx, a.UserID)
	if err != nil {
		return Grant{}, err
	}
	limits := append(s.passkeyLimits(user.Email), s.throttles("passkey_network", s.limits.PasskeyNetwork, v)...)
	if err := s.take(ctx, limits); err != nil {
		return Grant{}, err
	}
	kept, use, err := s.answered(ctx, user, a.SessionID, answer, store.CodePasskeyStepUp, protocol.VerificationRequired)
	if err != nil {
		return Grant{}, s.passkeyRefused(ctx, user, kept, err)
	}
	token, hash := newToken()
	renewed, err := s.store.StepUp(ctx, a.UserID, a.SessionID, store.Reproof{Proof: store.Proof{Passkey: use}},
		store.NewSession{TokenHash: hash, SteppedUp: s.lives.StepUp}, done(audit.SteppedUp))
	if errors.Is(stale(err), errStale) {
		return Grant{}, signInFirst()
	}
	if err != nil {
		return Grant{}, s.passkeyRefused(ctx, user, kept, err)
	}
	s.returnAttempts(ctx, limits)
	return s.grant(user, renewed, token, v), nil
}

// askPasskey asks for one of a person's passkeys, within a session or sign-in.
func (s *Service) askPasskey(
	ctx context.Context, user audipy.User, within string, purpose store.CodePurpose, verify protocol.UserVerificationRequirement,
) (Ceremony, error) {
	if s.relying == nil {
		return nil, noPasskeys()
	}
	h, err := s.holder(ctx, user)
	if err != nil {
		return nil, err
	}
	if len(h.keys) == 0 {
		return nil, audipy.Fail(audipy.NotFound, "You have no passkey for this server.", nil)
	}
	ask, session, err := s.relying.BeginLogin(h, webauthn.WithUserVerification(verify))
	if err != nil {
		return nil, err
	}
	challenge := boundChallenge(session.Challenge, within, purpose)
	if err := s.store.AddChallenge(ctx, user.ID, challenge, s.lives.Challenge); err != nil {
		return nil, err
	}
	return json.Marshal(ask.Response)
}

// answered checks a passkey's answer to what askPasskey asked.
func (s *Service) answered(
	ctx context.Context, user audipy.User, within string, answer []byte, purpose store.CodePurpose,
	verify protocol.UserVerificationRequirement,
) (Passkey, store.PasskeyUse, error) {
	parsed, err := parseAnswer(answer)
	if err != nil {
		return Passkey{}, store.PasskeyUse{}, err
	}
	challenge := boundChallenge(parsed.Response.CollectedClientData.Challenge, within, purpose)
	if err := s.store.TakeChallenge(ctx, user.ID, challenge); err != nil {
		return Passkey{}, store.PasskeyUse{}, noChallenge(err)
	}
	owner, handle, kept, err := s.store.PasskeyOwner(ctx, parsed.RawID)
	if err == nil && owner.ID != user.ID || audipy.KindOf(err) == audipy.NotFound {
		return Passkey{}, store.PasskeyUse{}, errRefused
	}
	if err != nil {
		return Passkey{}, store.PasskeyUse{}, err
	}
	use, err := s.checkAnswer(ctx, user, handle, kept, parsed, verify)
	return kept, use, err
}

func parseAnswer(answer []byte) (*protocol.ParsedCredentialAssertionData, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil || hasTwins(parsed.Raw.AssertionResponse.ClientDataJSON) {
		return nil, badPasskey(err)
	}
	return parsed, nil
}

var (
	// errRefused means that an answer is not that of a passkey of the person.
	errRefused = errors.New("the passkey is not the person's")
	// errCopied means that it may be that of a copy.
	errCopied = errors.New("the passkey may be a copy")
)

// checkAnswer verifies a passkey's answer for its person. It is errRefused when
// the signature is wrong, errCopied when the device has changed its kind, and
// Invalid when the answer is none to what was asked.
func (s *Service) checkAnswer(
	ctx context.Context, user audipy.User, handle []byte, kept Passkey, parsed *protocol.ParsedCredentialAssertionData,
	verify protocol.UserVerificationRequirement,
) (store.PasskeyUse, error) {
	if kept.Host != s.relying.Config.RPID {
		return store.PasskeyUse{}, errRefused
	}
	key, err := s.openPasskey(ctx, user.ID, kept)
	if err != nil {
		return store.PasskeyUse{}, err
	}
	data := parsed.Response.AuthenticatorData
	shared := key.Flags.BackupEligible
	key.Flags.BackupEligible = data.Flags.HasBackupEligible() // compared below, once the signature is known to be right
	h := holder{handle: handle, keys: []webauthn.Credential{key}}
	session := webauthn.SessionData{
		Challenge: parsed.Response.CollectedClientData.Challenge, RelyingPartyID: kept.Host, UserVerification: verify,
	}
	if len(parsed.Response.UserHandle) > 0 {
		_, _, err = s.relying.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, session, parsed)
	} else {
		session.UserID, session.AllowedCredentialIDs = handle, [][]byte{kept.CredentialID}
		_, err = s.relying.ValidateLogin(h, session, parsed)
	}
	if e, ok := errors.AsType[*protocol.Error](err); ok && e.Type == protocol.ErrAssertionSignature.Type {
		return store.PasskeyUse{}, errRefused
	}
	if err != nil {
		return store.PasskeyUse{}, badPasskey(err)
	}
	if shared != data.Flags.HasBackupEligible() {
		return store.PasskeyUse{}, errCopied
	}
	return store.PasskeyUse{ID: kept.ID, SignCount: data.Counter, Shared: shared}, nil
}

// passkeyRefused is the answer to a passkey that did not do, recorded where it
// is not the person's own mistake. One that may be a copy is told to its person.
func (s *Service) passkeyRefused(ctx context.Context, user audipy.User, kept Passkey, err error) error {
	switch kind := audipy.KindOf(err); {
	case errors.Is(err, errCopied), kind == audipy.Conflict:
		e := denied(audit.PasskeySuspicious)
		e.Target = kept.ID
		if err := s.store.Record(ctx, user.ID, e); err != nil {
			return err
		}
		s.notify(ctx, user.Email, "A passkey of yours may have been copied", passkeySuspicious)
		return passkeyRefused()
	case errors.Is(err, errRefused), kind == audipy.NotFound:
		e := denied(audit.SecondFactorRefused)
		e.Target = "passkey"
		return errors.Join(passkeyRefused(), s.store.Record(ctx, user.ID, e))
	}
	return err
}

func passkeyRefused() error {
	return audipy.Fail(audipy.Unauthorized, "This passkey is not good here.", nil).WithCode("passkey_refused")
}
