package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// openAt opens a database file and closes it.
func openAt(t *testing.T, path string) error {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{SQLitePath: path})
	if err == nil {
		check(t, s.Close())
	}
	return err
}

func TestDataFolderThatCanNotBeWrittenIsNoDefect(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{fs.ErrPermission, syscall.EROFS} {
		err := store.Unusable("/home/reader/books", &fs.PathError{Op: "mkdir", Path: "/home/reader/books", Err: cause})
		wantKind(t, err, audipy.Invalid)
		if !errors.Is(err, cause) || !strings.Contains(err.Error(), "/home/reader/books") {
			t.Errorf("error = %v, want it to name the folder and to keep %v", err, cause)
		}
	}
	below := filepath.Join(t.TempDir(), "file")
	check(t, os.WriteFile(below, nil, 0o600))
	wantKind(t, openAt(t, filepath.Join(below, "audipy.db")), audipy.Internal)
}

func TestDatabaseThatOthersReachIsRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // the profile folder's own list of rights keeps others out there
	}
	cases := map[string]struct {
		spoil func(t *testing.T, path string)
		want  string
	}{
		"read by everybody":    {func(t *testing.T, path string) { check(t, os.Chmod(path, 0o644)) }, "open to other people (mode 0644)"},
		"read by the group":    {func(t *testing.T, path string) { check(t, os.Chmod(path, 0o640)) }, "open to other people (mode 0640)"},
		"written by the group": {func(t *testing.T, path string) { check(t, os.Chmod(path, 0o620)) }, "open to other people (mode 0620)"},
		"a link to a file": {func(t *testing.T, path string) {
			check(t, os.Rename(path, path+".real"))
			check(t, os.Symlink(path+".real", path))
		}, "is a link"},
		"a link to nothing": {func(t *testing.T, path string) {
			check(t, os.Remove(path))
			check(t, os.Symlink(filepath.Join(filepath.Dir(path), "planted"), path))
		}, "is a link"},
		"a folder": {func(t *testing.T, path string) {
			check(t, os.Remove(path))
			check(t, os.Mkdir(path, 0o700))
		}, "is not a file"},
		"in a folder that everybody writes": {func(t *testing.T, path string) { check(t, os.Chmod(filepath.Dir(path), 0o777)) }, "can be written by everybody"},
		"in a folder for everybody's files": {func(t *testing.T, path string) {
			check(t, os.Chmod(filepath.Dir(path), 0o777|os.ModeSticky))
		}, "can be written by everybody"},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "data", "audipy.db")
			check(t, openAt(t, path))
			one.spoil(t, path)
			err := openAt(t, path)
			wantKind(t, err, audipy.Invalid)
			if err == nil || !strings.Contains(err.Error(), one.want) {
				t.Errorf("error = %v, want it to say %q", err, one.want)
			}
			if _, err := os.Lstat(filepath.Join(filepath.Dir(path), "planted")); err == nil {
				t.Error("a file was made where the link led")
			}
		})
	}
}

func TestDeletedCellsLeaveNothingInTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audipy.db")
	s := must[*store.Store](t)(store.Open(t.Context(), store.Options{SQLitePath: path}))
	user := must[audipy.User](t)(s.EnsureLocalUser(t.Context())).ID
	const marker = "cell-that-is-deleted "
	account := newAccount("A1")
	account.Seal = func(store.Rows) (store.Sealed, error) {
		cell := []byte(strings.Repeat(marker, 100))
		return store.Sealed{Device: cell, AccessToken: cell, RefreshToken: cell}, nil
	}
	linked := must[store.Linked](t)(s.LinkAccount(t.Context(), user, account, event(audit.LinkCreated)))
	pending := must[store.PendingLink](t)(s.CreatePendingLink(t.Context(), user, store.NewPendingLink{
		Door: "questions", Marketplace: "us", TTL: 1 << 40,
		Seal: func(string, int64) ([]byte, error) { return bytes.Repeat([]byte(marker), 500), nil },
	}, event(audit.LinkStarted)))
	check(t, s.DeletePendingLink(t.Context(), user, pending.ID, event(audit.LinkFailed)))
	must[string](t)(s.UnlinkAccount(t.Context(), user, store.Unlinking{Account: linked.Account.ID, KeepLibrary: true}, event(audit.AccountUnlinked)))
	check(t, s.Close())
	for _, file := range must[[]string](t)(filepath.Glob(path + "*")) {
		if n := bytes.Count(must[[]byte](t)(os.ReadFile(file)), []byte(marker)); n != 0 {
			t.Errorf("%s still holds a deleted cell, %d times", filepath.Base(file), n)
		}
	}
}
