package audible_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
)

// endless answers the library with a compressed bomb: 80 KB that unpack to
// 80 MB of blanks.
type endless struct{ base http.RoundTripper }

// RoundTrip sends everything but the library on.
func (e endless) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasPrefix(r.URL.Path, "/1.0/library") {
		return e.base.RoundTrip(r)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.CopyN(w, blanks{}, 80<<20); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Body: io.NopCloser(&packed),
		Header: http.Header{"Content-Encoding": {"gzip"}, "Content-Type": {"application/json"}},
	}, nil
}

type blanks struct{}

// Read gives blanks.
func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
