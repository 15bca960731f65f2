package cli

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// minWrap is the narrowest terminal on which prose is broken between words: on
// a narrower one the terminal's own way is no worse.
const minWrap = 30

// colouring matches what paint puts around text; it takes no column.
var colouring = regexp.MustCompile("\x1b\\[[0-9;]*m")

// wrapped breaks text between words so that it fits into width columns, its
// first line beginning at column start and the others at column indent. A word
// that is longer than a line, such as an address, stays whole: it must be
// copied in one piece. So does text that has lines of its own. A width of 0
// breaks nothing.
func wrapped(text string, width, start, indent int) string {
	if width < minWrap || strings.Contains(text, "\n") {
		return text
	}
	var out strings.Builder
	column := start
	for i, word := range strings.Split(text, " ") {
		size := cells(word)
		switch {
		case i == 0:
		case column+1+size > width && column > indent:
			out.WriteString("\n" + strings.Repeat(" ", indent))
			column = indent
		default:
			out.WriteByte(' ')
			column++
		}
		out.WriteString(word)
		column += size
	}
	return out.String()
}

// cells is how many columns text takes on a terminal.
func cells(text string) int { return runewidth.StringWidth(colouring.ReplaceAllString(text, "")) }

// prose prints a line of words; where the terminal is too narrow for it, the
// rest follows indented.
func (p *printer) prose(indent int, format string, args ...any) {
	p.line("%s", wrapped(fmt.Sprintf(format, args...), p.width, 0, indent))
}

// below prints a sentence that belongs to a numbered entry.
func (p *printer) below(format string, args ...any) {
	const indent = 4 // under the title, behind its number
	p.line("%s%s", strings.Repeat(" ", indent), wrapped(fmt.Sprintf(format, args...), p.width, indent, indent+2))
}

// numbered prints the first line of an entry: its title, by whom, and where
// the store has it. The latter is copied, so it is never broken.
func (p *printer) numbered(number int, title, by, where string) {
	head := fmt.Sprintf("%2d. %s%s", number, p.paint("1", clean(title)), clean(by))
	if p.width > 0 && cells(head)+2+cells(where) > p.width {
		p.prose(4, "%s", head)
		p.line("    %s", p.dim(where))
		return
	}
	p.line("%s  %s", head, p.dim(where))
}

// capital makes the first letter of a sentence a large one.
func capital(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
