package store_test

import (
	"context"
	"database/sql"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestBothDatabasesHaveTheSameMigrations(t *testing.T) {
	t.Parallel()
	names := func(dialect string) []string {
		paths := must[[]string](t)(filepath.Glob("migrations/" + dialect + "/*.sql"))
		for i := range paths {
			paths[i] = filepath.Base(paths[i])
		}
		return paths
	}
	sqlite, postgres := names("sqlite"), names("postgres")
	if strings.Join(sqlite, " ") != strings.Join(postgres, " ") || len(sqlite) != store.SchemaTarget {
		t.Fatalf("migrations are %q and %q, and the schema is %d", sqlite, postgres, store.SchemaTarget)
	}
	// The files differ in how bytes and text columns are declared, and in
	// statements that say to be for SQLite alone, which are indexes: what is
	// done to the data of one database is done to that of the other.
	alone := regexp.MustCompile(`(?s)-- SQLite alone:[^;]*\b(?:CREATE|DROP) INDEX [^;]*;`)
	secured := regexp.MustCompile(`(?s)-- \+goose StatementBegin\s+DO \$\$.*?-- \+goose StatementEnd|ALTER TABLE \w+ (?:ENABLE|FORCE) ROW LEVEL SECURITY;|CREATE POLICY own_rows ON [^;]*;`) // SQLite has it not
	words := regexp.MustCompile(` COLLATE "C"`)
	for _, name := range sqlite {
		if strings.HasSuffix(name, "_row_security.sql") { // which SQLite has not
			continue
		}
		a := string(must[[]byte](t)(os.ReadFile("migrations/sqlite/" + name)))
		b := string(must[[]byte](t)(os.ReadFile("migrations/postgres/" + name)))
		b = strings.ReplaceAll(words.ReplaceAllString(secured.ReplaceAllString(b, ""), ""), "BYTEA", "BLOB")
		if strings.Join(strings.Fields(alone.ReplaceAllString(a, "")), " ") != strings.Join(strings.Fields(b), " ") {
			t.Errorf("%s says other things to SQLite than to PostgreSQL", name)
		}
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		before := dump(t, db, p.id)
		for range 2 {
			check(t, store.Migrate(t.Context(), db.Options))
		}
		s := must[*store.Store](t)(store.Open(t.Context(), db.Options))
		check(t, s.Close())
		check(t, s.Close())
		if after := dump(t, db, p.id); after != before {
			t.Errorf("rows changed:\n%s", after)
		}
	})
}

// emptyDatabase is a database without a schema.
type emptyDatabase struct {
	options store.Options
	raw     *sql.DB
	dialect goose.Dialect
}

func eachEmpty(t *testing.T, run func(t *testing.T, e emptyDatabase)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "audipy.db")
		check(t, os.WriteFile(path, nil, 0o600))
		raw := must[*sql.DB](t)(sql.Open("sqlite", storetest.SQLiteAddress(path)))
		t.Cleanup(func() { check(t, raw.Close()) })
		run(t, emptyDatabase{store.Options{SQLitePath: path}, raw, goose.DialectSQLite3})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := storetest.EmptyPostgres(t)
		raw := must[*sql.DB](t)(sql.Open("pgx", url+" app.user_id=system"))
		t.Cleanup(func() { check(t, raw.Close()) })
		run(t, emptyDatabase{store.Options{PostgresURL: url}, raw, goose.DialectPostgres})
	})
}

func TestEveryOlderSchemaIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	step := int64(1)
	if testing.Short() {
		step = 9
	}
	for version := int64(0); version <= store.SchemaTarget; version += step {
		eachEmpty(t, func(t *testing.T, e emptyDatabase) {
			if version > 0 {
				check(t, store.MigrateTo(t.Context(), e.raw, e.dialect, version))
				_, err := e.raw.ExecContext(t.Context(),
					`INSERT INTO users (id, email, created_at, updated_at) VALUES ('u', 'old@example.com', 1, 1)`)
				check(t, err)
			}
			if e.dialect == goose.DialectPostgres && version < store.SchemaTarget {
				_, err := store.Open(t.Context(), e.options)
				wantKind(t, err, audipy.Conflict)
				if !strings.Contains(err.Error(), "this AudiPy needs") {
					t.Errorf("error = %v, want it to name both schemas", err)
				}
			}
			check(t, store.Migrate(t.Context(), e.options))
			s := must[*store.Store](t)(store.Open(t.Context(), e.options))
			defer func() { check(t, s.Close()) }()
			if version > 0 {
				must[audipy.User](t)(s.UserByID(t.Context(), "u"))
			}
			must[audipy.User](t)(s.CreateUser(t.Context(), "new@example.com"))
			check(t, store.MigrateDown(t.Context(), e.raw, e.dialect))
		})
	}
}

func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		_, err := db.Raw.ExecContext(t.Context(),
			`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, TRUE)`)
		check(t, err)
		_, err = store.Open(t.Context(), db.Options)
		wantKind(t, err, audipy.Conflict)
		if !strings.Contains(err.Error(), "schema 9000 and this AudiPy knows only") {
			t.Errorf("error = %v, want it to name both schemas", err)
		}
		wantKind(t, store.Migrate(t.Context(), db.Options), audipy.Conflict)
	})
}

func TestFortyMigrateAtOnce(t *testing.T) {
	t.Parallel()
	eachEmpty(t, func(t *testing.T, e emptyDatabase) {
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				if err := store.Migrate(t.Context(), e.options); err != nil {
					t.Errorf("Migrate: %v", err)
				}
			})
		}
		all.Wait()
		s := must[*store.Store](t)(store.Open(t.Context(), e.options))
		must[audipy.User](t)(s.EnsureLocalUser(t.Context()))
		check(t, s.Close())
	})
}

func TestEightProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new folder", "100% audi?py#.db")
	program := must[string](t)(os.Executable())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			cmd := exec.CommandContext(t.Context(), program)
			cmd.Env = append(os.Environ(), openEnv+"="+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("process: %v, %s", err, out)
			}
		})
	}
	all.Wait()
	for _, file := range []string{path, path + ".lock"} {
		if info := must[fs.FileInfo](t)(os.Stat(file)); info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, want it private", file, info.Mode())
		}
	}
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audipy.db")
	ctx, cancel := context.WithCancel(t.Context())
	unlock := must[func()](t)(store.LockFile(ctx, path+".lock"))
	cancel()
	if _, err := store.Open(ctx, store.Options{SQLitePath: path}); !strings.Contains(errText(err), context.Canceled.Error()) {
		t.Errorf("Open = %v, want it to end with its context", err)
	}
	unlock()
	s := must[*store.Store](t)(store.Open(t.Context(), store.Options{SQLitePath: path}))
	check(t, s.Close())
}
