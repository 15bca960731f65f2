package remote_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/remote"
)

// answers is a server that answers every request alike.
func answers(t *testing.T, handle http.HandlerFunc) *remote.Client {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	base, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return remote.New(remote.Options{
		Base: base, Version: "test", Wait: func(context.Context, time.Duration) error { return nil },
		Bearer: func(_ context.Context, refused string) (string, error) {
			if refused == "first" {
				return "second", nil
			}
			return "first", nil
		},
	})
}

func problem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"status":1,"title":"t","detail":"what happened","hint":"what to do","code":"` + code + `"}`))
}

func TestAddressesOfServersAreHTTPSOrThisComputer(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.2.1")
	for text, want := range map[string]string{
		"https://Books.example.org":     "https://books.example.org",
		" https://books.example:8443/ ": "https://books.example:8443",
		"http://localhost:2834":         "http://localhost:2834",
		"http://127.0.0.1:2834":         "http://127.0.0.1:2834",
		"http://[::1]:2834":             "http://[::1]:2834",
		"http://books.example.org":      "",
		"http://192.168.1.5:2834":       "",
		"http://localhost.evil.example": "",
		"https://kim:pw@books.example":  "",
		"https://books.example/sub":     "",
		"https://books.example/?a=b":    "",
		"https://books.example/#x":      "",
		"ftp://books.example":           "",
		"books.example":                 "",
		"":                              "",
	} {
		got, err := remote.ParseAddress(text)
		if want == "" {
			if audipy.KindOf(err) != audipy.Invalid {
				t.Errorf("%q is taken as %v, %v", text, got, err)
			}
			continue
		}
		if err != nil || got.String() != want {
			t.Errorf("%q is %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestWhatAServerAnswersIsSaidWithAWayOn(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		handle http.HandlerFunc
		kind   audipy.Kind
		code   string
	}{
		"pages":    {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<!doctype html>")) }, audipy.Unavailable, "version_mismatch"},
		"missing":  {func(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }, audipy.Unavailable, "version_mismatch"},
		"older":    {func(w http.ResponseWriter, _ *http.Request) { problem(w, 404, "not_found") }, audipy.Unavailable, "version_mismatch"},
		"stricter": {func(w http.ResponseWriter, _ *http.Request) { problem(w, 400, "unknown_parameter") }, audipy.Unavailable, "version_mismatch"},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"items":[`))
		}, audipy.Unavailable, "version_mismatch"},
		"gateway":       {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, audipy.Unavailable, ""},
		"refused":       {func(w http.ResponseWriter, _ *http.Request) { problem(w, 401, "unauthorized") }, audipy.ActionRequired, remote.CodeRefused},
		"another scope": {func(w http.ResponseWriter, _ *http.Request) { problem(w, 403, "insufficient_scope") }, audipy.Forbidden, "insufficient_scope"},
		"too often": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			problem(w, 429, "rate_limited")
		}, audipy.Busy, "rate_limited"},
		"broken":  {func(w http.ResponseWriter, _ *http.Request) { problem(w, 500, "internal") }, audipy.Unavailable, "internal"},
		"sign in": {func(w http.ResponseWriter, _ *http.Request) { problem(w, 409, "action_required") }, audipy.ActionRequired, "action_required"},
	} {
		_, err := answers(t, one.handle).Accounts(t.Context())
		got, ok := errors.AsType[*audipy.Error](err)
		if !ok || got.Kind != one.kind || got.Code != one.code || got.Hint == "" {
			t.Errorf("%s: %+v, want kind %d, code %q and a way on", name, err, one.kind, one.code)
		}
	}
	gone := answers(t, nil)
	gone.Base = &url.URL{Scheme: "http", Host: "127.0.0.1:1"}
	if _, err := gone.Accounts(t.Context()); audipy.KindOf(err) != audipy.Unavailable || !strings.Contains(err.Error(), "can't be reached") {
		t.Errorf("nobody there: %v", err)
	}
}

func TestATokenGoesWhereItWasMeantToGoOrNowhere(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	c := answers(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" || strings.Contains(r.URL.Path, "first") {
			t.Errorf("the address holds %s", r.URL)
		}
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	if _, err := c.Accounts(t.Context()); audipy.KindOf(err) != audipy.Unavailable || elsewhere.Load() != 0 {
		t.Errorf("a redirect: %v, and it was followed %d times", err, elsewhere.Load())
	}
}

func TestARefusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	c := answers(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		if r.Header.Get("Authorization") != "Bearer second" {
			problem(w, 401, "unauthorized")
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"items":[],"a_later_field":1}`))
	})
	if _, err := c.Accounts(t.Context()); err != nil || calls.Load() != 2 {
		t.Errorf("%v after %d calls, want the second token to be taken", err, calls.Load())
	}
}

func TestAServerIsAskedAsOftenAsItWantsToBe(t *testing.T) {
	t.Parallel()
	says := []string{"authorization_pending", "slow_down", "authorization_pending", ""}
	var waited []time.Duration
	c := answers(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Header.Get("Authorization") != "" || r.FormValue("device_key") != "key" || r.FormValue("client_id") != "audipy-cli" {
			t.Errorf("asked with %v", r.Form)
		}
		word := says[0]
		if says = says[1:]; word != "" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"` + word + `"}`))
			return
		}
		_, _ = w.Write([]byte(`{"access_token":"a","refresh_token":"r","expires_in":600,"scope":"library:read"}`))
	})
	c.Wait = func(_ context.Context, d time.Duration) error {
		waited = append(waited, d)
		return nil
	}
	asked := remote.Authorization{Code: "code", Interval: 5, Seconds: 600}
	grant, err := c.Await(t.Context(), remote.Device{Key: "key"}, asked)
	if err != nil || grant.RefreshToken != "r" {
		t.Fatalf("%+v, %v", grant, err)
	}
	want := []time.Duration{5 * time.Second, 5 * time.Second, 10 * time.Second, 10 * time.Second}
	if len(waited) != len(want) {
		t.Fatalf("waited %v, want %v", waited, want)
	}
	for i := range want {
		if waited[i] != want[i] {
			t.Errorf("waited %v, want %v", waited, want)
		}
	}
}

// A title without an end is read no further than a title can be long.
func TestATitleWithoutAnEndIsNotReadOn(t *testing.T) {
	t.Parallel()
	var sent atomic.Int64
	c := answers(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, err := w.Write([]byte(`[{"title":"`))
		for much := []byte(strings.Repeat("a", 64<<10)); err == nil && sent.Load() < 256<<20; sent.Add(int64(len(much))) {
			_, err = w.Write(much)
		}
	})
	for _, err := range c.AllTitles(t.Context()) {
		if err == nil {
			t.Error("a title came of it")
		}
	}
	if n := sent.Load(); n > 64<<20 {
		t.Errorf("%d bytes were read", n)
	}
}
