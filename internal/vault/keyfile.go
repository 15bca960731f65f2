package vault

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// maxKeyFile bounds what is read of a key file, in bytes.
const maxKeyFile = 1024

// readKeyFile reads the text of the key at path. It returns ErrKeyMissing bare
// when there is nothing at path.
func readKeyFile(path string) (string, error) {
	seen, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrKeyMissing
	}
	if err != nil {
		return "", unusable(fmt.Sprintf("the key file %q can't be looked at", path), err)
	}
	if err := refuseForm(path, seen); err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", unusable(fmt.Sprintf("the key file %q can't be read", path), err)
	}
	defer f.Close()
	// What was looked at and what was opened must be one file, or a link
	// could have been slipped in between.
	if opened, err := f.Stat(); err != nil || !os.SameFile(seen, opened) {
		return "", refuse("run the command again", "the key file %q was replaced while it was being read", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	defer clear(text)
	if err != nil {
		return "", unusable(fmt.Sprintf("the key file %q can't be read", path), err)
	}
	return string(text), nil
}

// refuseForm returns an error when what lies at path is no file of its own or
// can be reached by others.
func refuseForm(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return refuse("name the file itself, or put it there in place of the link", "the key file %q is a link", path)
	case !mode.IsRegular():
		return refuse("put the key into a plain file", "the key file %q is not a file", path)
	// Windows has no such bits; there the profile folder's own list of
	// rights keeps other people out.
	case mode.Perm()&0o077 != 0 && runtime.GOOS != "windows":
		return refuse(fmt.Sprintf("chmod 600 %q", path), "the key file %q is open to other people (mode %04o)", path, mode.Perm())
	case info.Size() > maxKeyFile:
		return refuse("name the right file", "the key file %q has %d bytes and can't be a key", path, info.Size())
	}
	return nil
}

// createKeyFile makes a new key at path unless another process was first. The
// file appears whole or not at all, and is on the disk when createKeyFile
// returns.
func createKeyFile(path string, lock *Transit) error {
	text, err := keptText(generateKeyText(), lock)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unusable(fmt.Sprintf("the folder %q for the key can't be made", dir), err)
	}
	if err := placeKeyFile(dir, path, text); err != nil && !errors.Is(err, fs.ErrExist) {
		return unusable(fmt.Sprintf("a new key can't be written to %q", path), err)
	}
	// Also when another process was first: its folder entry may not be on
	// the disk yet, and what we seal next must not outlive the key.
	if err := syncDir(dir); err != nil {
		return unusable(fmt.Sprintf("the folder %q of the key can't be made durable", dir), err)
	}
	return nil
}

// placeKeyFile writes a key beside path and links it there, which fails
// with fs.ErrExist when path exists by now.
func placeKeyFile(dir, path, text string) error {
	name, err := writeBeside(dir, text)
	if name != "" {
		defer func() { _ = os.Remove(name) }() // the key has its own name by then
	}
	if err != nil {
		return err
	}
	return os.Link(name, path)
}

// overwriteKeyFile puts text in the place of the key at path, durably and whole
// or not at all.
func overwriteKeyFile(dir, path, text string) error {
	name, err := writeBeside(dir, text)
	if err == nil {
		err = os.Rename(name, path)
	}
	if err != nil {
		if name != "" {
			_ = os.Remove(name) // it is good for nothing
		}
		return err
	}
	return syncDir(dir)
}

// writeBeside writes a key into a new file of the folder, which is on the disk
// afterwards, and returns its name; an error may come with a name to remove.
func writeBeside(dir, text string) (string, error) {
	f, err := os.CreateTemp(dir, ".key-*") // made with mode 0600
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text + "\n")
	return f.Name(), errors.Join(err, f.Sync(), f.Close())
}

// refuseInside returns an error when path lies in the folder dir, whatever
// links lead there. An empty dir holds nothing.
func refuseInside(path, dir string) error {
	if dir == "" {
		return nil
	}
	rel, err := filepath.Rel(resolve(dir), resolve(filepath.Dir(path)))
	// Folders on two drives have no relative path, which is an error here.
	inside := err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
	if !inside {
		return nil
	}
	return refuse("move the key out, so that a copy of the data folder opens nothing",
		"the key file %q is inside the data folder %q", path, dir)
}

// resolve returns the absolute path with the links of its existing part
// followed; a part that does not exist yet is kept as it is.
func resolve(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	parent := filepath.Dir(abs)
	if parent == abs {
		return abs
	}
	return filepath.Join(resolve(parent), filepath.Base(abs))
}
