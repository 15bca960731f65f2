package audiblesim

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
)

// newRandom returns a source that gives the same bytes for the same seed, so
// that a failed test can be run again. Nothing made with it is a secret.
func newRandom(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	copy(key[8:], "audible simulator tokens")
	return rand.NewChaCha8(key)
}

// bytes returns n random bytes; s.mu is held, as for all of this file.
func (s *Sim) bytes(n int) []byte {
	out := make([]byte, n)
	_, _ = s.random.Read(out) // documented never to fail
	return out
}

// opaque returns n random bytes as unpadded base64url.
func (s *Sim) opaque(n int) string { return base64.RawURLEncoding.EncodeToString(s.bytes(n)) }

// padded returns n random bytes as standard base64.
func (s *Sim) padded(n int) string { return base64.StdEncoding.EncodeToString(s.bytes(n)) }

// decimal returns n random digits.
func (s *Sim) decimal(n int) string { return digits(s.bytes(n)) }

// amazonNumber has the form of session-id and ubid cookies: 3, 7 and 7 digits.
func (s *Sim) amazonNumber() string {
	return "1" + s.decimal(2) + "-" + s.decimal(7) + "-" + s.decimal(7)
}

// uuid has the form of a request id.
func (s *Sim) uuid() string {
	h := hex.EncodeToString(s.bytes(16))
	return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[13:16], h[17:20], h[20:])
}
