package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// field is what a dump learned about one path of Audible's answers.
type field struct {
	// Path names the field, with [] for the elements of an array and {} for
	// the keys of an object that is used as a map.
	Path string `json:"path"`
	// Types are the JSON types seen, without null.
	Types []string `json:"types"`
	// Present counts how often the field was there, Null how often it was
	// there and null.
	Present int `json:"present"`
	Null    int `json:"null"`
	// Example is the shape of one value: scrubbed of what it says.
	Example string `json:"example,omitempty"`
}

// fieldReport collects fields over many documents. The zero value is ready.
type fieldReport struct {
	fields map[string]*field
}

// add walks one JSON document under the given root path.
func (r *fieldReport) add(root string, document []byte) error {
	var value any
	if err := json.Unmarshal(document, &value); err != nil {
		return fmt.Errorf("read the answer of %s: %w", root, err)
	}
	if r.fields == nil {
		r.fields = map[string]*field{}
	}
	r.walk(root, value)
	return nil
}

// sorted returns the fields by path.
func (r *fieldReport) sorted() []field {
	all := make([]field, 0, len(r.fields))
	for _, path := range slices.Sorted(maps.Keys(r.fields)) {
		all = append(all, *r.fields[path])
	}
	return all
}

func (r *fieldReport) walk(path string, value any) {
	f := r.fields[path]
	if f == nil {
		f = &field{Path: path}
		r.fields[path] = f
	}
	f.Present++
	switch v := value.(type) {
	case nil:
		f.Null++
		return
	case map[string]any:
		for key, inner := range v {
			r.walk(path+"."+mapKey(key), inner)
		}
	case []any:
		for _, inner := range v {
			r.walk(path+"[]", inner)
		}
	default:
		if f.Example == "" {
			f.Example = scrub(path, v)
		}
	}
	if name := jsonType(value); !slices.Contains(f.Types, name) {
		f.Types = append(f.Types, name)
		slices.Sort(f.Types)
	}
}

// nullShare is the share of null values, in percent.
func (f field) nullShare() int { return 100 * f.Null / max(f.Present, 1) }

// fieldTable is the report as a table in Markdown.
func fieldTable(fields []field) []byte {
	var b strings.Builder
	b.WriteString("# Fields of Audible's answers\n\nExamples are shapes: letters became x, digits 9. Nothing here is personal.\n\n" +
		"| Field | Types | Seen | Null | Example |\n|---|---|---:|---:|---|\n")
	for _, f := range fields {
		example := ""
		if f.Example != "" {
			example = "`" + strings.NewReplacer("`", "'", "|", "/").Replace(f.Example) + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %d | %d %% | %s |\n", f.Path, strings.Join(f.Types, ", "), f.Present, f.nullShare(), example)
	}
	return []byte(b.String())
}

func jsonType(value any) string {
	switch value.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "bool"
	}
	return "number"
}

var (
	// fieldName is what a field of the API is called; a key of another form,
	// with a long number or in the form of an ASIN is data.
	fieldName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,59}$`)
	dataKey   = regexp.MustCompile(`^[A-Z0-9]{10}$|[0-9]{5}`)
	wordShape = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_ .,:/-]{0,39}$`)
	dateShape = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}(-[0-9]{2}([T ].*)?)?$`)
)

// mapKey folds keys that are data (an image size, an ASIN, a cookie domain)
// into one path.
func mapKey(key string) string {
	if !fieldName.MatchString(key) || dataKey.MatchString(key) {
		return "{}"
	}
	return key
}

// words are the keys whose values are Audible's own vocabulary: the same for
// every customer, and the point of a field report.
func words() []string {
	return []string{
		"content_delivery_type", "content_type", "format_type", "language", "status", "origin_type", "plan_name",
		"currency_code", "type", "relationship_type", "relationship_to_product", "product_state", "benefit_id", "root",
		"program_participation", "voice_description", "format", "enhanced_codec", "response_groups[]",
	}
}

// scrub returns the shape of a value without what it says: letters become x,
// digits become 9. Numbers keep their kind, vocabulary stays.
func scrub(path string, value any) string {
	switch v := value.(type) {
	case bool:
		return fmt.Sprint(v)
	case float64:
		return shape(strings.TrimSuffix(fmt.Sprintf("%.2f", v), ".00"))
	case string:
		if slices.Contains(words(), path[strings.LastIndex(path, ".")+1:]) && wordShape.MatchString(v) {
			return v
		}
		if strings.HasPrefix(v, "https://") {
			return "https://…"
		}
		if dateShape.MatchString(v) {
			return shape(v)
		}
		return shape(firstRunes(v, 24))
	}
	return ""
}

func shape(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsUpper(r):
			return 'X'
		case r == '…':
			return r
		case unicode.IsDigit(r):
			return '9'
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		case unicode.IsLetter(r), r > unicode.MaxASCII:
			return 'x' // marks and signs of other scripts are parts of words
		}
		return r
	}, text)
}

func firstRunes(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n]) + "…"
}
