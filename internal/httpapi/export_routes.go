package httpapi

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/export"
	"github.com/audipy/audipy/internal/store"
)

// exportInput chooses the form of an export.
type exportInput struct {
	Format string `query:"format" enum:"csv,json" default:"csv" doc:"In csv an apostrophe precedes text that a spreadsheet would take for a formula."`
}

// exportLibrary streams every title, gone ones included. The export is recorded
// before its first byte, since it can't be after the last one is lost.
func (a *api) exportLibrary(ctx context.Context, in *exportInput) (*huma.StreamResponse, error) {
	user := actorFrom(ctx).UserID
	titles, err := a.Store.CountItems(ctx, user, store.ItemFilter{})
	if err != nil {
		return nil, err
	}
	accounts, err := a.Store.Accounts(ctx, user)
	if err != nil {
		return nil, err
	}
	names := map[audipy.AccountID]string{}
	for _, one := range accounts {
		names[one.ID] = one.Name
	}
	leave, err := a.beginExport(ctx, user, audit.Event{
		Action: audit.LibraryExported, Outcome: audit.Succeeded, Target: "library." + in.Format,
		Counts: map[string]int{"rows": titles},
	})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		defer leave()
		out.SetHeader("Content-Type", map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json"}[in.Format])
		out.SetHeader("Content-Disposition", `attachment; filename="audipy-library-`+a.Now().UTC().Format("2006-01-02")+`.`+in.Format+`"`)
		if err := a.writeLibrary(ctx, user, names, in.Format, out.BodyWriter()); err != nil {
			// The status is sent: the client sees that the file ends early.
			a.Log.LogAttrs(ctx, slog.LevelWarn, "export cut off", slog.String("cause", err.Error()))
		}
	}}, nil
}

// beginExport records an export, of which a person may have one under way.
func (a *api) beginExport(ctx context.Context, user audipy.UserID, done audit.Event) (leave func(), err error) {
	leave, ok := a.exports.take(user, 1)
	if !ok {
		return nil, audipy.Fail(audipy.Conflict, "An export is under way already.", nil).
			WithCode("export_under_way").WithHint("Wait until it is over.").WithRetryAfter(time.Minute)
	}
	if err := a.Store.Record(ctx, user, done); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

func (a *api) writeLibrary(
	ctx context.Context, user audipy.UserID, names map[audipy.AccountID]string, format string, w io.Writer,
) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	rows := export.NewCSV(buffered, nil)
	if format == "json" {
		rows = export.NewJSON(buffered)
	}
	err := export.Library(a.Store.AllItems(ctx, user, store.ItemFilter{}),
		func(id audipy.AccountID) string { return names[id] },
		func(item *audipy.Item) any { return itemOf(item) }, rows)
	if err != nil {
		return err
	}
	if err := rows.End(); err != nil {
		return err
	}
	return buffered.Flush()
}
