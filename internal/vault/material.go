package vault

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

const (
	// keySize is the length of the key-encryption key in bytes: AES-256.
	keySize = 32
	// keyIDSize is the length of a key's id in bytes; it is shown as eight
	// hex digits.
	keyIDSize = 4
)

// material is one key-encryption key. It never changes.
type material struct {
	aead   *subtle.AESGCM
	id     [keyIDSize]byte
	root   []byte // what other keys are derived from
	source string
}

// newMaterial makes a key of its raw bytes and wipes them.
func newMaterial(raw []byte, source string) (*material, error) {
	defer clear(raw)
	aead, err := subtle.NewAESGCM(raw)
	if err != nil {
		return nil, fmt.Errorf("use key from %s: %w", source, err)
	}
	m := &material{aead: aead, source: source}
	if m.root, err = hkdf.Extract(sha256.New, raw, []byte("audipy/key-root/1")); err != nil {
		return nil, fmt.Errorf("use key from %s: %w", source, err)
	}
	// The prefix keeps the id from being the hash that another program may
	// show of the same bytes.
	h := sha256.New()
	_, _ = io.WriteString(h, "audipy/key-id/1") // a hash takes every byte
	_, _ = h.Write(raw)
	copy(m.id[:], h.Sum(nil))
	return m, nil
}

// ID names the key: eight hex digits of a hash of it.
func (m *material) ID() string { return hex.EncodeToString(m.id[:]) }

// derive returns the key for another purpose.
func (m *material) derive(purpose string) ([]byte, error) {
	key, err := hkdf.Expand(sha256.New, m.root, purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key for %s: %w", purpose, err)
	}
	return key, nil
}

// generateKeyText returns a new random key as it is kept: one line of base64,
// the same that `openssl rand -base64 32` prints.
func generateKeyText() string {
	var raw [keySize]byte
	_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
	defer clear(raw[:])
	return base64.StdEncoding.EncodeToString(raw[:])
}

// plainText returns the text of a key as it is kept, decrypted where it is.
func plainText(text, source string, lock *Transit) (string, error) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "vault:") {
		return text, nil
	}
	if lock == nil {
		return "", refuse("set transit_address, transit_key and transit_token (AUDIPY_TRANSIT_…)",
			"the key from %s is encrypted by OpenBao or Vault, and the settings don't name the server", source)
	}
	return lock.unwrap(text)
}

// keptText returns the text of a key as it is to be kept.
func keptText(text string, lock *Transit) (string, error) {
	if lock == nil {
		return text, nil
	}
	return lock.wrap(text)
}

// parseKeyText reads a key as it is kept, from the place named by source.
func parseKeyText(text, source string, lock *Transit) (*material, error) {
	text, err := plainText(text, source, lock)
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != keySize {
		clear(raw)
		return nil, refuse("bring the right key back; a new one is made with: openssl rand -base64 32",
			"the key from %s is not %d bytes in base64", source, keySize)
	}
	return newMaterial(raw, source)
}
