package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/zalando/go-keyring"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	keyringService = "audipy"
	keyringUser    = "key-encryption-key"
	keyringSource  = "keyring"
)

// Keyring keeps a secret text for the person at the desktop. Both methods may
// be called by several processes at once.
type Keyring interface {
	// Get returns the secret. It returns keyring.ErrNotFound of go-keyring
	// when there is none, and any other error when there is no keyring or
	// it stays locked.
	Get(service, user string) (string, error)
	// Set keeps the secret, over the one that was there.
	Set(service, user, secret string) error
}

// desktop is the keyring of the operating system: Secret Service, Keychain or
// Credential Manager.
type desktop struct{}

// Get asks the desktop's keyring.
func (desktop) Get(service, user string) (string, error) { return keyring.Get(service, user) }

// Set keeps the secret in the desktop's keyring.
func (desktop) Set(service, user, secret string) error { return keyring.Set(service, user, secret) }

// openInKeyring returns the key in the keyring, or makes one there; without a
// keyring that works it makes the file at path.
func openInKeyring(path string, o KeyOptions) (*Key, error) {
	kept := o.keyring(path)
	k, err := readKey(kept, o.Transit)
	switch {
	case err == nil || errors.Is(err, ErrKeyRefused):
		return k, err
	case o.MustExist && errors.Is(err, ErrKeyMissing):
		return nil, missing(path, nil)
	case o.MustExist:
		return nil, missing(path, err)
	}
	return createShared(kept, path, o.Transit)
}

// keyring is the place in the keyring, whose lock is beside path.
func (o KeyOptions) keyring(path string) ringPlace {
	if o.Keyring == nil {
		return ringPlace{desktop{}, path}
	}
	return ringPlace{o.Keyring, path}
}

// createShared makes the first key, in the keyring if it takes one. Setting
// overwrites, so a lock beside path lets one process at a time look and set.
func createShared(kept ringPlace, path string, lock *Transit) (*Key, error) {
	unlock, err := kept.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	// A process that held the lock before may have had no keyring.
	if k, err := readKey(filePlace{path}, lock); !errors.Is(err, ErrKeyMissing) {
		return k, err
	}
	_, err = kept.read("")
	if errors.Is(err, ErrKeyMissing) {
		text, failed := keptText(generateKeyText(), lock)
		if failed != nil {
			return nil, failed
		}
		err = kept.write("", text)
	}
	if err != nil {
		if err := createKeyFile(path, lock); err != nil {
			return nil, err
		}
		return readKey(filePlace{path}, lock)
	}
	return readKey(kept, lock)
}

// lockBeside waits for the lock that belongs to the key at path and returns
// what gives it back.
func lockBeside(path string) (unlock func(), err error) {
	name := path + ".lock"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, unusable(fmt.Sprintf("the folder of the key file %q can't be made", path), err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, audipy.Fail(audipy.Unavailable, fmt.Sprintf("the lock %q of the key can't be opened", name), err).
			WithHint("run it as the user who owns the key; they must be able to write in its folder")
	}
	if err := lockFile(f); err != nil {
		return nil, unusable(fmt.Sprintf("the lock %q of the key can't be taken", name), errors.Join(err, f.Close()))
	}
	return func() { _ = f.Close() }, nil // nothing was written to it
}
