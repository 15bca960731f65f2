package cli_test

import (
	"bytes"
	"io"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
)

// brokenWriter is an output that fails with the same error at every write.
type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// versionTo runs the version command with its output to w.
func versionTo(t *testing.T, w io.Writer, args ...string) (code int, said string) {
	t.Helper()
	home := t.TempDir()
	var errors bytes.Buffer
	code = cli.Main(t.Context(), append([]string{"version"}, args...), cli.Env{
		Stdin: strings.NewReader(""), Stdout: w, Stderr: &errors, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string {
			if name == "HOME" {
				return home
			}
			return ""
		},
	})
	return code, errors.String()
}

func TestOutputThatWasCutOffIsNoSuccess(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"--json"}} {
		code, said := versionTo(t, brokenWriter{syscall.ENOSPC}, args...)
		if code != 5 || !strings.Contains(said, "the output is not whole: no space left on device") {
			t.Errorf("%v ended with %d and said %q", args, code, said)
		}
	}
}

func TestReaderThatHasEnoughIsNoFailure(t *testing.T) {
	t.Parallel()
	if code, said := versionTo(t, brokenWriter{syscall.EPIPE}); code != 0 || said != "" {
		t.Errorf("ended with %d and said %q", code, said)
	}
}
