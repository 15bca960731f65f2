package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/zalando/go-keyring"

	"github.com/audipy/audipy/internal/vault"
)

// ring is a keyring in memory.
type ring struct {
	mu     sync.Mutex
	kept   map[string]string
	asked  int
	closed error // what both methods answer when set
	full   error // what Set answers when set
	sets   int
}

func newRing() *ring { return &ring{kept: map[string]string{}} }

func (r *ring) Get(service, user string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	if r.closed != nil {
		return "", r.closed
	}
	text, ok := r.kept[service+"/"+user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (r *ring) Set(service, user, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sets++
	if err := errors.Join(r.closed, r.full); err != nil {
		return err
	}
	r.kept[service+"/"+user] = secret
	return nil
}

func TestKeyringHoldsTheKeyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	r := newRing()
	o := vault.KeyOptions{ConfigDir: t.TempDir(), Keyring: r}
	first := open(t, o)
	if first.Source() != "keyring" || len(r.kept) != 1 {
		t.Fatalf("the key is in %q, and the keyring holds %d", first.Source(), len(r.kept))
	}
	if _, err := os.Lstat(filepath.Join(o.ConfigDir, "key")); !errors.Is(err, os.ErrNotExist) {
		t.Error("the key lies in a file as well")
	}
	o.MustExist = true
	if again := open(t, o); again.ID() != first.ID() {
		t.Errorf("second OpenKey = %s, want %s", again.ID(), first.ID())
	}
}

func TestWithoutAKeyringTheFileIsUsed(t *testing.T) {
	t.Parallel()
	r := newRing()
	r.closed = errors.New("no session bus")
	o := vault.KeyOptions{ConfigDir: t.TempDir(), Keyring: r}
	first := open(t, o)
	if want := filepath.Join(o.ConfigDir, "key"); first.Source() != want {
		t.Fatalf("Source = %q, want %q", first.Source(), want)
	}
	// A keyring that appears later must not split the store between two keys.
	r.closed = nil
	if again := open(t, o); again.ID() != first.ID() || r.sets != 0 {
		t.Errorf("with a keyring now, OpenKey = %s, want %s", again, first)
	}
}

func TestKeyringThatTakesNothingLeavesTheKeyInTheFile(t *testing.T) {
	t.Parallel()
	r := newRing()
	r.full = errors.New("collection is read-only")
	o := vault.KeyOptions{ConfigDir: t.TempDir(), Keyring: r}
	first := open(t, o)
	if want := filepath.Join(o.ConfigDir, "key"); first.Source() != want {
		t.Fatalf("Source = %q, want %q", first.Source(), want)
	}
	o.MustExist = true
	if again := open(t, o); again.ID() != first.ID() {
		t.Errorf("second OpenKey = %s, want %s", again, first)
	}
}

func TestLockedKeyringIsNoReasonForANewKey(t *testing.T) {
	t.Parallel()
	for name, closed := range map[string]error{"locked": errors.New("prompt dismissed"), "emptied": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRing()
			r.closed = closed
			o := vault.KeyOptions{ConfigDir: t.TempDir(), Keyring: r, MustExist: true}
			_, err := vault.OpenKey(o)
			wantRefusal(t, err, vault.ErrKeyMissing, "is not at", "unlock the keyring")
			if entries, err := os.ReadDir(o.ConfigDir); err != nil || len(entries) != 0 || r.sets != 0 {
				t.Errorf("a new key was made: %v, %d in the keyring", entries, r.sets)
			}
		})
	}
}

func TestMisshapenKeyInTheKeyringIsRefused(t *testing.T) {
	t.Parallel()
	r := newRing()
	r.kept["audipy/key-encryption-key"] = "c2hvcnQ="
	_, err := vault.OpenKey(vault.KeyOptions{ConfigDir: t.TempDir(), Keyring: r})
	wantRefusal(t, err, vault.ErrKeyRefused, "the key from keyring is not 32 bytes", "bring the right key back")
}

func TestTwentyAtOnceShareTheKeyInTheKeyring(t *testing.T) {
	t.Parallel()
	o := vault.KeyOptions{ConfigDir: t.TempDir(), Keyring: newRing()}
	ids := make(chan string)
	for range 20 {
		go func() {
			k, err := vault.OpenKey(o)
			if err != nil {
				ids <- err.Error()
				return
			}
			ids <- k.ID()
		}()
	}
	want := <-ids
	for range 19 {
		if got := <-ids; got != want {
			t.Errorf("one has key %s, another %s", got, want)
		}
	}
}
