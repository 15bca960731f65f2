package cli_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
)

// exchanging is a server that lets a terminal in and counts how often its refresh
// token is exchanged. Each token is good once.
type exchanging struct {
	t         *testing.T
	exchanges atomic.Int32
	mu        sync.Mutex
	refresh   string
}

func (e *exchanging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	say := func(text string) { _, _ = io.WriteString(w, text) }
	switch r.URL.Path {
	case "/api/v1/oauth/device_authorization":
		say(`{"device_code":"d","user_code":"BCDF-GHJK","verification_uri":"http://localhost/device","verification_uri_complete":"http://localhost/device#x","expires_in":600,"interval":5}`)
	case "/api/v1/oauth/token":
		e.mu.Lock()
		defer e.mu.Unlock()
		if r.FormValue("grant_type") == "refresh_token" {
			e.exchanges.Add(1)
			if r.FormValue("refresh_token") != e.refresh {
				e.t.Errorf("an old token came: a server would end everything")
			}
		}
		e.refresh = "r" + e.refresh
		say(`{"access_token":"a` + e.refresh + `","refresh_token":"` + e.refresh + `","expires_in":600,"scope":"library:read"}`)
	case "/api/v1/programs/current":
		say(`{"person":{"name":"Kim"}}`)
	default:
		e.mu.Lock()
		good := r.Header.Get("Authorization") == "Bearer a"+e.refresh
		e.mu.Unlock()
		if !good {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusUnauthorized)
			say(`{"code":"unauthorized","detail":"no"}`)
			return
		}
		say(`{"items":[]}`)
	}
}

func TestOfManyTerminalsOneExchangesTheTokenAndAllGoOn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.5")
	handler := &exchanging{t: t}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	d := newDesk(t, 1)
	add := d.env
	add.Wait = noWait
	add.Stdin = strings.NewReader("")
	if code := cli.Main(t.Context(), []string{"server", "add", server.URL, "--name", "home"}, add); code != 0 {
		t.Fatalf("adding ended with %d: %s", code, d.notes.String())
	}
	later := d.now.Add(time.Hour)
	const many = 6
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			env := d.env
			var out, notes strings.Builder
			env.Stdin, env.Stdout, env.Stderr = strings.NewReader(""), &out, &notes
			env.Now = func() time.Time { return later }
			env.Wait = briefly
			if code := cli.Main(t.Context(), []string{"accounts", "--server", "home"}, env); code != 0 {
				t.Errorf("a terminal ended with %d: %s", code, notes.String())
			}
		})
	}
	all.Wait()
	if n := handler.exchanges.Load(); n != 1 {
		t.Errorf("the token was exchanged %d times by %d terminals, want once", n, many)
	}
}

func noWait(context.Context, time.Duration) error { return nil }

// briefly waits a thousandth of what it is asked to.
func briefly(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d / 1000)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
	return ctx.Err()
}
