package librarysync_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/account"
)

// wire carries requests to the simulator and holds the calls of the API
// against the budget, with arithmetic of its own.
type wire struct {
	next http.RoundTripper
	now  func() time.Time

	mu       sync.Mutex
	refusing time.Time // until when Amazon refuses everything
	calls    int
	days     map[string]int
	room     float64 // calls that may be made at once
	at       time.Time
	overruns int
	flying   int
	most     int // calls under way at once
}

func newWire(next http.RoundTripper, now func() time.Time) *wire {
	return &wire{next: next, now: now, days: map[string]int{}, room: float64(account.DefaultRate().Burst), at: now()}
}

// refuseUntil has everything refused for a while, as a service in trouble
// does that takes every token for a bad one.
func (w *wire) refuseUntil(end time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refusing = end
}

// RoundTrip counts calls of the API and passes every request on.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	isCall := strings.HasPrefix(r.URL.Host, "api.audible.") && strings.HasPrefix(r.URL.Path, "/1.0/")
	if isCall {
		w.begin()
	}
	response, err := w.answer(r)
	if !isCall {
		return response, err
	}
	if err != nil {
		w.end()
		return nil, err
	}
	response.Body = &countedBody{ReadCloser: response.Body, end: w.end}
	return response, nil
}

func (w *wire) answer(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	refusing := w.now().Before(w.refusing)
	w.mu.Unlock()
	if !refusing {
		return w.next.RoundTrip(r)
	}
	body := `{"error":"invalid_token","error_description":"The request has an invalid parameter : source_token"}`
	return &http.Response{
		StatusCode: http.StatusBadRequest + refusedStatus(r), Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// refusedStatus makes 401 of the API's refusals; the token service says 400.
func refusedStatus(r *http.Request) int {
	if strings.HasPrefix(r.URL.Path, "/1.0/") {
		return 1
	}
	return 0
}

// begin takes a call out of the budget: a bucket that holds a burst and fills
// at the rate, and a count for each day.
func (w *wire) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	rate, now := account.DefaultRate(), w.now()
	w.room = min(w.room+now.Sub(w.at).Seconds()*rate.PerSecond, float64(rate.Burst)) - 1
	w.at = now
	today := now.UTC().Format(time.DateOnly)
	w.days[today]++
	w.calls++
	if w.room < -0.001 || w.days[today] > rate.Daily {
		w.overruns++
	}
	w.flying++
	w.most = max(w.most, w.flying)
}

func (w *wire) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flying--
}

// busiest returns how many calls the busiest day had.
func (w *wire) busiest() int {
	most := 0
	for _, n := range w.days {
		most = max(most, n)
	}
	return most
}

// countedBody ends its call when it is closed.
type countedBody struct {
	io.ReadCloser
	end  func()
	once sync.Once
}

// Close closes the body.
func (b *countedBody) Close() error {
	b.once.Do(b.end)
	return b.ReadCloser.Close()
}
