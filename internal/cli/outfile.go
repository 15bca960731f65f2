package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/audipy/audipy/internal/audipy"
)

// outFile is a file that is written whole or not at all: it comes into being
// under its name only when everything is on the disk, readable by its owner
// alone.
type outFile struct {
	*bufio.Writer
	file      *os.File
	path      string
	overwrite bool
}

// createOutFile begins a file. An existing one is a Conflict unless overwrite
// is set. The caller must end it with commit or abandon.
func createOutFile(path string, overwrite bool) (*outFile, error) {
	info, err := os.Lstat(path)
	switch {
	case path == "-":
		return nil, audipy.Fail(audipy.Invalid, "this is written to a file only, never to a terminal or a pipe", nil).
			WithHint("name the file with --output")
	case err == nil && !info.Mode().IsRegular():
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("%s is not a plain file", path), nil).
			WithHint("name a file that does not exist yet")
	case err == nil && !overwrite:
		return nil, existsAlready(path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".audipy-*") // has mode 0600
	if err != nil {
		return nil, cannotWrite(path, err)
	}
	return &outFile{Writer: bufio.NewWriterSize(file, 64<<10), file: file, path: path, overwrite: overwrite}, nil
}

func existsAlready(path string) error {
	return audipy.Fail(audipy.Conflict, path+" exists already", nil).
		WithHint("name another file, or add --force to replace it")
}

func cannotWrite(path string, err error) error {
	reason := "it can't be written"
	switch {
	case errors.Is(err, fs.ErrNotExist):
		reason = "its folder does not exist"
	case errors.Is(err, fs.ErrPermission):
		reason = "you may not write there"
	}
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("%s: %s", path, reason), err).
		WithHint("name a file in a folder that you may write to")
}

// commit gives the finished file its name.
func (f *outFile) commit() error {
	err := errors.Join(f.Flush(), f.file.Sync(), f.file.Close())
	if err == nil {
		err = f.name()
	}
	if err != nil {
		_ = os.Remove(f.file.Name())
		if errors.Is(err, fs.ErrExist) {
			return existsAlready(f.path)
		}
		return cannotWrite(f.path, err)
	}
	return nil
}

// name moves the file to its place. A hard link is what fails when somebody
// made a file of that name meanwhile; where the file system has none, a look
// must do.
func (f *outFile) name() error {
	if f.overwrite {
		return os.Rename(f.file.Name(), f.path)
	}
	err := os.Link(f.file.Name(), f.path)
	if err == nil {
		return os.Remove(f.file.Name())
	}
	if errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, found := os.Lstat(f.path); found == nil {
		return fs.ErrExist
	}
	return os.Rename(f.file.Name(), f.path)
}

// abandon takes an unfinished file away; after commit it does nothing.
func (f *outFile) abandon() {
	_ = f.file.Close()
	_ = os.Remove(f.file.Name())
}

// writeOutFile writes a whole file by a function.
func writeOutFile(path string, overwrite bool, write func(io.Writer) error) error {
	f, err := createOutFile(path, overwrite)
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.abandon()
		return err
	}
	return f.commit()
}
