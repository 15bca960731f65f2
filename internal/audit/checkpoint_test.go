package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audit"
)

const checkpointText = "audipy-checkpoint-1 01990a3e-7c00-7000-8000-000000000001 2 " +
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func TestCheckpointTextRoundTrips(t *testing.T) {
	t.Parallel()
	var c audit.Checkpoint
	if err := c.UnmarshalText([]byte(" " + checkpointText + "\n")); err != nil {
		t.Fatal(err)
	}
	text, err := c.MarshalText()
	if err != nil || string(text) != checkpointText || c.User != alice || c.Seq != 2 {
		t.Errorf("MarshalText = %s, %v, want %s", text, err, checkpointText)
	}
}

func TestCheckpointHasOneSpelling(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"empty":             "",
		"another form":      strings.Replace(checkpointText, "-1 ", "-2 ", 1),
		"two spaces":        strings.Replace(checkpointText, " 2 ", "  2 ", 1),
		"a plus sign":       strings.Replace(checkpointText, " 2 ", " +2 ", 1),
		"a negative number": strings.Replace(checkpointText, " 2 ", " -2 ", 1),
		"no number":         strings.Replace(checkpointText, " 2 ", " two ", 1),
		"a short hash":      checkpointText[:len(checkpointText)-2],
		"capitals":          strings.Replace(checkpointText, "aabb", "AABB", 1),
		"no user":           strings.Replace(checkpointText, string(alice), "", 1),
		"an odd user":       strings.Replace(checkpointText, string(alice), "a|b", 1),
	}
	for name, text := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, err := audit.ParseCheckpoint(text); err == nil {
				t.Errorf("ParseCheckpoint(%q) = %v, want an error", text, c)
			}
		})
	}
}

func FuzzCheckpoint(f *testing.F) {
	f.Add(checkpointText)
	f.Add("audipy-checkpoint-1 a 0 " + strings.Repeat("0", 64))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := audit.ParseCheckpoint(text)
		if err == nil && c.String() != strings.TrimSpace(text) {
			t.Errorf("ParseCheckpoint(%q).String() = %q", text, c)
		}
	})
}

func ExampleVerifier() {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	first, _ := audit.Chain(nil, "alice", at, audit.Event{Action: audit.LinkCreated, Outcome: audit.Succeeded, Target: "us"})
	second, _ := audit.Chain(&first, "alice", at, audit.Event{Action: audit.TokenRefreshed, Outcome: audit.Succeeded})

	head, err := verify("alice", []audit.Record{first, second})
	fmt.Println(head.Seq, err)

	first.Target = "uk"
	_, err = verify("alice", []audit.Record{first, second})
	fmt.Println(err)
	// Output:
	// 2 <nil>
	// audit trail of alice: record 1 was changed
}

func BenchmarkChain(b *testing.B) {
	e := audit.Event{Action: audit.SyncApplied, Outcome: audit.Succeeded, Target: "us", Counts: map[string]int{"library": 12, "added": 3}}
	var prev *audit.Record
	for b.Loop() {
		r, err := audit.Chain(prev, alice, time.UnixMicro(1), e)
		if err != nil {
			b.Fatal(err)
		}
		prev = &r
	}
}
