package auth

import "github.com/audipy/audipy/internal/token"

// newToken returns a random token and what is kept of it.
func newToken() (text string, hash []byte) { return token.New() }

// hashToken is what is kept of a token, or of a code of as many random bits.
func hashToken(text string) []byte { return token.Hash(text) }

// isToken reports whether text could be a token of ours, so that nothing else
// is looked up.
func isToken(text string) bool { return token.Is(text) }
