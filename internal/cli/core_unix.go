//go:build unix && !linux

package cli

import "syscall"

// KeepMemory keeps the memory of this process, which holds opened secrets, out
// of core dumps.
func KeepMemory() {
	// Where the limit can't be lowered the program is no worse than others.
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}
