package vault

import (
	"encoding/hex"
	"fmt"
)

// vouchPurpose opens the associated data of a proof.
const vouchPurpose = "audipy/vouch/1"

// Vouch returns a proof that a digest was seen by somebody who has the key. The
// purpose says what it is the digest of; a proof is good for no other. Neither
// has more than 32767 bytes.
func (k *Key) Vouch(purpose string, digest []byte) ([]byte, error) {
	m := k.sealing()
	proof, err := m.aead.Encrypt(nil, m.vouchData(purpose, digest))
	if err != nil {
		return nil, fmt.Errorf("vouch for %s: %w", purpose, err)
	}
	return proof, nil
}

// Vouches reports whether the proof is one that this key made with Vouch, for
// the same purpose and digest.
func (k *Key) Vouches(purpose string, digest, proof []byte) bool {
	m := k.sealing()
	_, err := m.aead.Decrypt(proof, m.vouchData(purpose, digest))
	return err == nil
}

func (m *material) vouchData(purpose string, digest []byte) []byte {
	return list(vouchPurpose, purpose, hex.EncodeToString(digest), m.ID())
}
