package store

import (
	"context"
	"database/sql"
	"database/sql/driver"

	"github.com/jackc/pgx/v5/stdlib"
)

// Watch opens the database of s anew, for a test, so that after is called when
// a statement or a commit was done and before anybody is told.
func Watch(s *Store, o Options, after func()) error {
	if o.SQLitePath != "" {
		under := s.write.Driver()
		if err := s.Close(); err != nil {
			return err
		}
		s.write = sql.OpenDB(watched{dsn{under, sqliteDSN(o.SQLitePath, "_txlock", "immediate")}, after})
		s.read = sql.OpenDB(watched{dsn{under, sqliteDSN(o.SQLitePath, "_pragma", "query_only(1)")}, after})
		s.write.SetMaxOpenConns(1)
		return nil
	}
	config, err := postgresConfig(o.PostgresURL)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	s.write = sql.OpenDB(watched{stdlib.GetConnector(*config), after})
	s.read = s.write
	return nil
}

// dsn connects by a driver that knows addresses alone.
type dsn struct {
	driver  driver.Driver
	address string
}

func (d dsn) Connect(context.Context) (driver.Conn, error) { return d.driver.Open(d.address) }

func (d dsn) Driver() driver.Driver { return d.driver }

type watched struct {
	driver.Connector
	after func()
}

func (w watched) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := w.Connector.Connect(ctx)
	return &watchedConn{c, w.after}, err
}

// watchedConn passes on what both drivers' connections can do.
type watchedConn struct {
	driver.Conn
	after func()
}

func (c *watchedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	r, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
	c.after()
	return r, err
}

func (c *watchedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	r, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
	c.after()
	return r, err
}

func (c *watchedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	tx, err := c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
	return watchedTx{tx, c.after}, err
}

func (c *watchedConn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.Conn.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

type watchedTx struct {
	driver.Tx
	after func()
}

func (t watchedTx) Commit() error {
	err := t.Tx.Commit()
	t.after()
	return err
}
