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

// rowArgs appends the values of row i to args.
type rowArgs func(i int, args []any) ([]any, error)

// batch is what one statement binds.
type batch struct {
	args  []any
	count int
	err   error
}

// aheadBatches is how many statements' values wait while one runs.
const aheadBatches = 16

// write inserts n rows. The values of the next rows are made while the
// database takes the present ones: folding and encoding cost half as much as
// the statements, and SQLite uses one processor.
func (b bulk) write(ctx context.Context, q session, n int, row rowArgs) error {
	preparing, stop := context.WithCancel(ctx)
	defer stop()
	ready, used := make(chan batch, aheadBatches), make(chan []any, aheadBatches+2)
	go b.prepare(preparing, q.rows, n, row, ready, used)
	var full *sql.Stmt
	for one := range ready {
		if one.err != nil {
			return one.err
		}
		if full == nil || one.count < q.rows {
			stmt, err := q.db.PrepareContext(ctx, b.query(one.count))
			if err != nil {
				return classify(ctx, err)
			}
			defer func() { _ = stmt.Close() }() // at most two: the full one and the rest
			full = stmt
		}
		if _, err := full.ExecContext(ctx, one.args...); err != nil {
			return classify(ctx, err)
		}
		used <- one.args[:0]
	}
	return classify(ctx, ctx.Err())
}

// prepare makes the values of n rows, batch by batch, until ctx ends, an error
// is sent or all are made; then it closes ready. It takes slices from used
// before it makes new ones.
func (b bulk) prepare(ctx context.Context, size, n int, row rowArgs, ready chan<- batch, used <-chan []any) {
	defer close(ready)
	for from := 0; from < n; from += size {
		one := batch{count: min(size, n-from)}
		select {
		case one.args = <-used:
		default:
			one.args = make([]any, 0, len(b.shared)+size*b.width)
		}
		one.args = append(one.args, b.shared...)
		for i := 0; i < one.count && one.err == nil; i++ {
			one.args, one.err = row(from+i, one.args)
		}
		if one.err == nil {
			one.err = checkText(one.args)
		}
		select {
		case ready <- one:
		case <-ctx.Done():
			return
		}
		if one.err != nil {
			return
		}
	}
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
