package storetest

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	folderPattern = "audipy-pg-*"
	lockName      = "owner.lock"
)

// attributes are those of the server's processes: they end with us, and they
// are not root, which PostgreSQL refuses to be.
func attributes() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT}
	if uid, gid, ok := servant(); ok {
		a.Credential = &syscall.Credential{Uid: uid, Gid: gid, NoSetGroups: false}
	}
	return a
}

// servant is whom the server runs as when we are root.
func servant() (uid, gid uint32, ok bool) {
	if os.Getuid() != 0 {
		return 0, 0, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if errU == nil && errG == nil {
			return uint32(uid), uint32(gid), true
		}
	}
	return 65534, 65534, true // nobody, on systems without a list of users
}

// ownFolder makes the server's folder. The lock in it is ours until our process
// ends, which is how another one sees that the folder is in use. Its file is
// left open on purpose.
func ownFolder() (string, error) {
	dir, err := os.MkdirTemp("", folderPattern)
	if err != nil {
		return "", err
	}
	fd, err := unix.Open(filepath.Join(dir, lockName), unix.O_CREAT|unix.O_RDWR|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return "", err
	}
	if err := unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return "", err
	}
	if uid, gid, ok := servant(); ok {
		return dir, os.Chown(dir, int(uid), int(gid))
	}
	return dir, nil
}

// sweepStale removes the folders of test binaries that were killed. What can't
// be looked at belongs to somebody else and stays.
func sweepStale() {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), folderPattern))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		if isStale(dir) {
			_ = os.RemoveAll(dir) // the next start tries again
		}
	}
}

func isStale(dir string) bool {
	fd, err := unix.Open(filepath.Join(dir, lockName), unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		// No lock yet: another binary may be making it right now.
		info, statErr := os.Stat(dir)
		return statErr == nil && os.IsNotExist(err) && time.Since(info.ModTime()) > time.Hour
	}
	defer func() { _ = unix.Close(fd) }() // nothing was written
	return unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB) == nil
}

// quit makes the server end at once, without a tidy shutdown.
func quit(p *os.Process) error { return p.Signal(syscall.SIGQUIT) }
