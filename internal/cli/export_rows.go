package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/export"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

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

// exportLibrary gives every title.
func exportLibrary(ctx context.Context, d data, rows *export.Rows) error {
	names, err := d.accountNames(ctx)
	if err != nil {
		return err
	}
	return export.Library(d.allTitles(ctx),
		func(id audipy.AccountID) string { return names[id] }, func(item *audipy.Item) any { return item }, rows)
}

// allTitles returns every title that is kept here.
func (a *app) allTitles(ctx context.Context) iter.Seq2[audipy.Item, error] {
	opened, user, err := a.database(ctx)
	if err != nil {
		return func(yield func(audipy.Item, error) bool) { yield(audipy.Item{}, err) }
	}
	return opened.AllItems(ctx, user, store.ItemFilter{})
}

// missingVolume is a volume that is not owned, with its series.
type missingVolume struct {
	Series     string `json:"series"`
	SeriesASIN string `json:"series_asin"`
	recommend.Volume
}

// exportMissing gives the released volumes that are missing from series.
func exportMissing(ctx context.Context, d data, rows *export.Rows, offline bool) error {
	advice, err := d.advise(ctx, seriesPart, offline)
	if err != nil {
		return err
	}
	if err := rows.Head("series", "series_asin", "number", "title", "asin", "store", "released", "why_not_suggested"); err != nil {
		return err
	}
	for i := range advice.Series {
		s := &advice.Series[i]
		for _, v := range s.Volumes {
			if v.State != recommend.VolumeMissing {
				continue
			}
			row := missingVolume{s.Title, s.ASIN, v}
			err := rows.Row(row, func() []string {
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
func exportWishes(ctx context.Context, d data, rows *export.Rows) error {
	accounts, err := d.allAccounts(ctx)
	if err != nil {
		return err
	}
	list, err := d.wished(ctx, accounts, "", true)
	if err != nil {
		return err
	}
	if err := rows.Head("asin", "title", "authors", "store", "account", "wished", "owned", "price", "currency", "advice"); err != nil {
		return err
	}
	for i := range list {
		w := &list[i]
		err := rows.Row(w, func() []string {
			price := ""
			if w.Advice.Pay.IsKnown() {
				price = w.Advice.Pay.Decimal()
			}
			return []string{
				w.ASIN, w.Title, export.Names(w.Authors), w.Marketplace, w.Account, export.Day(w.WishedAt),
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
func exportRuns(ctx context.Context, d data, rows *export.Rows) error {
	names, err := d.accountNames(ctx)
	if err != nil {
		return err
	}
	err = rows.Head("started", "ended", "account", "store", "kind", "titles", "audible_count", "added", "updated", "gone",
		"calls", "warning", "failure")
	if err != nil {
		return err
	}
	for run, err := range d.allRuns(ctx) {
		if err != nil {
			return err
		}
		if err := rows.Row(&run, func() []string { return runCells(&run, names[run.AccountID]) }); err != nil {
			return err
		}
	}
	return nil
}

// allRuns returns the receipts that are kept here.
func (a *app) allRuns(ctx context.Context) iter.Seq2[audipy.SyncRun, error] {
	return func(yield func(audipy.SyncRun, error) bool) {
		opened, user, err := a.database(ctx)
		filter := store.RunFilter{Limit: 200}
		for err == nil {
			var runs []audipy.SyncRun
			if runs, err = opened.SyncRuns(ctx, user, filter); err != nil {
				break
			}
			for _, run := range runs {
				if !yield(run, nil) {
					return
				}
				filter.Before = run.StartedAt
			}
			if len(runs) < filter.Limit {
				return
			}
		}
		yield(audipy.SyncRun{}, err)
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
