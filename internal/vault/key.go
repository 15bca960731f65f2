package vault

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"

	"github.com/audipy/audipy/internal/audipy"
)

// keyFileName is the key's file in the configuration folder.
const keyFileName = "key"

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
	// Transit encrypts a key that is made, and opens one that is encrypted;
	// nil when the settings name no such server.
	Transit *Transit
}

// Key is the key-encryption key: the current one, which seals, and those that
// it was rotated from, which still open. Where it is kept in a file that another
// process replaces, it notices before it seals and when something does not open.
type Key struct {
	place place
	lock  *Transit // may be nil

	mu      sync.Mutex
	seen    string // the mark of the place when current was read there
	current *material
	earlier map[string]*material // by id
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
	path, err := o.path()
	if err != nil {
		return nil, err
	}
	file := filePlace{path}
	k, err := readKey(file, o.Transit)
	if !errors.Is(err, ErrKeyMissing) {
		return k, err
	}
	if o.File != "" || o.NoKeyring {
		if o.MustExist {
			return nil, missing(path, nil)
		}
		if err := createKeyFile(path, o.Transit); err != nil {
			return nil, err
		}
		return readKey(file, o.Transit)
	}
	return openInKeyring(path, o)
}

// path is where the key's file is or would be. Inside the data folder it is
// refused.
func (o KeyOptions) path() (string, error) {
	path := o.File
	if path == "" {
		if o.ConfigDir == "" {
			return "", errors.New("open key: neither a key file nor a configuration folder is given")
		}
		path = filepath.Join(o.ConfigDir, keyFileName)
	}
	return path, refuseInside(path, o.DataDir)
}

// readKey returns the key that is kept at a place; ErrKeyMissing bare when there
// is none.
func readKey(p place, lock *Transit) (*Key, error) {
	k := &Key{place: p, lock: lock, earlier: map[string]*material{}}
	if err := k.read(); err != nil {
		return nil, err
	}
	return k, nil
}

// read takes over what is kept at the place now. What was current opens on.
func (k *Key) read() error {
	seen := k.place.mark()
	text, err := k.place.read("")
	if err != nil {
		return err
	}
	m, err := parseKeyText(text, k.place.source(), k.lock)
	if err != nil {
		return err
	}
	if k.current != nil && k.current.id != m.id {
		k.earlier[k.current.ID()] = k.current
	}
	k.current, k.seen = m, seen
	return nil
}

// sealing returns what seals: the key that is kept at the place now. One that
// can't be read there any more goes on with what was read before.
func (k *Key) sealing() *material {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.place != nil && k.place.mark() != k.seen {
		_ = k.read() // what was current before is good for as long as its file is away
	}
	return k.current
}

// opening returns the material of an id: the current, one that was current
// before, or one that another process has put in place meanwhile. It is nil
// when there is none.
func (k *Key) opening(id string) *material {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current.ID() == id {
		return k.current
	}
	if m := k.earlier[id]; m != nil || k.place == nil {
		return m
	}
	if k.read() == nil && k.current.ID() == id {
		return k.current
	}
	text, err := k.place.read(id)
	if err != nil {
		return nil
	}
	m, err := parseKeyText(text, k.place.source(), k.lock)
	if err != nil || m.ID() != id {
		return nil
	}
	k.earlier[id] = m
	return m
}

// Of returns the key with an id, as it was when it was the current one, or an
// error that wraps ErrWrongKey when it is neither this one nor kept beside it.
func (k *Key) Of(id string) (*Key, error) {
	m := k.opening(id)
	if m == nil {
		return nil, k.wrong(id)
	}
	return &Key{current: m, earlier: map[string]*material{}}, nil
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
func (k *Key) ID() string { return k.sealing().ID() }

// Source says where the key was found: "keyring", or its file's path.
func (k *Key) Source() string { return k.sealing().source }

// Derive returns 32 bytes that only who has the key can make, the same for the
// same purpose each time. Nothing about the key follows from them. Wipe them
// with clear after use.
func (k *Key) Derive(purpose string) ([]byte, error) { return k.sealing().derive(purpose) }

// String returns "[key ID]".
func (k *Key) String() string { return "[key " + k.ID() + "]" }

// Format writes String for every verb, so that no verb shows the key.
func (k *Key) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, k.String()) }
