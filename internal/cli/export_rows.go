package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

// rowSink takes rows one by one, so that an export is never in memory as a
// whole. It writes either a JSON array or a CSV table.
type rowSink struct {
	to    io.Writer
	json  *json.Encoder // nil for CSV
	csv   *csvWriter
	count int
}

func newJSONRows(w io.Writer) *rowSink {
	enc := json.NewEncoder(jsonSafe{w})
	enc.SetEscapeHTML(false)
	return &rowSink{to: w, json: enc}
}

// newCSVRows writes a table to a file or a pipe, or with shown to a terminal.
func newCSVRows(w io.Writer, shown bool) *rowSink {
	return &rowSink{to: w, csv: newCSVWriter(w, shown)}
}

// titles writes the head of a CSV table; JSON rows name their own fields.
func (s *rowSink) titles(names ...string) error {
	if s.csv == nil {
		return nil
	}
	return s.csv.write(names...)
}

// row writes one row: the value as JSON, or the cells as CSV.
func (s *rowSink) row(value any, cells func() []string) error {
	s.count++
	if s.csv != nil {
		return s.csv.write(cells()...)
	}
	start := ","
	if s.count == 1 {
		start = "["
	}
	if _, err := io.WriteString(s.to, start); err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return s.json.Encode(value) // ends with a line feed
}

// end finishes the document.
func (s *rowSink) end() error {
	if s.csv != nil {
		return s.csv.close()
	}
	tail := "]\n"
	if s.count == 0 {
		tail = "[]\n"
	}
	_, err := io.WriteString(s.to, tail)
	return err
}

// streamTo lets write fill a buffered stream.
func streamTo(w io.Writer, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	return nil
}

// exportLibrary gives every title, gone ones included, in the order of titles.
func (a *app) exportLibrary(ctx context.Context, sink *rowSink) error {
	names, err := a.accountNames(ctx)
	if err != nil {
		return err
	}
	err = sink.titles("asin", "title", "subtitle", "authors", "narrators", "series", "number", "language", "minutes",
		"released", "publisher", "store", "account", "status", "bought", "plus", "finished", "percent", "first_seen", "gone")
	if err != nil {
		return err
	}
	for item, err := range a.store.AllItems(ctx, a.user.ID, store.ItemFilter{}) {
		if err != nil {
			return err
		}
		if err := sink.row(&item, func() []string { return titleCells(&item, names[item.AccountID]) }); err != nil {
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
		i.ASIN, i.Title, i.Subtitle, joinNames(i.Authors), joinNames(i.Narrators), series, number, i.Language,
		strconv.Itoa(i.RuntimeMinutes), i.ReleaseDate, i.Publisher, i.Marketplace, account, string(i.Status),
		isoDay(i.PurchasedAt), strconv.FormatBool(i.Plus), strconv.FormatBool(i.Finished),
		strconv.FormatFloat(i.PercentComplete, 'f', -1, 64), isoDay(i.AddedAt), isoDay(i.GoneAt),
	}
}

// joinNames joins all names, for a cell of its own.
func joinNames(all []audipy.Contributor) string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = one.Name
	}
	return strings.Join(names, "; ")
}

func isoDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format(time.DateOnly)
}

// missingVolume is a volume that is not owned, with its series.
type missingVolume struct {
	Series     string `json:"series"`
	SeriesASIN string `json:"series_asin"`
	recommend.Volume
}

// exportMissing gives the released volumes that are missing from series.
func (a *app) exportMissing(ctx context.Context, sink *rowSink, offline bool) error {
	advice, err := a.advise(ctx, offline)
	if err != nil {
		return err
	}
	if err := sink.titles("series", "series_asin", "number", "title", "asin", "store", "released", "why_not_suggested"); err != nil {
		return err
	}
	for i := range advice.Series {
		s := &advice.Series[i]
		for _, v := range s.Volumes {
			if v.State != recommend.VolumeMissing {
				continue
			}
			row := missingVolume{s.Title, s.ASIN, v}
			err := sink.row(row, func() []string {
				return []string{s.Title, s.ASIN, v.Number, v.Title, v.ASIN, v.Marketplace, v.ReleaseDate, string(v.Hidden)}
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// exportWishes gives the wish lists as they are kept here.
func (a *app) exportWishes(ctx context.Context, sink *rowSink) error {
	accounts, err := a.store.Accounts(ctx, a.user.ID)
	if err != nil {
		return err
	}
	list, err := a.wished(ctx, accounts, "")
	if err != nil {
		return err
	}
	if err := sink.titles("asin", "title", "authors", "store", "account", "wished", "owned", "price", "currency", "advice"); err != nil {
		return err
	}
	for i := range list {
		w := &list[i]
		err := sink.row(w, func() []string {
			price := ""
			if w.Advice.Pay.IsKnown() {
				price = w.Advice.Pay.Decimal()
			}
			return []string{
				w.ASIN, w.Title, joinNames(w.Authors), w.Marketplace, w.Account, isoDay(w.WishedAt),
				strconv.FormatBool(w.Owned), price, w.Advice.Pay.Currency, w.Advice.Reason,
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// exportRuns gives the receipts of syncs, the newest first.
func (a *app) exportRuns(ctx context.Context, sink *rowSink) error {
	names, err := a.accountNames(ctx)
	if err != nil {
		return err
	}
	err = sink.titles("started", "ended", "account", "store", "kind", "titles", "audible_count", "added", "updated", "gone",
		"calls", "warning", "failure")
	if err != nil {
		return err
	}
	filter := store.RunFilter{Limit: 200}
	for {
		runs, err := a.store.SyncRuns(ctx, a.user.ID, filter)
		if err != nil {
			return err
		}
		for i := range runs {
			r := &runs[i]
			if err := sink.row(r, func() []string { return runCells(r, names[r.AccountID]) }); err != nil {
				return err
			}
			filter.Before = r.StartedAt
		}
		if len(runs) < filter.Limit {
			return nil
		}
	}
}

func runCells(r *audipy.SyncRun, account string) []string {
	ended := ""
	if !r.EndedAt.IsZero() {
		ended = r.EndedAt.UTC().Format(time.RFC3339)
	}
	return []string{
		r.StartedAt.UTC().Format(time.RFC3339), ended, account, r.Marketplace, string(r.Kind), strconv.Itoa(r.ItemCount),
		strconv.Itoa(r.AudibleCount), strconv.Itoa(r.Added), strconv.Itoa(r.Updated), strconv.Itoa(r.Gone),
		strconv.Itoa(r.Calls), r.Warning, r.Failure,
	}
}
