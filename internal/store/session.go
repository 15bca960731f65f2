package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// handle is what *sql.DB and *sql.Tx have in common.
type handle interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// session runs queries, for one moment in time: every row that a transaction
// writes bears the same one.
type session struct {
	db   handle
	now  time.Time
	rows int // how many rows one INSERT carries
	// written are the events whose records this transaction has written.
	written *[]audit.Event
	// pool, when set, is where a query gets a transaction of its own, in which
	// PostgreSQL shows the rows of owner alone.
	pool  *sql.DB
	owner audipy.UserID
}

// change is a transaction that ends with an audit record. Until then its
// function may complete the event, with the id of a row that it made.
type change struct {
	session
	user  audipy.UserID
	event audit.Event
	quiet bool // set when nothing was changed, so that nothing is recorded
	// unseen is set when nothing was changed that Revision speaks of. What
	// forgets to say so costs work, and never shows anything old.
	unseen bool
}

// reading returns a session outside any transaction, for a single query. On
// PostgreSQL it sees everybody's rows: it is for the closed list of system.go,
// and what is about one person's rows takes of instead.
func (s *Store) reading() session { return s.session(s.read) }

// of is reading for the rows of one person: on PostgreSQL no query of it sees
// another's, whatever it asks for.
func (s *Store) of(user audipy.UserID) session {
	q := s.reading()
	if s.read == s.write {
		q.pool, q.owner = s.read, user
	}
	return q
}

func (s *Store) session(db handle) session {
	return session{db: db, now: s.clock(), rows: s.rows, written: new([]audit.Event)}
}

// clock is the time in the precision that the databases keep.
func (s *Store) clock() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// transactOf is transact for the rows of one person, as of is reading.
func (s *Store) transactOf(ctx context.Context, user audipy.UserID, fn func(session) error) error {
	return s.transact(ctx, func(q session) error {
		if err := s.narrow(ctx, q.db, user); err != nil {
			return err
		}
		return fn(q)
	})
}

// snapshotOf is snapshot for the rows of one person, as of is reading.
func (s *Store) snapshotOf(ctx context.Context, user audipy.UserID, fn func(session) error) error {
	return s.snapshot(ctx, func(q session) error {
		if err := s.narrow(ctx, q.db, user); err != nil {
			return err
		}
		return fn(q)
	})
}

// narrow lets a transaction see the rows of one person alone, where the
// database can: on PostgreSQL.
func (s *Store) narrow(ctx context.Context, tx handle, user audipy.UserID) error {
	if s.read != s.write {
		return nil
	}
	return narrow(ctx, tx, user)
}

// narrow sets whose rows the policies of PostgreSQL show. It holds until the
// transaction ends: what a connection outlives it must not carry on.
func narrow(ctx context.Context, tx handle, user audipy.UserID) error {
	if user == SystemChain { // the one id that shows everybody's
		user = ""
	}
	_, err := tx.ExecContext(ctx, `SELECT set_config('app.user_id', $1, TRUE)`, string(user))
	return wrap(classify(ctx, err), "narrow to a person")
}

// scoped runs a query where the session wants it.
func (q session) scoped(ctx context.Context, fn func(handle) error) error {
	if q.pool == nil {
		return fn(q.db)
	}
	if err := checkText([]any{string(q.owner)}); err != nil {
		return err
	}
	tx, err := q.pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin reading: %w", classify(ctx, err))
	}
	defer tx.Rollback()
	if err := narrow(ctx, tx, q.owner); err != nil {
		return err
	}
	return fn(tx)
}

// transact runs fn in a transaction of the write pool. Nothing of it stays
// when fn or the commit fails or ctx ends first.
func (s *Store) transact(ctx context.Context, fn func(session) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", classify(ctx, err))
	}
	defer tx.Rollback()
	q := s.session(tx)
	if err := fn(q); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", classify(ctx, err))
	}
	for _, e := range *q.written {
		s.recorded(e.Action, e.Outcome)
	}
	return nil
}

// snapshot runs fn over one consistent view for queries that belong together.
func (s *Store) snapshot(ctx context.Context, fn func(session) error) error {
	tx, err := s.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin reading: %w", classify(ctx, err))
	}
	defer tx.Rollback()
	return fn(s.session(tx))
}

// change runs fn in a transaction that ends with the event's record. The end
// of the person's chain is locked first, so the changes of one person run one
// after the other and every transaction takes its locks in the same order.
func (s *Store) change(ctx context.Context, user audipy.UserID, e audit.Event, fn func(*change) error) error {
	return s.transactOf(ctx, user, func(q session) error {
		prev, err := q.lockChain(ctx, user)
		if err != nil {
			return err
		}
		c := &change{session: q, user: user, event: e}
		if err := fn(c); err != nil || c.quiet {
			return err
		}
		return c.appendRecord(ctx, prev, user, c.event, !c.unseen)
	})
}

// exec runs a statement and returns the number of rows it touched.
func (q session) exec(ctx context.Context, query string, args ...any) (int64, error) {
	if err := checkText(args); err != nil {
		return 0, err
	}
	result, err := q.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, classify(ctx, err)
	}
	return result.RowsAffected()
}

// touch runs a statement that must touch a row. No row is sql.ErrNoRows.
func (q session) touch(ctx context.Context, query string, args ...any) error {
	n, err := q.exec(ctx, query, args...)
	if err == nil && n == 0 {
		return sql.ErrNoRows
	}
	return err
}

// one reads the only row of a query into dest. No row is sql.ErrNoRows.
func (q session) one(ctx context.Context, dest []any, query string, args ...any) error {
	if err := checkText(args); err != nil {
		return err
	}
	return q.scoped(ctx, func(db handle) error {
		err := db.QueryRowContext(ctx, query, args...).Scan(dest...)
		if errors.Is(err, sql.ErrNoRows) {
			return sql.ErrNoRows
		}
		return classify(ctx, err)
	})
}

// each calls scan for every row of a query.
func (q session) each(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	if err := checkText(args); err != nil {
		return err
	}
	return q.scoped(ctx, func(db handle) error {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return classify(ctx, err)
		}
		defer rows.Close()
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return classify(ctx, rows.Err())
	})
}

// list reads the rows of a query into values, by where their fields are.
func list[T any](ctx context.Context, q session, fields func(*T) []any, query string, args ...any) ([]T, error) {
	var all []T
	err := q.each(ctx, func(rows *sql.Rows) error {
		var one T
		if err := rows.Scan(fields(&one)...); err != nil {
			return fmt.Errorf("scan a row: %w", err)
		}
		all = append(all, one)
		return nil
	}, query, args...)
	return all, err
}

// checkText refuses text that PostgreSQL would refuse and SQLite would keep.
func checkText(args []any) error {
	for _, arg := range args {
		text, ok := arg.(string)
		if ok && (strings.IndexByte(text, 0) >= 0 || !utf8.ValidString(text)) {
			return audipy.Fail(audipy.Invalid, "text with a NUL or with broken UTF-8 can't be stored", nil)
		}
	}
	return nil
}

// newID returns a UUIDv7: ids made later sort later.
func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), nil
}

// absent turns "no row" into the NotFound that a person reads, and wraps any
// other error with what was being done.
func absent(err error, doing, thing string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return audipy.Fail(audipy.NotFound, "there is no such "+thing, nil)
	}
	return wrap(err, doing)
}

// wrap says what was being done; nil stays nil.
func wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
