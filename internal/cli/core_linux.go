package cli

import "syscall"

// KeepMemory keeps the memory of this process, which holds opened secrets, out
// of core dumps and away from the debuggers of other processes of the same
// person. Programs that it starts, such as a browser, are as they always are.
func KeepMemory() {
	// It can only fail for arguments that don't exist.
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_SET_DUMPABLE, 0, 0)
}
