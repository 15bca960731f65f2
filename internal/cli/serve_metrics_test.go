package cli_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
)

func TestMetricsHaveAnAddressOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := startServe(t, map[string]string{"AUDIPY_METRICS_LISTEN": "127.0.0.1:0"})
	address := s.address(t)
	for _, path := range []string{"/api/v1/server", "/api/v1/kim@example.com", "/api/v1/me"} {
		fetch(t, address+path)
	}
	at := regexp.MustCompile(`metrics are at (\S+)`).FindStringSubmatch(s.err.String())
	if at == nil {
		t.Fatalf("nothing says where metrics are: %s", s.err)
	}
	status, text := fetch(t, at[1])
	for _, want := range []string{
		`audipy_http_requests_total{method="GET",route="/api/v1/server",status="2xx"} 1`,
		`audipy_http_requests_total{method="GET",route="/api/v1/me",status="4xx"} 1`,
		`audipy_http_request_duration_seconds_count{route="/api/v1/server"} 1`,
		`audipy_build_info{version=`, "go_goroutines ",
	} {
		if status != http.StatusOK || !strings.Contains(text, want) {
			t.Errorf("%d, and %s is not in it", status, want)
		}
	}
	if strings.Contains(text, "example.com") {
		t.Error("metrics hold what somebody asked for")
	}
	// The jobs are made in the background.
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(text, `audipy_jobs{kind="clean",state="`); {
		if time.Now().After(deadline) {
			t.Fatalf("no jobs in %s", text)
		}
		_, text = fetch(t, at[1])
	}
	if status, _ := fetch(t, strings.TrimSuffix(at[1], "/metrics")+"/debug/pprof/"); status != http.StatusNotFound {
		t.Errorf("/debug/pprof beside metrics was answered %d", status)
	}
	for _, path := range []string{"/metrics", "/debug/pprof", "/debug/pprof/heap"} {
		if status, _ := fetch(t, address+path); status != http.StatusNotFound {
			t.Errorf("%s of the server was answered %d", path, status)
		}
	}
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
}

func TestMetricsTellWhatAServerLooksAfterAndNobodysName(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.2.5")
	home := t.TempDir()
	sim := audiblesim.New(audiblesim.Options{Seed: 1})
	ensure(t, sim.AddAccount(audiblesim.Account{
		Login: "kim@example.com", Password: madeUpPassword, Marketplaces: map[string]int{"us": 12},
	}))
	file, err := sim.CredentialFile("kim@example.com", "us")
	ensure(t, err)
	path := filepath.Join(home, "kim.json")
	ensure(t, os.WriteFile(path, file, 0o600))
	variables := map[string]string{"HOME": home, "AUDIPY_METRICS_LISTEN": "127.0.0.1:0"}
	env := cli.Env{
		Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string { return variables[name] }, Transport: sim.Transport(),
	}
	if code := cli.Main(t.Context(), []string{"login", "--import", path}, env); code != 0 {
		t.Fatalf("linking ends with %d", code)
	}
	s := startServeAt(t, sim.Transport(), variables)
	address := s.address(t)
	ensure(t, setUpServer(s, address, "kim@example.com"))
	ensure(t, post(address, "session", map[string]string{"email": "kim@example.com", "password": "some other pass phrase"}, http.StatusUnauthorized))
	ensure(t, post(address, "session", map[string]string{"email": "kim@example.com", "password": serverPassword}, http.StatusOK))
	at := regexp.MustCompile(`metrics are at (\S+)`).FindStringSubmatch(s.err.String())
	var text string
	await(t, "the sync by itself is counted", func() bool {
		_, text = fetch(t, at[1])
		return strings.Contains(text, `audipy_audit_records_total{action="sync_applied",outcome="ok"}`)
	})
	for _, want := range []string{
		`audipy_audit_records_total{action="new_browser_signed_in",outcome="ok"} 1`,
		`audipy_audit_records_total{action="session_refused",outcome="denied"} 1`,
		`audipy_amazon_requests_total{outcome="2xx",service="audible"}`,
		`audipy_accounts{state="healthy"} 1`, "audipy_sessions 2\n", `audipy_jobs{kind="sync",state="`,
		`audipy_password_hashes{state="running"}`, `audipy_password_hashes{state="waiting"} 0`, "audipy_amazon_calls_left 9",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in it", want)
		}
	}
	if found := regexp.MustCompile(`(?i)kim|example\.com|[0-9a-f]{8}-[0-9a-f]{4}|B0[0-9A-Z]{8}`).FindString(text); found != "" {
		t.Errorf("metrics hold %q", found)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestMetricsAreRefusedOnTheServersAddress(t *testing.T) {
	t.Parallel()
	s := startServe(t, map[string]string{"AUDIPY_LISTEN": "localhost:0", "AUDIPY_METRICS_LISTEN": "localhost:0"})
	if code := <-s.code; code != 2 || !strings.Contains(s.err.String(), "metrics_listen is the server's own address") {
		t.Errorf("%d %s", code, s.err)
	}
}
