package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/audipy/audipy/internal/audipy"
)

// createPrivate makes the database file and its folder, if missing, for their
// owner alone, and refuses what others could read or put in their place.
// SQLite gives the WAL beside the file the same permissions.
func createPrivate(path string) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return unusable(folder, err)
	}
	if err := refuseSharedFolder(folder); err != nil {
		return err
	}
	// Exclusive, so that it is never made where a link leads.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return unusable(folder, err)
	}
	found, err := os.Lstat(path)
	if err != nil {
		return fmt.Errorf("look at the database: %w", err)
	}
	return refuseForm(path, found)
}

// unusable says that nothing can be written in the folder, which is the
// person's to mend and no defect: a read-only disk, somebody else's folder.
func unusable(folder string, err error) error {
	if !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("make the database in %q: %w", folder, err)
	}
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("the data folder %q can't be written", folder), err).
		WithHint("check who owns it and whether its disk is read-only, or name another with --home")
}

// refuseSharedFolder refuses a folder that everybody can write, its sticky bit
// or not: SQLite takes a journal that lies beside the database for its own.
func refuseSharedFolder(folder string) error {
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("look at the database's folder: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o002 != 0 && hasModes() {
		return refuse(fmt.Sprintf("chmod 700 %q, or name a folder of your own", folder),
			"the folder %q of the database can be written by everybody (mode %04o)", folder, mode)
	}
	return nil
}

// refuseForm refuses what is no file of its own or can be reached by others.
func refuseForm(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		return refuse("name the folder that the file itself is in", "the database %q is a link", path)
	case !mode.IsRegular():
		return refuse("name another folder", "the database %q is not a file", path)
	case mode.Perm()&0o077 != 0 && hasModes():
		return refuse(fmt.Sprintf("chmod 600 %q", path), "the database %q is open to other people (mode %04o)", path, mode.Perm())
	}
	return nil
}

// hasModes reports whether files have Unix permissions. On Windows the profile
// folder's own list of rights keeps other people out.
func hasModes() bool { return runtime.GOOS != "windows" }

func refuse(hint, format string, args ...any) error {
	return audipy.Fail(audipy.Invalid, fmt.Sprintf(format, args...), nil).WithHint(hint)
}
