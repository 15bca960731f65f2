package vault

import (
	"errors"
	"fmt"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// Rotate keeps the current key beside itself, where it still opens, and puts a
// new one in its place. What is sealed has to be sealed anew after that, with
// SealKeyset and SealSecret. Where another process has rotated since k was read
// it takes that one's key and makes none. Killed in between, it has lost nothing.
func (k *Key) Rotate() error {
	if k.place == nil {
		return errors.New("rotate: the key has no place of its own")
	}
	unlock, err := k.place.lock()
	if err != nil {
		return err
	}
	defer unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	before := k.current
	if err := k.read(); err != nil || k.current.id != before.id {
		return err
	}
	fresh, err := keptText(generateKeyText(), k.lock)
	if err != nil {
		return err
	}
	ids, err := k.place.earlier()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := k.keep(id, id); err != nil {
			return err
		}
	}
	if err := k.keep("", before.ID()); err != nil {
		return err
	}
	if err := k.place.write("", fresh); err != nil {
		return err
	}
	return k.read()
}

// keep keeps the key of one id under another, encrypted by the newest version
// of the server's key where it is encrypted.
func (k *Key) keep(from, to string) error {
	text, err := k.place.read(from)
	if err != nil {
		return err
	}
	text = strings.TrimSpace(text)
	wrapped := strings.HasPrefix(text, "vault:") && k.lock != nil
	if wrapped {
		if text, err = k.lock.rewrap(text); err != nil {
			return err
		}
	}
	if from == to && !wrapped {
		return nil
	}
	return k.place.write(to, text)
}

// Earlier returns the ids of the keys that k was rotated from and that are kept
// beside it, as far as its place can tell; a keyring can't.
func (k *Key) Earlier() ([]string, error) {
	if k.place == nil {
		return nil, nil
	}
	return k.place.earlier()
}

// Target says where a key is moved.
type Target struct {
	// File names a key file. Without it the key goes into the keyring.
	File string
	// Plain leaves the key as it is where the options name a Transit, which
	// encrypts it otherwise.
	Plain bool
}

// MoveKey copies the key that o names to another place, with the earlier ones
// that stand beside it or are named by id; an id that nothing is kept under is
// left out. The old place stays as it is. It returns the key at its new place,
// read there. Another key there is a Conflict; a second call finds its work done.
func MoveKey(o KeyOptions, t Target, ids []string) (*Key, error) {
	o.MustExist = true
	k, err := OpenKey(o)
	if err != nil {
		return nil, err
	}
	to, err := o.target(t)
	if err != nil {
		return nil, err
	}
	unlock, err := to.lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	there, err := readKey(to, o.Transit)
	if err == nil {
		err = refuseOther(k, there)
	}
	if err != nil && !errors.Is(err, ErrKeyMissing) {
		return nil, err
	}
	known, err := k.Earlier()
	if err != nil {
		return nil, err
	}
	lock := o.Transit
	if t.Plain {
		lock = nil
	}
	for _, id := range append(append(known, ids...), "") { // the current one last
		err := k.copyTo(to, id, lock)
		if err != nil && !errors.Is(err, ErrKeyMissing) {
			return nil, err
		}
	}
	return readKey(to, o.Transit)
}

// copyTo copies the key of an id to another place, encrypted by lock or bare.
func (k *Key) copyTo(to place, id string, lock *Transit) error {
	text, err := k.place.read(id)
	if err == nil {
		text, err = plainText(text, k.place.source(), k.lock)
	}
	if err == nil {
		text, err = keptText(text, lock)
	}
	if err != nil {
		return err
	}
	return to.write(id, text)
}

// target is the place that a key is moved to.
func (o KeyOptions) target(t Target) (place, error) {
	if t.File != "" {
		return filePlace{t.File}, refuseInside(t.File, o.DataDir)
	}
	o.File = ""
	path, err := o.path()
	return o.keyring(path), err
}

// refuseOther is the Conflict of a place that has another key.
func refuseOther(k, there *Key) error {
	if there.ID() == k.ID() {
		return nil
	}
	return audipy.Fail(audipy.Conflict, fmt.Sprintf("there is another key already, %s, in %s", there.ID(), there.Source()), nil).
		WithHint("move to another file, or put that key away first; nothing was changed")
}

// Text returns the current key, one line of base64, for a copy on paper. It is the one way by which a key leaves its place.
func (k *Key) Text() (string, error) {
	if k.place == nil {
		return "", errors.New("copy the key: it has no place of its own")
	}
	text, err := k.place.read("")
	if err != nil {
		return "", err
	}
	if text, err = plainText(text, k.place.source(), k.lock); err != nil {
		return "", err
	}
	m, err := parseKeyText(text, k.place.source(), nil)
	if err != nil {
		return "", err
	}
	if m.ID() != k.ID() {
		return "", audipy.Fail(audipy.Busy, "the key was made new in this moment", nil).WithHint("ask for it again")
	}
	return text, nil
}
