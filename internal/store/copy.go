package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// Row is a row of a table on its way out of one database or into another.
type Row struct {
	// Table is the table's name, and Columns are all its columns in their
	// order; rows of one table share the slice, and nobody changes it.
	Table   string
	Columns []Column
	// Values has one value for each column: nil, or what its kind says.
	Values []any
}

// Column is a column of a table, the same on both databases.
type Column struct {
	Name string     `json:"name"`
	Kind ColumnKind `json:"kind"`
}

// ColumnKind says what a column holds beside nil.
type ColumnKind string

// The kinds of columns, and the Go type of their values.
const (
	TextColumn    ColumnKind = "text"    // string
	BytesColumn   ColumnKind = "bytes"   // []byte
	IntegerColumn ColumnKind = "integer" // int64
	RealColumn    ColumnKind = "real"    // float64
	BoolColumn    ColumnKind = "bool"    // bool
)

// copiedTable is a table that a backup holds.
type copiedTable struct {
	name string
	key  string // its primary key: what its rows are ordered by
}

// copiedTables are the tables of a backup, each after those that it refers to.
// A test fails when a table is neither here nor among passingTables.
func copiedTables() []copiedTable {
	return []copiedTable{
		{"users", "id"},
		{"user_preferences", "id"},
		{"store_limits", "user_id, marketplace"},
		{"user_keysets", "user_id"},
		{"authenticators", "user_id, id"},
		{"passkeys", "user_id, id"},
		{"recovery_codes", "user_id, hash"},
		{"user_identities", "user_id, id"},
		{"audit_heads", "user_id"},
		{"audit_records", "user_id, seq"},
		{"user_audible_accounts", "id"},
		{"user_oauth_tokens", "id"},
		{"stored_sign_ins", "user_id, account_id"},
		{"departing_devices", "id"},
		{"account_stores", "user_id, account_id, marketplace"},
		{"token_states", "user_id, account_id"},
		{"call_budgets", "user_id, account_id"},
		{"instance_budget", "id"},
		{"jobs", "kind, key"},
		{"listening_months", "user_id, account_id, marketplace, month"},
		{"library_items", "user_id, account_id, marketplace, asin"},
		{"sync_runs", "id"},
		{"wishlist_items", "user_id, account_id, marketplace, asin"},
		{"catalog_products", "user_id, marketplace, asin"},
		{"series_members", "user_id, marketplace, series_asin, asin"},
		{"catalog_looks", "user_id, marketplace, kind, name"},
		{"price_points", "user_id, marketplace, asin, day"},
		{"suggestion_marks", "user_id, marketplace, asin"},
		{"sold_titles", "user_id, marketplace, asin"},
		{"elsewhere_servers", "user_id"},
		{"elsewhere_titles", "user_id, id"},
		{"notice_settings", "user_id"},
		{"notice_channels", "user_id, id"},
		{"notice_conditions", "user_id, kind, key"},
		{"notices", "user_id, id"},
		{"calendar_feeds", "user_id"},
		{"root_secrets", "version"},
		{"system_audit_heads", "chain"},
		{"system_audit_records", "chain, seq"},
	}
}

// instanceTables are those that belong to no person.
func instanceTables() []string {
	return []string{"device_requests", "instance_budget", "root_secrets", "system_audit_heads", "system_audit_records", "throttles"}
}

// passingTables are left out of a backup: what they hold is over within
// minutes, or must not come back by restoring an old backup.
func passingTables() []string {
	return []string{
		"account_leases",    // of processes that run now
		"pending_links",     // sign-ins of ten minutes
		"sessions",          // one that was ended must not be alive again
		"pending_sign_ins",  // of five minutes
		"provider_sign_ins", // of ten minutes
		"one_time_codes",    // nor one that was used be good again
		"invites",           // nor these
		"address_changes",   // nor these
		"factor_removals",   // nor one that was called off be done
		"throttles",         // over within a day
		"link_attempts",     // of the last day
		// Nor must a program that was ended work again.
		"api_tokens", "programs", "refresh_tokens",
		"device_requests", "link_proposals", // of ten minutes, and of a day
		// A token that was exchanged since would end the sign-in, and what was on
		// its way has arrived or not.
		"servers", "pushes",
		// What waited when the backup was made has been sent since.
		"notice_deliveries", "notice_parts",
	}
}

// allRows streams the rows of the tables from one consistent view.
func (s *Store) allRows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		err := s.snapshot(ctx, func(q session) error {
			return q.copyTables(ctx, copiedTables(), yield)
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Row{}, err)
		}
	}
}

// copyTables gives every row of the tables to yield, as copyTable does.
func (q session) copyTables(ctx context.Context, tables []copiedTable, yield func(Row, error) bool) error {
	for _, table := range tables {
		if err := q.copyTable(ctx, table, func(r Row) bool { return yield(r, nil) }); err != nil {
			return err
		}
	}
	return nil
}

// copyTable gives every row of a table to yield, in the order of its key. It
// returns errStop when yield wants no more.
func (q session) copyTable(ctx context.Context, table copiedTable, yield func(Row) bool) error {
	return q.tableRows(ctx, table.name, yield, `SELECT * FROM `+table.name+` ORDER BY `+table.key)
}

// tableRows is copyTable for a query over all columns of a table.
func (q session) tableRows(ctx context.Context, table string, yield func(Row) bool, query string, args ...any) error {
	var columns []Column
	err := q.each(ctx, func(rows *sql.Rows) error {
		if columns == nil {
			var err error
			if columns, err = columnsOf(table, rows); err != nil {
				return err
			}
		}
		dest := make([]any, len(columns))
		for i, c := range columns {
			dest[i] = c.Kind.destination()
		}
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("scan row of %s: %w", table, err)
		}
		for i, d := range dest {
			dest[i] = scanned(d)
		}
		if !yield(Row{table, columns, dest}) {
			return errStop
		}
		return nil
	}, query, args...)
	if errors.Is(err, errStop) {
		return errStop
	}
	return wrap(err, "read table "+table)
}

// columnsOf describes the columns of a query over a whole table.
func columnsOf(table string, rows *sql.Rows) ([]Column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", table, err)
	}
	columns := make([]Column, len(types))
	for i, t := range types {
		columns[i].Name = t.Name()
		switch strings.ToUpper(t.DatabaseTypeName()) {
		case "TEXT":
			columns[i].Kind = TextColumn
		case "BLOB", "BYTEA":
			columns[i].Kind = BytesColumn
		case "BIGINT", "INT8":
			columns[i].Kind = IntegerColumn
		case "DOUBLE PRECISION", "FLOAT8":
			columns[i].Kind = RealColumn
		case "BOOLEAN", "BOOL":
			columns[i].Kind = BoolColumn
		default:
			return nil, fmt.Errorf("column %s.%s has the unknown type %q", table, t.Name(), t.DatabaseTypeName())
		}
	}
	return columns, nil
}

// destination is what a value of the column is scanned into.
func (k ColumnKind) destination() any {
	switch k {
	case TextColumn:
		return new(sql.Null[string])
	case BytesColumn:
		return new(sql.Null[[]byte])
	case IntegerColumn:
		return new(sql.Null[int64])
	case RealColumn:
		return new(sql.Null[float64])
	case BoolColumn:
		return new(sql.Null[bool])
	}
	return new(any)
}

// scanned is what a destination holds.
func scanned(destination any) any {
	switch d := destination.(type) {
	case *sql.Null[string]:
		return orNil(d)
	case *sql.Null[[]byte]:
		return orNil(d)
	case *sql.Null[int64]:
		return orNil(d)
	case *sql.Null[float64]:
		return orNil(d)
	case *sql.Null[bool]:
		return orNil(d)
	}
	return nil
}

func orNil[T any](n *sql.Null[T]) any {
	if !n.Valid {
		return nil
	}
	return n.V
}

// takes reports whether a column of the kind takes the value.
func (k ColumnKind) takes(value any) bool {
	switch value.(type) {
	case nil:
		return true
	case string:
		return k == TextColumn
	case []byte:
		return k == BytesColumn
	case int64:
		return k == IntegerColumn
	case float64:
		return k == RealColumn
	case bool:
		return k == BoolColumn
	}
	return false
}

// checkIntegrity asks SQLite; see CheckIntegrity.
func (s *Store) checkIntegrity(ctx context.Context) error {
	if s.read == s.write {
		return nil
	}
	var found []string
	err := s.snapshot(ctx, func(q session) error {
		err := q.each(ctx, func(rows *sql.Rows) error {
			var line string
			if err := rows.Scan(&line); err != nil {
				return fmt.Errorf("scan finding: %w", err)
			}
			if line != "ok" {
				found = append(found, line)
			}
			return nil
		}, `SELECT integrity_check FROM pragma_integrity_check`)
		if err != nil {
			return err
		}
		return q.each(ctx, func(rows *sql.Rows) error {
			var table string
			if err := rows.Scan(&table); err != nil {
				return fmt.Errorf("scan finding: %w", err)
			}
			found = append(found, "a row of "+table+" refers to nothing")
			return nil
		}, `SELECT DISTINCT "table" FROM pragma_foreign_key_check`)
	})
	if err != nil || len(found) == 0 {
		return wrap(err, "check the database")
	}
	return audipy.Fail(audipy.Unavailable, "the database file is damaged: "+found[0], nil).
		WithHint("restore it from a backup")
}
