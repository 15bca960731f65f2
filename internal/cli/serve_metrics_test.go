package cli_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
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

func TestMetricsAreRefusedOnTheServersAddress(t *testing.T) {
	t.Parallel()
	s := startServe(t, map[string]string{"AUDIPY_LISTEN": "localhost:0", "AUDIPY_METRICS_LISTEN": "localhost:0"})
	if code := <-s.code; code != 2 || !strings.Contains(s.err.String(), "metrics_listen is the server's own address") {
		t.Errorf("%d %s", code, s.err)
	}
}
