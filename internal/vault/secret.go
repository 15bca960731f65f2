package vault

import (
	"bytes"
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
	sealed, err := k.aead.Encrypt(plain, k.secretData(name, version))
	if err != nil {
		return nil, fmt.Errorf("seal secret %s: %w", name, err)
	}
	out := append([]byte{sealedForm}, k.id[:]...)
	return append(out, sealed...), nil
}

// OpenSecret opens what SealSecret sealed under the same name and version. Its
// errors are those of OpenKeyset. Wipe the result with clear after use.
func (k *Key) OpenSecret(name string, version int64, sealed []byte) ([]byte, error) {
	body := 1 + keyIDSize
	if len(sealed) <= body || sealed[0] != sealedForm {
		return nil, ErrCannotOpen
	}
	if id := sealed[1:body]; !bytes.Equal(id, k.id[:]) {
		return nil, k.wrong(id)
	}
	plain, err := k.aead.Decrypt(sealed[body:], k.secretData(name, version))
	if err != nil {
		return nil, ErrCannotOpen
	}
	return plain, nil
}

func (k *Key) secretData(name string, version int64) []byte {
	return list(secretPurpose, name, strconv.FormatInt(version, 10), k.ID())
}
