package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
)

func TestServeNotesTheEndsOfTrailsInAFileAndInTheLog(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.4.3")
	file := filepath.Join(t.TempDir(), "checkpoints")
	s := startServe(t, map[string]string{"AUDIPY_CHECKPOINT_FILE": file, "AUDIPY_LOG": "info", "AUDIPY_LOG_FORMAT": "json"})
	s.address(t)
	const wanted = "audipy-checkpoint-2 system "
	var kept []byte
	for deadline := time.After(30 * time.Second); !strings.Contains(string(kept), wanted) || !strings.Contains(s.err.String(), wanted); {
		select {
		case <-deadline:
			t.Fatalf("the file has %q, the log %q", kept, s.err)
		case <-time.After(5 * time.Millisecond):
		}
		kept, _ = os.ReadFile(file) // it may not be there yet
	}
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
	line, _, _ := strings.Cut(string(kept), "\n")
	if !strings.Contains(s.err.String(), line) {
		t.Errorf("the log does not have %q", line)
	}
}
