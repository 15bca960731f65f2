package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/audipy/audipy/internal/audipy"
)

// The times of an event stream.
const (
	// streamLife is how long one lasts; the browser then asks anew.
	streamLife = 10 * time.Minute
	// heartbeat keeps proxies from taking a quiet stream for a dead one.
	heartbeat = 15 * time.Second
	// sessionCheck is how often it is looked whether the session still is.
	sessionCheck = 3 * time.Second
	// sendTimeout is how long one event may take to be taken.
	sendTimeout = 10 * time.Second
)

// send writes one event: its name and what becomes its JSON.
type send func(event string, value any) error

// stream is the answer of an operation that sends events (text/event-stream):
// run sends them until its context ends. That is when the client goes, the
// session ends, the server stops or the stream has lasted long enough. A person
// has few at once.
func (a *api) stream(ctx context.Context, run func(context.Context, send) error) (*huma.StreamResponse, error) {
	leave, ok := a.streams.take(actorFrom(ctx).UserID, a.Limits.Streams)
	if !ok {
		return nil, audipy.Fail(audipy.Busy, strconv.Itoa(a.Limits.Streams)+" pages follow the news already.", nil).
			WithCode("too_many_streams").WithHint("Close one.").WithRetryAfter(time.Minute)
	}
	return &huma.StreamResponse{Body: func(hctx huma.Context) { //nolint:contextcheck // the same request by another name
		defer leave()
		_, w := humago.Unwrap(hctx)
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("X-Accel-Buffering", "no")
		w.WriteHeader(http.StatusOK)
		ctx, cancel := context.WithTimeout(hctx.Context(), streamLife)
		defer cancel()
		events := &eventWriter{w: w, control: http.NewResponseController(w)}
		if events.comment() != nil {
			return
		}
		var kept sync.WaitGroup
		kept.Go(func() {
			defer cancel()
			a.keepAlive(ctx, events)
		})
		_ = run(ctx, events.send) // the client sees the stream end, and asks anew
		cancel()
		kept.Wait()
	}}, nil
}

// keepAlive returns when the stream must end.
func (a *api) keepAlive(ctx context.Context, events *eventWriter) {
	facts := requestOf(ctx)
	beat, check := time.NewTicker(heartbeat), time.NewTicker(sessionCheck)
	defer beat.Stop()
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.Ending:
			return
		case <-beat.C:
			if events.comment() != nil {
				return
			}
		case <-check.C:
			if _, err := a.Auth.Check(ctx, facts.token); err != nil {
				return
			}
		}
	}
}

// eventWriter writes events, one at a time.
type eventWriter struct {
	mu      sync.Mutex
	w       http.ResponseWriter
	control *http.ResponseController
}

func (e *eventWriter) send(event string, value any) error {
	data, err := json.Marshal(value) // on one line, as an event wants it
	if err != nil {
		return fmt.Errorf("write event %s: %w", event, err)
	}
	return e.write("event: " + event + "\ndata: " + string(data) + "\n\n")
}

// comment writes a line that means nothing.
func (e *eventWriter) comment() error { return e.write(":\n\n") }

func (e *eventWriter) write(text string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := e.control.SetWriteDeadline(time.Now().Add(sendTimeout)); err != nil {
		return err
	}
	if _, err := e.w.Write([]byte(text)); err != nil {
		return err
	}
	return e.control.Flush()
}
