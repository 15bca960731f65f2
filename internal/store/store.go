package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Options say which database to open. Exactly one of SQLitePath and
// PostgresURL must be set.
type Options struct {
	// SQLitePath is the database file. It and its folder are made when they
	// are missing, readable by their owner only.
	SQLitePath string
	// PostgresURL is an address as pgx takes it: a URL or key=value pairs.
	PostgresURL string
	// Now is the clock; nil means time.Now. Every time the store writes
	// comes from it.
	Now func() time.Time
	// Recorded is told of each audit record that was committed; nil means that
	// nobody counts them.
	Recorded func(audit.Action, audit.Outcome)
}

func (o Options) validate() error {
	if (o.SQLitePath == "") == (o.PostgresURL == "") {
		return audipy.Fail(audipy.Invalid, "name one database: a SQLite file or a PostgreSQL address", nil)
	}
	return nil
}

// Store is an open database. Make one with Open; its methods may be called
// from many goroutines at once.
type Store struct {
	// On SQLite write has one connection and read has several, so that a
	// reader never waits for a writer; on PostgreSQL both are one pool.
	write, read *sql.DB
	now         func() time.Time
	rows        int // how many rows one INSERT carries
	recorded    func(audit.Action, audit.Outcome)
}

// Open opens the database. On SQLite it first brings the schema up to date,
// under a lock file beside the database, so any number of processes may start
// at once; on PostgreSQL that is Migrate's work, and Open refuses a schema
// older than this program's. A newer schema is refused on both, as a Conflict.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	s := &Store{now: o.Now, recorded: o.Recorded}
	if s.now == nil {
		s.now = time.Now
	}
	if s.recorded == nil {
		s.recorded = func(audit.Action, audit.Outcome) {}
	}
	open := s.openPostgres
	if o.SQLitePath != "" {
		open = s.openSQLite
	}
	if err := open(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the database, waiting for running queries. It may be called
// twice.
func (s *Store) Close() error {
	var errs []error
	if s.read != nil && s.read != s.write {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database: %w", err)
	}
	return nil
}
