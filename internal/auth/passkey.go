package auth

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// maxPasskeys is how many passkeys a person may have.
const maxPasskeys = 10

// Passkey is one of a person's passkeys.
type Passkey = store.Passkey

// relyingParty makes what passkeys are made for: the host of an origin at which
// browsers offer them, which is https or localhost, and no bare address. Else
// it is nil.
func relyingParty(origin string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return nil, nil //nolint:nilnil,nilerr // without such an address there are no passkeys, and that is no mistake
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, nil //nolint:nilnil // as above
	}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "AudiPy", RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation,
		// Password managers answer extensions that nobody asked for.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
}

// OfferPasskeys says at which origin browsers find the server, without a slash
// at its end: passkeys are made for it, where browsers make them there. Call it
// before the first request.
func (s *Service) OfferPasskeys(origin string) error {
	var err error
	if s.relying, err = relyingParty(origin); err != nil {
		return fmt.Errorf("offer passkeys: %w", err)
	}
	return nil
}

// PasskeysOffered reports whether the server has an address at which browsers
// make passkeys.
func (s *Service) PasskeysOffered() bool { return s.relying != nil }

func noPasskeys() error {
	return audipy.Fail(audipy.Conflict, "Passkeys need the server to be reached by https under a name.", nil).
		WithCode("passkeys_off")
}

// holder is a person as authenticators know them. It implements webauthn.User.
type holder struct {
	handle []byte
	email  string
	name   string
	keys   []webauthn.Credential
}

// WebAuthnID returns the handle: random bytes without meaning.
func (h holder) WebAuthnID() []byte { return h.handle }

// WebAuthnName returns the address.
func (h holder) WebAuthnName() string { return h.email }

// WebAuthnDisplayName returns what the person wants to be called.
func (h holder) WebAuthnDisplayName() string { return cmp.Or(h.name, h.email) }

// WebAuthnCredentials returns the passkeys.
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

// passkeyRecord is what is sealed of a passkey.
type passkeyRecord struct {
	PublicKey  []byte   `json:"public_key"`
	Shared     bool     `json:"shared"` // the device may give copies to others
	Transports []string `json:"transports,omitempty"`
}

// passkeyCell binds a record to its row and the host that it is good for.
func passkeyCell(id, host string) vault.Binding {
	return vault.Binding{Table: "passkeys", Column: "sealed_record", Row: id + "@" + host}
}

// Ceremony is what a browser is asked to do with a passkey: the JSON form of
// the options of navigator.credentials.create or get.
type Ceremony json.RawMessage

// BeginPasskey asks the person's browser for a new passkey, which AddPasskey
// takes within five minutes. Where there are no passkeys it is a Conflict with
// the code passkeys_off.
func (s *Service) BeginPasskey(ctx context.Context, a Actor) (Ceremony, error) {
	if s.relying == nil {
		return nil, noPasskeys()
	}
	h, err := s.holder(ctx, audipy.User{ID: a.UserID, Email: a.Email, Name: a.Name})
	if err != nil {
		return nil, err
	}
	var known []protocol.CredentialDescriptor
	for _, key := range h.keys {
		known = append(known, key.Descriptor())
	}
	creation, session, err := s.relying.BeginRegistration(h,
		webauthn.WithExclusions(known),
		webauthn.WithCredentialParameters(passkeyAlgorithms()),
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		}))
	if err != nil {
		return nil, err
	}
	challenge := boundChallenge(session.Challenge, a.SessionID, store.CodePasskeyAdd)
	if err := s.store.AddChallenge(ctx, a.UserID, challenge, s.lives.Challenge); err != nil {
		return nil, err
	}
	return json.Marshal(creation.Response)
}

// passkeyAlgorithms are the signatures that are taken: EdDSA, ES256 and RS256.
func passkeyAlgorithms() []protocol.CredentialParameter {
	var all []protocol.CredentialParameter
	for _, alg := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgEdDSA, webauthncose.AlgES256, webauthncose.AlgRS256} {
		all = append(all, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: alg})
	}
	return all
}

// boundChallenge is what is kept of a challenge: good for one purpose, and in
// the session or sign-in that it was made for.
func boundChallenge(challenge, within string, purpose store.CodePurpose) store.Challenge {
	return store.Challenge{Hash: hashToken(challenge + "." + within), Purpose: purpose}
}

// holder returns a person with the passkeys that are good for this host.
func (s *Service) holder(ctx context.Context, user audipy.User) (holder, error) {
	fresh := make([]byte, 32)
	_, _ = rand.Read(fresh) // never fails: the program ends if there is no randomness
	handle, err := s.store.EnsurePasskeyHandle(ctx, user.ID, fresh)
	if err != nil {
		return holder{}, err
	}
	factors, err := s.store.Factors(ctx, user.ID)
	if err != nil {
		return holder{}, err
	}
	h := holder{handle: handle, email: user.Email, name: user.Name}
	for _, p := range factors.Passkeys {
		if p.Host != s.relying.Config.RPID {
			continue
		}
		key, err := s.openPasskey(ctx, user.ID, p)
		if err != nil {
			return holder{}, err
		}
		h.keys = append(h.keys, key)
	}
	return h, nil
}

// openPasskey returns a passkey as answers of it are checked against.
func (s *Service) openPasskey(ctx context.Context, user audipy.UserID, p Passkey) (webauthn.Credential, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return webauthn.Credential{}, err
	}
	plain, err := ks.Open(passkeyCell(p.ID, p.Host), p.SealedRecord)
	if err != nil {
		return webauthn.Credential{}, unreadable(err)
	}
	var r passkeyRecord
	if err := json.Unmarshal(plain, &r); err != nil {
		return webauthn.Credential{}, unreadable(err)
	}
	key := webauthn.Credential{ID: p.CredentialID, PublicKey: r.PublicKey}
	key.Flags.BackupEligible, key.Authenticator.SignCount = r.Shared, p.SignCount
	for _, t := range r.Transports {
		key.Transport = append(key.Transport, protocol.AuthenticatorTransport(t))
	}
	return key, nil
}

// AddPasskey keeps the passkey that the person's browser made, under a name.
// Every other session ends. With the first factor come recovery codes, to be
// shown once. An answer that doesn't fit what was asked is Invalid with the
// code challenge_invalid or passkey_invalid; a passkey that is known, or one too
// many, is a Conflict.
func (s *Service) AddPasskey(ctx context.Context, a Actor, name string, answer []byte, v Visitor) (Passkey, []string, error) {
	name, err := checkName(name)
	if err != nil {
		return Passkey{}, nil, err
	}
	if s.relying == nil {
		return Passkey{}, nil, noPasskeys()
	}
	limits := append(s.passkeyLimits(a.Email), s.throttles("passkey_network", s.limits.PasskeyNetwork, v)...)
	if err := s.take(ctx, limits); err != nil {
		return Passkey{}, nil, err
	}
	key, err := s.madePasskey(ctx, a, answer)
	if err != nil {
		return Passkey{}, nil, err
	}
	record := passkeyRecord{PublicKey: key.PublicKey, Shared: key.Flags.BackupEligible}
	for _, t := range key.Transport {
		record.Transports = append(record.Transports, string(t))
	}
	ks, err := s.keyset(ctx, a.UserID)
	if err != nil {
		return Passkey{}, nil, err
	}
	codes, kept := s.newRecoveryCodes()
	host := s.relying.Config.RPID
	made, fresh, err := s.store.AddPasskey(ctx, a.UserID, store.NewPasskey{
		CredentialID: key.ID, Host: host, Name: cmp.Or(name, "Passkey"), SignCount: key.Authenticator.SignCount,
		Limit: maxPasskeys, Session: a.SessionID, Codes: kept,
		Seal: func(id string) ([]byte, error) {
			plain, err := json.Marshal(record)
			if err != nil {
				return nil, err
			}
			return ks.Seal(passkeyCell(id, host), plain)
		},
	}, done(audit.PasskeyAdded))
	if err != nil {
		return Passkey{}, nil, err
	}
	s.notify(ctx, a.Email, "A passkey was added to AudiPy", passkeyAdded)
	if !fresh {
		codes = nil
	}
	return made, codes, nil
}

// madePasskey checks what a browser made of a ceremony.
func (s *Service) madePasskey(ctx context.Context, a Actor, answer []byte) (*webauthn.Credential, error) {
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil || hasTwins(parsed.Raw.AttestationResponse.ClientDataJSON) {
		return nil, badPasskey(err)
	}
	challenge := parsed.Response.CollectedClientData.Challenge
	err = s.store.TakeChallenge(ctx, a.UserID, boundChallenge(challenge, a.SessionID, store.CodePasskeyAdd))
	if err != nil {
		return nil, noChallenge(err)
	}
	h, err := s.holder(ctx, audipy.User{ID: a.UserID})
	if err != nil {
		return nil, err
	}
	key, err := s.relying.CreateCredential(h, webauthn.SessionData{
		Challenge: challenge, RelyingPartyID: s.relying.Config.RPID, UserID: h.handle,
		UserVerification: protocol.VerificationRequired, CredParams: passkeyAlgorithms(),
	}, parsed)
	if err != nil {
		return nil, badPasskey(err)
	}
	return key, nil
}

// RenamePasskey changes what the person calls a passkey of theirs.
func (s *Service) RenamePasskey(ctx context.Context, a Actor, id, name string) error {
	name, err := checkName(name)
	if err != nil {
		return err
	}
	return s.store.RenamePasskey(ctx, a.UserID, id, cmp.Or(name, "Passkey"), about(audit.PasskeyRenamed, id))
}

// RemovePasskey takes a passkey of the person away; every other session ends.
// The last way in stays, as in UnlinkIdentity.
func (s *Service) RemovePasskey(ctx context.Context, a Actor, id string) error {
	err := s.store.RemovePasskey(ctx, a.UserID, id, a.SessionID, s.issuers(), about(audit.PasskeyRemoved, id))
	if err == nil {
		s.notify(ctx, a.Email, "A passkey was removed from AudiPy", passkeyRemoved)
	}
	return err
}

// about is an event on something with an id that may be made up.
func about(action audit.Action, id string) audit.Event {
	e := done(action)
	if e.Target = id; e.Validate() != nil {
		e.Target = ""
	}
	return e
}

// hasTwins reports whether an object of JSON has two fields of one name, of
// which different readers take different ones.
func hasTwins(object []byte) bool {
	d := json.NewDecoder(bytes.NewReader(object))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return true
	}
	seen := map[string]bool{}
	for d.More() {
		name, err := d.Token()
		text, ok := name.(string)
		if err != nil || !ok || seen[text] {
			return true
		}
		seen[text] = true
		if err := d.Decode(new(json.RawMessage)); err != nil {
			return true
		}
	}
	return false
}

func badPasskey(cause error) error {
	return audipy.Fail(audipy.Invalid, "The browser's answer is not that of a passkey for this server.", cause).
		WithCode("passkey_invalid")
}

func noChallenge(err error) error {
	if audipy.KindOf(err) != audipy.NotFound {
		return err
	}
	return audipy.Fail(audipy.Invalid, "That took too long, or was answered before.", nil).WithCode("challenge_invalid").
		WithHint("Begin again.")
}

// passkeyLimits are the limits on the passkeys of an address.
func (s *Service) passkeyLimits(email string) []store.Throttle {
	return []store.Throttle{s.throttle("passkey", s.limits.Passkey, "address "+email)}
}
