package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
)

// A server's sync may begin between two questions of the command line, or be
// under way when the command is given: what is printed is the end of it.
func TestSyncOnAServerWaitsForTheEndOfWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{
		"begun meanwhile": "",
		"begun before":    run("r2", false) + ",",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			var started atomic.Bool
			answer := func(w http.ResponseWriter, text string) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = io.WriteString(w, text)
			}
			mux := http.NewServeMux()
			account := `{"id":"a1","name":"Kim","marketplace":"de","state":"healthy","next_sync_at":"2026-11-23T15:30:00Z"}`
			mux.HandleFunc("GET /api/v1/accounts", func(w http.ResponseWriter, _ *http.Request) { answer(w, `{"items":[`+account+`]}`) })
			mux.HandleFunc("GET /api/v1/accounts/a1", func(w http.ResponseWriter, _ *http.Request) { answer(w, account) })
			mux.HandleFunc("POST /api/v1/accounts/a1/sync", func(w http.ResponseWriter, _ *http.Request) {
				started.Store(true)
				w.WriteHeader(http.StatusAccepted)
			})
			mux.HandleFunc("GET /api/v1/sync-runs", func(w http.ResponseWriter, _ *http.Request) {
				newest := before
				if started.Load() {
					newest = run("r2", asked.Add(1) > 2) + ","
				}
				answer(w, `{"items":[`+newest+run("r1", true)+`]}`)
			})
			mux.HandleFunc("GET /api/v1/sync-runs/r2", func(w http.ResponseWriter, _ *http.Request) { answer(w, run("r2", asked.Load() > 2)) })
			server := httptest.NewServer(mux)
			defer server.Close()

			var out, errs bytes.Buffer
			variables := map[string]string{"HOME": t.TempDir(), "AUDIPY_SERVER_TOKEN": "a-token"}
			code := cli.Main(t.Context(), []string{"sync", "--server", server.URL}, cli.Env{
				Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, GOOS: "linux", Now: time.Now, NoKeyring: true,
				Getenv: func(name string) string { return variables[name] },
				Wait:   func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			})
			if code != 0 || !strings.Contains(out.String(), "4 of 4") {
				t.Errorf("exit code %d, %q, %q", code, &out, &errs)
			}
		})
	}
}

// run is a receipt of a sync, as a server tells it.
func run(id string, ended bool) string {
	if !ended {
		return fmt.Sprintf(`{"id":%q,"account_id":"a1","marketplace":"de","kind":"full","state":"running","started_at":"2026-11-23T09:30:00Z"}`, id)
	}
	return fmt.Sprintf(`{"id":%q,"account_id":"a1","marketplace":"de","kind":"full","state":"done","started_at":"2026-11-23T09:30:00Z",`+
		`"ended_at":"2026-11-23T09:31:00Z","audible_count":4,"item_count":4,"added":4}`, id)
}
