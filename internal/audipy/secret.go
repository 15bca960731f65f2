package audipy

import (
	"fmt"
	"io"
	"log/slog"
)

const redacted = "[secret]"

// Secret holds text that must not be printed, logged or serialised. Every way
// of formatting it gives "[secret]"; Reveal is the one way out. The zero
// value is an empty secret. It is not comparable by value.
type Secret struct {
	// text is behind a pointer because fmt reaches past Format for %p and
	// for unexported fields of other structs: it then prints an address.
	text *string
}

// NewSecret wraps text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text itself. Call it where the text is used, and never
// to store, print or log it.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsEmpty reports whether there is no text at all.
func (s Secret) IsEmpty() bool { return s.Reveal() == "" }

// String returns "[secret]".
func (s Secret) String() string { return redacted }

// GoString returns "[secret]".
func (s Secret) GoString() string { return redacted }

// Format writes "[secret]" for every verb, so that %x and %d leak nothing.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns "[secret]"; JSON and log handlers use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns "[secret]".
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
