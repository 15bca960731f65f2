package backup

import (
	"encoding/base64"
	"io"

	"filippo.io/age"

	"github.com/audipy/audipy/internal/vault"
)

const (
	// keyPurpose is what the secret is derived for that a backup is locked by.
	keyPurpose = "audipy/backup-lock/1"
	// keyWork is the strength of its scrypt: the secret has 256 random bits,
	// so that no work has to be added.
	keyWork = 10
)

// ForKey returns the Lock that the key opens, and nothing else.
func ForKey(key *vault.Key) (Lock, error) {
	secret, err := keySecret(key)
	if err != nil {
		return Lock{}, err
	}
	return forPassphrase(secret, keyWork)
}

// ByKey opens what ForKey locked by the key or by one that it was rotated from.
func ByKey(key *vault.Key) (Opener, error) {
	ids, err := key.Earlier()
	if err != nil {
		return Opener{}, err
	}
	o := Opener{refused: "the key does not open this backup"}
	for _, id := range append([]string{key.ID()}, ids...) {
		of, err := key.Of(id)
		if err != nil {
			continue // one that may not be read any more
		}
		secret, err := keySecret(of)
		if err != nil {
			return Opener{}, err
		}
		identity, err := age.NewScryptIdentity(secret)
		if err != nil {
			return Opener{}, err
		}
		identity.SetMaxWorkFactor(keyWork)
		o.identities = append(o.identities, identity)
	}
	return o, nil
}

func keySecret(key *vault.Key) (string, error) {
	secret, err := key.Derive(keyPurpose)
	if err != nil {
		return "", err
	}
	defer clear(secret)
	return base64.RawStdEncoding.EncodeToString(secret), nil
}

// Opens reports whether o opens the file, of which it reads the beginning.
func (o Opener) Opens(file io.Reader) bool {
	_, err := age.Decrypt(file, o.identities...)
	return err == nil
}
