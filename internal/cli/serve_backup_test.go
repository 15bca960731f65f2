package cli_test

import (
	"bytes"
	"database/sql"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
)

// until asks a database for a text until it is the wanted one.
func until(t *testing.T, db *sql.DB, query, want string) {
	t.Helper()
	for deadline, got := time.After(30*time.Second), ""; got != want; {
		if err := db.QueryRowContext(t.Context(), query).Scan(&got); err != nil {
			t.Fatal(err)
		}
		select {
		case <-deadline:
			t.Fatalf("%s gives %q, want %q", query, got, want)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestServeWithoutAFolderHasNoBackupsToWrite(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	startServe(t, map[string]string{"HOME": home}).address(t)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(home, ".local", "share", "audipy", "audipy.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // nothing of it is kept
	until(t, db, `SELECT count(*) FROM jobs WHERE kind = 'clean'`, "1")
	until(t, db, `SELECT count(*) FROM jobs WHERE kind IN ('backup', 'try_backup')`, "0")
}

func TestServeWritesBackupsAndTriesThem(t *testing.T) {
	t.Parallel()
	home, folder := t.TempDir(), filepath.Join(t.TempDir(), "backups")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, old := range []string{"audipy-20200101-000000.backup", "audipy-20200102-000000.backup", "another.backup"} {
		if err := os.WriteFile(filepath.Join(folder, old), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := startServe(t, map[string]string{
		"HOME": home, "AUDIPY_BACKUP_FOLDER": folder, "AUDIPY_BACKUP_KEEP": "2", "AUDIPY_METRICS_LISTEN": "127.0.0.1:0",
	})
	s.address(t)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(home, ".local", "share", "audipy", "audipy.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // nothing of it is kept
	const outcomes = `SELECT coalesce(group_concat(outcome), '') FROM system_audit_records WHERE action = `
	until(t, db, outcomes+`'backup_written'`, "ok")
	until(t, db, `SELECT count(*) FROM jobs WHERE kind = 'backup' AND lease_until = 0`, "1")
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) != 3 || strings.Contains(strings.Join(files, " "), "20200101") {
		t.Errorf("the folder has %q, want the newest two and what is not ours", files)
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE jobs SET due_at = 1, attempts = 0, lease_until = 0 WHERE kind = 'try_backup'`); err != nil {
		t.Fatal(err)
	}
	until(t, db, `SELECT count(*) > 0 FROM system_audit_records WHERE action = 'backup_tried' AND outcome = 'ok'`, "1")
	wantGoodKept(t, db, folder)
	s.wantBackupsMeasured(t)
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if says := doctorSays(t, map[string]string{"HOME": home, "AUDIPY_BACKUP_FOLDER": folder}); !strings.Contains(says, "!!  backups      the folder "+folder) {
		t.Errorf("without the folder the doctor says %s", says)
	}
}

// wantBackupsMeasured fails unless the metrics say when a backup was last written
// and tried.
func (s *serving) wantBackupsMeasured(t *testing.T) {
	t.Helper()
	address := regexp.MustCompile(`http://\S+/metrics`).FindString(s.err.String())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }() // it was read to its end
	text, err := io.ReadAll(answer.Body)
	for _, what := range []string{"written", "tried"} {
		if !strings.Contains(string(text), `audipy_backup_success_timestamp_seconds{what="`+what+`"} `) {
			t.Errorf("the metrics say nothing of a backup that was %s (%v)", what, err)
		}
	}
}

// wantGoodKept fails when the backup that a try found good is deleted for newer
// ones that nobody tried.
func wantGoodKept(t *testing.T, db *sql.DB, folder string) {
	t.Helper()
	for _, newer := range []string{"audipy-20990101-000000.backup", "audipy-20990102-000000.backup"} {
		if err := os.WriteFile(filepath.Join(folder, newer), []byte("new"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var good string
	err := db.QueryRowContext(t.Context(), `SELECT target FROM system_audit_records WHERE action = 'backup_tried' AND outcome = 'ok' ORDER BY seq DESC`).Scan(&good)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE jobs SET due_at = 1, attempts = 0, lease_until = 0 WHERE kind = 'backup'`); err != nil {
		t.Fatal(err)
	}
	until(t, db, `SELECT count(*) FROM jobs WHERE kind = 'backup' AND due_at > 1 AND lease_until = 0`, "1")
	if _, err := os.Stat(filepath.Join(folder, good+".backup")); err != nil {
		t.Errorf("the one that is known to be good is gone: %v", err)
	}
	if files, err := filepath.Glob(filepath.Join(folder, "audipy-*")); err != nil || len(files) != 3 {
		t.Errorf("the folder has %q (%v), want that one and the newest two", files, err)
	}
}

// doctorSays is what the doctor finds offline.
func doctorSays(t *testing.T, variables map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	cli.Main(t.Context(), []string{"doctor", "--offline"}, cli.Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string { return variables[name] },
	})
	return out.String()
}
