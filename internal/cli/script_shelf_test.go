package cli_test

import (
	"fmt"
	"net/http/httptest"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/audipy/audipy/internal/elsewhere/shelftest"
)

// startShelf is "shelf KEY ASIN…": a made-up audiobookshelf server that takes a
// key and has these titles, at $SHELF.
func startShelf(ts *testscript.TestScript, _ bool, args []string) {
	shelf := &shelftest.Server{Key: args[0]}
	var books []shelftest.Book
	for i, asin := range args[1:] {
		books = append(books, shelftest.Book{ID: fmt.Sprint(i), Title: "On CD", Authors: "Somebody", ASIN: asin, AudioFiles: 1})
	}
	shelf.Set(books...)
	server := httptest.NewServer(shelf)
	ts.Defer(server.Close)
	ts.Setenv("SHELF", server.URL)
}
