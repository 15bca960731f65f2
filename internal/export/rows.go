package export

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
)

// Rows takes rows one by one, so that an export is never in memory as a whole.
// It writes either a JSON array or a CSV table with a head.
type Rows struct {
	to    io.Writer
	json  *json.Encoder // nil for CSV
	csv   *csvWriter
	count int
}

// NewJSON returns rows that become one JSON array.
func NewJSON(w io.Writer) *Rows {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &Rows{to: w, json: enc}
}

// NewCSV returns rows that become a table by RFC 4180. Clean is put over every
// cell, for a table that goes where its texts could do harm; nil leaves them as
// they are.
func NewCSV(w io.Writer, clean func(string) string) *Rows {
	return &Rows{to: w, csv: &csvWriter{to: csv.NewWriter(w), clean: clean}}
}

// Head writes the head of a table; JSON rows name their own fields.
func (r *Rows) Head(names ...string) error {
	if r.csv == nil {
		return nil
	}
	return r.csv.write(names...)
}

// Row writes one row: the value as JSON, or the cells as a table.
func (r *Rows) Row(value any, cells func() []string) error {
	r.count++
	if r.csv != nil {
		return r.csv.write(cells()...)
	}
	start := ","
	if r.count == 1 {
		start = "["
	}
	if _, err := io.WriteString(r.to, start); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return r.json.Encode(value) // ends with a line feed
}

// Count is the number of rows so far, the head left out.
func (r *Rows) Count() int { return r.count }

// End finishes the document; without it the last rows may be missing.
func (r *Rows) End() error {
	if r.csv != nil {
		return r.csv.close()
	}
	tail := "]\n"
	if r.count == 0 {
		tail = "[]\n"
	}
	_, err := io.WriteString(r.to, tail)
	return err
}
