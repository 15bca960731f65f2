package store_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// mentions returns where in the database something is written.
func mentions(t *testing.T, db *storetest.DB, words ...string) []string {
	t.Helper()
	var found []string
	for _, table := range tables(t, db) {
		for _, row := range rows(t, db, `SELECT * FROM `+table) {
			text := fmt.Sprintf("%s", row)
			for _, word := range words {
				if strings.Contains(text, word) {
					found = append(found, table+": "+text)
				}
			}
		}
	}
	return found
}

func leaving(by, user audipy.UserID) store.Leaving {
	return store.Leaving{By: by, User: user, Depart: func(_ audipy.AccountID, c store.SealedCredentials) *store.NewDeparture {
		return &store.NewDeparture{DeviceName: "a device", Seal: func(string) ([]byte, error) { return []byte("sealed"), nil }}
	}}
}

func TestDeletingAPersonLeavesNothingOfThem(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.7")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
		must[audipy.User](t)(db.Rename(t.Context(), alice.id, "Alice Liddell", event(audit.NameChanged)))
		for _, table := range personalTables(t, db) {
			if n := len(rows(t, db, `SELECT 1 FROM `+table)); n < 2 {
				t.Errorf("the test has %d rows in %s: settle must fill every table", n, table)
			}
		}
		before := dump(t, db, bob.id)
		check(t, db.Leave(t.Context(), leaving(alice.id, alice.id), event(audit.UserLeft)))
		wantEmptied(t, db, alice)
		wantKind(t, db.Leave(t.Context(), leaving("", alice.id), event(audit.UserLeft)), audipy.NotFound)

		check(t, db.DeleteUser(t.Context(), alice.id))
		words := []string{string(alice.id), "alice@example.com", "Liddell"}
		if left := mentions(t, db, words...); len(left) > 0 {
			t.Errorf("left behind:\n%s", strings.Join(left, "\n"))
		}
		wantErased(t, db, words...)
		if after := dump(t, db, bob.id); after != before {
			t.Error("deleting one person changed another")
		}
		_, err := db.UserByID(t.Context(), alice.id)
		wantKind(t, err, audipy.NotFound)
		must[audit.Checkpoint](t)(db.VerifySystemAudit(t.Context()))
		records := must[[]audit.Record](t)(db.SystemRecords(t.Context(), 0, 100))
		last := records[len(records)-1]
		if last.Action != audit.UserDeleted || len(last.Target) != 64 || last.Counts["devices_left"] != 2 {
			t.Errorf("the system's trail ends with %+v", last)
		}
	})
}

// wantEmptied looks at what is left of somebody whose devices are signed out
// next.
func wantEmptied(t *testing.T, db *storetest.DB, p person) {
	t.Helper()
	if left := mentions(t, db, "alice@example.com", "Liddell"); len(left) > 0 {
		t.Errorf("at once, left behind:\n%s", strings.Join(left, "\n"))
	}
	kept := []string{"users", "user_keysets", "departing_devices", "audit_heads", "audit_records"}
	for line := range strings.Lines(dump(t, db, p.id)) {
		if table, _, _ := strings.Cut(strings.TrimSpace(line), " "); table != "" && !slices.Contains(kept, table) {
			t.Errorf("at once, left behind: %s", line)
		}
	}
	devices := must[[]store.DepartingDevice](t)(db.DepartingDevices(t.Context(), p.id))
	who := must[[]store.LeavingPerson](t)(db.LeavingPeople(t.Context()))
	if len(devices) != 2 || len(who) != 1 || who[0].ID != p.id || who[0].Devices != 2 {
		t.Errorf("%d devices leave, of %+v", len(devices), who)
	}
}

// wantErased looks into the bytes of a SQLite file, where deleted rows could
// still lie.
func wantErased(t *testing.T, db *storetest.DB, words ...string) {
	t.Helper()
	if db.IsPostgres() {
		return
	}
	_ = rows(t, db, `PRAGMA wal_checkpoint(TRUNCATE)`)
	data, err := os.ReadFile(db.Options.SQLitePath)
	check(t, err)
	for _, word := range words {
		if strings.Contains(string(data), word) {
			t.Errorf("the file still holds %q", word)
		}
	}
}

func TestWhoMayLetSomebodyLeave(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
		wantKind(t, db.Leave(t.Context(), leaving(bob.id, alice.id), event(audit.UserLeft)), audipy.Forbidden)
		check(t, db.SetRole(t.Context(), store.Act{On: bob.id}, audipy.Administrator, event(audit.RoleGiven)))
		wantKind(t, db.Leave(t.Context(), leaving(bob.id, bob.id), event(audit.UserLeft)), audipy.Conflict)
		own := store.Act{By: alice.id, On: alice.id}
		wantKind(t, db.SetRole(t.Context(), own, audipy.Administrator, event(audit.RoleGiven)), audipy.Forbidden)
		check(t, db.Leave(t.Context(), leaving(bob.id, alice.id), event(audit.UserLeft)))
		wantKind(t, db.Leave(t.Context(), leaving(bob.id, "nobody"), event(audit.UserLeft)), audipy.NotFound)
	})
}

// TestOwnRowsHoldEverythingButSecrets compares what a person can take out with
// what the tables hold.
func TestOwnRowsHoldEverythingButSecrets(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.6")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
		seen := map[string]bool{}
		for row, err := range db.OwnRows(t.Context(), alice.id) {
			check(t, err)
			seen[row.Table] = true
			text := fmt.Sprintf("%v", row.Values)
			for _, secret := range []string{alice.hash, " of " + string(alice.account), "tok]", string(bob.id), string(bob.account)} {
				if strings.Contains(text, secret) {
					t.Errorf("a row of %s holds %q: %s", row.Table, secret, text)
				}
			}
			for i, c := range row.Columns {
				if _, isBytes := row.Values[i].([]byte); isBytes || strings.Contains(c.Name, "token") || strings.Contains(c.Name, "sealed") {
					t.Errorf("column %s of %s is out", c.Name, row.Table)
				}
			}
		}
		for _, table := range personalTables(t, db) {
			if !seen[table] {
				t.Errorf("nothing of %s is there", table)
			}
		}
	})
}
