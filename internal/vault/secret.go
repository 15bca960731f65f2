package vault

import (
	"fmt"
	"strconv"
)

// secretPurpose opens the associated data of a sealed secret.
const secretPurpose = "audipy/secret/1"

// SealSecret seals a secret that belongs to no person, by its name and its
// version. The form is
//
//	0x01 | key id (4 bytes) | nonce, AES-256-GCM, tag
//
// and the ciphertext is bound to name, version and key id.
func (k *Key) SealSecret(name string, version int64, plain []byte) ([]byte, error) {
	m := k.sealing()
	sealed, err := m.aead.Encrypt(plain, m.secretData(name, version))
	if err != nil {
		return nil, fmt.Errorf("seal secret %s: %w", name, err)
	}
	out := append([]byte{sealedForm}, m.id[:]...)
	return append(out, sealed...), nil
}

// OpenSecret opens what SealSecret sealed under the same name and version. Its
// errors are those of OpenKeyset. Wipe the result with clear after use.
func (k *Key) OpenSecret(name string, version int64, sealed []byte) ([]byte, error) {
	body := 1 + keyIDSize
	if len(sealed) <= body || sealed[0] != sealedForm {
		return nil, ErrCannotOpen
	}
	m := k.opening(SealedBy(sealed))
	if m == nil {
		return nil, k.wrong(SealedBy(sealed))
	}
	plain, err := m.aead.Decrypt(sealed[body:], m.secretData(name, version))
	if err != nil {
		return nil, ErrCannotOpen
	}
	return plain, nil
}

func (m *material) secretData(name string, version int64) []byte {
	return list(secretPurpose, name, strconv.FormatInt(version, 10), m.ID())
}
