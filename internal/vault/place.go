package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zalando/go-keyring"
)

// place is where a key is kept, with those that it was rotated from.
type place interface {
	// source names the place to people.
	source() string
	// mark changes when the key is replaced; where that can't be seen without
	// asking for it, it stays the same.
	mark() string
	// read returns the current key as it is kept, or ErrKeyMissing bare.
	read() (string, error)
	// readEarlier returns a key that was current before, or ErrKeyMissing bare.
	readEarlier(id string) (string, error)
	// replace keeps the current key, whose id is given, among the earlier ones
	// and then puts another in its place. Killed in between it has changed
	// nothing that a second call minds.
	replace(id, text string) error
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

func (p filePlace) read() (string, error) { return readKeyFile(p.path) }

func (p filePlace) earlier(id string) string { return p.path + "." + id }

func (p filePlace) readEarlier(id string) (string, error) { return readKeyFile(p.earlier(id)) }

func (p filePlace) replace(id, text string) error {
	dir := filepath.Dir(p.path)
	err := os.Link(p.path, p.earlier(id))
	if err == nil || errors.Is(err, fs.ErrExist) {
		err = syncDir(dir)
	}
	if err == nil {
		err = overwriteKeyFile(dir, p.path, text)
	}
	if err != nil {
		return unusable(fmt.Sprintf("the key file %q can't be replaced", p.path), err)
	}
	return nil
}

// ringPlace is the desktop's keyring; an earlier key is kept for a user of its
// own, named by the earlier key's id.
type ringPlace struct{ ring Keyring }

func (p ringPlace) source() string { return keyringSource }

func (p ringPlace) mark() string { return "" }

func (p ringPlace) read() (string, error) { return p.get(keyringUser) }

func (p ringPlace) readEarlier(id string) (string, error) { return p.get(keyringUser + "." + id) }

func (p ringPlace) get(user string) (string, error) {
	text, err := p.ring.Get(keyringService, user)
	if errors.Is(err, keyring.ErrNotFound) {
		return "", ErrKeyMissing
	}
	if err != nil {
		return "", unusable("the keyring does not answer", err)
	}
	return text, nil
}

func (p ringPlace) replace(id, text string) error {
	old, err := p.read()
	if err == nil {
		err = p.ring.Set(keyringService, keyringUser+"."+id, old)
	}
	if err == nil {
		err = p.ring.Set(keyringService, keyringUser, text)
	}
	if err != nil {
		return unusable("the key in the keyring can't be replaced", err)
	}
	return nil
}
