package httpapi

import (
	"fmt"
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// minCompressed is from how many bytes on an answer is worth compressing.
const minCompressed = 1 << 10

// compressed compresses texts for clients that take gzip: a page of the library
// shrinks to a sixth. No answer holds a secret beside what a client sent, which
// is what compression could give away, and cookies come from our own pages
// alone. Event streams stay as they are, so that each event leaves at once.
func compressed(next http.Handler) (http.Handler, error) {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(minCompressed), gzhttp.ContentTypes([]string{
		"application/json", problemType, "application/manifest+json", "image/svg+xml", "text/css", "text/csv",
		"text/html", "text/javascript", "text/plain",
	}))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	gzipped := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == basePath+"/events" {
			next.ServeHTTP(w, r)
			return
		}
		gzipped.ServeHTTP(w, r)
	}), nil
}
