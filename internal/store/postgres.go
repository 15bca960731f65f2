package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/audipy/audipy/internal/audipy"
)

// Bounds of the PostgreSQL pool: a server of ours shares the database with
// its replicas, and PostgreSQL allows 100 connections unless told otherwise.
const (
	postgresConns    = 20
	postgresIdle     = 5
	postgresIdleTime = 5 * time.Minute
)

// postgresRows is how many rows one INSERT carries: each statement is a round
// trip, and beyond some dozens of rows nothing gets faster.
const postgresRows = 40

func (s *Store) openPostgres(ctx context.Context, o Options) error {
	db, err := dialPostgres(o.PostgresURL)
	if err != nil {
		return err
	}
	s.write, s.read, s.rows = db, db, postgresRows
	return checkPostgres(ctx, db)
}

// dialPostgres parses the address and prepares a pool. The parser's own error
// may quote the address, password included, so it is not passed on.
func dialPostgres(address string) (*sql.DB, error) {
	config, err := postgresConfig(address)
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConns)
	db.SetMaxIdleConns(postgresIdle)
	db.SetConnMaxIdleTime(postgresIdleTime)
	return db, nil
}

func postgresConfig(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, "the PostgreSQL address can't be read", nil).
			WithHint("write it as postgres://user@host:5432/database")
	}
	// What the policies of the tables take for whoever works for everybody. A
	// transaction for one person narrows it, see narrow.
	config.RuntimeParams["app.user_id"] = string(SystemChain)
	return config, nil
}

// silent is the error for a database that can't be asked.
func silent(err error) error {
	return audipy.Fail(audipy.Unavailable, "PostgreSQL does not answer", err).
		WithHint("see that it runs, and that AUDIPY_DATABASE has its address and a name and password that it takes")
}

func checkPostgres(ctx context.Context, db *sql.DB) error {
	if err := db.PingContext(ctx); err != nil {
		return silent(err)
	}
	var table sql.NullString
	if err := db.QueryRowContext(ctx, `SELECT to_regclass('goose_db_version')::text`).Scan(&table); err != nil {
		return fmt.Errorf("look for the schema: %w", classify(ctx, err))
	}
	have := int64(0)
	if table.Valid {
		var err error
		if have, err = schemaVersion(ctx, db); err != nil {
			return err
		}
	}
	return compareSchema(have, true)
}
