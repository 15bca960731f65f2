package cli

import (
	"encoding/csv"
	"io"
	"strings"
)

// csvWriter writes RFC 4180 tables whose cells no spreadsheet takes for a
// formula.
type csvWriter struct {
	to  *csv.Writer
	row []string
}

func newCSVWriter(w io.Writer) *csvWriter { return &csvWriter{to: csv.NewWriter(w)} }

// write writes one row.
func (w *csvWriter) write(cells ...string) error {
	w.row = w.row[:0]
	for _, cell := range cells {
		w.row = append(w.row, guardCell(cell))
	}
	return w.to.Write(w.row)
}

// close writes what is buffered, and returns the first error there was.
func (w *csvWriter) close() error {
	w.to.Flush()
	return w.to.Error()
}

// formulaStarts are the characters with which a spreadsheet may begin a
// formula or leave the cell, and their full-width forms, which some take for
// the same. Source: OWASP's page on CSV injection.
const formulaStarts = "=+-@\t\r\n\x00＝＋－＠"

// guardCell puts an apostrophe before text that a spreadsheet could take for
// a formula, also behind spaces; it shows the apostrophe or hides it, and runs
// nothing. NUL is dropped: readers disagree on it.
func guardCell(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	bare := strings.TrimLeft(text, " \u00a0\u3000\ufeff")
	if bare != "" && strings.ContainsAny(firstRune(bare), formulaStarts) {
		return "'" + text
	}
	return text
}

func firstRune(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}
