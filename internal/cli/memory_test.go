package cli_test

import (
	"runtime/debug"
	"testing"
	"testing/fstest"

	"github.com/audipy/audipy/internal/cli"
)

func TestTheLeastLimitSaysHowMuchMemoryThereIs(t *testing.T) {
	t.Parallel()
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	machine := file("MemTotal:        2048000 kB\nMemFree:          100 kB\n")
	for name, c := range map[string]struct {
		root fstest.MapFS
		want int64
	}{
		"nobody says": {fstest.MapFS{}, 0},
		"a machine":   {fstest.MapFS{"proc/meminfo": machine}, 2048000 << 10},
		"a container": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("0::/\n"), "sys/fs/cgroup/memory.max": file("268435456\n"),
		}, 256 << 20},
		"a service in a slice": {fstest.MapFS{
			"proc/meminfo": machine, "proc/self/cgroup": file("1:name=systemd:/x\n0::/system.slice/audipy.service\n"),
			"sys/fs/cgroup/system.slice/audipy.service/memory.max": file("max\n"),
			"sys/fs/cgroup/system.slice/memory.max":                file("536870912\n"),
		}, 512 << 20},
		"nonsense": {fstest.MapFS{"proc/meminfo": file("MemTotal: much\n"), "proc/self/cgroup": file("::")}, 0},
	} {
		want := c.want
		if own := debug.SetMemoryLimit(-1); own < 1<<62 && (want == 0 || own < want) {
			want = own
		}
		if got := cli.UsableMemory(c.root); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
