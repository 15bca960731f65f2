package audible_test

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
)

// faulty is a rig whose library answers badly so many times.
func faulty(t *testing.T, fault audiblesim.Fault, change func(*audible.ClientOptions)) *rig {
	t.Helper()
	r := newRig(t, rigOptions{client: change})
	fault.Path = "/1.0/library"
	if err := r.sim.SetFaults(fault); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryPassingFaultIsOutlived(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]audiblesim.Fault{
		"500":                {Kind: audiblesim.FaultStatus},
		"502 page":           {Kind: audiblesim.FaultStatus, Status: 502},
		"503 page":           {Kind: audiblesim.FaultStatus, Status: 503},
		"504":                {Kind: audiblesim.FaultStatus, Status: 504},
		"429":                {Kind: audiblesim.FaultRateLimit},
		"429 in seconds":     {Kind: audiblesim.FaultRateLimit, RetryAfter: "7"},
		"429 with garbage":   {Kind: audiblesim.FaultRateLimit, RetryAfter: "soon"},
		"cut body":           {Kind: audiblesim.FaultCut},
		"cut compressed":     {Kind: audiblesim.FaultGzipCut},
		"page with 200":      {Kind: audiblesim.FaultHTML},
		"connection reset":   {Kind: audiblesim.FaultReset},
		"no items":           {Kind: audiblesim.FaultNullItems},
		"empty object":       {Kind: audiblesim.FaultEmptyObject},
		"empty array":        {Kind: audiblesim.FaultEmptyArray},
		"slower than a page": {Kind: audiblesim.FaultSlow, Delay: 70 * time.Second},
		"unknown fields":     {Kind: audiblesim.FaultUnknownFields},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				fault.Times = 5
				r := faulty(t, fault, nil)
				if page := r.mustList(t); len(page.Items) != 30 {
					t.Errorf("%d items, want 30", len(page.Items))
				}
			})
		})
	}
}

func TestALastingFaultEndsAfterSixTries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault audiblesim.Fault
		want  error
	}{
		"503":   {audiblesim.Fault{Kind: audiblesim.FaultStatus, Status: 503}, nil},
		"page":  {audiblesim.Fault{Kind: audiblesim.FaultHTML}, audible.ErrNotJSON},
		"empty": {audiblesim.Fault{Kind: audiblesim.FaultEmptyObject}, audible.ErrUnexpected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T) {
				r := faulty(t, c.fault, nil)
				_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
				outage, ok := errors.AsType[*audible.OutageError](err)
				if !ok || outage.Endpoint != "library" || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("error %v, want an outage of the library", err)
				}
				if n := r.calls.Load(); n != 6 {
					t.Errorf("%d requests, want 6", n)
				}
			})
		})
	}
}

func TestWhatTheServerDecidedIsNotRepeated(t *testing.T) {
	t.Parallel()
	for _, status := range []int{400, 404, 409, 422, 501} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, rigOptions{})
			r.sim.AnswerNext(audiblesim.NextAnswer{
				Path: "/1.0/library", Status: status, Body: `{"error_code":"000307","message":"No response\ngroups Atna"}`,
			})
			_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
			if err == nil || r.calls.Load() != 1 {
				t.Errorf("error %v after %d requests, want an error after one", err, r.calls.Load())
			}
			said, ok := errors.AsType[*audible.APIError](err)
			if status < 500 && (!ok || said.Code != "000307" || said.Message != "No response groups Atna") {
				t.Errorf("error %v, want code and message", err)
			}
			if errors.Is(err, audible.ErrNotFound) != (status == 404) {
				t.Errorf("status %d: errors.Is(err, ErrNotFound) is wrong", status)
			}
		})
	}
}

// waits records how long a client wanted to wait.
type waits struct {
	mu   sync.Mutex
	list []time.Duration
}

func (w *waits) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = append(w.list, d)
	return ctx.Err()
}

func TestWaitsDoubleWithFullJitterAndHonourRetryAfter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header string
		want   []time.Duration
	}{
		"no header": {"", []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}},
		"seconds":   {"3", []time.Duration{3 * time.Second, 3 * time.Second, 3 * time.Second, 3 * time.Second, 3 * time.Second}},
		"a year":    {"31536000", []time.Duration{time.Minute, time.Minute, time.Minute, time.Minute, time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked waits
			r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: c.header}, func(o *audible.ClientOptions) {
				o.Wait, o.Rand = asked.wait, func() float64 { return 0.5 }
			})
			_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
			if err == nil || len(asked.list) != len(c.want) {
				t.Fatalf("error %v after waits %v, want %v", err, asked.list, c.want)
			}
			for i, want := range c.want {
				if asked.list[i] != want {
					t.Errorf("waits %v, want %v", asked.list, c.want)
					break
				}
			}
		})
	}
}

func TestACallGivesUpWhenItsTimeWouldRunOut(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: "50"}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		_, err := r.client.Library(ctx, audible.LibraryQuery{})
		outage, ok := errors.AsType[*audible.OutageError](err)
		if !ok || outage.RetryAfter != 50*time.Second || outage.Status != 429 || time.Since(start) > time.Second {
			t.Errorf("error %v after %s, want the 429 at once", err, time.Since(start))
		}
	})
}

func TestACancelledCallIsNoOutage(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultSlow, Delay: time.Minute}, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.client.Library(ctx, audible.LibraryQuery{})
		wantError(t, err, context.DeadlineExceeded)
		if _, ok := errors.AsType[*audible.OutageError](err); ok || r.calls.Load() != 1 {
			t.Errorf("error %v after %d requests, want the caller's own end", err, r.calls.Load())
		}
	})
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.3.2")
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.sim.AnswerNext(audiblesim.NextAnswer{
			Path: "/1.0/library", Status: 302, Times: 6, Header: http.Header{"Location": {"https://api.audible.de/1.0/library"}},
		})
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		if outage, ok := errors.AsType[*audible.OutageError](err); !ok || outage.Status != 302 {
			t.Errorf("error %v, want an outage with status 302", err)
		}
		for request := range r.sim.Counts().Requests {
			if strings.Contains(request, "audible.de") {
				t.Errorf("the redirect was followed: %s", request)
			}
		}
	})
}

func TestABudgetIsAskedBeforeEveryRequestAndMayRefuse(t *testing.T) {
	t.Parallel()
	spent := errors.New("the day's calls are used up")
	left := 3
	r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultStatus}, func(o *audible.ClientOptions) {
		o.Rand = func() float64 { return 0 }
		o.Budget = func(context.Context) error {
			if left--; left < 0 {
				return spent
			}
			return nil
		}
	})
	_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
	wantError(t, err, spent)
	if n := r.sim.Counts().Requests["GET api.audible.com /1.0/library"]; n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

func TestObserversLearnOfEveryCall(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		var seen []audible.CallInfo
		r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: "2", Times: 2}, func(o *audible.ClientOptions) {
			o.Observe = func(i audible.CallInfo) { seen = append(seen, i) }
		})
		r.mustList(t)
		want := audible.CallInfo{Endpoint: "library", Status: 200, Duration: 4 * time.Second, Retries: 2, Throttled: 2}
		if len(seen) != 1 || seen[0] != want {
			t.Errorf("observed %+v, want %+v", seen, want)
		}
	})
}

func TestRetryAfterIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "-5": 0, "5": 5 * time.Second, " 1.5 ": 1500 * time.Millisecond, "86400": time.Hour, "1e300": time.Hour,
		"NaN": 0, "soon": 0, "Sun, 01 Nov 2026 12:00:30 GMT": 30 * time.Second, "Sun, 01 Nov 2026 11:00:00 GMT": 0,
		"Sun, 01 Nov 2099 12:00:00 GMT": time.Hour,
	} {
		if got := audible.ParseRetryAfter(value, now); got != want {
			t.Errorf("ParseRetryAfter(%q) = %s, want %s", value, got, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "5", "-1", "NaN", "Inf", "0x1p4", "Sun, 01 Nov 2026 12:00:30 GMT"} {
		f.Add(seed)
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		if got := audible.ParseRetryAfter(value, now); got < 0 || got > time.Hour {
			t.Errorf("ParseRetryAfter(%q) = %s", value, got)
		}
	})
}
