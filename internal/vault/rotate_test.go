package vault_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// places are the two kinds of places that a key is kept at.
func places(t *testing.T) map[string]vault.KeyOptions {
	t.Helper()
	return map[string]vault.KeyOptions{
		"file":    {File: filepath.Join(t.TempDir(), "key")},
		"keyring": {ConfigDir: t.TempDir(), Keyring: newRing()},
	}
}

func sealedBy(t *testing.T, k *vault.Key) []byte {
	t.Helper()
	sealed, err := k.SealSecret("name", 1, []byte("text"))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestWhatWasSealedBeforeARotationOpensAfterIt(t *testing.T) {
	t.Parallel()
	for name, o := range places(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := open(t, o)
			before, old := k.ID(), sealedBy(t, k)
			running := open(t, o) // of another process, which was started before
			if err := k.Rotate(); err != nil || k.ID() == before {
				t.Fatalf("Rotate: %v, the key is still %s", err, before)
			}
			fresh := sealedBy(t, k)
			if vault.SealedBy(old) != before || vault.SealedBy(fresh) != k.ID() {
				t.Errorf("sealed by %s and %s, want %s and %s", vault.SealedBy(old), vault.SealedBy(fresh), before, k.ID())
			}
			for whose, key := range map[string]*vault.Key{"its own": k, "a running": running, "a new": open(t, o)} {
				for _, sealed := range [][]byte{old, fresh} {
					if plain, err := key.OpenSecret("name", 1, sealed); err != nil || string(plain) != "text" {
						t.Errorf("%s process opens %q, %v", whose, plain, err)
					}
				}
			}
			of, err := open(t, o).Of(before)
			if err != nil || of.ID() != before {
				t.Errorf("Of(%s) = %v, %v", before, of, err)
			}
			if _, err := k.Of("00000000"); !errors.Is(err, vault.ErrWrongKey) {
				t.Errorf("Of a key that is not there = %v", err)
			}
		})
	}
}

func TestWhoeverRotatesLateTakesTheOthersKey(t *testing.T) {
	t.Parallel()
	for name, o := range places(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := open(t, o), open(t, o)
			if err := errors.Join(first.Rotate(), second.Rotate()); err != nil {
				t.Fatal(err)
			}
			if first.ID() != second.ID() {
				t.Errorf("two processes have key %s and %s", first.ID(), second.ID())
			}
		})
	}
}

func TestAKeyThatIsGoneGoesOnInAProcessThatHasIt(t *testing.T) {
	t.Parallel()
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "key")}
	k := open(t, o)
	if err := os.Remove(o.File); err != nil {
		t.Fatal(err)
	}
	if plain, err := k.OpenSecret("name", 1, sealedBy(t, k)); err != nil || string(plain) != "text" {
		t.Errorf("it opens %q, %v", plain, err)
	}
	if err := k.Rotate(); !errors.Is(err, vault.ErrKeyMissing) {
		t.Errorf("Rotate without the file = %v", err)
	}
}

func TestEarlierKeysAreListedAndReadWithCare(t *testing.T) {
	t.Parallel()
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "key")}
	k := open(t, o)
	before, old := k.ID(), sealedBy(t, k)
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{".lock", ".1234567", ".ABCDEF01", ".bak"} {
		if err := os.WriteFile(o.File+other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if ids, err := k.Earlier(); err != nil || !slices.Equal(ids, []string{before}) {
		t.Errorf("Earlier = %v, %v, want %s", ids, err, before)
	}
	if err := os.Chmod(o.File+"."+before, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, o).OpenSecret("name", 1, old); !errors.Is(err, vault.ErrWrongKey) {
		t.Errorf("an earlier key that others can read was used: %v", err)
	}
}

func TestDerivedKeysBelongToKeyAndPurpose(t *testing.T) {
	t.Parallel()
	k := open(t, vault.KeyOptions{File: writeKey(t, testKey, 0o600)})
	seen := map[string]bool{}
	for _, purpose := range []string{"a", "a", "b"} {
		derived, err := k.Derive(purpose)
		if err != nil || len(derived) != 32 {
			t.Fatalf("Derive = %x, %v", derived, err)
		}
		seen[string(derived)] = true
	}
	other, err := open(t, vault.KeyOptions{File: filepath.Join(t.TempDir(), "key")}).Derive("a")
	if err != nil || seen[string(other)] || len(seen) != 2 {
		t.Errorf("%d different keys for two purposes", len(seen))
	}
}

func TestAKeyMovesWithItsEarlierOnes(t *testing.T) {
	t.Parallel()
	ring, dir := newRing(), t.TempDir()
	o := vault.KeyOptions{ConfigDir: dir, Keyring: ring}
	k := open(t, o)
	old := sealedBy(t, k)
	before := k.ID()
	if err := k.Rotate(); err != nil {
		t.Fatal(err)
	}
	file := vault.Target{File: filepath.Join(t.TempDir(), "new", "key")}
	for range 2 {
		moved, err := vault.MoveKey(o, file, []string{before, "00000000"})
		if err != nil || moved.ID() != k.ID() || moved.Source() != file.File {
			t.Fatalf("MoveKey = %v, %v", moved, err)
		}
		if _, err := moved.OpenSecret("name", 1, old); err != nil {
			t.Errorf("at its new place: %v", err)
		}
	}
	// Back into the keyring of somebody else, and not over another key.
	back := vault.KeyOptions{File: file.File, ConfigDir: t.TempDir(), Keyring: newRing()}
	moved, err := vault.MoveKey(back, vault.Target{}, nil)
	if err != nil || moved.Source() != "keyring" {
		t.Fatalf("MoveKey into the keyring = %v, %v", moved, err)
	}
	if _, err := moved.OpenSecret("name", 1, old); err != nil {
		t.Errorf("in the keyring: %v", err)
	}
	other := open(t, vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})
	_, err = vault.MoveKey(o, vault.Target{File: other.Source()}, nil)
	if audipy.KindOf(err) != audipy.Conflict {
		t.Errorf("MoveKey over another key = %v", err)
	}
	o.DataDir = filepath.Dir(file.File)
	if _, err := vault.MoveKey(o, file, nil); !errors.Is(err, vault.ErrKeyRefused) {
		t.Errorf("MoveKey into the data folder = %v", err)
	}
}

func TestTheTextOfAKeyIsWhatItIsMadeOf(t *testing.T) {
	t.Parallel()
	k := open(t, vault.KeyOptions{File: writeKey(t, testKey+"\n", 0o600)})
	if text, err := k.Text(); err != nil || text != testKey {
		t.Errorf("Text = %q, %v", text, err)
	}
	of, err := k.Of(k.ID())
	if err != nil {
		t.Fatal(err)
	}
	if text, err := of.Text(); err == nil {
		t.Errorf("a key without a place shows %q", text)
	}
}
