package vault

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/zalando/go-keyring"
)

// place is where a key is kept, with those that it was rotated from. Keys are
// named by their id there, and the current one by "".
type place interface {
	// source names the place to people.
	source() string
	// mark changes when the current key is replaced; where that can't be seen
	// without asking for it, it stays the same.
	mark() string
	// lock keeps other processes from writing until unlock is called.
	lock() (unlock func(), err error)
	// read returns a key as it is kept, or ErrKeyMissing bare.
	read(id string) (string, error)
	// write keeps a key, over the one of that name, whole or not at all.
	write(id, text string) error
	// earlier returns the ids of those that are kept beside the current one,
	// as far as the place can tell.
	earlier() ([]string, error)
}

// filePlace is a file; an earlier key lies beside it, under its name with a dot
// and the earlier key's id.
type filePlace struct{ path string }

func (p filePlace) source() string { return p.path }

func (p filePlace) mark() string {
	info, err := os.Lstat(p.path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.ModTime().UnixNano(), info.Size(), inode(info))
}

func (p filePlace) lock() (func(), error) { return lockBeside(p.path) }

func (p filePlace) name(id string) string {
	if id == "" {
		return p.path
	}
	return p.path + "." + id
}

func (p filePlace) read(id string) (string, error) { return readKeyFile(p.name(id)) }

func (p filePlace) write(id, text string) error {
	name := p.name(id)
	dir := filepath.Dir(name)
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		err = overwriteKeyFile(dir, name, text)
	}
	if err != nil {
		return unusable(fmt.Sprintf("the key file %q can't be written", name), err)
	}
	return nil
}

// idForm is an id as it stands at the end of a file's name.
var idForm = regexp.MustCompile(`^\.[0-9a-f]{8}$`)

func (p filePlace) earlier() ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(p.path))
	if err != nil {
		return nil, unusable(fmt.Sprintf("the folder of the key file %q can't be read", p.path), err)
	}
	var ids []string
	base := filepath.Base(p.path)
	for _, one := range entries {
		if name := one.Name(); len(name) > len(base) && name[:len(base)] == base && idForm.MatchString(name[len(base):]) {
			ids = append(ids, name[len(base)+1:])
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// ringPlace is the desktop's keyring; an earlier key is kept for a user of its
// own, named by its id. The lock is a file beside path.
type ringPlace struct {
	ring Keyring
	path string
}

func (p ringPlace) source() string { return keyringSource }

func (p ringPlace) mark() string { return "" }

func (p ringPlace) lock() (func(), error) { return lockBeside(p.path) }

func (p ringPlace) user(id string) string {
	if id == "" {
		return keyringUser
	}
	return keyringUser + "." + id
}

func (p ringPlace) read(id string) (string, error) {
	text, err := p.ring.Get(keyringService, p.user(id))
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrKeyMissing
	}
	if err != nil {
		return "", unusable("the keyring does not answer", err)
	}
	return text, nil
}

func (p ringPlace) write(id, text string) error {
	if err := p.ring.Set(keyringService, p.user(id), text); err != nil {
		return unusable("the keyring does not take the key", err)
	}
	return nil
}

// earlier can't be told: a keyring gives what it is asked for by name.
func (ringPlace) earlier() ([]string, error) { return nil, nil }
