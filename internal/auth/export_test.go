package auth

import (
	"context"
	"crypto/ed25519"
	"encoding/base32"

	"github.com/go-webauthn/webauthn/protocol"

	"github.com/audipy/audipy/internal/otp"
	"github.com/audipy/audipy/internal/store"
)

// Gate is the bound on hashes at once.
type Gate = gate

// NewGate and Enter show the gate by itself.
var NewGate = newGate

// Enter takes a place.
func (g *gate) Enter(ctx context.Context) (func(), error) { return g.enter(ctx) }

// Waiting is how many wait for a place.
func (g *gate) Waiting() int { return int(g.waiting.Load()) }

// MaxQueue is how many may.
const MaxQueue = maxQueue

// HashesAtOnce is how many hashes of a cost are computed at once.
var HashesAtOnce = hashesAtOnce

// CostFor is the cost of new hashes in so much memory.
var CostFor = costFor

// CanonicalPHC reads a hash and writes it again.
func CanonicalPHC(text string) (string, error) {
	p, err := parsePHC(text)
	return p.String(), err
}

// CheckCost says whether passwords may be kept at a cost, testing aside.
func CheckCost(c Cost, testing bool) error { return c.allowed(testing) }

// CheckPassword is the policy.
func (s *Service) CheckPassword(password, email, name string) error {
	return s.checkPassword(password, email, name)
}

// IsToken reports whether text has the form of a token.
var IsToken = isToken

// Blocked is the list of common passwords.
func Blocked() []byte { return blocked }

// Hash makes the hash of a password.
func (s *Service) Hash(ctx context.Context, password string) (store.NewPassword, error) {
	return s.hash(ctx, password)
}

// Widen gives so many hashes a place at once.
func (s *Service) Widen(places int) { s.gate = newGate(places) }

// Fill takes every place there is for hashes, until the returned function
// gives them back.
func (s *Service) Fill() func() {
	for range cap(s.gate.places) {
		s.gate.places <- struct{}{}
	}
	return func() {
		for range cap(s.gate.places) {
			<-s.gate.places
		}
	}
}

// HOTP is a one-time password, and TOTPStep the counter at a time.
var (
	HOTP     = otp.Code
	TOTPStep = totpStep
)

// ParseSeed reads a seed as people type it.
func ParseSeed(text string) []byte {
	seed, err := base32.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return seed
}

// HasTwins reports whether an object has two fields of one name.
var HasTwins = hasTwins

// ParsePasskey reads an answer of either kind.
func ParsePasskey(data []byte) {
	_, _ = parseAnswer(data)
	_, _ = protocol.ParseCredentialCreationResponseBytes(data)
}

// SigningKey is the key of access tokens, so many periods from now.
func (s *Service) SigningKey(later int64) ed25519.PrivateKey {
	_, key := s.signingKey(periodOf(s.now()) + later)
	return key
}

// SigningKeyID names it.
func (s *Service) SigningKeyID(later int64) string {
	kid, _ := s.signingKey(periodOf(s.now()) + later)
	return kid
}

// CleanUserCode brings what a person typed into the form of a code.
var CleanUserCode = cleanUserCode
