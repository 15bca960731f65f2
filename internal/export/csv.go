package export

import (
	"encoding/csv"
	"regexp"
	"strings"
)

// csvWriter writes RFC 4180 tables whose cells no spreadsheet takes for a
// formula.
type csvWriter struct {
	to  *csv.Writer
	row []string
	// clean is put over every cell; nil leaves them as they are.
	clean func(string) string
}

// write writes one row.
func (w *csvWriter) write(cells ...string) error {
	w.row = w.row[:0]
	for _, cell := range cells {
		if w.clean != nil {
			cell = w.clean(cell)
		}
		w.row = append(w.row, GuardCell(cell))
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

// blanks are the characters that a spreadsheet may pass over before a formula.
const blanks = " \u00a0\u3000\ufeff"

// inner is what a spreadsheet that parts cells or rows elsewhere could take for
// the start of a formula within a text: where a comma is the decimal sign,
// programs part cells at the semicolon and don't see the quotes.
var inner = regexp.MustCompile(`([;\t\r\n]["` + blanks + `]*)([=+\-@＝＋－＠])`)

// GuardCell puts an apostrophe before text that a spreadsheet could take for
// a formula, also behind spaces, and within a text where one could part the
// cell; it shows the apostrophe or hides it, and runs nothing. NUL is dropped:
// readers disagree on it.
func GuardCell(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	text = inner.ReplaceAllString(text, "$1'$2")
	bare := strings.TrimLeft(text, blanks)
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
