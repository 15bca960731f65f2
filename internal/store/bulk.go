package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
)

// bulk writes many rows with few statements.
type bulk struct {
	// head is the statement up to VALUES, tail what follows the rows.
	head, tail string
	// shared are the leading columns that are the same in every row.
	shared []any
	// width is the number of the other columns of a row.
	width int
}

// write inserts n rows; row appends the values of row i to args.
func (b bulk) write(ctx context.Context, q session, n int, row func(i int, args []any) ([]any, error)) error {
	var full *sql.Stmt
	args := make([]any, 0, len(b.shared)+q.rows*b.width)
	for from := 0; from < n; from += q.rows {
		count := min(q.rows, n-from)
		args = append(args[:0], b.shared...)
		for i := range count {
			var err error
			if args, err = row(from+i, args); err != nil {
				return err
			}
		}
		if err := checkText(args); err != nil {
			return err
		}
		if full == nil || count < q.rows {
			stmt, err := q.db.PrepareContext(ctx, b.query(count))
			if err != nil {
				return classify(ctx, err)
			}
			defer func() { _ = stmt.Close() }() // at most two: the full one and the rest
			full = stmt
		}
		if _, err := full.ExecContext(ctx, args...); err != nil {
			return classify(ctx, err)
		}
	}
	return nil
}

// query is the statement for count rows. The shared parameters are named again
// in every row and bound once.
func (b bulk) query(count int) string {
	var text strings.Builder
	text.WriteString(b.head)
	text.WriteString(" VALUES ")
	next := len(b.shared)
	for i := range count {
		if i > 0 {
			text.WriteString(", ")
		}
		for column := range len(b.shared) + b.width {
			number := column + 1
			if column >= len(b.shared) {
				next++
				number = next
			}
			text.WriteString(separator(column))
			text.WriteString(strconv.Itoa(number))
		}
		text.WriteByte(')')
	}
	text.WriteByte(' ')
	text.WriteString(b.tail)
	return text.String()
}

func separator(column int) string {
	if column == 0 {
		return "($"
	}
	return ", $"
}

// inList appends values to args and returns the list of their parameters, for
// "IN (…)". Callers keep lists short with chunks.
func inList(args []any, values []string) ([]any, string) {
	var text strings.Builder
	for i, v := range values {
		args = append(args, v)
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteByte('$')
		text.WriteString(strconv.Itoa(len(args)))
	}
	return args, text.String()
}

// listRows is how many values one IN (…) names.
const listRows = 500
