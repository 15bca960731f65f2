package vault

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// keySize is the length of the key-encryption key in bytes: AES-256.
	keySize = 32
	// keyIDSize is the length of a key's id in bytes; it is shown as eight
	// hex digits.
	keyIDSize = 4
	// keyFileName is the key's file in the configuration folder.
	keyFileName = "key"
)

// KeyOptions say where the key-encryption key is looked for.
type KeyOptions struct {
	// File names the key file of a server. When it is set nothing else is
	// looked at.
	File string
	// ConfigDir is AudiPy's own configuration folder, where the file "key"
	// is read, or made when there is no keyring. Required without File.
	ConfigDir string
	// DataDir is the folder of the database; a key inside it is refused,
	// because one copied folder would then hold lock and key. Empty when
	// the data is not in a folder.
	DataDir string
	// NoKeyring leaves the desktop's keyring alone, as on a server.
	NoKeyring bool
	// Keyring stands in for the desktop's keyring; nil means that one.
	Keyring Keyring
	// MustExist is set when something is sealed already: a missing key is
	// then an error, where a new one would open nothing.
	MustExist bool
}

// Key is the key-encryption key.
type Key struct {
	aead   *subtle.AESGCM
	id     [keyIDSize]byte
	source string
}

// OpenKey returns the key. It looks at File alone when that is set; otherwise
// at the file "key" in ConfigDir and then into the keyring. When there is no
// key yet it makes one, in File, or in the keyring, or in ConfigDir where
// there is no keyring; of several processes that do so at once all get the
// same key.
//
// Its errors are *audipy.Error with a hint. They wrap ErrKeyRefused for a key
// that must not be used as it lies and ErrKeyMissing for none with MustExist.
func OpenKey(o KeyOptions) (*Key, error) {
	path := o.File
	if path == "" {
		if o.ConfigDir == "" {
			return nil, errors.New("open key: neither a key file nor a configuration folder is given")
		}
		path = filepath.Join(o.ConfigDir, keyFileName)
	}
	if err := refuseInside(path, o.DataDir); err != nil {
		return nil, err
	}
	k, err := readKeyFile(path)
	if !errors.Is(err, ErrKeyMissing) {
		return k, err
	}
	if o.File != "" || o.NoKeyring {
		if o.MustExist {
			return nil, missing(path, nil)
		}
		return createKeyFile(path)
	}
	return openInKeyring(path, o)
}

// missing is the error for a store that is sealed while its key is nowhere.
func missing(path string, keyringErr error) error {
	msg := fmt.Sprintf("the key that opens the store is not at %q", path)
	if keyringErr != nil {
		msg += ", and the keyring does not answer"
	}
	return audipy.Fail(audipy.Invalid, msg, errors.Join(ErrKeyMissing, keyringErr)).
		WithHint("put the key back where it was, unlock the keyring that holds it, or name its file with AUDIPY_KEY_FILE")
}

// ID names the key in messages: eight hex digits of a hash of it.
func (k *Key) ID() string { return hex.EncodeToString(k.id[:]) }

// Source says where the key was found: "keyring", or its file's path.
func (k *Key) Source() string { return k.source }

// String returns "[key ID]".
func (k *Key) String() string { return "[key " + k.ID() + "]" }

// Format writes String for every verb, so that no verb shows the key.
func (k *Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }

// newKey makes a Key of its raw bytes and wipes them.
func newKey(raw []byte, source string) (*Key, error) {
	defer clear(raw)
	aead, err := subtle.NewAESGCM(raw)
	if err != nil {
		return nil, fmt.Errorf("use key from %s: %w", source, err)
	}
	k := &Key{aead: aead, source: source}
	// The prefix keeps the id from being the hash that another program may
	// show of the same bytes.
	h := sha256.New()
	_, _ = io.WriteString(h, "audipy/key-id/1") // a hash takes every byte
	_, _ = h.Write(raw)
	copy(k.id[:], h.Sum(nil))
	return k, nil
}

// generateKeyText returns a new random key as it is kept: one line of base64,
// the same that `openssl rand -base64 32` prints.
func generateKeyText() string {
	var raw [keySize]byte
	_, _ = rand.Read(raw[:]) // never fails: the program ends if there is no randomness
	defer clear(raw[:])
	return base64.StdEncoding.EncodeToString(raw[:])
}

// parseKeyText reads a key as it is kept, from the place named by source.
func parseKeyText(text, source string) (*Key, error) {
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(text))
	if err != nil || len(raw) != keySize {
		clear(raw)
		return nil, refuse("bring the right key back; a new one is made with: openssl rand -base64 32",
			"the key from %s is not %d bytes in base64", source, keySize)
	}
	return newKey(raw, source)
}
