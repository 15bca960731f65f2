package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

func (a *api) registerOwn() {
	register(a, huma.Operation{
		OperationID: "exportMe", Method: http.MethodGet, Path: "/me/export",
		Summary: "Everything that is held about the person, as JSON by table, without secrets.",
	}, a.exportMe)
	register(a, huma.Operation{
		OperationID: "deleteMe", Method: http.MethodDelete, Path: "/me", DefaultStatus: http.StatusOK,
		Summary: "Delete the person and everything that is theirs, and sign their devices out at Amazon.",
	}, a.deleteMe)
}

// Gone says what is left of a person who was deleted.
type Gone struct {
	DevicesLeft int `json:"devices_left" doc:"Devices at Amazon that could not be signed out yet; that goes on in the background."`
}

type goneOutput struct {
	SetCookie     []http.Cookie `header:"Set-Cookie"`
	ClearSiteData string        `header:"Clear-Site-Data"`
	Body          Gone
}

func (a *api) deleteMe(ctx context.Context, _ *struct{}) (*goneOutput, error) {
	me := actorFrom(ctx).UserID
	devices, err := a.Accounts.Leave(ctx, me, me)
	if err != nil {
		return nil, err
	}
	left := a.leave()
	return &goneOutput{left.SetCookie, left.ClearSiteData, Gone{devices}}, nil
}

// exportMe streams every row about the person. It is recorded before its first
// byte, since it can't be after the last one is lost.
func (a *api) exportMe(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
	user := actorFrom(ctx).UserID
	leave, err := a.beginExport(ctx, user, audit.Event{Action: audit.DataExported, Outcome: audit.Succeeded})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(out huma.Context) {
		defer leave()
		out.SetHeader("Content-Type", "application/json")
		out.SetHeader("Content-Disposition", `attachment; filename="audipy-my-data-`+a.Now().UTC().Format("2006-01-02")+`.json"`)
		if err := a.writeOwn(ctx, user, out.BodyWriter()); err != nil {
			// The status is sent: the client sees that the file ends early.
			a.Log.LogAttrs(ctx, slog.LevelWarn, "export cut off", slog.String("cause", err.Error()))
		}
	}}, nil
}

// writeOwn writes one object with a list of rows for each table.
func (a *api) writeOwn(ctx context.Context, user audipy.UserID, w io.Writer) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	table, before := "", "{"
	for row, err := range a.Store.OwnRows(ctx, user) {
		if err != nil {
			return err
		}
		if row.Table != table {
			if table != "" {
				before = "\n],"
			}
			before += fmt.Sprintf("\n%q: [", row.Table)
			table = row.Table
		}
		data, err := json.Marshal(ownRow(row))
		if err != nil {
			return fmt.Errorf("write row of %s: %w", table, err)
		}
		if _, err := fmt.Fprintf(buffered, "%s\n%s", before, data); err != nil {
			return err
		}
		before = ","
	}
	if _, err := buffered.WriteString("\n]\n}\n"); err != nil {
		return err
	}
	return buffered.Flush()
}

// ownRow is a row by column, with times that can be read and without what is
// empty.
func ownRow(r store.Row) map[string]any {
	fields := map[string]any{}
	for i, c := range r.Columns {
		value := r.Values[i]
		if micros, ok := value.(int64); ok && (strings.HasSuffix(c.Name, "_at") || strings.HasSuffix(c.Name, "_until")) {
			value = time.UnixMicro(micros).UTC()
		}
		if value != nil {
			fields[c.Name] = value
		}
	}
	return fields
}
