package audiblesim

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// query reads the parameters of a request and collects what is wrong.
type query struct {
	url.Values
	bad violations
}

// integer reads a number in digits from low to high. camel is the parameter's
// name in messages.
func (q *query) integer(name, camel string, otherwise, low, high int) int {
	text := q.Get(name)
	if !q.Has(name) {
		return otherwise
	}
	if strings.Trim(text, "0123456789") != "" || text == "" {
		q.bad.add(text, camel, `Member must satisfy regular expression pattern: ^\d+$`)
		return otherwise
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil || n > high:
		q.bad.add(text, camel, "Member must have value less than or equal to "+strconv.Itoa(high))
	case n < low:
		q.bad.add(text, camel, "Member must have value greater than or equal to "+strconv.Itoa(low))
	}
	return n
}

// instant reads an RFC 3339 time; the zero time means that there is none.
func (q *query) instant(name, camel string) time.Time {
	text := q.Get(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		q.bad.add(text, camel, "Member must be a valid timestamp")
	}
	return at
}

// oneOf reads a word of a list; an empty one gives the default.
func (q *query) oneOf(name, camel, otherwise string, words ...string) string {
	text := q.Get(name)
	if text == "" {
		return otherwise
	}
	if slices.Contains(words, text) {
		return text
	}
	q.bad.add(text, camel, "Member must satisfy enum value set: ["+strings.Join(words, ", ")+"]")
	return otherwise
}

// imageSizes are the sizes that product_images can have (protocol 9.0).
func imageSizes() []string {
	return []string{"252", "315", "360", "408", "500", "558", "570", "882", "900", "1215"}
}

// sizes reads image_sizes; sizes that don't exist are left out.
func (q *query) sizes() []string {
	var out []string
	for size := range strings.SplitSeq(q.Get("image_sizes"), ",") {
		size = strings.TrimSpace(size)
		if slices.Contains(imageSizes(), size) {
			out = append(out, size)
		}
	}
	if len(out) == 0 {
		return []string{"500"}
	}
	return out
}

// contains reports whether text holds part, without regard to case. An empty
// part is in every text.
func contains(text, part string) bool {
	if part == "" {
		return true
	}
	first := lower(part[0])
	for i := 0; i+len(part) <= len(text); i++ {
		if lower(text[i]) == first && strings.EqualFold(text[i:i+len(part)], part) {
			return true
		}
	}
	// Case changes the length of some letters; only then is this reached
	// with a match.
	return first >= 0x80 && strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// lower folds one byte of ASCII; others stay, so that a byte inside a letter
// of several bytes is never changed.
func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
