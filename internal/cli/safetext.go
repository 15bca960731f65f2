package cli

import (
	"bytes"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// steers reports whether a character could steer a terminal or turn the
// direction of text.
func steers(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }

// jsonSafe writes JSON documents whose texts hold nothing that steers a
// terminal. The encoder escapes the control characters of ASCII itself; what it
// leaves, DEL, those from 0x80 to 0x9F and the marks of direction, can only
// stand in a string, where an escape says the same. Each Write is a whole
// number of characters, as an encoder's is.
type jsonSafe struct{ to io.Writer }

// Write implements io.Writer.
func (w jsonSafe) Write(p []byte) (int, error) {
	if _, err := w.to.Write(escapeSteering(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func escapeSteering(p []byte) []byte {
	unsafe := func(r rune) bool { return r >= utf8.RuneSelf-1 && steers(r) }
	if !bytes.ContainsFunc(p, unsafe) {
		return p
	}
	out := make([]byte, 0, len(p)+16)
	for _, r := range string(p) {
		if unsafe(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}
