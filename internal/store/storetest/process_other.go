//go:build !linux

package storetest

import (
	"os"
	"syscall"
)

// attributes are those of the server's processes. Other systems have no signal
// for a parent's death; there Sweep alone ends the server.
func attributes() *syscall.SysProcAttr { return nil }

// ownFolder makes the server's folder.
func ownFolder() (string, error) { return os.MkdirTemp("", "audipy-pg-*") }

// sweepStale does nothing: without a lock of the owner there is no telling a
// stale folder from one in use.
func sweepStale() {}

// quit makes the server end at once, without a tidy shutdown.
func quit(p *os.Process) error { return p.Kill() }
