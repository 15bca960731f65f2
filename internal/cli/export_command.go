package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/export"
)

// exportCmd writes what is kept here for other programs and for people.
type exportCmd struct {
	What    string `enum:"library,missing,wishlist,runs" default:"library" help:"What to export: library, missing (volumes of series), wishlist or runs (receipts of syncs)."`
	Format  string `enum:",json,csv,text" default:"" help:"json, csv or text (reports); by the name of the file if left out, else json. In csv an apostrophe precedes text that a spreadsheet would take for a formula."`
	By      string `enum:",series,author,narrator" default:"" help:"With --format text: one report instead of all: series, author or narrator."`
	Output  string `short:"o" placeholder:"FILE" type:"path" help:"Write here instead of to standard output; for text reports a folder, unless --by names one."`
	Force   bool   `help:"Replace files that exist."`
	Offline bool   `help:"For missing: use the series of the last look."`
}

// Validate refuses combinations that make no sense.
func (c exportCmd) Validate() error {
	if c.By != "" && c.format() != "text" {
		return fmt.Errorf("--by is for --format text")
	}
	if c.By != "" && c.What != "library" {
		return fmt.Errorf("--by is for --what library")
	}
	if c.format() == "text" && (c.What == "wishlist" || c.What == "runs") {
		return fmt.Errorf("text reports are about the library and what is missing; use json or csv for %s", c.What)
	}
	return nil
}

// format is the format that was named, else that of the file's name.
func (c exportCmd) format() string {
	if c.Format != "" {
		return c.Format
	}
	switch strings.ToLower(filepath.Ext(c.Output)) {
	case ".csv":
		return "csv"
	case ".txt":
		return "text"
	}
	return "json"
}

// exported says what was written.
type exported struct {
	What   string   `json:"what"`
	Format string   `json:"format"`
	Files  []string `json:"files"`
	Rows   int      `json:"rows"`
}

// Run writes the export, records it, and says what was written when that
// isn't the export itself.
func (c exportCmd) Run(ctx context.Context, a *app) error {
	if c.Output == "-" {
		c.Output = ""
	}
	if c.Output == "" && a.out.json && c.format() != "json" {
		return audipy.Fail(audipy.Invalid, "--json and an export in another format can't share standard output", nil).
			WithHint("add --output FILE")
	}
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	if c.What == "library" || c.What == "missing" {
		if err := d.needTitles(ctx); err != nil {
			return err
		}
	}
	done := exported{What: c.What, Format: c.format(), Files: []string{}}
	if c.format() == "text" {
		done.Rows, done.Files, err = c.reports(ctx, a, d)
	} else {
		done.Rows, done.Files, err = c.table(ctx, a, d)
	}
	if err != nil {
		return err
	}
	event := audit.Event{
		Action: audit.LibraryExported, Outcome: audit.Succeeded, Target: c.What + "." + c.format(),
		Counts: map[string]int{"rows": done.Rows},
	}
	if err := d.noteExport(ctx, event); err != nil {
		return err
	}
	if c.Output == "" {
		return nil
	}
	return a.out.result(done, func() {
		for _, file := range done.Files {
			a.out.line("wrote %s", clean(file))
		}
		a.out.line("%s", a.out.dim(thousands(done.Rows)+plural(done.Rows, " row.", " rows.")))
	})
}

// table writes json or csv, to one file or to standard output.
func (c exportCmd) table(ctx context.Context, a *app, d data) (rows int, files []string, err error) {
	write := func(w io.Writer) error {
		var sink *export.Rows
		switch {
		case c.format() == "json":
			sink = export.NewJSON(jsonSafe{w})
		case c.Output == "" && a.env.StdoutIsTerminal:
			sink = export.NewCSV(w, clean) // nothing in it may steer the terminal
		default:
			sink = export.NewCSV(w, nil)
		}
		if err := c.rows(ctx, d, sink); err != nil {
			return err
		}
		rows = sink.Count()
		return sink.End()
	}
	if c.Output == "" {
		return rows, nil, streamTo(a.out.out, write)
	}
	return rows, []string{c.Output}, writeOutFile(c.Output, c.Force, write)
}

// rows gives every row of what is exported to the sink.
func (c exportCmd) rows(ctx context.Context, d data, sink *export.Rows) error {
	switch c.What {
	case "missing":
		return exportMissing(ctx, d, sink, c.Offline)
	case "wishlist":
		return exportWishes(ctx, d, sink)
	case "runs":
		return exportRuns(ctx, d, sink)
	}
	return exportLibrary(ctx, d, sink)
}

// noteExport records that data was taken out.
func (a *app) noteExport(ctx context.Context, e audit.Event) error {
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	return opened.Record(ctx, user, e)
}

// reports writes text reports: one to standard output or a file, or all of
// them into a folder.
func (c exportCmd) reports(ctx context.Context, a *app, d data) (rows int, files []string, err error) {
	shelf, err := shelfOf(ctx, d, c.Offline, c.What == "missing" || c.By == "")
	if err != nil {
		return 0, nil, err
	}
	wanted := reports()
	if c.What == "missing" {
		wanted = wanted[len(wanted)-1:]
	}
	one := c.By != "" || c.What == "missing"
	if c.By != "" {
		for _, r := range reports() {
			if r.name == c.By {
				wanted = []report{r}
			}
		}
	}
	switch {
	case c.Output == "":
		return shelf.rows(), nil, streamTo(a.out.out, func(w io.Writer) error {
			for i, r := range wanted {
				if i > 0 {
					fmt.Fprintln(w)
				}
				if err := r.write(w, shelf); err != nil {
					return err
				}
			}
			return nil
		})
	case one:
		write := func(w io.Writer) error { return wanted[0].write(w, shelf) }
		return shelf.rows(), []string{c.Output}, writeOutFile(c.Output, c.Force, write)
	}
	if err := os.MkdirAll(c.Output, 0o700); err != nil {
		return 0, nil, cannotWrite(c.Output, err)
	}
	for _, r := range wanted {
		path := filepath.Join(c.Output, r.file)
		files = append(files, path)
		if err := writeOutFile(path, c.Force, func(w io.Writer) error { return r.write(w, shelf) }); err != nil {
			return 0, files, err
		}
	}
	return shelf.rows(), files, nil
}
