package auth

import (
	"crypto/rand"
	"strings"

	"github.com/audipy/audipy/internal/store"
)

const (
	// recoveryCount is how many recovery codes a person gets, and
	// recoveryLength how many characters of 5 bits each has.
	recoveryCount, recoveryLength = 8, 24
	// crockford are the characters of recovery codes: no two look alike.
	crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// newRecoveryCodes returns codes as people keep them, XXXXXX-XXXXXX-XXXXXX-XXXXXX,
// and what is kept of them. With 120 random bits each needs no slow hash.
func (s *Service) newRecoveryCodes() ([]string, store.RecoveryCodes) {
	kept := store.RecoveryCodes{Pepper: s.ring.newest}
	codes := make([]string, recoveryCount)
	for i := range codes {
		var raw [recoveryLength]byte
		_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
		for j, b := range raw {
			raw[j] = crockford[b%32]
		}
		text := string(raw[:])
		codes[i] = strings.Join([]string{text[:6], text[6:12], text[12:18], text[18:]}, "-")
		kept.Hashes = append(kept.Hashes, recoveryHash(s.ring.current(), text))
	}
	return codes, kept
}

func recoveryHash(k keys, code string) []byte { return mac(k.pepper, "recovery code "+code) }

// recoveryHashes are what a code that was typed may be kept as: one per version
// of the root secret. What can't be a code has none.
func (s *Service) recoveryHashes(typed string) [][]byte {
	code, ok := cleanRecoveryCode(typed)
	if !ok {
		return nil
	}
	var all [][]byte
	for _, k := range s.ring.version {
		all = append(all, recoveryHash(k, code))
	}
	return all
}

// cleanRecoveryCode forgives what people confuse when they type: case, dashes,
// spaces, and letters that look like digits.
func cleanRecoveryCode(typed string) (string, bool) {
	code := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
	if len(code) != recoveryLength || strings.Trim(code, crockford) != "" {
		return "", false
	}
	return code, true
}
