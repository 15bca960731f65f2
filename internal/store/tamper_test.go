package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store/storetest"
)

// intruder writes the database, and has neither the key nor the checkpoints.
type intruder struct {
	*sql.Conn
	t       *testing.T
	random  *rand.Rand
	records map[audipy.UserID][]audit.Record
	people  []audipy.UserID
}

func newIntruder(t *testing.T, db *storetest.DB, people ...audipy.UserID) *intruder {
	t.Helper()
	i := &intruder{
		Conn: must[*sql.Conn](t)(db.Raw.Conn(t.Context())), t: t, random: rand.New(rand.NewPCG(8, 15)),
		records: map[audipy.UserID][]audit.Record{}, people: people,
	}
	t.Cleanup(func() { _ = i.Close() })
	if db.IsPostgres() {
		i.do(`SET synchronous_commit = off`)
	} else {
		i.do(`PRAGMA synchronous = off`)
		i.do(`PRAGMA foreign_keys = off`)
	}
	i.do(`CREATE TABLE kept_records AS SELECT * FROM audit_records`)
	i.do(`CREATE TABLE kept_heads AS SELECT * FROM audit_heads`)
	for _, one := range people {
		i.records[one] = must[[]audit.Record](t)(db.AuditRecords(t.Context(), one, 0, 1000))
	}
	return i
}

func (i *intruder) do(statement string, args ...any) {
	i.t.Helper()
	if _, err := i.ExecContext(context.WithoutCancel(i.t.Context()), statement, args...); err != nil {
		i.t.Fatalf("%s: %v", statement, err)
	}
}

// restore makes everything as it was.
func (i *intruder) restore() {
	i.do(`BEGIN`)
	i.do(`DELETE FROM audit_records`)
	i.do(`INSERT INTO audit_records SELECT * FROM kept_records`)
	i.do(`DELETE FROM audit_heads`)
	i.do(`INSERT INTO audit_heads SELECT * FROM kept_heads`)
	i.do(`COMMIT`)
}

// pick returns a person, and a record of theirs from the first on.
func (i *intruder) pick() (whose audipy.UserID, at int) {
	whose = i.people[i.random.IntN(len(i.people))]
	return whose, i.random.IntN(len(i.records[whose]))
}

// put writes a record as a row.
func (i *intruder) put(r audit.Record) {
	counts := "{}"
	for name, n := range r.Counts {
		counts = fmt.Sprintf(`{"%s":%d}`, name, n)
	}
	i.do(`INSERT INTO audit_records (user_id, seq, at, action, outcome, account_id, target, counts, prev_hash, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		string(r.User), r.Seq, r.At.UnixMicro(), string(r.Action), string(r.Outcome), string(r.Account), r.Target, counts, r.PrevHash, r.Hash)
}

// end notes another end of a chain.
func (i *intruder) end(r audit.Record) {
	i.do(`UPDATE audit_heads SET seq = $2, hash = $3 WHERE user_id = $1`, string(r.User), r.Seq, r.Hash)
}

// changeColumn changes one value of one record.
func (i *intruder) changeColumn() {
	whose, at := i.pick()
	column := []string{"at", "action", "outcome", "account_id", "target", "counts", "prev_hash", "hash"}[i.random.IntN(8)]
	var value any = fmt.Sprintf("%s%d", column, i.random.IntN(1000))
	switch column {
	case "at":
		value = i.records[whose][at].At.UnixMicro() + 1 + i.random.Int64N(1e9)
	case "counts":
		value = fmt.Sprintf(`{"forged":%d}`, i.random.IntN(1000))
	case "prev_hash", "hash":
		hash := make([]byte, audit.HashSize)
		for n := range hash {
			hash[n] = byte(i.random.IntN(256))
		}
		value = hash
	}
	i.do(`UPDATE audit_records SET `+column+` = $3 WHERE user_id = $1 AND seq = $2`, string(whose), at+1, value)
}

// remove takes one record out, the later ones moved up or not.
func (i *intruder) remove() {
	whose, at := i.pick()
	i.do(`DELETE FROM audit_records WHERE user_id = $1 AND seq = $2`, string(whose), at+1)
	if i.random.IntN(2) == 0 {
		i.renumber(whose, at+1, -1)
	}
}

// renumber moves the records behind one by one, and the noted end with them.
func (i *intruder) renumber(whose audipy.UserID, behind, by int) {
	i.do(`UPDATE audit_records SET seq = -(seq + $3) WHERE user_id = $1 AND seq > $2`, string(whose), behind, by)
	i.do(`UPDATE audit_records SET seq = -seq WHERE user_id = $1 AND seq < 0`, string(whose))
	i.do(`UPDATE audit_heads SET seq = seq + $2 WHERE user_id = $1`, string(whose), by)
}

// swap exchanges two records.
func (i *intruder) swap() {
	whose, a := i.pick()
	b := i.random.IntN(len(i.records[whose]))
	if a == b {
		b = (a + 1) % len(i.records[whose])
	}
	i.do(`UPDATE audit_records SET seq = -1 WHERE user_id = $1 AND seq = $2`, string(whose), a+1)
	i.do(`UPDATE audit_records SET seq = $3 WHERE user_id = $1 AND seq = $2`, string(whose), b+1, a+1)
	i.do(`UPDATE audit_records SET seq = $2 WHERE user_id = $1 AND seq = -1`, string(whose), b+1)
}

// insert puts a record in that follows the one before it.
func (i *intruder) insert() {
	whose, at := i.pick()
	i.renumber(whose, at, 1)
	var before *audit.Record
	if at > 0 {
		before = &i.records[whose][at-1]
	}
	i.put(i.chain(before, whose, i.event()))
}

func (i *intruder) event() audit.Event {
	return audit.Event{Action: audit.MarkSet, Outcome: audit.Denied, Target: fmt.Sprint("forged", i.random.IntN(1000))}
}

func (i *intruder) chain(before *audit.Record, whose audipy.UserID, e audit.Event) audit.Record {
	return must[audit.Record](i.t)(audit.Chain(before, whose, i.records[whose][0].At, e))
}

// cut takes the newest records away, with the noted end or without.
func (i *intruder) cut() {
	whose, at := i.pick()
	i.do(`DELETE FROM audit_records WHERE user_id = $1 AND seq > $2`, string(whose), at)
	switch {
	case i.random.IntN(3) == 0:
	case at == 0:
		i.do(`UPDATE audit_heads SET seq = 0, hash = NULL WHERE user_id = $1`, string(whose))
	default:
		i.end(i.records[whose][at-1])
	}
}

// rebuild changes one record and makes every hash behind it anew, and the noted
// end: a chain without a flaw.
func (i *intruder) rebuild() {
	whose, at := i.pick()
	if i.random.IntN(2) == 0 {
		at = 0
	}
	i.do(`DELETE FROM audit_records WHERE user_id = $1 AND seq > $2`, string(whose), at)
	var before *audit.Record
	if at > 0 {
		before = &i.records[whose][at-1]
	}
	for n, r := range i.records[whose][at:] {
		e := r.Event
		if n == 0 {
			e = i.event()
		}
		next := i.chain(before, whose, e)
		i.put(next)
		before = &next
	}
	i.end(*before)
}

// exchange gives one person the trail of the other, with every hash made anew.
func (i *intruder) exchange() {
	n := i.random.IntN(2)
	whose, other := i.people[n], i.people[1-n]
	i.do(`DELETE FROM audit_records WHERE user_id = $1`, string(whose))
	var before *audit.Record
	for _, r := range i.records[other] {
		next := i.chain(before, whose, r.Event)
		i.put(next)
		before = &next
	}
	i.end(*before)
}

// moveEnd changes the noted end alone.
func (i *intruder) moveEnd() {
	whose, at := i.pick()
	if at == len(i.records[whose])-1 {
		i.do(`UPDATE audit_heads SET seq = seq + 1 WHERE user_id = $1`, string(whose))
		return
	}
	i.end(i.records[whose][at])
}

func TestTenThousandChangesOfTrailsAreAllFound(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.4.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		changes := 9000
		if db.IsPostgres() {
			changes = 1000 // the same code looks, and asking takes ten times as long
		}
		if testing.Short() {
			changes /= 10
		}
		alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
		people := []audipy.UserID{alice.id, bob.id}
		check(t, db.Record(t.Context(), bob.id, audit.Event{Action: audit.DumpWritten, Outcome: audit.Failed, Target: "us"}))
		kept := map[audipy.UserID]audit.Checkpoint{}
		for _, one := range people {
			kept[one] = must[audit.Checkpoint](t)(db.VerifyAudit(t.Context(), one))
		}
		i := newIntruder(t, db, people...)
		kinds := map[string]func(){
			"changed": i.changeColumn, "removed": i.remove, "swapped": i.swap, "inserted": i.insert, "cut off": i.cut,
			"made anew": i.rebuild, "exchanged": i.exchange, "another end": i.moveEnd,
		}
		names := strings.Split("changed,changed,changed,removed,swapped,inserted,cut off,made anew,exchanged,another end", ",")
		for n := range changes {
			name := names[n%len(names)]
			i.do(`BEGIN`)
			kinds[name]()
			i.do(`COMMIT`)
			found := 0
			for _, one := range people {
				_, err := db.VerifyAudit(t.Context(), one, kept[one])
				if _, ok := errors.AsType[*audit.BrokenError](err); ok {
					found++
				} else if err != nil {
					t.Fatal(err)
				}
			}
			if found != 1 {
				t.Fatalf("change %d (%s): %d trails are found broken, want the one", n, name, found)
			}
			i.restore()
		}
		for _, one := range people {
			if _, err := db.VerifyAudit(t.Context(), one, kept[one]); err != nil {
				t.Errorf("after the last change: %v", err)
			}
		}
	})
}
