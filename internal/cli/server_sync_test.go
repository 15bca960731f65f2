package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
)

// A server's sync may begin between two questions of the command line, or be
// under way when the command is given: what is printed is the end of it, and for
// a full one the end of that which follows.
func TestSyncOnAServerWaitsForTheEndOfWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	r1, r2, under := run("r1", 1), run("r2", 4), run("r2", 0)
	for name, one := range map[string]struct {
		before string
		after  []string
		args   []string
	}{
		"begun meanwhile":    {r1, []string{r1, under + "," + r1, r2 + "," + r1}, nil},
		"begun before":       {under + "," + r1, []string{under + "," + r1, r2 + "," + r1}, nil},
		"full, begun before": {run("r0", 0) + "," + r1, []string{run("r0", 2) + "," + r1, under + "," + run("r0", 2) + "," + r1, r2 + "," + run("r0", 2) + "," + r1}, []string{"--full"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &toldServer{runs: one.before, next: one.after}
			server := httptest.NewServer(s.handler())
			defer server.Close()
			var out, errs bytes.Buffer
			variables := map[string]string{"HOME": t.TempDir(), "AUDIPY_SERVER_TOKEN": "a-token"}
			code := cli.Main(t.Context(), append([]string{"sync", "--server", server.URL}, one.args...), cli.Env{
				Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, GOOS: "linux", Now: time.Now, NoKeyring: true,
				Getenv: func(name string) string { return variables[name] },
				Wait:   func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			})
			if code != 0 || strings.Count(out.String(), " of ") != 1 || !strings.Contains(out.String(), "4 of 4") {
				t.Errorf("exit code %d, %q, %q", code, &out, &errs)
			}
		})
	}
}

// toldServer tells of its runs what it is told to: once a sync was asked for, each
// time the next.
type toldServer struct {
	mu      sync.Mutex
	runs    string
	next    []string
	started bool
}

func (s *toldServer) handler() http.Handler {
	const account = `{"id":"a1","name":"Kim","marketplace":"de","state":"healthy","next_sync_at":"2026-11-23T15:30:00Z"}`
	mux := http.NewServeMux()
	for path, text := range map[string]func(r *http.Request) string{
		"GET /api/v1/accounts":    func(*http.Request) string { return `{"items":[` + account + `]}` },
		"GET /api/v1/accounts/a1": func(*http.Request) string { return account },
		"GET /api/v1/sync-runs":   func(*http.Request) string { return `{"items":[` + s.tell() + `]}` },
		"GET /api/v1/sync-runs/{id}": func(r *http.Request) string {
			return run(r.PathValue("id"), map[string]int{"r0": 2, "r2": 4}[r.PathValue("id")])
		},
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, text(r))
		})
	}
	mux.HandleFunc("POST /api/v1/accounts/a1/sync", func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.started = true
		w.WriteHeader(http.StatusAccepted)
	})
	return mux
}

func (s *toldServer) tell() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.started && len(s.next) > 0 {
		s.runs, s.next = s.next[0], s.next[1:]
	}
	return s.runs
}

// run is a receipt of a sync of so many titles, as a server tells it; of none it is
// under way.
func run(id string, titles int) string {
	begin := fmt.Sprintf(`{"id":%q,"account_id":"a1","marketplace":"de","kind":"full","started_at":"2026-11-23T09:30:00Z",`, id)
	if titles == 0 {
		return begin + `"state":"running"}`
	}
	return begin + fmt.Sprintf(`"state":"done","ended_at":"2026-11-23T09:31:00Z","audible_count":%d,"item_count":%[1]d,"added":%[1]d}`, titles)
}
