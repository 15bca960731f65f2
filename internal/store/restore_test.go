package store_test

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestEveryTableIsInABackupOrNamedAsPassing(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	copied := store.CopiedTables()
	for _, table := range tables(t, db) {
		var key []string
		for _, row := range rows(t, db, `SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk`, table) {
			key = append(key, row[0].(string))
		}
		have, isCopied := copied[table]
		switch isPassing := slices.Contains(store.PassingTables(), table); {
		case isCopied == isPassing:
			t.Errorf("table %s must be in copiedTables or in passingTables of copy.go, and in one of them", table)
		case isCopied && have != strings.Join(key, ", "):
			t.Errorf("the rows of %s are ordered by %q, want its primary key %q", table, have, key)
		}
		delete(copied, table)
	}
	for table := range copied {
		t.Errorf("there is no table %s", table)
	}
}

// rowsOf collects what a backup of the database holds, as text.
func rowsOf(t *testing.T, all iter.Seq2[store.Row, error]) []store.Row {
	t.Helper()
	var found []store.Row
	for row, err := range all {
		check(t, err)
		found = append(found, row)
	}
	return found
}

// withdrawn is what restoring leaves of rows: no calendar's address, and no stored
// sign-in that is used before its person says so.
func withdrawn(rows []store.Row) []store.Row {
	var left []store.Row
	for _, row := range rows {
		switch row.Table {
		case "calendar_feeds":
			continue
		case "stored_sign_ins":
			at := slices.IndexFunc(row.Columns, func(c store.Column) bool { return c.Name == "stopped" })
			row.Values = slices.Clone(row.Values)
			row.Values[at] = string(audipy.StopRestored)
		}
		left = append(left, row)
	}
	return left
}

// target is a database to restore into.
func target(t *testing.T, postgres bool) store.Options {
	t.Helper()
	if postgres {
		return store.Options{PostgresURL: storetest.EmptyPostgres(t)}
	}
	return store.Options{SQLitePath: filepath.Join(t.TempDir(), "audipy.db")}
}

func TestEitherDatabaseIsRestoredIntoEither(t *testing.T) {
	t.Parallel()
	for _, intoPostgres := range []bool{false, true} {
		storetest.Each(t, func(t *testing.T, db *storetest.DB) {
			p := settle(t, db, "alice@example.com")
			settle(t, db, "bob@example.com")
			want := rowsOf(t, db.AllRows(t.Context()))
			o := target(t, intoPostgres)
			checked := false
			err := store.Restore(t.Context(), o, store.Restoring{
				Schema: store.Schema(), Rows: db.AllRows(t.Context()),
				Same: func(again iter.Seq2[store.Row, error]) error {
					if got := rowsOf(t, again); fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("restored rows are\n%v\nwant\n%v", got, want)
					}
					return nil
				},
				Check: func(s *store.Store) error {
					checked = true
					must[audipy.User](t)(s.UserByID(t.Context(), p.id))
					_, err := s.VerifyAudit(t.Context(), p.id)
					return errors.Join(err, s.CheckIntegrity(t.Context()))
				},
			})
			check(t, err)
			if !checked {
				t.Error("the restored database was not given to Check")
			}
			s := must[*store.Store](t)(store.Open(t.Context(), o))
			defer func() { check(t, s.Close()) }()
			if got := rowsOf(t, s.AllRows(t.Context())); fmt.Sprint(got) != fmt.Sprint(withdrawn(want)) {
				t.Errorf("opened again the rows are\n%v\nwant\n%v", got, withdrawn(want))
			}
		})
	}
}

// oneUser is the row of a person as schema 4 had it, of another table or with
// another value if the test wants that.
func oneUser(change func(*store.Row)) iter.Seq2[store.Row, error] {
	row := store.Row{
		Table: "users",
		Columns: []store.Column{
			{Name: "id", Kind: store.TextColumn},
			{Name: "email", Kind: store.TextColumn},
			{Name: "password_hash", Kind: store.TextColumn},
			{Name: "created_at", Kind: store.IntegerColumn},
			{Name: "updated_at", Kind: store.IntegerColumn},
			{Name: "is_active", Kind: store.BoolColumn},
		},
		Values: []any{"u", "old@example.com", nil, int64(1), int64(2), true},
	}
	if change != nil {
		change(&row)
	}
	return func(yield func(store.Row, error) bool) { yield(row, nil) }
}

func TestRowsOfAnOlderSchemaAreBroughtUpToDate(t *testing.T) {
	t.Parallel()
	for _, postgres := range []bool{false, true} {
		o := target(t, postgres)
		check(t, store.Restore(t.Context(), o, store.Restoring{Schema: 4, Rows: oneUser(nil)}))
		s := must[*store.Store](t)(store.Open(t.Context(), o))
		if user := must[audipy.User](t)(s.UserByID(t.Context(), "u")); user.Email != "old@example.com" || !user.IsActive {
			t.Errorf("the person is %+v", user)
		}
		check(t, s.Close())
	}
}

func TestWhatIsNotEmptyIsNotRestoredInto(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		before := dump(t, db, p.id)
		err := store.Restore(t.Context(), db.Options, store.Restoring{Schema: 4, Rows: oneUser(nil)})
		wantKind(t, err, audipy.Conflict)
		if after := dump(t, db, p.id); after != before {
			t.Errorf("rows changed:\n%s", after)
		}
	})
}

func TestARestoringThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	cases := map[string]store.Restoring{
		"an unknown table":      {Rows: oneUser(func(r *store.Row) { r.Table = "passwords; DROP TABLE users" })},
		"a passing table":       {Rows: oneUser(func(r *store.Row) { r.Table = "pending_links" })},
		"an unknown column":     {Rows: oneUser(func(r *store.Row) { r.Columns[0].Name = "id) --" })},
		"a column too few":      {Rows: oneUser(func(r *store.Row) { r.Columns = r.Columns[1:] })},
		"a value too few":       {Rows: oneUser(func(r *store.Row) { r.Values = r.Values[1:] })},
		"a value of its own":    {Rows: oneUser(func(r *store.Row) { r.Values[3] = "soon" })},
		"text that can't be":    {Rows: oneUser(func(r *store.Row) { r.Values[1] = "a\x00b" })},
		"no id":                 {Rows: oneUser(func(r *store.Row) { r.Values[0] = nil })},
		"rows that break off":   {Rows: func(yield func(store.Row, error) bool) { yield(store.Row{}, broken) }},
		"others on reading":     {Rows: oneUser(nil), Same: func(iter.Seq2[store.Row, error]) error { return broken }},
		"a check that fails":    {Rows: oneUser(nil), Check: func(*store.Store) error { return broken }},
		"a schema of tomorrow":  {Rows: oneUser(nil), Schema: 9000},
		"a schema there wasn't": {Rows: oneUser(nil), Schema: -1},
	}
	for name, r := range cases {
		if r.Schema == 0 {
			r.Schema = 4
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, postgres := range []bool{false, true} {
				o := target(t, postgres)
				if err := store.Restore(t.Context(), o, r); err == nil {
					t.Errorf("restored (PostgreSQL: %t)", postgres)
				}
				if !postgres {
					left := must[[]fs.DirEntry](t)(os.ReadDir(filepath.Dir(o.SQLitePath)))
					if len(left) > 0 {
						t.Errorf("%d files are left, the first %q", len(left), left[0].Name())
					}
				}
				// Only an empty database can be restored into.
				check(t, store.Restore(t.Context(), o, store.Restoring{Schema: 4, Rows: oneUser(nil)}))
			}
		})
	}
}

func TestDamageIsFound(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	settle(t, db, "alice@example.com")
	check(t, db.CheckIntegrity(t.Context()))
	conn, err := db.Raw.Conn(t.Context())
	check(t, err)
	defer func() { check(t, conn.Close()) }()
	_, err = conn.ExecContext(t.Context(), `PRAGMA foreign_keys = OFF`)
	check(t, err)
	_, err = conn.ExecContext(t.Context(), `UPDATE suggestion_marks SET user_id = 'nobody'`)
	check(t, err)
	wantKind(t, db.CheckIntegrity(t.Context()), audipy.Unavailable)
}

func TestABackupShowsOneMomentAndHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		settle(t, db, "alice@example.com")
		people, begun := 0, false
		for row, err := range db.AllRows(t.Context()) {
			check(t, err)
			if !begun {
				begun = true
				must[audipy.User](t)(db.CreateUser(t.Context(), "bob@example.com"))
			}
			if row.Table == "audit_heads" {
				people++
			}
		}
		if people != 1 {
			t.Errorf("the backup holds %d people, want the one who was there when it began", people)
		}
	})
}
