package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/audipy/audipy/internal/audipy"
)

//go:embed migrations
var migrations embed.FS

// schemaTarget is the newest migration of this program. A test compares it
// with the files.
const schemaTarget = 26

// Migrate brings the schema of either database up to date; with nothing to do
// it changes nothing. Concurrent calls, from other processes too, wait for
// each other. On PostgreSQL it needs the rights of the tables' owner. A schema
// newer than this program's is a Conflict.
func Migrate(ctx context.Context, o Options) error {
	if err := o.validate(); err != nil {
		return err
	}
	if o.SQLitePath != "" {
		s, err := Open(ctx, o)
		if err != nil {
			return err
		}
		return s.Close()
	}
	db, err := dialPostgres(o.PostgresURL)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // what was migrated is committed
	if err := db.PingContext(ctx); err != nil {
		return silent(err)
	}
	// Another process may migrate at the same time: look every second, for
	// ten minutes.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return fmt.Errorf("migrate PostgreSQL: %w", err)
	}
	return migrateUp(ctx, db, goose.DialectPostgres, goose.WithSessionLocker(locker))
}

// migrateSQLite runs under the lock file. Reading the version first keeps the
// usual start, with nothing to migrate, down to one query.
func migrateSQLite(ctx context.Context, db *sql.DB) error {
	var tables int
	const look = `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`
	if err := db.QueryRowContext(ctx, look).Scan(&tables); err != nil {
		return fmt.Errorf("look for the schema: %w", err)
	}
	if tables > 0 {
		have, err := schemaVersion(ctx, db)
		if err != nil || have == schemaTarget {
			return err
		}
	}
	return migrateUp(ctx, db, goose.DialectSQLite3)
}

func migrateUp(ctx context.Context, db *sql.DB, dialect goose.Dialect, o ...goose.ProviderOption) error {
	provider, err := newProvider(db, dialect, o...)
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	have, err := schemaVersion(ctx, db)
	if err != nil {
		return err
	}
	return compareSchema(have, false)
}

func newProvider(db *sql.DB, dialect goose.Dialect, o ...goose.ProviderOption) (*goose.Provider, error) {
	folder := "migrations/postgres"
	if dialect == goose.DialectSQLite3 {
		folder = "migrations/sqlite"
	}
	files, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	provider, err := goose.NewProvider(dialect, db, files, append(o, goose.WithDisableGlobalRegistry(true))...)
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return provider, nil
}

// schemaVersion is the newest migration that the database has.
func schemaVersion(ctx context.Context, db *sql.DB) (int64, error) {
	var version sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version WHERE is_applied`).Scan(&version)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read the schema's version: %w", classify(ctx, err))
	}
	return version.Int64, nil
}

// compareSchema refuses a schema that this program does not know. An older
// one passes as far as the caller is about to migrate it.
func compareSchema(have int64, refuseOlder bool) error {
	switch {
	case have > schemaTarget:
		msg := fmt.Sprintf("the database has schema %d and this AudiPy knows only %d", have, schemaTarget)
		return audipy.Fail(audipy.Conflict, msg, nil).WithHint("update AudiPy; a newer one has used this database")
	case refuseOlder && have < schemaTarget:
		msg := fmt.Sprintf("the database has schema %d and this AudiPy needs %d", have, schemaTarget)
		return audipy.Fail(audipy.Conflict, msg, nil).WithHint(`run "audipy migrate" with the database owner's address`)
	}
	return nil
}
