package cli_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/audipy/audipy/internal/cli"
)

// dumpable is what the kernel says of this process: 0 when nobody may look
// into its memory.
func dumpable(t *testing.T) uintptr {
	t.Helper()
	value, _, failed := syscall.RawSyscall(syscall.SYS_PRCTL, syscall.PR_GET_DUMPABLE, 0, 0)
	if failed != 0 {
		t.Fatal(failed)
	}
	return value
}

func TestMemoryIsKeptOutOfCoreDumps(t *testing.T) {
	t.Parallel()
	// In a process of its own: the setting is the whole process's.
	if os.Getenv("AUDIPY_TEST_MEMORY") != "" {
		before := dumpable(t)
		cli.KeepMemory()
		if after := dumpable(t); before != 1 || after != 0 {
			t.Errorf("dumpable was %d and is %d, want 1 and then 0", before, after)
		}
		return
	}
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMemoryIsKeptOutOfCoreDumps$")
	again.Env = append(os.Environ(), "AUDIPY_TEST_MEMORY=1")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, out)
	}
}
