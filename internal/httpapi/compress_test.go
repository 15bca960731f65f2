package httpapi_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestTextsAreCompressedForThoseWhoTakeIt(t *testing.T) {
	t.Parallel()
	one := onSQLite(t).reads(t)
	const path = "/api/v1/library?limit=33"
	plain := one.get(t, path)
	takes := func(req *http.Request) { req.Header.Set("Accept-Encoding", "gzip") }
	small := one.do(t, http.MethodGet, path, nil, takes)
	if small.header.Get("Content-Encoding") != "gzip" || len(small.body)*3 > len(plain.body) {
		t.Fatalf("%d bytes, %q encoded, of %d", len(small.body), small.header.Get("Content-Encoding"), len(plain.body))
	}
	reader, err := gzip.NewReader(strings.NewReader(string(small.body)))
	must(t, err)
	text, err := io.ReadAll(reader)
	must(t, err)
	if string(text) != string(plain.body) {
		t.Error("the compressed answer says something else")
	}
	if got := small.header.Values("Vary"); !strings.Contains(strings.Join(got, ","), "Accept-Encoding") {
		t.Errorf("Vary is %q", got)
	}
	if got := one.do(t, http.MethodGet, "/api/v1/server", nil, takes); got.header.Get("Content-Encoding") != "" {
		t.Error("a short answer is compressed")
	}
}
