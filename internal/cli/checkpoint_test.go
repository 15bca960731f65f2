package cli_test

import (
	"database/sql"
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

// A trail whose end was cut off, with the head set back, is an error in the log.
func TestServeSaysWhenATrailBecameShorter(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.4.2")
	home, file := t.TempDir(), filepath.Join(t.TempDir(), "checkpoints")
	variables := func() map[string]string {
		return map[string]string{"HOME": home, "AUDIPY_CHECKPOINT_FILE": file, "AUDIPY_LOG": "info", "AUDIPY_LOG_FORMAT": "json"}
	}
	const noted, says = "audipy-checkpoint-2 system ", "an audit trail is not what it was"
	s := startServe(t, variables())
	s.address(t)
	s.wantLogged(t, noted)
	s.end(t)
	if strings.Contains(s.err.String(), says) {
		t.Errorf("the first start says: %s", s.err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(home, ".local", "share", "audipy", "audipy.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{
		`DELETE FROM system_audit_records WHERE seq = (SELECT max(seq) FROM system_audit_records)`,
		`UPDATE system_audit_heads SET (seq, hash) = (SELECT seq, hash FROM system_audit_records ORDER BY seq DESC LIMIT 1)`,
		`UPDATE jobs SET due_at = 1 WHERE kind = 'checkpoint'`,
		`DELETE FROM jobs WHERE kind <> 'checkpoint'`,
	} {
		if _, err := db.ExecContext(t.Context(), query); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s = startServe(t, variables())
	s.address(t)
	s.wantLogged(t, says)
	s.end(t)
}

// wantLogged waits until the log has a text.
func (s *serving) wantLogged(t *testing.T, text string) {
	t.Helper()
	for deadline := time.After(30 * time.Second); !strings.Contains(s.err.String(), text); {
		select {
		case <-deadline:
			t.Fatalf("the log has no %q: %s", text, s.err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
