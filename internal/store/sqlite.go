package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // registers the driver
)

// sqliteRows is how many rows one INSERT carries. The driver looks up the name
// of every parameter in a list, in time that grows with the square of their
// number, so large statements are slow: 10,000 rows of 30 columns took 0.32 s
// with one to three rows a statement, 0.37 s with ten and 0.67 s with forty.
const sqliteRows = 2

// sqliteReaders bounds the read pool. Each connection has a page cache of
// 2 MB, and more than a few readers at once only wait for the processor.
const sqliteReaders = 4

// sqliteIdle is how long a reading connection is kept for the next reader: its
// page cache is memory, and opening another takes a millisecond.
const sqliteIdle = 10 * time.Second

func (s *Store) openSQLite(ctx context.Context, o Options) error {
	if err := createPrivate(o.SQLitePath); err != nil {
		return err
	}
	unlock, err := lockFile(ctx, o.SQLitePath+".lock")
	if err != nil {
		return err
	}
	// The lock also covers the first connection: switching a new file to WAL
	// is not protected by busy_timeout.
	defer unlock()
	if s.write, err = sql.Open("sqlite", sqliteDSN(o.SQLitePath, "_txlock", "immediate")); err != nil {
		return fmt.Errorf("open %q: %w", o.SQLitePath, err)
	}
	s.write.SetMaxOpenConns(1)
	s.rows = sqliteRows
	if err := migrateSQLite(ctx, s.write); err != nil {
		return fmt.Errorf("open %q: %w", o.SQLitePath, classify(ctx, err))
	}
	if s.read, err = sql.Open("sqlite", sqliteDSN(o.SQLitePath, "_pragma", "query_only(1)")); err != nil {
		return fmt.Errorf("open %q for reading: %w", o.SQLitePath, err)
	}
	s.read.SetMaxOpenConns(sqliteReaders)
	s.read.SetMaxIdleConns(sqliteReaders)
	s.read.SetConnMaxIdleTime(sqliteIdle)
	return nil
}

// sqliteDSN is the address of the file with the settings of every connection.
// synchronous is FULL, not WAL's usual NORMAL: a rotated token must survive a
// power cut from the moment SaveCredentials returns, because Amazon may have
// dropped the one before it. It costs one fsync a transaction. secure_delete
// overwrites what is deleted with zeros: credentials of an account that was
// unlinked, or of a sign-in that ended, don't stay in the file for whoever gets
// hold of it and of the key later.
func sqliteDSN(path, key, value string) string {
	q := url.Values{"_time_format": {"sqlite"}}
	for _, pragma := range []string{
		"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)", "secure_delete(1)",
	} {
		q.Add("_pragma", pragma)
	}
	q.Add(key, value)
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + q.Encode()
}
