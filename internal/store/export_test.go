package store

import (
	"context"
	"database/sql"

	"github.com/pressly/goose/v3"
)

// Fold, ParseCursor and SchemaTarget show what has no other way out.
var (
	Fold = fold
	// CopiedTables and PassingTables are the tables of a backup, and the others.
	CopiedTables = func() map[string]string {
		keys := map[string]string{}
		for _, table := range copiedTables() {
			keys[table.name] = table.key
		}
		return keys
	}
	PassingTables = passingTables
	ParseCursor   = func(text string, sort ItemSort) error {
		_, err := parseCursor(text, sort)
		return err
	}
)

// SchemaTarget is the newest schema of this program.
const SchemaTarget = schemaTarget

// InstanceTables are the tables that belong to no person.
func InstanceTables() []string { return instanceTables() }

// MigrateTo brings an empty database to an older schema.
func MigrateTo(ctx context.Context, db *sql.DB, dialect goose.Dialect, version int64) error {
	provider, err := newProvider(db, dialect)
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}

// MigrateDown takes every migration back.
func MigrateDown(ctx context.Context, db *sql.DB, dialect goose.Dialect) error {
	provider, err := newProvider(db, dialect)
	if err != nil {
		return err
	}
	_, err = provider.DownTo(ctx, 0)
	return err
}

// Settings returns what a connection of the write pool has for a SQLite pragma.
func Settings(ctx context.Context, s *Store, pragma string) (string, error) {
	var value string
	err := s.write.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&value)
	return value, err
}

// Swapped runs the query that some SQLite drivers answer the wrong way round.
func Swapped(ctx context.Context, s *Store) (first, second string, err error) {
	err = s.reading().one(ctx, []any{&first, &second},
		`SELECT CAST($2 AS TEXT), CAST($1 AS TEXT)`, "one", "two")
	return first, second, err
}

// LockFile takes the lock under which SQLite is opened.
func LockFile(ctx context.Context, path string) (func(), error) { return lockFile(ctx, path) }

// Impatient makes the write connection give up on a lock at once.
func Impatient(ctx context.Context, s *Store) error {
	_, err := s.write.ExecContext(ctx, "PRAGMA busy_timeout = 1")
	return err
}

// Unusable is what an error of the data folder becomes.
func Unusable(folder string, err error) error { return unusable(folder, err) }

// Classify is what a driver's error becomes.
func Classify(ctx context.Context, err error) error { return classify(ctx, err) }
