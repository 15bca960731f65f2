package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// maxTallies bounds how many names a Summary counts of each sort, so that it
// stays small whatever the library is.
const maxTallies = 500

// Tally is how many active titles share a value.
type Tally struct {
	Value string
	Count int
}

// Summary counts the active titles of a person's library by what they can be
// chosen by. Its lists are ordered by count, the largest first, then by value;
// those of names hold 500 at most.
type Summary struct {
	Titles, Minutes, Finished int
	Languages, Marketplaces   []Tally
	Accounts                  []Tally // by account id
	Authors, Narrators        []Tally
	Series                    []Tally // by title
	// Months counts the titles by the month "YYYY-MM" in which they were
	// purchased, or first seen where Audible doesn't say, in order of time.
	Months []Tally
}

// Summary counts the titles of a person. Who has none gets zeros.
func (s *Store) Summary(ctx context.Context, user audipy.UserID) (Summary, error) {
	t := newTallies()
	// In the order in which the rows were written SQLite reads each page once.
	err := s.of(user).each(ctx, func(rows *sql.Rows) error { return t.add(rows) }, `
		SELECT language, marketplace, account_id, authors, narrators, series, runtime_minutes, finished,
			coalesce(purchased_at, added_at)
		FROM library_items WHERE user_id = $1 AND status = $2
		ORDER BY account_id, marketplace, asin`, string(user), string(audipy.ItemActive))
	if err != nil {
		return Summary{}, wrap(err, "count library")
	}
	found, err := t.summary()
	return found, wrap(err, "count library")
}

// tallies is a Summary under way. Lists are counted as they are kept, and read
// once each at the end: a library names the same people and series over and
// over.
type tallies struct {
	Summary
	language, marketplace, account map[string]int
	authors, narrators, series     map[string]int // by their JSON
	month                          map[int]int    // by months since the year 0
}

func newTallies() *tallies {
	return &tallies{
		language: map[string]int{}, marketplace: map[string]int{}, account: map[string]int{},
		authors: map[string]int{}, narrators: map[string]int{}, series: map[string]int{}, month: map[int]int{},
	}
}

// add counts one title.
func (t *tallies) add(rows *sql.Rows) error {
	var language, marketplace, account, authors, narrators, series string
	var minutes int
	var finished bool
	var came time.Time
	err := rows.Scan(&language, &marketplace, &account, &authors, &narrators, &series, &minutes, &finished, at(&came))
	if err != nil {
		return fmt.Errorf("scan title: %w", err)
	}
	t.Titles++
	t.Minutes += minutes
	if finished {
		t.Finished++
	}
	t.language[language]++
	t.marketplace[marketplace]++
	t.account[account]++
	t.authors[authors]++
	t.narrators[narrators]++
	t.series[series]++
	t.month[came.Year()*12+int(came.Month())-1]++
	return nil
}

func (t *tallies) summary() (Summary, error) {
	s := t.Summary
	s.Languages, s.Marketplaces, s.Accounts = ranked(t.language), ranked(t.marketplace), ranked(t.account)
	person := func(one audipy.Contributor) string { return one.Name }
	var errs [3]error
	s.Authors, errs[0] = named(t.authors, person)
	s.Narrators, errs[1] = named(t.narrators, person)
	s.Series, errs[2] = named(t.series, func(one audipy.SeriesPlace) string { return one.Title })
	for _, month := range slices.Sorted(maps.Keys(t.month)) {
		s.Months = append(s.Months, Tally{fmt.Sprintf("%04d-%02d", month/12, month%12+1), t.month[month]})
	}
	return s, errors.Join(errs[:]...)
}

// named ranks the names in lists that are counted as they are kept. A name that
// a title has twice counts once.
func named[T any](counts map[string]int, name func(T) string) ([]Tally, error) {
	all := map[string]int{}
	for text, n := range counts {
		var list []T
		if err := (listText[T]{&list}).Scan(text); err != nil {
			return nil, err
		}
		seen := make([]string, 0, len(list))
		for _, one := range list {
			if value := name(one); !slices.Contains(seen, value) {
				seen = append(seen, value)
				all[value] += n
			}
		}
	}
	return ranked(all), nil
}

// ranked lists the counts of all values but the empty one, the largest first.
func ranked(counts map[string]int) []Tally {
	delete(counts, "")
	all := make([]Tally, 0, len(counts))
	for value, n := range counts {
		all = append(all, Tally{value, n})
	}
	slices.SortFunc(all, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), maxTallies)]
}
