package cli_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cli"
)

func TestFilesAreWrittenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "out.json")
	broken := errors.New("the rows broke off")
	err := cli.WriteOutFile(path, false, func(w io.Writer) error {
		if _, err := io.WriteString(w, "half"); err != nil {
			return err
		}
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("error = %v, want the cause", err)
	}
	assertFiles(t, folder)
	if err := cli.WriteOutFile(path, false, text("whole")); err != nil {
		t.Fatal(err)
	}
	assertFiles(t, folder, "out.json")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode = %v, %v, want 0600", info.Mode(), err)
	}
}

func TestFilesAreNotReplacedUnasked(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "out.json")
	// Somebody makes the file while ours is being written.
	err := cli.WriteOutFile(path, false, func(w io.Writer) error {
		if err := os.WriteFile(path, []byte("theirs"), 0o600); err != nil {
			return err
		}
		return text("ours")(w)
	})
	if audipy.KindOf(err) != audipy.Conflict {
		t.Errorf("error = %v, want a Conflict", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "theirs" {
		t.Errorf("the file holds %q, want theirs", got)
	}
	assertFiles(t, folder, "out.json")
	if err := cli.WriteOutFile(path, true, text("ours")); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(path); string(got) != "ours" {
		t.Errorf("the file holds %q, want ours", got)
	}
}

func TestFilesAreNotWrittenThroughLinks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path, target := filepath.Join(folder, "out.json"), filepath.Join(folder, "target")
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	for _, overwrite := range []bool{false, true} {
		if err := cli.WriteOutFile(path, overwrite, text("ours")); audipy.KindOf(err) != audipy.Invalid {
			t.Errorf("overwrite %v: error = %v, want Invalid", overwrite, err)
		}
	}
	if _, err := os.Stat(target); !os.IsNotExist(err) {
		t.Error("the link was followed")
	}
}

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func assertFiles(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(want) {
		t.Errorf("the folder holds %v, want %v", entries, want)
	}
}
