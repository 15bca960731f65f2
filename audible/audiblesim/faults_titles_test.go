package audiblesim_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

// titleFields reads a listing of the US library as objects.
func titleFields(t *testing.T, r *reader) []map[string]json.RawMessage {
	t.Helper()
	a := r.get("/1.0/library?num_results=30&response_groups=media,contributors,product_plans,series")
	return decode[struct {
		Items []map[string]json.RawMessage
	}](t, a).Items
}

func TestReorderedTitlesHoldTheSame(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	plain := titleFields(t, r)
	if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultReorder}); err != nil {
		t.Fatal(err)
	}
	turned, moved := titleFields(t, r), 0
	for i, title := range plain {
		for key, want := range title {
			var before, after []json.RawMessage
			if json.Unmarshal(want, &before) != nil || before == nil {
				if !bytes.Equal(turned[i][key], want) {
					t.Errorf("%s of title %d = %s, want %s as before", key, i, turned[i][key], want)
				}
				continue
			}
			if err := json.Unmarshal(turned[i][key], &after); err != nil {
				t.Fatal(err)
			}
			slices.Reverse(after)
			if !slices.EqualFunc(before, after, func(x, y json.RawMessage) bool { return bytes.Equal(x, y) }) {
				t.Errorf("%s of title %d = %s, want %s turned round", key, i, turned[i][key], want)
			}
			if len(before) > 1 {
				moved++
			}
		}
	}
	if moved < 30 {
		t.Errorf("%d lists were turned round, want one in each title", moved)
	}
}

func TestBlankNamesLeaveTheRest(t *testing.T) {
	t.Parallel()
	r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultBlankNames, Times: 1})
	blank, whole := titleFields(t, r), titleFields(t, r)
	for i, title := range blank {
		if string(title["title"]) != `""` || string(title["authors"]) != "null" || !bytes.Equal(title["narrators"], whole[i]["narrators"]) {
			t.Errorf("title %d = %s by %s, want it nameless and otherwise whole", i, title["title"], title["authors"])
		}
		if string(whole[i]["title"]) == `""` {
			t.Errorf("title %d has no name in the second answer", i)
		}
	}
}

// TestTitlesThatAreNoneStay: a null among the titles is left alone.
func TestTitlesThatAreNoneStay(t *testing.T) {
	t.Parallel()
	r := faulty(t, audiblesim.Fault{Kind: audiblesim.FaultReorder})
	r.sim.SetQuirks(audiblesim.Quirks{NullItemEvery: 2})
	titles := titleFields(t, r)
	if len(titles) != 30 || titles[0] == nil || titles[1] != nil {
		t.Errorf("%d titles, the first null %t and the second %t; want 30 and every second null", len(titles), titles[0] == nil, titles[1] == nil)
	}
}

func TestAnswersComeCompressedToThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 30})
	plain := r.get("/1.0/library")
	if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultGzip}); err != nil {
		t.Fatal(err)
	}
	if a := r.get("/1.0/library"); a.header.Get("Content-Encoding") != "" || !bytes.Equal(a.body, plain.body) {
		t.Error("a client that takes no gzip got another answer")
	}
	header := http.Header{"X-Amz-Access-Token": {r.token}, "Accept-Encoding": {"deflate, gzip"}}
	status, packed := call(t, r.sim.Transport(), http.MethodGet, "https://api.audible.com/1.0/library", "", header)
	unpacked, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil || status != http.StatusOK {
		t.Fatalf("answer = %d, %v, want gzip", status, err)
	}
	if body, err := io.ReadAll(unpacked); err != nil || !bytes.Equal(body, plain.body) || len(packed) >= len(body) {
		t.Errorf("unpacked %d bytes of %d, %v; want the %d of the plain answer", len(body), len(packed), err, len(plain.body))
	}
}

func TestTricklingAnswersTakeTheirTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newReader(t, map[string]int{"us": 30})
		plain := r.get("/1.0/library")
		if err := r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultTrickle, Delay: 16 * time.Second}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		response, err := send(t.Context(), r.sim.Transport(), http.MethodGet, "https://api.audible.com/1.0/library", "", http.Header{"X-Amz-Access-Token": {r.token}})
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if waited := time.Since(began); waited != 2*time.Second {
			t.Errorf("the head came after %v, want it with the first eighth after 2s", waited)
		}
		body, err := io.ReadAll(response.Body)
		if waited := time.Since(began); err != nil || waited != 16*time.Second || !bytes.Equal(body, plain.body) {
			t.Errorf("%d bytes after %v, %v; want the %d of the plain answer after 16s", len(body), waited, err, len(plain.body))
		}
	})
}

// TestEveryAnswerOfTheAPIPassedTheFrontEnd checks the headers that were seen
// on every answer, refusals of the API itself among them.
func TestEveryAnswerOfTheAPIPassedTheFrontEnd(t *testing.T) {
	t.Parallel()
	r := newReader(t, map[string]int{"us": 1})
	seen := map[string]bool{}
	for _, path := range []string{"/1.0/library", "/1.0/library?page=x", "/1.0/nothing", "/1.0/wishlist"} {
		header := r.get(path).header
		for _, name := range []string{"Vary", "Strict-Transport-Security", "X-Cache", "X-Amz-Date"} {
			if header.Get(name) == "" {
				t.Errorf("%s has no %s", path, name)
			}
		}
		id := header.Get("X-Amz-Rid")
		if len(id) != 20 || seen[id] {
			t.Errorf("%s has x-amz-rid %q, want 20 letters of its own", path, id)
		}
		seen[id] = true
	}
}
