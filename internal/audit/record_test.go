package audit_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

const (
	alice = audipy.UserID("01990a3e-7c00-7000-8000-000000000001")
	bob   = audipy.UserID("01990a3e-7c00-7000-8000-000000000002")
)

// vector is one record of testdata/chain.json, which another program made from
// the drawing in record.go alone.
type vector struct {
	Seq      int64          `json:"seq"`
	AtMicros int64          `json:"at_us"`
	User     string         `json:"user"`
	Action   string         `json:"action"`
	Outcome  string         `json:"outcome"`
	Account  string         `json:"account"`
	Target   string         `json:"target"`
	Counts   map[string]int `json:"counts"`
	Prev     string         `json:"prev_hash"`
	Hash     string         `json:"hash"`
	Encoding string         `json:"encoding"`
}

func (v vector) event() audit.Event {
	return audit.Event{
		Action: audit.Action(v.Action), Outcome: audit.Outcome(v.Outcome),
		Account: audipy.AccountID(v.Account), Target: v.Target, Counts: v.Counts,
	}
}

func vectors(t testing.TB) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/chain.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestChainMatchesVectors(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.4.3")
	var prev *audit.Record
	for _, v := range vectors(t) {
		r, err := audit.Chain(prev, audipy.UserID(v.User), time.UnixMicro(v.AtMicros), v.event())
		if err != nil {
			t.Fatalf("Chain(record %d): %v", v.Seq, err)
		}
		if got := hex.EncodeToString(r.Encode()); got != v.Encoding {
			t.Errorf("record %d: encoding = %s, want %s", v.Seq, got, v.Encoding)
		}
		if got := hex.EncodeToString(r.Hash); r.Seq != v.Seq || got != v.Hash {
			t.Errorf("record %d: seq, hash = %d, %s, want %s", v.Seq, r.Seq, got, v.Hash)
		}
		if got := hex.EncodeToString(r.PrevHash); got != v.Prev {
			t.Errorf("record %d: previous hash = %s, want %s", v.Seq, got, v.Prev)
		}
		prev = &r
	}
}

func TestChainCutsTimeToWhatBothDatabasesKeep(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.FixedZone("", 3600))
	r, err := audit.Chain(nil, alice, at, audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded})
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 11, 23, 11, 0, 0, 123456000, time.UTC); r.At != want {
		t.Errorf("At = %v, want %v", r.At, want)
	}
}

func TestChainKeepsItsOwnCounts(t *testing.T) {
	t.Parallel()
	counts := map[string]int{"library": 1}
	r, err := audit.Chain(nil, alice, time.Now(), audit.Event{Action: audit.SyncApplied, Outcome: audit.Succeeded, Counts: counts})
	if err != nil {
		t.Fatal(err)
	}
	counts["library"] = 2
	if err := audit.NewVerifier(alice).Add(r); err != nil {
		t.Errorf("Add after the caller changed its own map: %v", err)
	}
}

func TestChainRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	good := audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded}
	first, err := audit.Chain(nil, alice, time.Now(), good)
	if err != nil {
		t.Fatal(err)
	}
	cut := first
	cut.Hash = cut.Hash[:31]
	cases := []struct {
		name string
		prev *audit.Record
		user audipy.UserID
		e    audit.Event
		want string
	}{
		{"no user", nil, "", good, "the user is not an id"},
		{"a line end in the user", nil, "alice\n", good, "the user is not an id"},
		{"the record of somebody else", &first, bob, good, "record 1 is not the one before"},
		{"a record with a cut hash", &cut, alice, good, "record 1 is not the one before"},
		{"an event out of the vocabulary", nil, alice, audit.Event{Action: "shouted"}, `"shouted" is not a known action`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := audit.Chain(c.prev, c.user, time.Now(), c.e)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Chain = %v, want an error with %q", err, c.want)
			}
			if !bytes.Equal(r.Hash, nil) {
				t.Error("a refused record has a hash")
			}
		})
	}
}
