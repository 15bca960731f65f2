package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"

	"github.com/audipy/audipy/internal/audipy"
)

// printer writes results, either as text for a person or as one JSON document.
type printer struct {
	out, err io.Writer
	json     bool
	// colour is true on a terminal whose owner has not asked for none.
	colour bool
	// width is the number of columns to keep within; 0 means no limit.
	width int
	// noteWidth is the same for what goes to standard error.
	noteWidth int
	// printed is true once a JSON document went out: there is only one.
	printed bool
}

// result prints value as JSON, or calls text to say the same in words.
func (p *printer) result(value any, text func()) error {
	if !p.json {
		text()
		return nil
	}
	p.printed = true
	enc := json.NewEncoder(jsonSafe{p.out})
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		if lost := p.lost(); lost != nil {
			return lost
		}
		return fmt.Errorf("print the result: %w", err)
	}
	return nil
}

// line prints one line of a result.
func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p.out, format+"\n", args...)
}

// note says something beside the result: progress, a warning, a question.
func (p *printer) note(format string, args ...any) {
	const name = "audipy: "
	fmt.Fprintf(p.err, "%s%s\n", name, wrapped(fmt.Sprintf(format, args...), p.noteWidth, len(name), len(name)))
}

// heading prints a line that stands out on a terminal.
func (p *printer) heading(text string) {
	p.line("%s", p.paint("1", clean(text)))
}

// dim returns text in a fainter colour on a terminal.
func (p *printer) dim(text string) string { return p.paint("2", text) }

func (p *printer) paint(code, text string) string {
	if !p.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// failure prints what went wrong and what to do about it. The cause of an
// internal failure goes out too, here alone: the person at the terminal is
// the operator, and there is no log to look into. In JSON it is the one
// document, unless a result was printed before it.
func (p *printer) failure(err error) {
	message, hint := describe(err)
	if p.json && !p.printed {
		type problem struct {
			Kind    string `json:"kind"`
			Message string `json:"message"`
			Hint    string `json:"hint,omitempty"`
		}
		_ = p.result(map[string]problem{"error": {kindName(audipy.KindOf(err)), message, hint}}, nil)
		return
	}
	p.note("%s %s", p.paint("31", "error:"), message)
	if hint != "" {
		p.note("hint: %s", hint)
	}
}

// describe returns the sentence and the hint for a person.
func describe(err error) (message, hint string) {
	if errors.Is(err, context.Canceled) {
		return "stopped before it was done; nothing half was kept", ""
	}
	if tampered, ok := errors.AsType[*tamperedError](err); ok {
		return clean(tampered.Error()), "somebody changed the database; compare it with a backup, and believe no record from there on"
	}
	known, ok := errors.AsType[*audipy.Error](err)
	if !ok || known.Kind == audipy.Internal {
		return clean(err.Error()), "this looks like a defect of AudiPy: please report it with this line"
	}
	return clean(known.Msg), clean(known.Hint)
}

// clean makes text from outside safe to print: control characters, which could
// steer a terminal, and the marks that turn the direction of text become
// spaces.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, text)
}

// column is one column of a table.
type column struct {
	title string
	// right aligns to the right, for numbers.
	right bool
	// grow marks the column that gives way when the terminal is narrow.
	grow bool
}

// table prints rows under their titles, aligned by the width of characters on
// a terminal: Japanese ones take two cells.
func (p *printer) table(columns []column, rows [][]string) {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = runewidth.StringWidth(c.title)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = clean(row[i])
			widths[i] = max(widths[i], runewidth.StringWidth(row[i]))
		}
	}
	p.squeeze(columns, widths)
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.title
	}
	p.line("%s", p.dim(tableRow(columns, widths, titles)))
	for _, row := range rows {
		p.line("%s", tableRow(columns, widths, row))
	}
}

// minGrow is the narrowest that a growing column becomes.
const minGrow = 12

// squeeze narrows the growing columns until a row fits the terminal.
func (p *printer) squeeze(columns []column, widths []int) {
	if p.width == 0 {
		return
	}
	total := 2 * (len(columns) - 1)
	for _, w := range widths {
		total += w
	}
	for over := total - p.width; over > 0; over-- {
		widest := -1
		for i, c := range columns {
			if c.grow && widths[i] > minGrow && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

func tableRow(columns []column, widths []int, cells []string) string {
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteString("  ")
		}
		cell := runewidth.Truncate(cells[i], widths[i], "…")
		gap := strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell))
		if c.right {
			b.WriteString(gap + cell)
		} else {
			b.WriteString(cell + gap)
		}
	}
	return strings.TrimRight(b.String(), " ")
}
