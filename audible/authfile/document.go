package authfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// MaxSize is the largest file that is read, in bytes. Real files have 4 to
// 20 KiB.
const MaxSize = 256 << 10

// maxDepth bounds the nesting of JSON; the deepest known file (OpenAudible's)
// has eight levels.
const maxDepth = 24

var (
	errDepth     = errors.New("it is nested too deeply")
	errDuplicate = errors.New("an object has the same member twice")
	errTrailing  = errors.New("something follows the JSON text")
	errEncoding  = errors.New("it is not UTF-8")
)

// byteOrderMark is put before the text by some editors on Windows.
func byteOrderMark() []byte { return []byte("\xef\xbb\xbf") }

// parseObject reads a JSON object strictly: encoding/json alone would take
// invalid UTF-8, and the last of two members of one name, where the program
// that wrote the file may have meant the first.
func parseObject(data []byte) (map[string]any, error) {
	data = bytes.TrimPrefix(data, byteOrderMark())
	if !utf8.Valid(data) {
		return nil, errEncoding
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	value, err := parseValue(decoder, maxDepth)
	if err != nil {
		return nil, describeSyntax(err, decoder.InputOffset())
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errTrailing
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("it is not a JSON object")
	}
	return object, nil
}

// describeSyntax replaces the decoder's words, which quote the input, by the
// end of the last part that was well formed.
func describeSyntax(err error, offset int64) error {
	_, isSyntax := errors.AsType[*json.SyntaxError](err)
	switch {
	case isSyntax:
		return fmt.Errorf("its JSON is malformed after byte %d", offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("its JSON ends too early: the file is cut off")
	}
	return err
}

// parseValue reads one value of any kind. depth is how many levels may still
// be opened; it ends the recursion long before the stack does.
func parseValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delim, isDelim := token.(json.Delim)
	if !isDelim {
		return token, nil
	}
	if depth == 0 {
		return nil, errDepth
	}
	if delim == '{' {
		return parseMembers(decoder, depth-1)
	}
	return parseElements(decoder, depth-1)
}

// parseMembers reads an object after its opening brace. A second member of
// one name is refused: readers differ in which of the two they take, so the
// person who looked at the file may have seen another than we would.
func parseMembers(decoder *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, io.ErrUnexpectedEOF
		}
		if _, exists := object[name]; exists {
			return nil, errDuplicate
		}
		if object[name], err = parseValue(decoder, depth); err != nil {
			return nil, err
		}
	}
	return object, closeDelim(decoder)
}

// parseElements reads a list after its opening bracket.
func parseElements(decoder *json.Decoder, depth int) (any, error) {
	elements := []any{}
	for decoder.More() {
		value, err := parseValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		elements = append(elements, value)
	}
	return elements, closeDelim(decoder)
}

// closeDelim takes the brace or bracket that More has seen.
func closeDelim(decoder *json.Decoder) error {
	_, err := decoder.Token()
	return err
}
