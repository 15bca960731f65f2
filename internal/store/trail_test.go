package store_test

import (
	"errors"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestEveryChangeLeavesOneRecord(t *testing.T) {
	t.Parallel()
	for name, op := range operations() {
		if op.action == "" && !op.writes && name != "AddKeyset" {
			continue // reading is tried below, all of it in one world
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *storetest.DB) {
				alice := settleBroken(t, db)
				if op.before != nil {
					check(t, op.before(t.Context(), db.Store, alice))
				}
				head := must[audit.Checkpoint](t)(db.VerifyAudit(t.Context(), alice.id))
				before := dump(t, db, alice.id)
				_, err := op.call(t.Context(), db.Store, alice.id, alice)
				check(t, err)
				if name == "DeleteUser" {
					return
				}
				if changed := dump(t, db, alice.id) != before; changed != (op.writes || op.action != "") {
					t.Errorf("%s changed rows: %t", name, changed)
				}
				records := must[[]audit.Record](t)(db.AuditRecords(t.Context(), alice.id, head.Seq, 0))
				if op.action == "" {
					if len(records) != 0 {
						t.Errorf("%s left %d records, want none", name, len(records))
					}
					return
				}
				if len(records) != 1 || records[0].Action != op.action {
					t.Fatalf("%s left %+v, want one record of %s", name, records, op.action)
				}
				if _, err := db.VerifyAudit(t.Context(), alice.id, head, records[0].Checkpoint()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settle(t, db, "alice@example.com")
		before := dump(t, db, alice.id)
		for name, op := range readings() {
			if _, err := op.call(t.Context(), db.Store, alice.id, alice); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if after := dump(t, db, alice.id); after != before {
			t.Errorf("reading changed rows:\n%s\nwas\n%s", after, before)
		}
	})
}

// refuseRecords makes the database refuse every new audit record.
func refuseRecords(t *testing.T, db *storetest.DB) {
	t.Helper()
	statements := []string{`CREATE TRIGGER refuse BEFORE INSERT ON audit_records
		BEGIN SELECT RAISE(ABORT, 'records are refused'); END`}
	if db.IsPostgres() {
		statements = []string{
			`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'records are refused'; END $$`,
			`CREATE TRIGGER refuse BEFORE INSERT ON audit_records FOR EACH ROW EXECUTE FUNCTION refuse()`,
		}
	}
	for _, statement := range statements {
		_, err := db.Raw.ExecContext(t.Context(), statement)
		check(t, err)
	}
}

func TestWithoutItsRecordAChangeDoesNotHappen(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.3.3", "16.5.3")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settleBroken(t, db)
		before := dump(t, db, alice.id)
		refuseRecords(t, db)
		for name, op := range operations() {
			if op.action == "" {
				continue
			}
			if _, err := op.call(t.Context(), db.Store, alice.id, alice); err == nil {
				t.Errorf("%s succeeded without its record", name)
			}
			if after := dump(t, db, alice.id); after != before {
				t.Fatalf("%s left a change without its record:\n%s\nwas\n%s", name, after, before)
			}
		}
		if _, err := db.CreateUser(t.Context(), "carol@example.com"); err == nil {
			t.Error("a person was created without the record of it")
		}
	})
}

func TestAnEventThatIsNoneChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settle(t, db, "alice@example.com")
		before := dump(t, db, alice.id)
		mark := audipy.Mark{ASIN: "P9", Marketplace: "us"}
		if err := db.SetMark(t.Context(), alice.id, mark, audit.Event{Action: "did things"}); err == nil {
			t.Error("an event of an unknown action was recorded")
		}
		if after := dump(t, db, alice.id); after != before {
			t.Errorf("rows changed:\n%s", after)
		}
	})
}

func TestATrailThatWasTamperedWithIsFound(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.4.2")
	for name, harm := range map[string]string{
		"changed":       `UPDATE audit_records SET outcome = 'denied' WHERE seq = 3`,
		"count changed": `UPDATE audit_records SET counts = '{"x":1}' WHERE seq = 3`,
		"deleted":       `DELETE FROM audit_records WHERE seq = 3`,
		"cut off":       `DELETE FROM audit_records WHERE seq > 3`,
		"moved":         `UPDATE audit_records SET at = at + 1 WHERE seq = 4`,
		"head moved":    `UPDATE audit_heads SET seq = seq - 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			storetest.Each(t, func(t *testing.T, db *storetest.DB) {
				alice := settle(t, db, "alice@example.com")
				_, err := db.Raw.ExecContext(t.Context(), harm)
				check(t, err)
				_, err = db.VerifyAudit(t.Context(), alice.id)
				if _, ok := errors.AsType[*audit.BrokenError](err); !ok {
					t.Errorf("VerifyAudit = %v, want a broken trail", err)
				}
			})
		})
	}
}

func TestARecordHoldsTheEventAndItsTime(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.2.1")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice := settle(t, db, "alice@example.com")
		head := must[audit.Checkpoint](t)(db.VerifyAudit(t.Context(), alice.id))
		e := audit.Event{
			Action: audit.DumpWritten, Outcome: audit.Failed, Account: alice.account, Target: "us",
			Counts: map[string]int{"calls": 3},
		}
		check(t, db.Record(t.Context(), alice.id, e))
		r := must[[]audit.Record](t)(db.AuditRecords(t.Context(), alice.id, head.Seq, 1))[0]
		if r.Action != e.Action || r.Outcome != e.Outcome || r.Account != e.Account || r.Target != e.Target ||
			r.Counts["calls"] != 3 || !r.At.Equal(now(db)) {
			t.Errorf("record = %+v, want %+v at %v", r, e, now(db))
		}
	})
}
