package vault_test

import (
	"encoding/base64"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// testKey is a key that was generated for tests and opens nothing else.
const testKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// raceFolder is set where this binary runs as one of several processes.
var raceFolder = flag.String("vault.race", "", "folder in which to make the key")

// writeKey puts text into a key file of a new folder and returns its path.
func writeKey(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// open returns the key, or ends the test.
func open(t testing.TB, o vault.KeyOptions) *vault.Key {
	t.Helper()
	k, err := vault.OpenKey(o)
	if err != nil {
		t.Fatalf("OpenKey(%+v): %v", o, err)
	}
	return k
}

// wantRefusal fails unless err is of the kind, says what happened and hints at
// what to do.
func wantRefusal(t *testing.T, err, kind error, what, hint string) {
	t.Helper()
	e, ok := errors.AsType[*audipy.Error](err)
	if !ok || !errors.Is(err, kind) {
		t.Fatalf("error = %v, want %v", err, kind)
	}
	if !strings.Contains(e.Msg, what) || !strings.Contains(e.Hint, hint) {
		t.Errorf("error = %q, hint %q; want %q and %q in them", e.Msg, e.Hint, what, hint)
	}
}

func TestFirstUseMakesAKeyThatStays(t *testing.T) {
	t.Parallel()
	o := vault.KeyOptions{ConfigDir: filepath.Join(t.TempDir(), "config", "audipy"), NoKeyring: true}
	first := open(t, o)
	path := filepath.Join(o.ConfigDir, "key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v, want mode 0600", info.Mode(), err)
	}
	if dir, err := os.Stat(o.ConfigDir); err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("its folder: %v, %v, want mode 0700", dir.Mode(), err)
	}
	o.MustExist = true
	if again := open(t, o); again.ID() != first.ID() || first.Source() != path {
		t.Errorf("second OpenKey = %s from %s, want %s from %s", again.ID(), again.Source(), first.ID(), path)
	}
	if entries, err := os.ReadDir(o.ConfigDir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, want the key alone", entries)
	}
	other := open(t, vault.KeyOptions{ConfigDir: t.TempDir(), NoKeyring: true})
	if other.ID() == first.ID() {
		t.Error("two new keys are the same")
	}
}

func TestNamedFileComesBeforeEverything(t *testing.T) {
	t.Parallel()
	ring := newRing()
	k := open(t, vault.KeyOptions{File: writeKey(t, testKey, 0o600), ConfigDir: t.TempDir(), Keyring: ring})
	if k.ID() != "1263822b" {
		t.Errorf("ID = %s, want that of the test key", k.ID())
	}
	if ring.asked != 0 {
		t.Error("the keyring was asked although a file is named")
	}
}

func TestNamedFileIsMadeAtFirstUse(t *testing.T) {
	t.Parallel()
	o := vault.KeyOptions{File: filepath.Join(t.TempDir(), "sub", "server-key"), Keyring: newRing()}
	first := open(t, o)
	if again := open(t, o); again.ID() != first.ID() || again.Source() != o.File {
		t.Errorf("second OpenKey = %s from %s, want %s from %s", again.ID(), again.Source(), first.ID(), o.File)
	}
}

func TestKeyShowsItsIDAndNothingElse(t *testing.T) {
	t.Parallel()
	k := open(t, vault.KeyOptions{File: writeKey(t, testKey+"\n", 0o400)})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(verb, k); got != "[key 1263822b]" {
			t.Errorf("Sprintf(%s) = %s", verb, got)
		}
	}
}

func TestKeyFileThatMustNotBeUsedIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "13.3.2")
	raw := func(n int) string { return base64.StdEncoding.EncodeToString(make([]byte, n)) }
	cases := []struct {
		name, text string
		mode       os.FileMode
		what, hint string
	}{
		{"readable by the group", testKey, 0o640, "open to other people (mode 0640)", "chmod 600"},
		{"readable by the world", testKey, 0o604, "open to other people (mode 0604)", "chmod 600"},
		{"writable by the group", testKey, 0o620, "open to other people (mode 0620)", "chmod 600"},
		{"empty", "", 0o600, "is not 32 bytes in base64", "openssl rand -base64 32"},
		{"too short", raw(31), 0o600, "is not 32 bytes in base64", "bring the right key back"},
		{"too long", raw(33), 0o600, "is not 32 bytes in base64", "bring the right key back"},
		{"raw bytes", string(make([]byte, 32)), 0o600, "is not 32 bytes in base64", "bring the right key back"},
		{"two keys", testKey + "\n" + testKey, 0o600, "is not 32 bytes in base64", "bring the right key back"},
		{"another file", strings.Repeat("x", 4096), 0o600, "4096 bytes", "name the right file"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := writeKey(t, c.text, c.mode)
			_, err := vault.OpenKey(vault.KeyOptions{File: path})
			wantRefusal(t, err, vault.ErrKeyRefused, c.what, c.hint)
			if !strings.Contains(err.Error(), path) {
				t.Errorf("error %q does not name the file", err)
			}
			if len(c.text) > 16 && strings.Contains(err.Error(), c.text[:16]) {
				t.Errorf("error %q shows the key", err)
			}
		})
	}
}

func TestKeyBehindALinkIsRefused(t *testing.T) {
	t.Parallel()
	path := writeKey(t, testKey, 0o600)
	link := filepath.Join(t.TempDir(), "key")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	_, err := vault.OpenKey(vault.KeyOptions{File: link})
	wantRefusal(t, err, vault.ErrKeyRefused, "is a link", "name the file itself")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = vault.OpenKey(vault.KeyOptions{File: link})
	wantRefusal(t, err, vault.ErrKeyRefused, "is a link", "name the file itself")
}

func TestFolderInPlaceOfAKeyIsRefused(t *testing.T) {
	t.Parallel()
	_, err := vault.OpenKey(vault.KeyOptions{File: t.TempDir()})
	wantRefusal(t, err, vault.ErrKeyRefused, "is not a file", "plain file")
}

func TestKeyInsideTheDataFolderIsRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	link := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	cases := map[string]vault.KeyOptions{
		"directly":               {File: filepath.Join(data, "key"), DataDir: data},
		"deeper":                 {File: filepath.Join(data, "a", "b", "key"), DataDir: data},
		"through a link":         {File: filepath.Join(link, "key"), DataDir: data},
		"data through a link":    {File: filepath.Join(data, "key"), DataDir: link},
		"one folder for both":    {ConfigDir: data, DataDir: data, NoKeyring: true},
		"a folder still to make": {File: filepath.Join(data, "new", "key"), DataDir: filepath.Join(link, "new")},
	}
	for name, o := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := vault.OpenKey(o)
			wantRefusal(t, err, vault.ErrKeyRefused, "inside the data folder", "move the key out")
		})
	}
	open(t, vault.KeyOptions{File: filepath.Join(data+"..key", "key"), DataDir: data})
}

func TestMissingKeyIsAnErrorWhenSomethingIsSealed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	_, err := vault.OpenKey(vault.KeyOptions{File: path, MustExist: true})
	wantRefusal(t, err, vault.ErrKeyMissing, path, "AUDIPY_KEY_FILE")
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		t.Error("a new key was made where the old one is missing")
	}
}

func TestFolderThatCannotBeMadeIsSaid(t *testing.T) {
	t.Parallel()
	file := writeKey(t, testKey, 0o600)
	_, err := vault.OpenKey(vault.KeyOptions{File: filepath.Join(file, "deeper", "key")})
	if audipy.KindOf(err) != audipy.Unavailable || !strings.Contains(err.Error(), file) {
		t.Errorf("OpenKey below a file = %v, want Unavailable with the path", err)
	}
}

func TestOptionsWithoutAnyPlaceAreRefused(t *testing.T) {
	t.Parallel()
	if _, err := vault.OpenKey(vault.KeyOptions{}); err == nil {
		t.Error("OpenKey without a file or a folder gave a key")
	}
}

// TestOpenKeyInAProcessOfItsOwn is also what each process of
// TestTwentyProcessesGetOneKey runs: it leaves the key's id in the folder.
func TestOpenKeyInAProcessOfItsOwn(t *testing.T) {
	t.Parallel()
	folder := *raceFolder
	if folder == "" {
		folder = t.TempDir()
	}
	k := open(t, vault.KeyOptions{ConfigDir: filepath.Join(folder, "config"), NoKeyring: true})
	if !regexp.MustCompile(`^[0-9a-f]{8}$`).MatchString(k.ID()) {
		t.Errorf("ID = %q, want eight hex digits", k.ID())
	}
	if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("id-%d", os.Getpid())), []byte(k.ID()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTwentyProcessesGetOneKey(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	done := make(chan error)
	for range 20 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOpenKeyInAProcessOfItsOwn$", "-vault.race="+folder)
		go func() {
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%w: %s", err, out)
			}
			done <- err
		}()
	}
	for range 20 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(folder, "id-*"))
	if err != nil || len(files) != 20 {
		t.Fatalf("%d processes left an id, want 20", len(files))
	}
	want := open(t, vault.KeyOptions{ConfigDir: filepath.Join(folder, "config"), NoKeyring: true, MustExist: true}).ID()
	for _, name := range files {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("a process has key %s (%v), want %s", got, err, want)
		}
	}
}
