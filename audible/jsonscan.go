package audible

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// Limits of the scanner. Descriptions are the longest strings that Audible
// sends, some tens of kilobytes; its answers nest about ten levels.
const (
	scanWindow   = 64 << 10
	scanMaxToken = 4 << 20
	scanMaxDepth = 64
)

// errJSONSyntax is wrapped by every complaint about JSON that is not JSON.
var errJSONSyntax = errors.New("malformed JSON")

// jsonScanner reads JSON from a stream through a window that only has to hold
// one string at a time, and hands out the wanted fields. It exists because a
// library is some tens of megabytes of which a few percent are wanted: it is
// several times faster than encoding/json and allocates only what is kept.
// Strings with escapes are left to encoding/json, so the two agree.
//
// The first error sticks: after it every method returns zero values. It is
// not safe for use by several goroutines.
type jsonScanner struct {
	src      io.Reader
	buf      []byte
	pos, end int
	depth    int
	err      error
	key      []byte
	names    map[string]string
}

// newJSONScanner makes a scanner of src that uses the given window, or one of
// its own when window is empty.
func newJSONScanner(src io.Reader, window []byte) *jsonScanner {
	if len(window) == 0 {
		window = make([]byte, scanWindow)
	}
	return &jsonScanner{src: src, buf: window}
}

// fail records a complaint about the JSON itself, unless an earlier error
// already stopped the scan.
func (s *jsonScanner) fail(what string) {
	if s.err == nil {
		s.stop(fmt.Errorf("%w: %s", errJSONSyntax, what))
	}
}

// stop ends the scan: what is left in the window is forgotten, so that nobody
// sees a next byte.
func (s *jsonScanner) stop(err error) {
	s.err, s.end = err, s.pos
}

// fill reads more input. Slices of the window that were handed out before are
// invalid afterwards, because what is left of it moves to the front.
func (s *jsonScanner) fill() bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= scanMaxToken {
			s.fail("a string is too long")
			return false
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if n > 0 {
			return true
		}
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			s.stop(err)
			return false
		}
	}
	s.stop(io.ErrNoProgress)
	return false
}

// peek skips white space and returns the next byte without consuming it, or 0
// when there is none. It is small so that the compiler puts it in line.
func (s *jsonScanner) peek() byte {
	if s.pos < s.end {
		if c := s.buf[s.pos]; c > ' ' {
			return c
		}
	}
	return s.peekMore()
}

// peekMore is peek where there is white space or no input in the window.
func (s *jsonScanner) peekMore() byte {
	for s.err == nil {
		for s.pos < s.end {
			c := s.buf[s.pos]
			if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
				return c
			}
			s.pos++
		}
		s.fill()
	}
	return 0
}

// finish checks that nothing but white space follows. Reading to the end also
// lets the connection be used again.
func (s *jsonScanner) finish() error {
	if s.err != nil {
		return s.err
	}
	s.peek()
	if s.err == nil {
		s.fail("more data after the value")
	}
	if errors.Is(s.err, io.ErrUnexpectedEOF) && s.pos == s.end {
		s.err = nil
	}
	return s.err
}

// object consumes an object and calls field with each key whose value is not
// null; field must consume the value. It reports false, having skipped the
// value, when the next one is no object. A nil field skips everything. The key
// is valid until the first read of the value.
func (s *jsonScanner) object(field func(key []byte)) bool {
	if s.peek() != '{' {
		s.skip()
		return false
	}
	if !s.enter() {
		return false
	}
	for first := true; s.more('}', first); first = false {
		if s.peek() != '"' {
			s.fail("a key is not a string")
			return false
		}
		raw, plain := s.rawString()
		if field != nil {
			s.keepKey(raw, plain)
		}
		if s.peek() != ':' {
			s.fail("a key has no value")
			return false
		}
		s.pos++
		if c := s.peek(); field == nil || c == 'n' {
			s.skip()
		} else if s.err == nil {
			field(s.key)
		}
	}
	s.depth--
	return s.err == nil
}

// array consumes an array, calls element for each element that is not null,
// which must consume it, and returns how many were null. It reports false,
// having skipped the value, when the next one is no array.
func (s *jsonScanner) array(element func()) (nulls int, ok bool) {
	if s.peek() != '[' {
		s.skip()
		return 0, false
	}
	if !s.enter() {
		return 0, false
	}
	for first := true; s.more(']', first); first = false {
		switch c := s.peek(); {
		case c == 'n':
			s.skip()
			nulls++
		case element == nil:
			s.skip()
		case s.err == nil:
			element()
		}
	}
	s.depth--
	return nulls, s.err == nil
}

// enter steps over an opening bracket.
func (s *jsonScanner) enter() bool {
	s.pos++
	s.depth++
	if s.depth > scanMaxDepth {
		s.fail("nested too deeply")
	}
	return s.err == nil
}

// more steps to the next element of a list and reports whether there is one;
// otherwise it has consumed the closing bracket.
func (s *jsonScanner) more(closing byte, first bool) bool {
	switch c := s.peek(); {
	case s.err != nil:
		return false
	case c == closing:
		s.pos++
		return false
	case first:
		return true
	case c != ',':
		s.fail("a comma is missing")
		return false
	}
	s.pos++
	if s.peek() == closing {
		s.fail("a comma is too many")
	}
	return s.err == nil
}

// skip consumes one value of any kind, checking that it is JSON.
func (s *jsonScanner) skip() {
	switch c := s.peek(); c {
	case '"':
		s.rawString()
	case '{':
		s.object(nil)
	case '[':
		s.array(nil)
	case 't':
		s.literal("true")
	case 'f':
		s.literal("false")
	case 'n':
		s.literal("null")
	default:
		s.rawNumber()
	}
}

// literal consumes the given word.
func (s *jsonScanner) literal(word string) {
	for s.end-s.pos < len(word) {
		if !s.fill() {
			return
		}
	}
	if string(s.buf[s.pos:s.pos+len(word)]) != word {
		s.fail("an unknown word")
		return
	}
	s.pos += len(word)
}

// rawString consumes a string and returns what is between its quotes, valid
// until the next read; plain is false when it holds escapes.
func (s *jsonScanner) rawString() (raw []byte, plain bool) {
	plain = true
	for at := 1; s.err == nil; {
		i := indexSpecial(s.buf[s.pos+at : s.end])
		if i < 0 {
			at = s.end - s.pos
			s.fill()
			continue
		}
		at += i
		switch s.buf[s.pos+at] {
		case '"':
			raw = s.buf[s.pos+1 : s.pos+at]
			s.pos += at + 1
			return raw, plain
		case '\\':
			plain = false
			at += s.escape(at)
		default:
			s.fail("a control character in a string")
		}
	}
	return nil, false
}

// escape checks the escape at the given distance and returns its length.
func (s *jsonScanner) escape(at int) int {
	need := 2
	for s.end-s.pos < at+need {
		if !s.fill() {
			return 0
		}
	}
	switch s.buf[s.pos+at+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return need
	case 'u':
	default:
		s.fail("an unknown escape")
		return 0
	}
	need = 6
	for s.end-s.pos < at+need {
		if !s.fill() {
			return 0
		}
	}
	for _, c := range s.buf[s.pos+at+2 : s.pos+at+6] {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			s.fail("an escape without four digits")
			return 0
		}
	}
	return need
}

// indexSpecial returns the place of the first byte that ends or interrupts a
// string, or -1. It looks at eight bytes at a time; a subtraction that borrows
// can mark only bytes above a true hit, and the lowest mark is what counts.
func indexSpecial(b []byte) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(b); i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		quote := x ^ ones*'"'
		slash := x ^ ones*'\\'
		hit := (x-ones*0x20)&^x | (quote-ones)&^quote | (slash-ones)&^slash
		if hit &= highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || c < 0x20 {
			return i
		}
	}
	return -1
}

// keepKey copies a key out of the window, which moves when the value is read.
func (s *jsonScanner) keepKey(raw []byte, plain bool) {
	if plain {
		s.key = append(s.key[:0], raw...)
		return
	}
	s.key = append(s.key[:0], s.unquote(raw)...)
}

// unquote resolves the escapes of a string as encoding/json does.
func (s *jsonScanner) unquote(raw []byte) string {
	quoted := make([]byte, 0, len(raw)+2)
	quoted = append(append(append(quoted, '"'), raw...), '"')
	var text string
	if err := json.Unmarshal(quoted, &text); err != nil {
		s.fail("a string that can't be read")
	}
	return text
}
