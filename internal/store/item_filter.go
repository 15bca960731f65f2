package store

import (
	"errors"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// errStop ends a query early, because its reader has had enough.
var errStop = errors.New("stop reading")

// ItemFilter chooses and orders library items. The zero value means all of
// them, gone ones included, by title, 50 a page.
type ItemFilter struct {
	// Account and Marketplace keep to one of them; empty means all.
	Account     audipy.AccountID
	Marketplace string
	// Search keeps titles that contain each of its words in title, subtitle,
	// authors, series or ASIN, whatever the accents and capitals.
	Search string
	// Author, Narrator and Series keep titles with the text in one of those
	// names, folded likewise; Series also takes the ASIN of the series.
	Author, Narrator, Series string
	// Language is as Audible names it.
	Language string
	// Status keeps to active or gone ones; empty means both.
	Status audipy.ItemStatus
	// Finished and Plus keep to titles that are so, or are not; nil means
	// either.
	Finished, Plus *bool
	// MinMinutes and MaxMinutes keep to titles at least and at most so long;
	// 0 means no bound.
	MinMinutes, MaxMinutes int
	// AddedSince keeps to titles that our syncs first saw then or later.
	AddedSince time.Time
	// Sort is the order.
	Sort ItemSort
	// After is the Next of a page before, of the same filter and order.
	After string
	// Limit is the most to return, up to 1,000; 0 or less means 50.
	Limit int
}

// Bounds of a filter, against patterns that are expensive to match.
const (
	maxSearchBytes = 500
	maxSearchWords = 12
	maxPage        = 1000
	defaultPage    = 50
)

func (f ItemFilter) limit() int {
	if f.Limit <= 0 {
		return defaultPage
	}
	return min(f.Limit, maxPage)
}

// where builds the clause and its parameters.
func (f ItemFilter) where(user audipy.UserID) (*filter, error) {
	w := &filter{text: "user_id = $1", args: []any{string(user)}}
	equals := func(column, value string) {
		if value != "" {
			w.add(column+" = ?", value)
		}
	}
	equals("account_id", string(f.Account))
	equals("marketplace", f.Marketplace)
	equals("language", f.Language)
	equals("status", string(f.Status))
	if f.Finished != nil {
		w.add("finished = ?", *f.Finished)
	}
	if f.Plus != nil {
		w.add("plus = ?", *f.Plus)
	}
	if f.MinMinutes > 0 {
		w.add("runtime_minutes >= ?", f.MinMinutes)
	}
	if f.MaxMinutes > 0 {
		w.add("runtime_minutes <= ?", f.MaxMinutes)
	}
	if !f.AddedSince.IsZero() {
		w.add("added_at >= ?", micros(f.AddedSince))
	}
	for _, name := range []struct{ column, text string }{
		{"authors_key", f.Author}, {"narrators_key", f.Narrator}, {"series_key", f.Series},
	} {
		if err := w.contains(name.column, []string{name.text}); err != nil {
			return nil, err
		}
	}
	words := strings.Fields(f.Search)
	if len(words) > maxSearchWords {
		return nil, audipy.Fail(audipy.Invalid, "the search has too many words", nil).WithHint("use fewer words")
	}
	return w, w.contains("search_key", words)
}

// contains adds a condition for each text that must stand in a folded column.
func (f *filter) contains(column string, texts []string) error {
	for _, text := range texts {
		if len(text) > maxSearchBytes {
			return audipy.Fail(audipy.Invalid, "the search text is too long", nil).WithHint("use fewer letters")
		}
		if folded := fold(text); folded != "" {
			f.add(column+` LIKE ? ESCAPE '\'`, containing(folded))
		}
	}
	return nil
}
