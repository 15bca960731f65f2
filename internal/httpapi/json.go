package httpapi

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// maxDepth is how deep arrays and objects of a body may nest.
	maxDepth = 32
	// maxMembers is how many values a body may hold.
	maxMembers = 4096
	// maxNumber is the largest whole number that every reader of JSON keeps.
	maxNumber = 1<<53 - 1
)

// jsonFormat reads and writes JSON for huma. Bodies were checked by checkJSON
// before; slices are never written as null.
func jsonFormat() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error {
			return json.MarshalWrite(w, v, jsonv1.OmitEmptyWithLegacySemantics(true), json.Deterministic(true))
		},
		Unmarshal: func(data []byte, v any) error { return json.Unmarshal(data, v, json.RejectUnknownMembers(true)) },
	}
}

// checkJSON accepts exactly one JSON object and nothing that two readers could
// read in two ways: UTF-8 without a byte order mark, no name twice in an
// object even when upper and lower case are one, whole numbers within 53 bits,
// no NUL in a text.
func checkJSON(data []byte) error {
	d := jsontext.NewDecoder(strings.NewReader(string(data)))
	if d.PeekKind() != '{' {
		if strings.HasPrefix(string(data), "\ufeff") {
			return rejectBody("invalid_encoding")
		}
		return rejectBody("invalid_json")
	}
	c := checker{d: d}
	for range maxMembers {
		done, err := c.next()
		if done || err != nil {
			return err
		}
	}
	return rejectBody("too_many_fields")
}

// checker walks over the tokens of a body.
type checker struct {
	d *jsontext.Decoder
	// names are those of the objects that are open, folded; nil for arrays.
	names []map[string]bool
}

// next looks at one token; done is true at the end of the body.
func (c *checker) next() (done bool, err error) {
	token, err := c.d.ReadToken()
	if errors.Is(err, io.EOF) && len(c.names) == 0 {
		return true, nil
	}
	if err != nil {
		return false, rejectBody(codeOfSyntax(err))
	}
	depth := c.d.StackDepth()
	switch token.Kind() {
	case '{', '[':
		if depth > maxDepth {
			return false, rejectBody("too_deep")
		}
		names := map[string]bool(nil)
		if token.Kind() == '{' {
			names = map[string]bool{}
		}
		c.names = append(c.names, names)
	case '}', ']':
		c.names = c.names[:len(c.names)-1]
		if len(c.names) == 0 {
			return false, c.end()
		}
	case '"':
		return false, c.text(token.String())
	case '0':
		return false, checkNumber(token.String())
	}
	return false, nil
}

// text checks a name or a value.
func (c *checker) text(text string) error {
	if strings.ContainsRune(text, 0) {
		return audipy.Fail(audipy.Invalid, "A text holds a character that can't be kept.", nil)
	}
	kind, length := c.d.StackIndex(c.d.StackDepth())
	if kind != '{' || length%2 == 0 {
		return nil // a value: names have odd places
	}
	names, folded := c.names[len(c.names)-1], strings.ToLower(strings.ToUpper(text))
	if names[folded] {
		return rejectBody("duplicate_field")
	}
	names[folded] = true
	return nil
}

// end refuses what follows the one value.
func (c *checker) end() error {
	if _, err := c.d.ReadToken(); !errors.Is(err, io.EOF) {
		return rejectBody("invalid_json")
	}
	return nil
}

// checkNumber refuses what isn't the same number everywhere.
func checkNumber(text string) error {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(n) > maxNumber || text == "-0" {
		return rejectBody("invalid_number")
	}
	return nil
}

// codeOfSyntax names a mistake that the tokenizer found.
func codeOfSyntax(err error) string {
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return "duplicate_field"
	case strings.Contains(err.Error(), "UTF-8"), strings.Contains(err.Error(), "surrogate"):
		return "invalid_encoding"
	case strings.Contains(err.Error(), "depth"):
		return "too_deep"
	}
	return "invalid_json"
}

func rejectBody(code string) error {
	return audipy.Fail(audipy.Invalid, "The body of the request is not JSON as it is accepted here.", nil).WithCode(code)
}
