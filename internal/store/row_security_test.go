package store_test

import (
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store/storetest"
)

// TestPostgreSQLItselfHidesTheRowsOfOthers asks as the role that serves, around
// the store and without any user id in a query.
func TestPostgreSQLItselfHidesTheRowsOfOthers(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2", "8.4.1", "13.2.2")
	db := storetest.OpenPostgres(t)
	alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
	serving, err := sql.Open("pgx", db.Options.PostgresURL)
	check(t, err)
	t.Cleanup(func() { check(t, serving.Close()) })
	as := func(user, query string) (n int64) {
		t.Helper()
		tx, err := serving.BeginTx(t.Context(), nil)
		check(t, err)
		defer tx.Rollback()
		if user != "" {
			_, err = tx.ExecContext(t.Context(), `SELECT set_config('app.user_id', $1, TRUE)`, user)
			check(t, err)
		}
		check(t, tx.QueryRowContext(t.Context(), query).Scan(&n))
		return n
	}
	for _, table := range personalTables(t, db) {
		all := int64(len(rows(t, db, `SELECT 1 FROM `+table)))
		count := `SELECT count(*) FROM ` + table
		a, b := as(string(alice.id), count), as(string(bob.id), count)
		if as("", count) != 0 || as("nobody", count) != 0 {
			t.Errorf("%s shows rows to nobody in particular", table)
		}
		if a == 0 || b == 0 || a+b != all && table != "jobs" { // the instance has jobs too
			t.Errorf("%s shows %d and %d of %d rows", table, a, b, all)
		}
		column := "user_id"
		if table == "users" {
			column = "id"
		}
		changed := `WITH gone AS (DELETE FROM ` + table + ` WHERE ` + column + ` <> '` + string(bob.id) + `' RETURNING 1) SELECT count(*) FROM gone`
		if n := as(string(bob.id), changed); n != 0 {
			t.Errorf("as Bob %d rows of %s were deleted that aren't Bob's", n, table)
		}
	}
	tx, err := serving.BeginTx(t.Context(), nil)
	check(t, err)
	defer tx.Rollback()
	_, err = tx.ExecContext(t.Context(), `SELECT set_config('app.user_id', $1, TRUE)`, string(bob.id))
	check(t, err)
	_, err = tx.ExecContext(t.Context(), `
		INSERT INTO suggestion_marks (user_id, marketplace, asin, created_at) VALUES ($1, 'us', 'X', 1)`, string(alice.id))
	if err == nil || !strings.Contains(err.Error(), "row-level security") {
		t.Errorf("as Bob a row of Alice's was made: %v", err)
	}
}

// TestEveryTableOfPeopleHasForcedRowSecurity keeps later tables to it, and the
// serving role to what it needs.
func TestEveryTableOfPeopleHasForcedRowSecurity(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "13.2.2")
	db := storetest.OpenPostgres(t)
	for _, table := range personalTables(t, db) {
		found := rows(t, db, `
			SELECT c.relrowsecurity AND c.relforcerowsecurity, r.rolname, (SELECT count(*) FROM pg_policies p WHERE p.tablename = c.relname)
			FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE c.relname = $1`, table)
		if len(found) != 1 || found[0][0] != true || found[0][1] == "audipy_serve" || found[0][2] != int64(1) {
			t.Errorf("%s is %v: want row security forced, another owner than who serves, and one policy", table, found)
		}
	}
	var super bool
	check(t, db.Raw.QueryRowContext(t.Context(),
		`SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = 'audipy_serve'`).Scan(&super))
	if super {
		t.Error("the role that serves may do more than serve")
	}
}

// TestNoConnectionCarriesAPersonOn asks whose rows a connection shows after many
// calls for many people.
func TestNoConnectionCarriesAPersonOn(t *testing.T) {
	t.Parallel()
	db := storetest.OpenPostgres(t)
	alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
	for range 20 {
		for _, p := range []person{alice, bob} {
			if _, err := db.Accounts(t.Context(), p.id); err != nil {
				t.Fatal(err)
			}
		}
		if people := must[[]audipy.User](t)(db.Users(t.Context())); len(people) != 2 {
			t.Fatalf("everybody is %d people", len(people))
		}
	}
	if n := len(library(t, db, alice)); n == 0 {
		t.Error("Alice's library is empty")
	}
	if got := must[[]audipy.Account](t)(db.Accounts(t.Context(), "system")); len(got) != 0 {
		t.Errorf("a person called system sees %d accounts", len(got))
	}
}

// TestWhatIsAboutAPersonIsNarrowedToThem reads the store's own source: a method
// with a user id works through of, transactOf, snapshotOf or change.
func TestWhatIsAboutAPersonIsNarrowedToThem(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	crossing := []string{"HouseholdCopies", "Revision", "DeleteUser"} // what others shared; what has its record elsewhere
	wide := []string{"reading", "transact", "snapshot"}
	narrowing := []string{"of", "transactOf", "snapshotOf", "narrow"}
	files := must[[]string](t)(filepath.Glob("*.go"))
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file := must[*ast.File](t)(parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution))
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !takesUser(fn) || slices.Contains(crossing, fn.Name.Name) || slices.Contains(narrowing, fn.Name.Name) {
				continue
			}
			seen++
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.SelectorExpr)
				if ok && isStore(call.X) && slices.Contains(wide, call.Sel.Name) {
					t.Errorf("%s is about a person and works for everybody, through %s", fn.Name.Name, call.Sel.Name)
				}
				return true
			})
		}
	}
	if seen < 60 {
		t.Errorf("only %d methods were read", seen)
	}
}

func isStore(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == "s"
}

// takesUser reports whether fn is a method of the store with a user id.
func takesUser(fn *ast.FuncDecl) bool {
	if fn.Recv == nil || len(fn.Recv.List[0].Names) == 0 || fn.Recv.List[0].Names[0].Name != "s" {
		return false
	}
	return slices.ContainsFunc(fn.Type.Params.List, func(f *ast.Field) bool {
		kind, ok := f.Type.(*ast.SelectorExpr)
		return ok && kind.Sel.Name == "UserID" && len(f.Names) == 1 && f.Names[0].Name == "user"
	})
}
