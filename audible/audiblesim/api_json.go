package audiblesim

import (
	"bytes"
	"strconv"
	"time"
	"unicode/utf8"
)

// The answers are written by appending, so that a page of a thousand items
// costs the simulator little: what is measured is the client.

// appendText appends a JSON string.
func appendText(dst []byte, text string) []byte {
	dst = append(dst, '"')
	return append(appendEscaped(dst, text), '"')
}

// appendEscaped appends the inside of a JSON string. Bytes that are no UTF-8
// become the replacement character.
func appendEscaped(dst []byte, text string) []byte {
	start := 0
	for i := 0; i < len(text); {
		b := text[i]
		if b >= ' ' && b != '"' && b != '\\' && b < utf8.RuneSelf {
			i++
			continue
		}
		if b >= utf8.RuneSelf {
			if r, size := utf8.DecodeRuneInString(text[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, text[start:i]...)
		dst = appendEscape(dst, b)
		i++
		start = i
	}
	return append(dst, text[start:]...)
}

// appendEscape appends one byte that can't stand in a JSON string as it is:
// quotes, backslashes, control characters, and what is no UTF-8.
func appendEscape(dst []byte, b byte) []byte {
	const hex = "0123456789abcdef"
	switch {
	case b == '"' || b == '\\':
		return append(dst, '\\', b)
	case b == '\n':
		return append(dst, '\\', 'n')
	case b >= utf8.RuneSelf:
		return append(dst, "\uFFFD"...)
	default:
		return append(dst, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
	}
}

// appendTextOrNull appends null for an empty text.
func appendTextOrNull(dst []byte, text string) []byte {
	if text == "" {
		return append(dst, "null"...)
	}
	return appendText(dst, text)
}

// appendBool appends true or false.
func appendBool(dst []byte, b bool) []byte { return strconv.AppendBool(dst, b) }

// appendInt appends a whole number without a fraction.
func appendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// appendFloat appends a number that always shows a fraction, as Audible's do.
func appendFloat(dst []byte, f float64) []byte {
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if bytes.IndexByte(dst[from:], '.') >= 0 {
		return dst
	}
	return append(dst, '.', '0')
}

// appendDay appends a date such as "2025-06-11".
func appendDay(dst []byte, day int32) []byte {
	dst = append(dst, '"')
	dst = time.Unix(int64(day)*daySeconds, 0).UTC().AppendFormat(dst, time.DateOnly)
	return append(dst, '"')
}

// appendMillis appends an instant with exactly three fraction digits.
func appendMillis(dst []byte, ms int64) []byte {
	dst = append(dst, '"')
	dst = time.UnixMilli(ms).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z")
	return append(dst, '"')
}

// appendSeconds appends an instant without fraction.
func appendSeconds(dst []byte, ms int64) []byte {
	dst = append(dst, '"')
	dst = time.UnixMilli(ms).UTC().AppendFormat(dst, "2006-01-02T15:04:05Z")
	return append(dst, '"')
}

// appendList appends an array of texts.
func appendList(dst []byte, texts ...string) []byte {
	dst = append(dst, '[')
	for i, text := range texts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, text)
	}
	return append(dst, ']')
}
