package authfile

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// member is one member of a JSON object whose order matters.
type member struct {
	name  string
	value any // nil, bool, int, int64, string, literal, outline or []outline
}

// outline is a JSON object with its members in order. encoding/json can't be
// used to write it: the Python library's files keep an order, escape all that
// is not ASCII and leave <, > and & alone, and the tests compare bytes.
type outline []member

// literal is a number that is written as it stands.
type literal string

// render returns the JSON text of the object, one member per line, indented
// by the given text, with no newline at the end.
func (o outline) render(indent string) []byte {
	var b strings.Builder
	o.write(&b, indent, "\n")
	return []byte(b.String())
}

// write appends the object; newline is a line break and the indent of the line
// that the object begins on.
func (o outline) write(b *strings.Builder, indent, newline string) {
	if len(o) == 0 {
		b.WriteString("{}")
		return
	}
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(newline + indent)
		writeText(b, m.name)
		b.WriteString(": ")
		writeValue(b, m.value, indent, newline+indent)
	}
	b.WriteString(newline + "}")
}

// writeValue appends a value of one of the kinds that member lists.
func writeValue(b *strings.Builder, value any, indent, newline string) {
	switch v := value.(type) {
	case nil:
		b.WriteString("null")
	case string:
		writeText(b, v)
	case literal:
		b.WriteString(string(v))
	case outline:
		v.write(b, indent, newline)
	case []outline:
		writeList(b, v, indent, newline)
	default: // bool and whole numbers print as JSON does
		fmt.Fprint(b, v)
	}
}

// writeList appends a list of objects, one below the other.
func writeList(b *strings.Builder, list []outline, indent, newline string) {
	if len(list) == 0 {
		b.WriteString("[]")
		return
	}
	b.WriteByte('[')
	for i, o := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(newline + indent)
		o.write(b, indent, newline+indent)
	}
	b.WriteString(newline + "]")
}

// writeText writes text as Python's json.dumps does: ASCII alone, surrogate
// pairs in lower-case hex.
func writeText(b *strings.Builder, text string) {
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case strings.ContainsRune("\b\f\n\r\t", r):
			b.WriteByte('\\')
			b.WriteByte("btn?fr"[r-'\b'])
		case r >= ' ' && r <= '~':
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}
