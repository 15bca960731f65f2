// Package shelftest is a small made-up audiobookshelf server, for tests and for
// the demo: the two calls that AudiPy makes, for whoever has the key.
package shelftest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
)

// Book is a title on the made-up shelf, as the real server lists it.
type Book struct {
	ID, Title, Subtitle         string
	Authors, Narrators, Series  string
	ASIN                        string
	AudioFiles                  int
	IsMissing, IsInvalid, Omits bool
}

// Server is the made-up server. Its zero value has no books and no key.
type Server struct {
	// Key is the API key that it takes.
	Key string

	mu    sync.Mutex
	books []Book
	calls int
}

// Set replaces the books.
func (s *Server) Set(books ...Book) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.books = books
}

// Calls is how often it was asked with the right key.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/libraries", s.libraries)
	mux.HandleFunc("GET /api/libraries/{id}/items", s.items)
	if r.Header.Get("Authorization") != "Bearer "+s.Key || s.Key == "" {
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	}
	s.mu.Lock()
	s.calls++
	s.mu.Unlock()
	mux.ServeHTTP(w, r)
}

type object = map[string]any

func (*Server) libraries(w http.ResponseWriter, _ *http.Request) {
	write(w, object{"libraries": []object{
		{"id": "lib-podcasts", "name": "Podcasts", "mediaType": "podcast"},
		{"id": "lib-books", "name": "Audiobooks", "mediaType": "book"},
	}})
}

func (s *Server) items(w http.ResponseWriter, r *http.Request) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	if r.PathValue("id") != "lib-books" || limit < 1 || page < 0 {
		http.Error(w, "Not Found", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	from := min(page*limit, len(s.books))
	results := []object{}
	for _, b := range s.books[from:min(from+limit, len(s.books))] {
		results = append(results, b.listed())
	}
	write(w, object{"results": results, "total": len(s.books), "limit": limit, "page": page, "minified": true})
}

// listed is a book as lists have it: names joined in one text, null for what is
// not known.
func (b *Book) listed() object {
	media := object{"metadata": object{
		"title": b.Title, "subtitle": orNull(b.Subtitle), "authorName": b.Authors, "narratorName": b.Narrators,
		"seriesName": b.Series, "asin": orNull(b.ASIN), "isbn": nil, "language": nil, "abridged": false,
	}}
	if !b.Omits {
		media["numAudioFiles"] = b.AudioFiles
	}
	return object{"id": b.ID, "libraryId": "lib-books", "mediaType": "book", "isMissing": b.IsMissing, "isInvalid": b.IsInvalid, "media": media}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // whoever went away misses it
}
