package store

import (
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// editionColumns are the columns that library items and catalogue products
// share, in the order of editionFields and editionArgs.
const editionColumns = `asin, title, subtitle, authors, narrators, series, publisher, language,
	runtime_minutes, release_date, cover_url, delivery_type, content_type, format`

// editionWidth is their number.
const editionWidth = 14

func editionFields(e *audipy.Edition) []any {
	return []any{
		&e.ASIN, &e.Title, &e.Subtitle,
		listText[audipy.Contributor]{&e.Authors},
		listText[audipy.Contributor]{&e.Narrators},
		listText[audipy.SeriesPlace]{&e.Series},
		&e.Publisher, &e.Language, &e.RuntimeMinutes, &e.ReleaseDate, &e.CoverURL,
		&e.DeliveryType, &e.ContentType, &e.Format,
	}
}

func editionArgs(args []any, e *audipy.Edition) ([]any, error) {
	authors, err := listJSON(e.Authors)
	if err != nil {
		return nil, err
	}
	narrators, err := listJSON(e.Narrators)
	if err != nil {
		return nil, err
	}
	series, err := listJSON(e.Series)
	if err != nil {
		return nil, err
	}
	return append(args, e.ASIN, e.Title, e.Subtitle, authors, narrators, series, e.Publisher, e.Language,
		e.RuntimeMinutes, e.ReleaseDate, e.CoverURL, e.DeliveryType, e.ContentType, e.Format), nil
}

// listJSON is a list as it is kept; an empty one, the commonest, costs nothing.
func listJSON[T any](list []T) (string, error) {
	if len(list) == 0 {
		return "[]", nil
	}
	return toJSON(list)
}

// listText reads such a list; an empty one becomes nil.
type listText[T any] struct{ list *[]T }

// Scan implements sql.Scanner.
func (l listText[T]) Scan(src any) error {
	*l.list = nil
	if src == "[]" {
		return nil
	}
	return jsonText{l.list}.Scan(src)
}

// editionKeys are the folded texts that an edition is found and sorted by.
type editionKeys struct{ title, authors, narrators, series, search string }

// folder remembers what it folded: a library names the same people and series
// over and over.
type folder map[string]string

func (f folder) fold(text string) string {
	folded, ok := f[text]
	if !ok {
		folded = fold(text)
		f[text] = folded
	}
	return folded
}

func (f folder) keysOf(e *audipy.Edition) editionKeys {
	k := editionKeys{title: fold(e.Title), authors: f.names(e.Authors), narrators: f.names(e.Narrators)}
	var series strings.Builder
	for i, place := range e.Series {
		if i > 0 {
			series.WriteString(" | ")
		}
		series.WriteString(f.fold(place.Title))
		series.WriteByte(' ')
		series.WriteString(f.fold(place.ASIN))
	}
	k.series = series.String()
	k.search = strings.Join([]string{k.title, fold(e.Subtitle), k.authors, k.series, fold(e.ASIN)}, " | ")
	return k
}

func (f folder) names(people []audipy.Contributor) string {
	names := make([]string, len(people))
	for i, p := range people {
		names[i] = f.fold(p.Name)
	}
	return strings.Join(names, " | ")
}
