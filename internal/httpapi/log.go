package httpapi

import (
	"context"
	"log/slog"
)

// LogRequests returns a handler that adds the id of the request to each record
// that is written on behalf of one, whichever package writes it.
func LogRequests(to slog.Handler) slog.Handler { return requestLog{to} }

// requestLog is the handler of LogRequests.
type requestLog struct{ slog.Handler }

// Handle adds the id and passes the record on.
func (l requestLog) Handle(ctx context.Context, r slog.Record) error {
	if id := requestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request_id", id))
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs keeps adding ids.
func (l requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLog{l.Handler.WithAttrs(attrs)}
}

// WithGroup keeps adding ids.
func (l requestLog) WithGroup(name string) slog.Handler { return requestLog{l.Handler.WithGroup(name)} }
