package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Series names a series of a store.
type Series struct{ Marketplace, ASIN, Title string }

// ReplaceSeriesMembers keeps the members of a series as the catalogue lists
// them now, and that it was asked. Members take their store and series from
// the Series, whatever they say themselves; of several with one ASIN the last
// counts. An empty list is an answer too.
func (s *Store) ReplaceSeriesMembers(
	ctx context.Context, user audipy.UserID, series Series, members []audipy.SeriesMember,
) error {
	last := make(map[string]int, len(members))
	for i, m := range members {
		last[m.ASIN] = i
	}
	return s.transactOf(ctx, user, func(q session) error {
		if err := q.look(ctx, user, series.Marketplace, Look{LookSeries, series.ASIN}); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			DELETE FROM series_members WHERE user_id = $1 AND marketplace = $2 AND series_asin = $3`,
			string(user), series.Marketplace, series.ASIN)
		if err != nil {
			return wrap(err, "replace series")
		}
		unique := members[:0:0]
		for i, m := range members {
			if last[m.ASIN] == i {
				unique = append(unique, m)
			}
		}
		put := bulk{
			head: `INSERT INTO series_members
				(user_id, marketplace, series_asin, series_title, asin, sequence, sort)`,
			shared: []any{string(user), series.Marketplace, series.ASIN, series.Title}, width: 3,
		}
		err = put.write(ctx, q, len(unique), func(i int, args []any) ([]any, error) {
			return append(args, unique[i].ASIN, unique[i].Sequence, unique[i].Sort), nil
		})
		return wrap(err, "replace series")
	})
}

// SeriesMembers returns the members of every series that the person's catalogue
// has, of one store, or of all when marketplace is empty, ordered by store,
// series, Audible's display order and ASIN.
func (s *Store) SeriesMembers(
	ctx context.Context, user audipy.UserID, marketplace string,
) ([]audipy.SeriesMember, error) {
	var members []audipy.SeriesMember
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var m audipy.SeriesMember
		err := rows.Scan(&m.Marketplace, &m.SeriesASIN, &m.SeriesTitle, &m.ASIN, &m.Sequence, &m.Sort)
		if err != nil {
			return fmt.Errorf("scan series member: %w", err)
		}
		members = append(members, m)
		return nil
	}, `
		SELECT marketplace, series_asin, series_title, asin, sequence, sort FROM series_members
		WHERE user_id = $1 AND (marketplace = $2 OR $2 = '')
		ORDER BY marketplace, series_asin, sort, asin`, string(user), marketplace)
	return members, wrap(err, "read series")
}

// LookKind says what the catalogue was asked about.
type LookKind string

// The kinds of look.
const (
	LookSeries   LookKind = "series"   // the members of a series, by its ASIN
	LookAuthor   LookKind = "author"   // the books of an author, by name
	LookNarrator LookKind = "narrator" // the books of a narrator, by name
)

// Look is one question to the catalogue of a store.
type Look struct {
	Kind LookKind
	Name string
}

// SetLooked notes that the catalogue was asked now. ReplaceSeriesMembers does
// so itself.
func (s *Store) SetLooked(ctx context.Context, user audipy.UserID, marketplace string, l Look) error {
	return s.transactOf(ctx, user, func(q session) error { return q.look(ctx, user, marketplace, l) })
}

func (q session) look(ctx context.Context, user audipy.UserID, marketplace string, l Look) error {
	if err := q.mustExist(ctx, user); err != nil {
		return err
	}
	_, err := q.exec(ctx, `
		INSERT INTO catalog_looks (user_id, marketplace, kind, name, seen_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (user_id, marketplace, kind, name) DO UPDATE SET seen_at = excluded.seen_at`,
		string(user), marketplace, string(l.Kind), l.Name, micros(q.now))
	return wrap(err, "note the look into the catalogue")
}

// Looks returns when the catalogue of a store was last asked each question. A
// question that is missing was never asked.
func (s *Store) Looks(ctx context.Context, user audipy.UserID, marketplace string) (map[Look]time.Time, error) {
	looks := map[Look]time.Time{}
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var l Look
		var seen time.Time
		if err := rows.Scan(&l.Kind, &l.Name, at(&seen)); err != nil {
			return fmt.Errorf("scan look: %w", err)
		}
		looks[l] = seen
		return nil
	}, `SELECT kind, name, seen_at FROM catalog_looks WHERE user_id = $1 AND marketplace = $2`,
		string(user), marketplace)
	return looks, wrap(err, "read looks into the catalogue")
}
