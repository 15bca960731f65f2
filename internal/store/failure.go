package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/audipy/audipy/internal/audipy"
)

// SQLite's primary result codes (sqlite.org/rescode.html) and PostgreSQL's
// SQLSTATEs (appendix A of its manual) that say something to a person.
const (
	sqliteBusy     = 5
	sqliteReadOnly = 8
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteNotADB   = 26

	postgresDeadlock = "40P01"
	postgresDiskFull = "53100"
	postgresShutdown = "57P01"
)

// classify gives a driver's error the kind and the sentence that a person can
// act on. When ctx has ended, that is the reason, whatever the driver says.
func classify(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return classifySQLite(e)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return classifyPostgres(e)
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return audipy.Fail(audipy.Unavailable, "PostgreSQL does not answer", err)
	}
	return err
}

func classifySQLite(e *sqlite.Error) error {
	switch e.Code() & 0xff { // the upper bits only refine the code
	case sqliteBusy:
		return audipy.Fail(audipy.Busy, "the database is in use by another process", e).
			WithHint("wait a moment and try again")
	case sqliteFull:
		return audipy.Fail(audipy.Unavailable, "the disk with the database is full", e).
			WithHint("make room there and try again; what was saved before is safe")
	case sqliteReadOnly:
		return audipy.Fail(audipy.Unavailable, "the database file can't be written", e).
			WithHint("check who owns the data folder")
	case sqliteCorrupt, sqliteNotADB:
		return audipy.Fail(audipy.Unavailable, "the database file is damaged", e).
			WithHint("restore it from a backup, or move it away to begin anew")
	}
	return e
}

func classifyPostgres(e *pgconn.PgError) error {
	switch e.Code {
	case postgresDeadlock:
		return audipy.Fail(audipy.Busy, "another change got in the way", e).WithHint("try again")
	case postgresDiskFull:
		return audipy.Fail(audipy.Unavailable, "the disk with the database is full", e).
			WithHint("make room there and try again; what was saved before is safe")
	case postgresShutdown:
		return audipy.Fail(audipy.Unavailable, "PostgreSQL is shutting down", e)
	}
	return e
}
