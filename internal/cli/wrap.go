package cli

import (
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
		size := runewidth.StringWidth(colouring.ReplaceAllString(word, ""))
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

// capital makes the first letter of a sentence a large one.
func capital(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}
