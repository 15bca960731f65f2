package cli

import (
	"bufio"
	"fmt"
	"io/fs"
	"math"
	"path"
	"runtime/debug"
	"strconv"
	"strings"
)

// usableMemory is how many bytes of memory the program may use, and 0 where
// nothing says so: the least of GOMEMLIMIT, the limits of its control group and
// what the machine has. The last two only Linux tells, in files under root.
func usableMemory(root fs.FS) int64 {
	least := debug.SetMemoryLimit(-1)
	for _, one := range append(groupLimits(root), machineMemory(root)) {
		if one > 0 {
			least = min(least, one)
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}

// groupLimits are the limits of the control group and of those around it.
func groupLimits(root fs.FS) []int64 {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	_, group, _ := strings.Cut(strings.TrimSpace(string(text)), "0::/")
	group, _, _ = strings.Cut(group, "\n")
	var limits []int64
	for folder := path.Join("sys/fs/cgroup", group); folder != "sys/fs" && folder != "."; folder = path.Dir(folder) {
		if text, err := fs.ReadFile(root, path.Join(folder, "memory.max")); err == nil {
			limit, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is none
			limits = append(limits, limit)
		}
	}
	return limits
}

// machineMemory is what the machine has.
func machineMemory(root fs.FS) int64 {
	file, err := root.Open("proc/meminfo")
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kib int64
		if _, err := fmt.Sscanf(lines.Text(), "MemTotal: %d kB", &kib); err == nil {
			return kib << 10
		}
	}
	return 0
}
