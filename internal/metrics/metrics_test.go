package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/metrics"
)

// read is what a collector of metrics reads.
func read(m *metrics.Metrics) (int, string) {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	return w.Code, w.Body.String()
}

// amazon answers with a status, or not at all for 0.
type amazon int

// RoundTrip answers.
func (a amazon) RoundTrip(*http.Request) (*http.Response, error) {
	if a == 0 {
		return nil, errors.New("no route to host")
	}
	return &http.Response{StatusCode: int(a), Body: http.NoBody}, nil
}

func TestRequestsToAmazonAreCountedByWhatTheyAreForAndHowTheyEnd(t *testing.T) {
	t.Parallel()
	m := metrics.New("1.2.3")
	for address, status := range map[string]amazon{
		"https://api.audible.co.uk/1.0/library?x=secret": 200,
		"https://api.audible.com/1.0/library":            429,
		"https://api.amazon.com/auth/token":              400,
		"https://www.amazon.de/ap/signin":                302,
		"https://m.media-amazon.com/images/I/1.jpg":      0,
	} {
		response, err := m.Transport(status).RoundTrip(httptest.NewRequest(http.MethodGet, address, http.NoBody))
		if (err == nil) != (status != 0) {
			t.Errorf("%s: %v", address, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
	}
	_, text := read(m)
	for _, want := range []string{
		`{outcome="2xx",service="audible"} 1`, `{outcome="429",service="audible"} 1`, `{outcome="4xx",service="tokens"} 1`,
		`{outcome="3xx",service="sign_in"} 1`, `{outcome="none",service="images"} 1`,
	} {
		if !strings.Contains(text, "audipy_amazon_requests_total"+want) {
			t.Errorf("%s is not in it", want)
		}
	}
	if strings.Contains(text, "secret") || strings.Contains(text, "amazon.de") {
		t.Error("metrics hold an address")
	}
}

func TestWhatCannotBeCountedIsLeftOutAndTheRestTold(t *testing.T) {
	t.Parallel()
	m := metrics.New("1.2.3")
	m.Watch(func(context.Context) (metrics.Standing, error) {
		return metrics.Standing{}, errors.New("the database is away")
	})
	m.Record("sync_applied", "ok")
	status, text := read(m)
	if status != http.StatusOK || !strings.Contains(text, `audipy_audit_records_total{action="sync_applied",outcome="ok"} 1`) {
		t.Errorf("%d %s", status, text)
	}
	if strings.Contains(text, "audipy_jobs") || strings.Contains(text, "database") {
		t.Error("what can't be counted is in it")
	}
}
