package audit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

func events() *rapid.Generator[audit.Event] {
	return rapid.Custom(func(t *rapid.T) audit.Event {
		return audit.Event{
			Action:  rapid.SampledFrom(audit.Actions()).Draw(t, "action"),
			Outcome: rapid.SampledFrom([]audit.Outcome{audit.Succeeded, audit.Failed, audit.Denied}).Draw(t, "outcome"),
			Account: audipy.AccountID(rapid.StringMatching(`|[a-z0-9]{8}`).Draw(t, "account")),
			Target:  rapid.StringMatching(`|B0[A-Z0-9]{8}`).Draw(t, "target"),
			Counts:  rapid.MapOfN(rapid.StringMatching(`[a-z]{1,8}`), rapid.IntRange(0, 1<<40), 0, 4).Draw(t, "counts"),
		}
	})
}

// chains draws an intact chain of Alice's with the given number of records.
func chains(t *rapid.T, least int) []audit.Record {
	n := rapid.IntRange(least, 12).Draw(t, "records")
	var chain []audit.Record
	var prev *audit.Record
	for i := range n {
		at := time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "at"))
		r, err := audit.Chain(prev, alice, at, events().Draw(t, "event"))
		if err != nil {
			t.Fatalf("Chain(record %d): %v", i+1, err)
		}
		chain = append(chain, r)
		prev = &r
	}
	return chain
}

// verify reads a whole chain, as the store does with its rows.
func verify(user audipy.UserID, chain []audit.Record, known ...audit.Checkpoint) (audit.Checkpoint, error) {
	v := audit.NewVerifier(user, known...)
	for _, r := range chain {
		if err := v.Add(r); err != nil {
			return v.Head(), err
		}
	}
	return v.Head(), v.Close()
}

// wantBroken fails unless the chain is found broken at the record seq.
func wantBroken(t *rapid.T, chain []audit.Record, seq int64, known ...audit.Checkpoint) {
	t.Helper()
	head, err := verify(alice, chain, known...)
	broken, ok := errors.AsType[*audit.BrokenError](err)
	if !ok || broken.Seq != seq || broken.User != alice {
		t.Fatalf("verify = %v, want record %d named", err, seq)
	}
	if head.Seq != seq-1 {
		t.Fatalf("the last good record is %d, want %d", head.Seq, seq-1)
	}
}

func TestIntactChainIsFoundGood(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 1)
		last := chain[len(chain)-1]
		known := rapid.SampledFrom(chain).Draw(t, "checkpoint").Checkpoint()
		head, err := verify(alice, chain, known)
		if err != nil || head.String() != last.Checkpoint().String() {
			t.Fatalf("verify = %v, %v, want %v", head, err, last.Checkpoint())
		}
	})
}

// change alters one hashed field of r, or its hash.
func change(t *rapid.T, r *audit.Record) {
	flip := func(b []byte) []byte {
		b = slices.Clone(b)
		b[rapid.IntRange(0, len(b)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		return b
	}
	changes := []func(){
		func() { r.At = r.At.Add(time.Microsecond) },
		func() { r.At = r.At.Add(time.Nanosecond) },
		func() { r.User = bob },
		func() { r.Seq++ },
		func() { r.Action += "x" },
		func() { r.Outcome += "x" },
		func() { r.Account += "x" },
		func() { r.Target += "x" },
		func() { r.Action, r.Outcome = r.Action+audit.Action(r.Outcome), "" },
		func() { r.Counts = map[string]int{"forged": 1} },
		func() { r.PrevHash = flip(r.PrevHash) },
		func() { r.Hash = flip(r.Hash) },
		func() { r.Hash = nil },
	}
	rapid.SampledFrom(changes).Draw(t, "change")()
}

func TestChangedRecordIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 1)
		i := rapid.IntRange(0, len(chain)-1).Draw(t, "position")
		change(t, &chain[i])
		wantBroken(t, chain, int64(i+1))
	})
}

func TestDeletedRecordIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 2)
		i := rapid.IntRange(0, len(chain)-2).Draw(t, "position")
		wantBroken(t, slices.Delete(chain, i, i+1), int64(i+1))
	})
}

func TestInsertedRecordIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 2)
		i := rapid.IntRange(1, len(chain)-1).Draw(t, "position")
		forged, err := audit.Chain(&chain[i-1], alice, time.UnixMicro(1), audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded, Target: "forged"})
		if err != nil {
			t.Fatal(err)
		}
		chain = slices.Insert(chain, i, forged)
		// The forged record is whole in itself; the old one behind it isn't next.
		wantBroken(t, chain, int64(i+2))
	})
}

func TestMovedRecordIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 2)
		i := rapid.IntRange(0, len(chain)-2).Draw(t, "first")
		j := rapid.IntRange(i+1, len(chain)-1).Draw(t, "second")
		chain[i], chain[j] = chain[j], chain[i]
		wantBroken(t, chain, int64(i+1))
	})
}

func TestCutChainIsFoundByCheckpoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 1)
		known := chain[len(chain)-1].Checkpoint()
		left := rapid.IntRange(0, len(chain)-1).Draw(t, "left")
		if _, err := verify(alice, chain[:left]); err != nil {
			t.Fatalf("without a checkpoint a shorter chain is a chain, got %v", err)
		}
		wantBroken(t, chain[:left], int64(left+1), known)
	})
}

func TestRewrittenChainIsFoundByCheckpoint(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		chain := chains(t, 1)
		known := chain[len(chain)-1].Checkpoint()
		at := chain[0].At
		var prev *audit.Record
		for i := range chain { // every hash made anew, around one false event
			e := chain[i].Event
			if i == 0 {
				e = audit.Event{Action: audit.MarkCleared, Outcome: audit.Denied, Target: "forged"}
			}
			r, err := audit.Chain(prev, alice, at, e)
			if err != nil {
				t.Fatal(err)
			}
			chain[i], prev = r, &r
		}
		wantBroken(t, chain, int64(len(chain)), known)
	})
}

func TestCheckpointOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	_, err := verify(alice, nil, audit.Checkpoint{User: bob, Seq: 3, Hash: make([]byte, audit.HashSize)})
	if err == nil || !strings.Contains(err.Error(), "checkpoint of "+string(bob)) {
		t.Errorf("verify = %v, want the checkpoint refused", err)
	}
}

func TestVerifierKeepsItsFirstVerdict(t *testing.T) {
	t.Parallel()
	r, err := audit.Chain(nil, alice, time.UnixMicro(7), audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded})
	if err != nil {
		t.Fatal(err)
	}
	bad := r
	bad.Target = "forged"
	v := audit.NewVerifier(alice)
	first := v.Add(bad)
	if first == nil || !strings.Contains(first.Error(), "record 1 was changed") {
		t.Fatalf("Add(changed) = %v", first)
	}
	if again := v.Add(r); !errors.Is(again, first) || !errors.Is(v.Close(), first) {
		t.Errorf("after %v, Add = %v, Close = %v", first, again, v.Close())
	}
}
