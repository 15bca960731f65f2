package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
)

func visitor() auth.Visitor { return auth.Visitor{} }

func TestTooManyCallsInAMinuteAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) { o.Limits.Address, o.Limits.User = 5, 3 })
	b := r.setUp(t)
	body := map[string]any{"text": "x"}
	for range 3 {
		if got := b.post(t, "/api/v1/echo", body); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	got := b.post(t, "/api/v1/echo", body)
	got.wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	// The clock stands at 15 seconds and a bit.
	if wait := got.header.Get("Retry-After"); wait != "45" {
		t.Errorf("Retry-After is %q", wait)
	}
	if got := r.browser().get(t, "/api/v1/server"); got.status != http.StatusOK {
		t.Errorf("the fifth call of the address was answered %d", got.status)
	}
	r.browser().get(t, "/api/v1/server").wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	r.Clock.Advance(time.Minute)
	if got := b.post(t, "/api/v1/echo", body); got.status != http.StatusOK {
		t.Errorf("a minute later: %d %s", got.status, got.body)
	}
}

func TestASiteOfManyNetworksIsCountedTogether(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) {
		o.Limits.Address = 2
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	from := func(address string) answer {
		return r.browser().do(t, http.MethodGet, "/api/v1/server", nil, with("X-Forwarded-For", address, "X-Forwarded-Proto", "https"))
	}
	for i := range 8 {
		if got := from(fmt.Sprintf("2001:db8:7:%x::1", i)); got.status != http.StatusOK {
			t.Fatalf("call %d: %d %s", i+1, got.status, got.body)
		}
	}
	from("2001:db8:7:ffff::1").wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	for _, other := range []string{"2001:db8:8::1", "203.0.113.9"} {
		if got := from(other); got.status != http.StatusOK {
			t.Errorf("%s was answered %d", other, got.status)
		}
	}
}

func TestTheRelaysHostTakesSoManyCallsAMinute(t *testing.T) {
	t.Parallel()
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) { o.Limits.AddressRelay = 3 })
	for try := range 5 {
		want := http.StatusForbidden
		if try >= 3 {
			want = http.StatusTooManyRequests
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.listener+"/ap/signin", nil)
		must(t, err)
		if got := r.browser().send(t, req); got.status != want {
			t.Errorf("call %d was answered %d, want %d", try+1, got.status, want)
		}
	}
	if got := r.browser().get(t, "/api/v1/server"); got.status != http.StatusOK {
		t.Errorf("the application was answered %d", got.status)
	}
}

func TestTokensAreRenewedByHandAFewTimesAnHour(t *testing.T) {
	t.Parallel()
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) { o.Limits.UserRenewals = 2 })
	b := r.setUp(t)
	for range 2 {
		b.post(t, "/api/v1/accounts/none/renew", nil).wantProblem(t, http.StatusNotFound, "not_found")
	}
	b.post(t, "/api/v1/accounts/none/renew", nil).wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	r.Clock.Advance(time.Hour)
	b.post(t, "/api/v1/accounts/none/renew", nil).wantProblem(t, http.StatusNotFound, "not_found")
}

func TestExportsAreFewAnHour(t *testing.T) {
	t.Parallel()
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) { o.Limits.UserExports = 2 })
	b, other := r.setUp(t), r.joins(t, "robin@example.com")
	for range 2 {
		if got := b.get(t, "/api/v1/library/export"); got.status != http.StatusOK {
			t.Fatalf("%d %s", got.status, got.body)
		}
	}
	got := b.get(t, "/api/v1/library/export")
	got.wantProblem(t, http.StatusTooManyRequests, "rate_limited")
	if got.header.Get("Retry-After") == "" {
		t.Error("nothing says when to try again")
	}
	if got := other.get(t, "/api/v1/library/export"); got.status != http.StatusOK {
		t.Errorf("somebody else was answered %d", got.status)
	}
	r.Clock.Advance(time.Hour)
	if got := b.get(t, "/api/v1/library/export"); got.status != http.StatusOK {
		t.Errorf("an hour later: %d %s", got.status, got.body)
	}
}

// TestAPersonMakesOneExportAtATime holds an export half-way, as somebody who
// reads slowly does.
func TestAPersonMakesOneExportAtATime(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	one, other := r.reads(t), r.joins(t, "robin@example.com")
	r.stepUp(t, one.browser)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, r.origin+"/api/v1/library/export", nil)
	request.RemoteAddr = "127.0.0.1:1"
	for name, value := range one.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	slow := &slowReader{ResponseRecorder: httptest.NewRecorder(), began: make(chan struct{}), goOn: make(chan struct{})}
	var first sync.WaitGroup
	first.Go(func() { r.current.Load().(http.Handler).ServeHTTP(slow, request) })
	<-slow.began
	for _, path := range []string{"/api/v1/library/export", "/api/v1/me/export"} {
		one.get(t, path).wantProblem(t, http.StatusConflict, "export_under_way")
	}
	if got := other.get(t, "/api/v1/library/export"); got.status != http.StatusOK {
		t.Errorf("somebody else was answered %d", got.status)
	}
	close(slow.goOn)
	first.Wait()
	if slow.Code != http.StatusOK || slow.Body.Len() == 0 {
		t.Errorf("the first export was answered %d with %d bytes", slow.Code, slow.Body.Len())
	}
	for _, path := range []string{"/api/v1/library/export", "/api/v1/me/export"} {
		if got := one.get(t, path); got.status != http.StatusOK {
			t.Errorf("%s after it was answered %d %s", path, got.status, got.body)
		}
	}
}

// slowReader takes the first bytes of an answer only when it is told to.
type slowReader struct {
	*httptest.ResponseRecorder
	began, goOn chan struct{}
	once        sync.Once
}

func (s *slowReader) Write(data []byte) (int, error) {
	s.once.Do(func() {
		close(s.began)
		<-s.goOn
	})
	return s.ResponseRecorder.Write(data)
}
