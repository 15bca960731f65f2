package store

import (
	"cmp"
	"context"
	"database/sql"
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
	err := s.reading().each(ctx, func(rows *sql.Rows) error { return t.add(rows) }, `
		SELECT language, marketplace, account_id, authors, narrators, series, runtime_minutes, finished,
			coalesce(purchased_at, added_at)
		FROM library_items WHERE user_id = $1 AND status = $2`, string(user), string(audipy.ItemActive))
	if err != nil {
		return Summary{}, wrap(err, "count library")
	}
	return t.summary(), nil
}

// tallies is a Summary under way.
type tallies struct {
	Summary
	language, marketplace, account, author, narrator, series, month map[string]int
}

func newTallies() *tallies {
	return &tallies{
		language: map[string]int{}, marketplace: map[string]int{}, account: map[string]int{},
		author: map[string]int{}, narrator: map[string]int{}, series: map[string]int{}, month: map[string]int{},
	}
}

// add counts one title. A name that a title has twice counts once.
func (t *tallies) add(rows *sql.Rows) error {
	var language, marketplace, account string
	var authors, narrators []audipy.Contributor
	var series []audipy.SeriesPlace
	var minutes int
	var finished bool
	var came time.Time
	err := rows.Scan(&language, &marketplace, &account, listText[audipy.Contributor]{&authors},
		listText[audipy.Contributor]{&narrators}, listText[audipy.SeriesPlace]{&series}, &minutes, &finished, at(&came))
	if err != nil {
		return fmt.Errorf("scan title: %w", err)
	}
	t.Titles++
	t.Minutes += minutes
	if finished {
		t.Finished++
	}
	count(t.language, language)
	count(t.marketplace, marketplace)
	count(t.account, account)
	count(t.month, came.Format("2006-01"))
	count(t.author, names(authors)...)
	count(t.narrator, names(narrators)...)
	titles := make([]string, len(series))
	for i, place := range series {
		titles[i] = place.Title
	}
	count(t.series, titles...)
	return nil
}

func names(people []audipy.Contributor) []string {
	all := make([]string, len(people))
	for i, one := range people {
		all[i] = one.Name
	}
	return all
}

// count adds one to each of the values that isn't empty, once.
func count(into map[string]int, values ...string) {
	for i, value := range values {
		if value != "" && !slices.Contains(values[:i], value) {
			into[value]++
		}
	}
}

func (t *tallies) summary() Summary {
	s := t.Summary
	s.Languages, s.Marketplaces, s.Accounts = ranked(t.language), ranked(t.marketplace), ranked(t.account)
	s.Authors, s.Narrators, s.Series = ranked(t.author), ranked(t.narrator), ranked(t.series)
	for _, month := range slices.Sorted(maps.Keys(t.month)) {
		s.Months = append(s.Months, Tally{month, t.month[month]})
	}
	return s
}

// ranked lists counts, the largest first.
func ranked(counts map[string]int) []Tally {
	all := make([]Tally, 0, len(counts))
	for value, n := range counts {
		all = append(all, Tally{value, n})
	}
	slices.SortFunc(all, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Value, b.Value))
	})
	return all[:min(len(all), maxTallies)]
}
