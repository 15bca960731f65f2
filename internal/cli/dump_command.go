package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// dumpCmd writes what Audible answers to every call that this program makes.
type dumpCmd struct {
	Output     string   `short:"o" placeholder:"FOLDER" type:"path" help:"The new folder to write; a dated one here if left out."`
	Account    string   `placeholder:"NAME" help:"The account; needed when several are linked."`
	Store      []string `placeholder:"CODE" help:"Only these stores, such as us,de; every store with titles if left out."`
	ReportOnly bool     `help:"Write the report on fields alone, which holds nothing personal."`
}

// dump is one dump under way.
type dump struct {
	dumpCmd
	app    *app
	client *audible.Client
	store  string
	report fieldReport
	index  []dumpedCall
	// inARow counts the calls without an answer since the last one with.
	inARow int
}

// mostFailures in a row are an outage, not the fault of one call.
const mostFailures = 3

// dumpedCall is one call as index.json lists it.
type dumpedCall struct {
	Store    string `json:"store"`
	Endpoint string `json:"endpoint"`
	// File is where the answer is; empty when there is none.
	File string `json:"file,omitempty"`
	// Bytes is the size of the answer.
	Bytes int `json:"bytes"`
	// TotalCount is Audible's count of the whole list, where it gives one.
	TotalCount string `json:"total_count,omitempty"`
	// Failure says in words why there is no answer.
	Failure string `json:"failure,omitempty"`
}

// Run makes the calls and writes the folder.
func (c dumpCmd) Run(ctx context.Context, a *app) error {
	one, err := a.selectAccount(ctx, c.Account)
	if err != nil {
		return err
	}
	stores, err := c.stores(ctx, a, one)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	if c.Output == "" {
		c.Output = "audipy-dump-" + a.env.Now().Format("20060102-150405")
	}
	if err := makeNewFolder(c.Output); err != nil {
		return err
	}
	d := &dump{dumpCmd: c, app: a}
	var failed error
	for _, d.store = range stores {
		if d.client, err = accounts.Client(ctx, a.user.ID, one.ID, d.store); err != nil {
			return err
		}
		if failed = d.pull(ctx); failed != nil {
			break
		}
	}
	if noted := accounts.Note(context.WithoutCancel(ctx), a.user.ID, one.ID, failed); noted != nil {
		return noted
	}
	if err := d.finish(context.WithoutCancel(ctx), one, failed == nil); err != nil {
		return err
	}
	return account.Explain(failed)
}

// stores are those that were asked for, or all that the account uses.
func (c dumpCmd) stores(ctx context.Context, a *app, one audipy.Account) ([]string, error) {
	for _, code := range c.Store {
		if !audipy.IsMarketplace(code) {
			return nil, noSuchStore(code)
		}
	}
	if len(c.Store) > 0 {
		return c.Store, nil
	}
	return a.storesOf(ctx, one)
}

func makeNewFolder(path string) error {
	err := os.Mkdir(path, 0o700)
	if errors.Is(err, os.ErrExist) {
		return audipy.Fail(audipy.Conflict, path+" exists already", nil).WithHint("name a folder that does not exist yet with --output")
	}
	if err != nil {
		return cannotWrite(path, err)
	}
	return nil
}

// call makes one call and keeps its answer. A failure of this call alone is
// noted and ends nothing; what ends every call is returned.
func (d *dump) call(ctx context.Context, name, path string) ([]byte, error) {
	endpoint, _, _ := strings.Cut(name, "-")
	answer, err := d.client.Raw(ctx, http.MethodGet, path)
	return d.take(ctx, dumpedCall{Store: d.store, Endpoint: endpoint, TotalCount: answer.Header.Get("Total-Count")}, name, answer.Body, err)
}

// take keeps one answer, or why there is none.
func (d *dump) take(ctx context.Context, made dumpedCall, name string, body []byte, err error) ([]byte, error) {
	if err != nil {
		explained := account.Explain(err)
		d.inARow++
		if ctx.Err() != nil || d.inARow >= mostFailures ||
			audipy.KindOf(explained) == audipy.ActionRequired || audipy.KindOf(explained) == audipy.Busy {
			return nil, err
		}
		made.Failure, _ = describe(explained)
		d.index = append(d.index, made)
		d.app.out.note("%s %s: %s", made.Store, made.Endpoint, made.Failure)
		return nil, nil
	}
	d.inARow, made.Bytes = 0, len(body)
	if err := d.report.add(made.Endpoint, body); err != nil {
		return nil, err
	}
	if !d.ReportOnly {
		made.File = filepath.Join(d.store, strings.ReplaceAll(name, "/", "-")+".json")
		if err := d.write(made.File, body); err != nil {
			return nil, err
		}
	}
	d.index = append(d.index, made)
	return body, nil
}

// write writes one file of the dump.
func (d *dump) write(name string, data []byte) error {
	path := filepath.Join(d.Output, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return cannotWrite(path, err)
	}
	return writeOutFile(path, false, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// finish writes the reports, records the dump and says what there is.
func (d *dump) finish(ctx context.Context, one audipy.Account, whole bool) error {
	fields := d.report.sorted()
	asJSON, err := json.MarshalIndent(fields, "", "  ")
	if err != nil {
		return fmt.Errorf("write the field report: %w", err)
	}
	files := map[string][]byte{"fields.json": append(asJSON, '\n'), "fields.md": fieldTable(fields)}
	if !d.ReportOnly {
		index, err := json.MarshalIndent(d.index, "", "  ")
		if err != nil {
			return fmt.Errorf("write the index: %w", err)
		}
		files["index.json"], files["README.txt"] = append(index, '\n'), []byte(dumpNotice)
	}
	for name, data := range files {
		if err := d.write(name, data); err != nil {
			return err
		}
	}
	outcome := audit.Succeeded
	if !whole {
		outcome = audit.Failed
	}
	target := "raw"
	if d.ReportOnly {
		target = "report"
	}
	err = d.app.store.Record(ctx, d.app.user.ID, audit.Event{
		Action: audit.DumpWritten, Outcome: outcome, Account: one.ID, Target: target,
		Counts: map[string]int{"calls": len(d.index), "fields": len(fields)},
	})
	if err != nil {
		return err
	}
	return d.say(len(fields), whole)
}

// dumpNotice lies beside the raw answers.
const dumpNotice = `This folder holds what Audible answered about one account: personal data such as titles, purchases, listening
times and a postal address. Don't publish it. fields.json and fields.md alone hold nothing personal: they name
fields, their types and the shape of an example.
`

func (d *dump) say(fields int, whole bool) error {
	failed := 0
	for _, call := range d.index {
		if call.Failure != "" {
			failed++
		}
	}
	type document struct {
		Folder string       `json:"folder"`
		Whole  bool         `json:"whole"`
		Fields int          `json:"fields"`
		Calls  []dumpedCall `json:"calls"`
	}
	return d.app.out.result(document{d.Output, whole, fields, orNone(d.index)}, func() {
		p := d.app.out
		p.line("wrote %s: %s calls, %s without an answer, %s fields", clean(d.Output), thousands(len(d.index)), thousands(failed), thousands(fields))
		if d.ReportOnly {
			p.line("  fields.json and fields.md hold no values: they can be attached to a report")
			return
		}
		p.line("  it holds personal data; fields.json and fields.md alone do not")
	})
}
