package token_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/token"
)

func TestTokensAreLikeNoOther(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		text, hash := token.New()
		if seen[text] || !token.Is(text) || !bytes.Equal(hash, token.Hash(text)) || len(hash) != 32 {
			t.Fatalf("%q with the hash %x", text, hash)
		}
		seen[text] = true
	}
}

func TestNothingElseIsAToken(t *testing.T) {
	t.Parallel()
	good, _ := token.New()
	for _, text := range []string{
		"", good[:42], good + "A", strings.Repeat("=", 43), "+" + good[1:], " " + good[1:], good[:42] + "B", strings.Repeat("ä", 43),
	} {
		if token.Is(text) {
			t.Errorf("%q could be a token", text)
		}
	}
}
