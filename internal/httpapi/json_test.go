package httpapi_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
)

// badBody is a body and what it must be answered with.
type badBody struct {
	name, body string
	status     int
	code       string
}

func badBodies() []badBody {
	deep := func(n int) string { return `{"text":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}` }
	return []badBody{
		{"empty", "", 400, "invalid_json"},
		{"white space", " \n ", 400, "invalid_json"},
		{"null", "null", 400, "invalid_json"},
		{"an array", "[]", 400, "invalid_json"},
		{"a number", "123", 400, "invalid_json"},
		{"a second value", `{"text":"a"}{"text":"b"}`, 400, "invalid_json"},
		{"something behind it", `{"text":"a"} x`, 400, "invalid_json"},
		{"cut off", `{"text":"a"`, 400, "invalid_json"},
		{"a comment", `{"text":"a"/* */}`, 400, "invalid_json"},
		{"a comma too many", `{"text":"a",}`, 400, "invalid_json"},
		{"single quotes", `{'text':'a'}`, 400, "invalid_json"},
		{"a name twice", `{"text":"a","text":"b"}`, 400, "duplicate_field"},
		{"a name twice, escaped", `{"text":"a","te\u0078t":"b"}`, 400, "duplicate_field"},
		{"a name twice in another case", `{"text":"a","TEXT":"b"}`, 400, "duplicate_field"},
		{"a name twice by folding", `{"list":["a"],"liſt":["b"],"text":"a"}`, 400, "duplicate_field"},
		{"another case", `{"TEXT":"a"}`, 400, "unknown_field"},
		{"a long s", `{"text":"a","liſt":["x"]}`, 400, "unknown_field"},
		{"a prototype", `{"text":"a","__proto__":{"is_admin":true}}`, 400, "unknown_field"},
		{"a constructor", `{"text":"a","constructor":{"prototype":{}}}`, 400, "unknown_field"},
		{"a broken byte", "{\"text\":\"a\xff\"}", 400, "invalid_encoding"},
		{"half a surrogate pair", `{"text":"\ud800"}`, 400, "invalid_encoding"},
		{"a byte order mark", "\ufeff" + `{"text":"a"}`, 400, "invalid_encoding"},
		{"a NUL", `{"text":"a\u0000"}`, 422, "invalid"},
		{"33 levels", deep(32), 400, "too_deep"},
		{"10,001 levels", deep(10_000), 400, "too_deep"},
		{"too large a number", `{"text":"a","number":1e400}`, 400, "invalid_number"},
		{"a number beyond 53 bits", `{"text":"a","number":9007199254740993}`, 400, "invalid_number"},
		{"minus zero", `{"text":"a","number":-0}`, 400, "invalid_number"},
		{"a fraction", `{"text":"a","number":1.5}`, 422, "invalid"},
		{"hexadecimal", `{"text":"a","number":0x10}`, 400, "invalid_json"},
		{"NaN", `{"text":"a","number":NaN}`, 400, "invalid_json"},
		{"out of range", `{"text":"a","number":-1000001}`, 422, "invalid"},
		{"a text for a number", `{"text":"a","number":"1"}`, 422, "invalid"},
		{"null for a text", `{"text":null}`, 422, "invalid"},
		{"too long", `{"text":"` + strings.Repeat("é", 101) + `"}`, 422, "invalid"},
		{"a missing field", `{"number":1}`, 422, "invalid"},
		{"10,000 names", manyNames(10_000), 413, "body_too_large"},
		{"4,000 names", manyNames(4000), 400, "too_many_fields"},
		{"64 KiB and a byte", `{"text":"` + strings.Repeat("a", 64<<10) + `"}`, 413, "body_too_large"},
	}
}

func TestABodyThatCouldBeReadInTwoWaysIsRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.5.3", "2.2.1", "2.2.2", "5.2.1", "15.3.3", "15.3.5", "1.4.2", "15.3.6")
	r := onSQLite(t)
	for _, c := range badBodies() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			started := time.Now()
			got := r.browser().do(t, http.MethodPost, "/api/v1/echo-public", struct{}{}, rawBody(c.body))
			got.wantProblem(t, c.status, c.code)
			if took := time.Since(started); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
			for _, part := range []string{"proto", "\\u0000", "9007199254740993", "éé", "TEXT"} {
				if strings.Contains(string(got.body), part) {
					t.Errorf("the answer quotes what was sent: %s", got.body)
				}
			}
		})
	}
}

// rawBody sends a text as it is.
func rawBody(text string) func(*http.Request) {
	return func(r *http.Request) {
		r.Body = io.NopCloser(strings.NewReader(text))
		r.ContentLength = int64(len(text))
	}
}

func manyNames(n int) string {
	var b strings.Builder
	b.WriteString(`{"text":"a"`)
	for i := range n {
		b.WriteString(`,"n`)
		b.WriteString(strings.Repeat("x", i%5))
		b.WriteString(string(rune('A'+i%26)) + string(rune('A'+i/26%26)) + string(rune('A'+i/676%26)))
		b.WriteString(`":1`)
	}
	return b.String() + "}"
}

func TestFieldsThatAreWrongAreNamed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1", "2.2.2")
	b := onSQLite(t).browser()
	got := b.do(t, http.MethodPost, "/api/v1/echo-public", map[string]any{"number": "x", "list": []any{"a", 1}})
	var p httpapi.Problem
	got.into(t, http.StatusUnprocessableEntity, &p)
	want := map[string]string{"text": "required", "number": "wrong_type", "list[1]": "wrong_type"}
	for _, f := range p.Fields {
		name := f.Field
		if f.Code == "required" {
			name = "text"
		}
		if want[name] != f.Code {
			t.Errorf("field %q has code %q", f.Field, f.Code)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		t.Errorf("nothing is said of %v in %s", want, got.body)
	}
}

func FuzzJSONIsRefusedOrUnderstoodInOneWay(f *testing.F) {
	for _, seed := range []string{
		`{"text":"a"}`, `{"a":{"b":[1,2,{"c":null}]}}`, `{"a":1,"A":2}`, `{"a":1}{}`, `[]`, "\ufeff{}", `{"a":"\ud83d\ude00"}`,
		`{"a":1e5}`, `{"a":-0}`, `{`, `{"a":"\u0000"}`, `{"ſ":1,"s":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := httpapi.CheckJSON(data)
		if err == nil {
			if again := httpapi.CheckJSON([]byte(" " + string(data) + "\n")); again != nil {
				t.Errorf("white space around %q makes it wrong: %v", data, again)
			}
			return
		}
		e, ok := errors.AsType[*audipy.Error](err)
		if !ok || e.Kind != audipy.Invalid {
			t.Fatalf("%q is refused with %v", data, err)
		}
	})
}
