package audiblesim_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

// faulty is a reader whose simulator has one fault.
func faulty(t *testing.T, f audiblesim.Fault) *reader {
	t.Helper()
	r := newReader(t, map[string]int{"us": 30})
	if err := r.sim.SetFaults(f); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFaultsReplaceTheAnswer(t *testing.T) {
	t.Parallel()
	const date = "Wed, 21 Oct 2026 07:28:00 GMT"
	for _, c := range []struct {
		fault  audiblesim.Fault
		status int
		body   string
		after  string
	}{
		{audiblesim.Fault{Kind: audiblesim.FaultStatus}, 500, "Whoops!", ""},
		{audiblesim.Fault{Kind: audiblesim.FaultStatus, Status: 503, RetryAfter: "7"}, 503, "<html>", "7"},
		{audiblesim.Fault{Kind: audiblesim.FaultStatus, Status: 502}, 502, "<!DOCTYPE", ""},
		{audiblesim.Fault{Kind: audiblesim.FaultRateLimit}, 429, "Rate exceeded", ""},
		{audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: "30"}, 429, "Rate", "30"},
		{audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: date}, 429, "Rate", date},
		{audiblesim.Fault{Kind: audiblesim.FaultRateLimit, RetryAfter: "soon"}, 429, "Rate", "soon"},
		{audiblesim.Fault{Kind: audiblesim.FaultHTML}, 200, "<!DOCTYPE html>", ""},
		{audiblesim.Fault{Kind: audiblesim.FaultEmptyObject}, 200, "{}", ""},
		{audiblesim.Fault{Kind: audiblesim.FaultEmptyArray}, 200, "[]", ""},
		{audiblesim.Fault{Kind: audiblesim.FaultNullItems}, 200, `"items":null`, ""},
	} {
		a := faulty(t, c.fault).get("/1.0/library")
		if a.status != c.status || !strings.Contains(string(a.body), c.body) || a.header.Get("Retry-After") != c.after {
			t.Errorf("%+v = %d %q %.80s, want %d %q %s", c.fault, a.status, a.header.Get("Retry-After"), a.body, c.status, c.after, c.body)
		}
	}
}

func TestFaultsSpoilAListing(t *testing.T) {
	t.Parallel()
	if got := decode[listing](t, faulty(t, audiblesim.Fault{Kind: audiblesim.FaultShortPage}).get("/1.0/library?num_results=10")); len(got.Items) != 9 {
		t.Errorf("short page of 10 = %d items, want 9", len(got.Items))
	}
	if a := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultWrongTotal}).get("/1.0/library"); a.header.Get("Total-Count") != "33" {
		t.Errorf("Total-Count = %s, want 33 instead of 30", a.header.Get("Total-Count"))
	}
	a := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultUnknownFields}).get("/1.0/library?num_results=10&response_groups=media")
	if got := decode[listing](t, a); len(got.Items) != 10 || !bytes.Contains(a.body, []byte("zz_future")) || !json.Valid(a.body) {
		t.Errorf("unknown fields = %d items, valid %t, want 10 with new keys", len(got.Items), json.Valid(a.body))
	}
}

func TestCutAnswersEndInAnError(t *testing.T) {
	t.Parallel()
	for _, kind := range []audiblesim.FaultKind{audiblesim.FaultCut, audiblesim.FaultReset} {
		a, err := faulty(t, audiblesim.Fault{Kind: kind}).try(http.MethodGet, "com", "/1.0/library", "")
		if err == nil {
			t.Errorf("%s = %d with %d bytes, want an error", kind, a.status, len(a.body))
		}
		if kind == audiblesim.FaultCut && (!errors.Is(err, io.ErrUnexpectedEOF) || len(a.body) == 0) {
			t.Errorf("cut = %v after %d bytes, want an unexpected end in the middle", err, len(a.body))
		}
	}
}

func TestCompressedAnswersCanBeCut(t *testing.T) {
	t.Parallel()
	r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultGzipCut})
	if a := r.get("/1.0/library"); !json.Valid(a.body) {
		t.Error("a client that takes no gzip got a cut answer")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://api.audible.com/1.0/library", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Access-Token", r.token)
	request.Header.Set("Accept-Encoding", "gzip")
	response, err := r.sim.Transport().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	unpacked, err := gzip.NewReader(response.Body)
	if err != nil || response.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("gzip = %v, Content-Encoding %q", err, response.Header.Get("Content-Encoding"))
	}
	if _, err := io.ReadAll(unpacked); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("read = %v, want an unexpected end", err)
	}
}

func TestSlowAnswersTakeVirtualTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReaderWith(t, audiblesim.Options{}, map[string]int{"us": 30})
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultSlow, Delay: 45 * time.Second}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if got := decode[listing](t, r.get("/1.0/library?num_results=10")); len(got.Items) != 10 {
			t.Errorf("items = %d, want 10", len(got.Items))
		}
		if took := time.Since(start); took != 45*time.Second {
			t.Errorf("the answer took %s, want 45s", took)
		}
	})
}

func TestFaultsChooseTheirRequests(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	if err := r.sim.SetFaults(
		audiblesim.Fault{Kind: audiblesim.FaultStatus, Path: "/1.0/library", Host: "api.audible", Method: http.MethodGet, After: 1, Times: 2},
		audiblesim.Fault{Kind: audiblesim.FaultHTML, Path: "/1.0/wishlist"},
	); err != nil {
		t.Fatal(err)
	}
	var statuses []int
	for range 5 {
		statuses = append(statuses, r.get("/1.0/library").status)
	}
	if want := []int{200, 500, 500, 200, 200}; !slices.Equal(statuses, want) {
		t.Errorf("library = %v, want %v", statuses, want)
	}
	if a := r.get("/1.0/catalog/categories"); a.status != http.StatusOK {
		t.Errorf("other paths = %d, want 200", a.status)
	}
	r.get("/1.0/wishlist")
	if got := r.sim.FaultCounts(); !slices.Equal(got, []int{2, 1}) {
		t.Errorf("FaultCounts = %v, want 2 and 1", got)
	}
}

func TestFaultsFollowTheSeed(t *testing.T) {
	t.Parallel()
	row := func(seed uint64) (statuses []int) {
		r := newReaderWith(t, audiblesim.Options{Seed: seed, Now: epoch}, map[string]int{"us": 1})
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultStatus, Probability: 0.3}); err != nil {
			t.Fatal(err)
		}
		for range 200 {
			statuses = append(statuses, r.get("/1.0/library").status)
		}
		return statuses
	}
	first := row(1)
	if !slices.Equal(first, row(1)) || slices.Equal(first, row(2)) {
		t.Error("faults of one seed differ, or those of two are equal")
	}
	failed := 0
	for _, status := range first {
		failed += status / 500
	}
	if failed < 40 || failed > 80 {
		t.Errorf("probability 0.3 struck %d of 200 times", failed)
	}
}

func TestSetFaultsRefusesNonsense(t *testing.T) {
	t.Parallel()
	sim := audiblesim.New(audiblesim.Options{})
	for _, f := range []audiblesim.Fault{
		{Kind: "gremlin"},
		{Kind: audiblesim.FaultHTML, Probability: 1.5},
		{Kind: audiblesim.FaultStatus, Status: 200},
		{Kind: audiblesim.FaultHTML, Times: -1},
		{Kind: audiblesim.FaultSlow, Delay: -time.Second},
	} {
		if err := sim.SetFaults(f); err == nil || !strings.Contains(err.Error(), "fault 1") {
			t.Errorf("SetFaults(%+v) = %v, want an error that names fault 1", f, err)
		}
	}
}
