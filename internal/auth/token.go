package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// tokenSize is the length of tokens and one-time codes in bytes: 256 bits.
const tokenSize = 32

// newToken returns a random token and what is kept of it.
func newToken() (token string, hash []byte) {
	var raw [tokenSize]byte
	_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
	token = base64.RawURLEncoding.EncodeToString(raw[:])
	clear(raw[:])
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// isToken reports whether text could be a token of ours, so that nothing else
// is looked up.
func isToken(text string) bool {
	if len(text) != base64.RawURLEncoding.EncodedLen(tokenSize) {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil
}
