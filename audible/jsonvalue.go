package audible

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// maxNames bounds how many different strings a scanner remembers.
const maxNames = 1 << 14

// Flag is a truth value that the server may leave out.
type Flag uint8

// The values of a Flag.
const (
	FlagUnset Flag = iota // absent or null
	FlagFalse
	FlagTrue
)

// IsTrue reports whether the server said true.
func (f Flag) IsTrue() bool { return f == FlagTrue }

// IsFalse reports whether the server said false.
func (f Flag) IsFalse() bool { return f == FlagFalse }

// text consumes a value and returns a string as it is, and a number or truth
// value as it is written. Null, objects and arrays give "".
func (s *jsonScanner) text() string {
	raw, plain := s.scalar()
	return s.toText(raw, plain)
}

// name is text for values that repeat within one answer: equal ones share
// their memory.
func (s *jsonScanner) name() string {
	raw, plain := s.scalar()
	if !plain {
		return s.toText(raw, plain)
	}
	if known, ok := s.names[string(raw)]; ok {
		return known
	}
	text := s.toText(raw, plain)
	if s.names == nil {
		s.names = make(map[string]string, 64)
	}
	if len(s.names) < maxNames {
		s.names[text] = text
	}
	return text
}

// scalar consumes a value and returns its bytes, nil for null, objects and
// arrays. The bytes are valid until the next read.
func (s *jsonScanner) scalar() (raw []byte, plain bool) {
	switch c := s.peek(); c {
	case '"':
		return s.rawString()
	case 't':
		s.literal("true")
		return []byte("true"), true
	case 'f':
		s.literal("false")
		return []byte("false"), true
	case 'n', '{', '[':
		s.skip()
		return nil, true
	}
	return s.rawNumber(), true
}

func (s *jsonScanner) toText(raw []byte, plain bool) string {
	if plain && utf8.Valid(raw) {
		return string(raw)
	}
	return s.unquote(raw)
}

// float consumes a number, or a string that holds one; anything else is 0.
func (s *jsonScanner) float() float64 {
	raw, _ := s.scalar()
	x, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0
	}
	return x
}

// integer consumes a number, or a string that holds one, and cuts off its
// fraction. What a float64 can't hold exactly, and anything else, is 0.
func (s *jsonScanner) integer() int64 {
	x := s.float()
	if math.Abs(x) > 1<<53 {
		return 0
	}
	return int64(x)
}

// flag consumes a truth value, or a string that holds one.
func (s *jsonScanner) flag() Flag {
	raw, _ := s.scalar()
	switch string(raw) {
	case "true":
		return FlagTrue
	case "false":
		return FlagFalse
	}
	return FlagUnset
}

// rawNumber consumes a number by the grammar of RFC 8259 and returns its text.
// Something must follow it: every answer is an object, so something does.
func (s *jsonScanner) rawNumber() []byte {
	n := 0
	for s.err == nil {
		for s.pos+n < s.end && isNumberByte(s.buf[s.pos+n]) {
			n++
		}
		if s.pos+n < s.end || !s.fill() {
			break
		}
	}
	if s.err != nil {
		return nil
	}
	raw := s.buf[s.pos : s.pos+n]
	if !isNumber(raw) {
		s.fail("an unexpected character")
		return nil
	}
	s.pos += n
	return raw
}

func isNumberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// isNumber reports whether raw is a whole number token.
func isNumber(raw []byte) bool {
	if len(raw) > 0 && raw[0] == '-' {
		raw = raw[1:]
	}
	whole := digits(raw)
	if whole == 0 || whole > 1 && raw[0] == '0' {
		return false
	}
	raw = raw[whole:]
	if len(raw) > 0 && raw[0] == '.' {
		fraction := digits(raw[1:])
		if fraction == 0 {
			return false
		}
		raw = raw[1+fraction:]
	}
	if len(raw) > 0 && raw[0]|0x20 == 'e' {
		raw = raw[1:]
		if len(raw) > 0 && (raw[0] == '+' || raw[0] == '-') {
			raw = raw[1:]
		}
		exponent := digits(raw)
		return exponent > 0 && exponent == len(raw)
	}
	return len(raw) == 0
}

func digits(raw []byte) int {
	n := 0
	for n < len(raw) && raw[n] >= '0' && raw[n] <= '9' {
		n++
	}
	return n
}
