package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/audipy/audipy/internal/audipy"
)

// Restoring is what Restore puts into an empty database.
type Restoring struct {
	// Schema is the schema that the rows are of, as Schema returned it.
	Schema int64
	// Rows are the rows, in the order in which AllRows gave them. An error
	// ends the restoring.
	Rows iter.Seq2[Row, error]
	// Same, if set, is given what the database then holds, before it is
	// brought up to date; its error ends the restoring.
	Same func(iter.Seq2[Row, error]) error
	// Check, if set, is given the database brought up to date; its error
	// ends the restoring.
	Check func(*Store) error
}

// Schema is the schema of this program, and of every Store that it opens.
func Schema() int64 { return schemaTarget }

// undoTime bounds the taking back of a restoring that failed.
const undoTime = time.Minute

// Restore makes a database of rows that AllRows once gave, maybe by an older
// program and from the other kind of database, and brings it up to date. The
// database must be empty: a SQLite file that does not exist, a PostgreSQL
// schema without tables; anything else is a Conflict. When something fails
// nothing of it stays. Calendar addresses and the use of stored passwords do not
// come back (withdraw).
func Restore(ctx context.Context, o Options, r Restoring) (err error) {
	if err := o.validate(); err != nil {
		return err
	}
	if err := compareSchema(r.Schema, false); err != nil {
		return err
	}
	db, dialect, undo, err := openEmpty(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if err == nil {
			return
		}
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTime)
		defer cancel()
		err = errors.Join(err, undo(late))
	}()
	err = fill(ctx, db, dialect, r)
	if err = errors.Join(err, db.Close()); err != nil {
		return err
	}
	if err := Migrate(ctx, o); err != nil {
		return err
	}
	s, err := Open(ctx, o)
	if err != nil {
		return err
	}
	if r.Check != nil {
		err = r.Check(s)
	}
	return errors.Join(err, s.Close())
}

// openEmpty opens a database that must be empty. The returned function makes
// it that again.
func openEmpty(ctx context.Context, o Options) (*sql.DB, goose.Dialect, func(context.Context) error, error) {
	if o.PostgresURL != "" {
		return openEmptyPostgres(ctx, o.PostgresURL)
	}
	if _, err := os.Lstat(o.SQLitePath); !errors.Is(err, fs.ErrNotExist) {
		return nil, "", nil, audipy.Fail(audipy.Conflict, fmt.Sprintf("there is a database already: %q", o.SQLitePath), err).
			WithHint("restore into an empty folder; nothing was changed")
	}
	if err := createPrivate(o.SQLitePath); err != nil {
		return nil, "", nil, err
	}
	db, err := sql.Open("sqlite", sqliteDSN(o.SQLitePath, "_txlock", "immediate"))
	if err != nil {
		return nil, "", nil, fmt.Errorf("open %q: %w", o.SQLitePath, err)
	}
	db.SetMaxOpenConns(1)
	return db, goose.DialectSQLite3, func(context.Context) error {
		var errs []error
		for _, end := range []string{"", "-wal", "-shm", ".lock"} {
			if err := os.Remove(o.SQLitePath + end); !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
		return wrap(errors.Join(errs...), "take the new database away")
	}, nil
}

func openEmptyPostgres(ctx context.Context, address string) (*sql.DB, goose.Dialect, func(context.Context) error, error) {
	db, err := dialPostgres(address)
	if err != nil {
		return nil, "", nil, err
	}
	var tables int
	err = db.QueryRowContext(ctx,
		`SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()`).Scan(&tables)
	switch {
	case err != nil:
		err = silent(err)
	case tables > 0:
		err = audipy.Fail(audipy.Conflict, fmt.Sprintf("the PostgreSQL database is not empty: it has %d tables", tables), nil).
			WithHint("restore into a new database, made with createdb; nothing was changed")
	}
	if err != nil {
		return nil, "", nil, errors.Join(err, db.Close())
	}
	return db, goose.DialectPostgres, func(ctx context.Context) error {
		db, err := dialPostgres(address)
		if err != nil {
			return err
		}
		defer func() { _ = db.Close() }() // what was dropped is dropped
		provider, err := newProvider(db, goose.DialectPostgres)
		if err != nil {
			return err
		}
		if _, err := provider.DownTo(ctx, 0); err != nil {
			return fmt.Errorf("take the restored tables away: %w", err)
		}
		_, err = db.ExecContext(ctx, `DROP TABLE goose_db_version`)
		return wrap(err, "take the restored tables away")
	}, nil
}

// fill brings an empty database to the schema of the rows and writes them, all
// in one transaction.
func fill(ctx context.Context, db *sql.DB, dialect goose.Dialect, r Restoring) error {
	provider, err := newProvider(db, dialect)
	if err != nil {
		return err
	}
	if _, err := provider.UpTo(ctx, r.Schema); err != nil {
		return fmt.Errorf("make schema %d: %w", r.Schema, classify(ctx, err))
	}
	s := &Store{write: db, now: time.Now, rows: postgresRows}
	if dialect == goose.DialectSQLite3 {
		s.rows = sqliteRows
	}
	return s.transact(ctx, func(q session) error {
		in := &inserter{q: q}
		for row, err := range r.Rows {
			if err == nil {
				err = in.add(ctx, row)
			}
			if err != nil {
				return err
			}
		}
		if err := in.end(ctx); err != nil {
			return err
		}
		if r.Same != nil {
			err := r.Same(func(yield func(Row, error) bool) {
				err := q.copyTables(ctx, in.tables, yield)
				if err != nil && !errors.Is(err, errStop) {
					yield(Row{}, err)
				}
			})
			if err != nil {
				return err
			}
		}
		return in.withdraw(ctx)
	})
}

// withdraw ends what works without its person, who may have ended it since the
// backup was made: the addresses of calendars, and the use of stored passwords.
func (in *inserter) withdraw(ctx context.Context) error {
	for table, query := range map[string]string{
		"calendar_feeds":  `DELETE FROM calendar_feeds`,
		"stored_sign_ins": `UPDATE stored_sign_ins SET stopped = '` + string(audipy.StopRestored) + `' WHERE stopped = ''`,
	} {
		if !slices.ContainsFunc(in.tables, func(t copiedTable) bool { return t.name == table }) {
			continue // the backup has no row of it, and its schema maybe no such table
		}
		if _, err := in.q.exec(ctx, query); err != nil {
			return wrap(err, "restore table "+table)
		}
	}
	return nil
}

// inserter writes rows, several of one table with one statement.
type inserter struct {
	q       session
	tables  []copiedTable // begun so far
	columns []Column      // of the table that is being written
	args    []any
	count   int
	full    *sql.Stmt // for q.rows rows of that table
}

// add writes a row, now or together with the next ones.
func (in *inserter) add(ctx context.Context, row Row) error {
	if len(in.tables) == 0 || in.tables[len(in.tables)-1].name != row.Table {
		if err := in.begin(ctx, row); err != nil {
			return err
		}
	}
	if len(row.Values) != len(in.columns) {
		return unfit(row.Table, "a row has "+strconv.Itoa(len(row.Values))+" values")
	}
	for i, value := range row.Values {
		if !in.columns[i].Kind.takes(value) {
			return unfit(row.Table, "column "+in.columns[i].Name+" has a value of another kind")
		}
	}
	if err := checkText(row.Values); err != nil {
		return err
	}
	in.args = append(in.args, row.Values...)
	if in.count++; in.count < in.q.rows {
		return nil
	}
	return in.flush(ctx)
}

// begin ends the table before and prepares for the one of row, whose name and
// columns must be those that the database has.
func (in *inserter) begin(ctx context.Context, row Row) error {
	if err := in.end(ctx); err != nil {
		return err
	}
	all := copiedTables()
	at := slices.IndexFunc(all, func(t copiedTable) bool { return t.name == row.Table })
	if at < 0 || slices.Contains(in.tables, all[at]) {
		return unfit(row.Table, "this table has no place there")
	}
	rows, err := in.q.db.QueryContext(ctx, `SELECT * FROM `+all[at].name+` LIMIT 0`)
	if err != nil {
		return wrap(classify(ctx, err), "look at table "+all[at].name)
	}
	defer rows.Close()
	if in.columns, err = columnsOf(row.Table, rows); err != nil {
		return err
	}
	if err := rows.Err(); err != nil {
		return wrap(classify(ctx, err), "look at table "+row.Table)
	}
	if !slices.Equal(in.columns, row.Columns) {
		return unfit(row.Table, "its columns are others")
	}
	in.tables = append(in.tables, all[at])
	return nil
}

// flush writes what waits.
func (in *inserter) flush(ctx context.Context) error {
	if in.count == 0 {
		return nil
	}
	name := in.tables[len(in.tables)-1].name
	into := bulk{head: `INSERT INTO ` + name + ` ` + columnList(in.columns), width: len(in.columns)}
	var err error
	switch {
	case in.count < in.q.rows:
		_, err = in.q.db.ExecContext(ctx, into.query(in.count), in.args...)
	case in.full == nil:
		if in.full, err = in.q.db.PrepareContext(ctx, into.query(in.count)); err != nil {
			break
		}
		fallthrough
	default:
		_, err = in.full.ExecContext(ctx, in.args...)
	}
	in.args, in.count = in.args[:0], 0
	return wrap(classify(ctx, err), "restore table "+name)
}

// end writes what waits and closes the statement of the table.
func (in *inserter) end(ctx context.Context) error {
	err := in.flush(ctx)
	if in.full != nil {
		err = errors.Join(err, in.full.Close())
		in.full = nil
	}
	return err
}

func columnList(columns []Column) string {
	var text []byte
	for i, c := range columns {
		text = append(text, "(,"[min(i, 1)])
		text = append(text, c.Name...)
	}
	return string(append(text, ')'))
}

// unfit says that rows are not of the schema that they claim to be of.
func unfit(table, reason string) error {
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("table %q does not fit the database: %s", table, reason), nil)
}
