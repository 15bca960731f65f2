package providertest

import (
	"cmp"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// sign makes the ID token of a grant.
func (s *Server) sign(g grant) (string, error) {
	alg := cmp.Or(s.faults.Alg, "RS256")
	header := map[string]any{"alg": alg, "kid": alg, "typ": "JWT"}
	now := s.now()
	claims := map[string]any{
		"iss": s.server.URL, "sub": g.person.Subject, "aud": ClientID, "nonce": g.query.Get("nonce"),
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "auth_time": now.Unix(),
	}
	if g.person.Email != "" {
		claims["email"], claims["email_verified"] = g.person.Email, true
	}
	if g.person.Name != "" {
		claims["name"] = g.person.Name
	}
	if g.person.Methods != nil {
		claims["amr"] = g.person.Methods
	}
	if s.faults.Claims != nil {
		s.faults.Claims(claims)
	}
	if s.faults.Header != nil {
		s.faults.Header(header)
	}
	signer := s.faults.Signer
	if signer == nil {
		signer = s.keys[alg]
	}
	raw, err := encode(header, claims, signer)
	if err == nil && s.faults.Token != nil {
		raw = s.faults.Token(raw)
	}
	return raw, err
}

// encode signs by the kind of the key, whatever the header says.
func encode(header, claims map[string]any, signer crypto.Signer) (string, error) {
	head, err := json.Marshal(header)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	text := b64(head) + "." + b64(body)
	sum := sha256.Sum256([]byte(text))
	var signature []byte
	switch key := signer.(type) {
	case *rsa.PrivateKey:
		signature, err = rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	case *ecdsa.PrivateKey:
		r, s, failed := ecdsa.Sign(rand.Reader, key, sum[:])
		if err = failed; err == nil {
			signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}
	case ed25519.PrivateKey:
		signature = ed25519.Sign(key, []byte(text))
	case HMAC:
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(text)) // a hash takes every byte
		signature = mac.Sum(nil)
	case nil:
	default:
		return "", fmt.Errorf("a key of type %T signs nothing here", signer)
	}
	return text + "." + b64(signature), err
}

// HMAC is a key that is no key of a provider: whoever takes a public key for a
// secret one takes its signatures.
type HMAC []byte

// Public returns nothing.
func (HMAC) Public() crypto.PublicKey { return nil }

// Sign is here for crypto.Signer, and signs nothing.
func (HMAC) Sign(_ io.Reader, _ []byte, _ crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("an HMAC is made of the whole text")
}
