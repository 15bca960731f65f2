package export

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Library gives rows a library's titles in their order. Account names the
// account of a title; value is what JSON shows of one.
func Library(
	titles iter.Seq2[audipy.Item, error], account func(audipy.AccountID) string, value func(*audipy.Item) any, to *Rows,
) error {
	err := to.Head("asin", "title", "subtitle", "authors", "narrators", "series", "number", "language", "minutes",
		"released", "publisher", "store", "account", "status", "bought", "plus", "finished", "percent", "first_seen", "gone")
	if err != nil {
		return err
	}
	for item, err := range titles {
		if err != nil {
			return err
		}
		if err := to.Row(value(&item), func() []string { return titleCells(&item, account(item.AccountID)) }); err != nil {
			return err
		}
	}
	return nil
}

func titleCells(i *audipy.Item, account string) []string {
	series, number := "", ""
	if len(i.Series) > 0 {
		series, number = i.Series[0].Title, i.Series[0].Sequence
	}
	return []string{
		i.ASIN, i.Title, i.Subtitle, Names(i.Authors), Names(i.Narrators), series, number, i.Language,
		strconv.Itoa(i.RuntimeMinutes), i.ReleaseDate, i.Publisher, i.Marketplace, account, string(i.Status),
		Day(i.PurchasedAt), strconv.FormatBool(i.Plus), strconv.FormatBool(i.Finished),
		strconv.FormatFloat(i.PercentComplete, 'f', -1, 64), Day(i.AddedAt), Day(i.GoneAt),
	}
}

// Names joins the names of people, for a cell of its own.
func Names(all []audipy.Contributor) string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.Name
	}
	return strings.Join(names, "; ")
}

// Day is a day as YYYY-MM-DD where the program runs; empty for the zero time.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateOnly)
}
