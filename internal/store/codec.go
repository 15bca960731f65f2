package store

import (
	"encoding/json"
	"fmt"
	"time"
)

// micros is how a time is bound: microseconds since 1970, NULL for the zero
// time.
func micros(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// stamp reads such a column into t; NULL becomes the zero time.
type stamp struct{ t *time.Time }

// at returns the scanner for t.
func at(t *time.Time) stamp { return stamp{t} }

// Scan implements sql.Scanner.
func (s stamp) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s.t = time.Time{}
	case int64:
		*s.t = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a time is kept as %T, not as an integer", src)
	}
	return nil
}

// jsonText reads a text column of JSON into v, a pointer.
type jsonText struct{ v any }

// Scan implements sql.Scanner.
func (j jsonText) Scan(src any) error {
	switch text := src.(type) {
	case string:
		return json.Unmarshal([]byte(text), j.v)
	case []byte:
		return json.Unmarshal(text, j.v)
	}
	return fmt.Errorf("JSON is kept as %T, not as text", src)
}

// toJSON is how such a column is bound. The values are our own plain structs,
// which always have a JSON form.
func toJSON(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(text), nil
}
