package httpapi_test

import (
	"net/http"
	"testing"
)

// Whoever loads the page of a series again gets it, although its id looks like
// a file's name.
func TestTheAddressOfASeriesIsAPage(t *testing.T) {
	t.Parallel()
	b := onSQLite(t).browser()
	for path, want := range map[string]int{
		"/series/us.B0C3NPM6BY": http.StatusOK, "/series": http.StatusOK,
		"/books/us/B0C3NPM6BY.png": http.StatusNotFound, "/series.png": http.StatusNotFound,
	} {
		if got := b.do(t, http.MethodGet, path, nil, with("Accept", "text/html")).status; got != want {
			t.Errorf("GET %s = %d, want %d", path, got, want)
		}
	}
}
