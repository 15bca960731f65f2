// Package token makes the random words that open something for whoever has
// them: sessions, links, invites, addresses. What opens is told once; kept is
// its hash alone.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// size is the length in bytes: 256 bits.
const size = 32

// New returns a random token and what is kept of it.
func New() (token string, hash []byte) {
	var raw [size]byte
	_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	clear(raw[:])
	return token, Hash(token)
}

// Hash is what is kept of a token: its SHA-256. Nobody finds 256 random bits by
// trying, so that no slower hash is needed.
func Hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Is reports whether text could be a token of New's, so that nothing else needs
// to be looked up.
func Is(text string) bool {
	if len(text) != base64.RawURLEncoding.EncodedLen(size) {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil
}
