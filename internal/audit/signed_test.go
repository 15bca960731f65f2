package audit_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audit"
)

// signingKey is a key that was made for tests and signs nothing else.
func signingKey(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func signedCheckpoint(t testing.TB) audit.Signed {
	t.Helper()
	c, err := audit.ParseCheckpoint(checkpointText)
	if err != nil {
		t.Fatal(err)
	}
	return c.Sign(time.Date(2026, 11, 29, 8, 0, 0, 5e8, time.UTC), "1263822b", signingKey(1))
}

func TestASignedCheckpointIsGoodForItsKeyAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.6.1")
	s := signedCheckpoint(t)
	mine, other := signingKey(1).Public().(ed25519.PublicKey), signingKey(2).Public().(ed25519.PublicKey)
	if !s.SignedBy(mine) || s.SignedBy(other) || s.SignedBy(nil) {
		t.Error("the signature is not that of its key alone")
	}
	for name, change := range map[string]func(*audit.Signed){
		"user":      func(s *audit.Signed) { s.User = bob },
		"number":    func(s *audit.Signed) { s.Seq++ },
		"hash":      func(s *audit.Signed) { s.Hash = bytes.Repeat([]byte{7}, audit.HashSize) },
		"time":      func(s *audit.Signed) { s.At = s.At.Add(time.Second) },
		"key":       func(s *audit.Signed) { s.KeyID = "00000000" },
		"signature": func(s *audit.Signed) { s.Signature = bytes.Repeat([]byte{7}, ed25519.SignatureSize) },
	} {
		changed := s
		change(&changed)
		if changed.SignedBy(mine) {
			t.Errorf("a checkpoint with another %s passes for signed", name)
		}
	}
}

func TestASignedCheckpointHasOneSpelling(t *testing.T) {
	t.Parallel()
	s := signedCheckpoint(t)
	text, err := s.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var again audit.Signed
	if err := again.UnmarshalText(append(text, '\n')); err != nil || again.String() != string(text) {
		t.Fatalf("UnmarshalText(%s) = %v, %v", text, again, err)
	}
	for name, other := range map[string]string{
		"empty":                 "",
		"unsigned":              checkpointText,
		"another form":          strings.Replace(string(text), "-2 ", "-3 ", 1),
		"a time with its place": strings.Replace(string(text), "08:00:00Z", "09:00:00+01:00", 1),
		"a time that is none":   strings.Replace(string(text), "-29T", "-31T", 1),
		"capitals":              strings.Replace(string(text), "1263822b", "1263822B", 1),
		"a short signature":     string(text[:len(text)-2]),
		"a word more":           string(text) + " x",
	} {
		if got, err := audit.ParseSigned(other); err == nil {
			t.Errorf("%s: ParseSigned(%q) = %v, want an error", name, other, got)
		}
	}
}

func TestCheckpointsAreFoundInALog(t *testing.T) {
	t.Parallel()
	s := signedCheckpoint(t)
	log := fmt.Sprintf("{\"level\":\"INFO\",\"msg\":\"audit checkpoint\",\"checkpoint\":\"%s\"}\nnonsense\n%s\n%s x\n", s, s, s)
	found, err := audit.FindSigned(strings.NewReader(log))
	if err != nil || len(found) != 3 || found[0].String() != s.String() {
		t.Errorf("FindSigned = %v, %v, want the checkpoint three times", found, err)
	}
	if _, err := audit.FindSigned(strings.NewReader(strings.Repeat("x", 2<<20))); err == nil {
		t.Error("a line without end was read")
	}
}

func FuzzSignedCheckpoint(f *testing.F) {
	f.Add(signedCheckpoint(f).String())
	f.Add(checkpointText)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := audit.ParseSigned(text)
		if err == nil && s.String() != strings.TrimSpace(text) {
			t.Errorf("ParseSigned(%q).String() = %q", text, s)
		}
	})
}
