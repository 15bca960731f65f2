package storetest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver of Raw
	_ "modernc.org/sqlite"             // registers the driver of Raw

	"github.com/audipy/audipy/internal/store"
)

// DB is a fresh store and what a test may need beside it. Everything is closed
// and deleted when the test ends.
type DB struct {
	*store.Store
	// Clock is what the store takes for the time.
	Clock *Clock
	// Options open the same database once more.
	Options store.Options
	// Raw reaches around the store, to look at rows or to break them.
	Raw *sql.DB
	// RawAddress is how other programs reach around the store as Raw does.
	RawAddress string
}

// IsPostgres tells which database it is.
func (db *DB) IsPostgres() bool { return db.Options.PostgresURL != "" }

// template is the file of a database that nothing was written to, made once a
// process: a copy of it costs a hundredth of the migrations.
var template = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "audipy-template-*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }() // what is of use was read
	path := filepath.Join(folder, "audipy.db")
	made, err := store.Open(context.Background(), store.Options{SQLitePath: path})
	if err != nil {
		return nil, err
	}
	if err := made.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Open returns a fresh store on SQLite.
func Open(t testing.TB) *DB {
	t.Helper()
	made, err := template()
	if err != nil {
		t.Fatalf("make the template: %v", err)
	}
	path := filepath.Join(t.TempDir(), "audipy.db")
	if err := os.WriteFile(path, made, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, store.Options{SQLitePath: path}, "sqlite", SQLiteAddress(path))
}

// SQLiteAddress is the driver's address of a database file, for a handle that
// goes around the store.
func SQLiteAddress(path string) string {
	escaped := (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()
	return "file:" + escaped + "?_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)"
}

// OpenPostgres returns a fresh store on PostgreSQL, served by a role that owns
// nothing, as row-level security wants it; Raw is the superuser's. Without PostgreSQL's
// programs it skips the test, or fails it when CI is "true".
func OpenPostgres(t testing.TB) *DB {
	t.Helper()
	s, name := database(t, "audipy_template")
	return open(t, store.Options{PostgresURL: s.address(serving, name)}, "pgx", s.address(superuser, name))
}

// EmptyPostgres returns the address of a database without a schema, under the
// same conditions.
func EmptyPostgres(t testing.TB) string {
	t.Helper()
	s, name := database(t, "template0")
	return s.address(owner, name)
}

// Each runs a case on a fresh store of either kind, in parallel.
func Each(t *testing.T, run func(t *testing.T, db *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		run(t, Open(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		run(t, OpenPostgres(t))
	})
}

func open(t testing.TB, o store.Options, driver, address string) *DB {
	t.Helper()
	db := &DB{Clock: NewClock(), Options: o, RawAddress: address}
	o.Now = db.Clock.Now
	db.Options = o
	var err error
	if db.Store, err = store.Open(context.Background(), o); err != nil {
		t.Fatalf("open store: %v", err)
	}
	if db.Raw, err = sql.Open(driver, address); err != nil {
		t.Fatalf("open database: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Raw.Close(); err != nil {
			t.Errorf("close database: %v", err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return db
}

// Clock is a clock that moves only when it is told to. It begins on the second
// of March 2026 with a fraction that microseconds can't hold, to show that the
// store cuts it.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock at its beginning.
func NewClock() *Clock {
	return &Clock{now: time.Date(2026, time.March, 2, 10, 30, 15, 123456789, time.UTC)}
}

// Now returns the time on the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
