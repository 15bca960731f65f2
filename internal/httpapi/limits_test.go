package httpapi_test

import (
	"fmt"
	"net/http"
	"net/netip"
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
