package httpapi

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

// handler puts everything that holds for every request around the operations.
func (a *api) handler(operations *http.ServeMux) (http.Handler, error) {
	root := http.NewServeMux()
	root.HandleFunc("GET /healthz", a.healthz)
	root.HandleFunc("GET /readyz", a.readyz)
	root.HandleFunc("POST "+basePath+"/csp-report", a.policyReport)
	root.HandleFunc("GET "+auth.CallbackPath+"{provider}", a.callback)
	root.Handle("/api/", a.asProblems(operations))
	root.Handle("/", a.pages())
	gzipped, err := compressed(root)
	if err != nil {
		return nil, err
	}
	return a.observed(a.relayed(a.checked(gzipped))), nil
}

// asProblems answers what no operation is for with a problem too.
func (a *api) asProblems(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refusal, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		seen := &unmatched{header: http.Header{}}
		refusal.ServeHTTP(seen, r)
		if seen.status != http.StatusMethodNotAllowed {
			a.fail(w, r, notFound())
			return
		}
		w.Header().Set("Allow", seen.header.Get("Allow"))
		a.fail(w, r, methodNotAllowed())
	})
}

func methodNotAllowed() error {
	return audipy.Fail(audipy.Invalid, "This address does not take that method.", nil).WithCode("method_not_allowed")
}

// unmatched takes the mux's own answer to what it has no pattern for.
type unmatched struct {
	header http.Header
	status int
}

// Header returns the headers.
func (u *unmatched) Header() http.Header { return u.header }

// WriteHeader keeps the status.
func (u *unmatched) WriteHeader(status int) { u.status = status }

// Write throws the text away.
func (u *unmatched) Write(p []byte) (int, error) { return len(p), nil }

// observed gives a request its id, logs how it ended, and turns a panic into
// an answer. The address is not logged: it may hold what a person looked for.
func (a *api) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		facts := &request{id: rand.Text()}
		r = r.WithContext(withRequest(r.Context(), facts))
		w.Header().Set("X-Request-Id", facts.id)
		seen := &observedWriter{ResponseWriter: w}
		started := time.Now()
		defer func() { a.ended(seen, r, recover(), time.Since(started)) }()
		next.ServeHTTP(seen, r)
	})
}

// ended logs the end of a request, and answers in place of a handler that
// panicked.
func (a *api) ended(w *observedWriter, r *http.Request, cause any, took time.Duration) {
	if cause != nil {
		a.Log.LogAttrs(r.Context(), slog.LevelError, "request panicked",
			slog.Any("cause", cause), slog.String("stack", string(debug.Stack())))
		if w.status == 0 {
			a.fail(w, r, audipy.Fail(audipy.Internal, "", nil))
		}
	}
	if a.Observe != nil {
		a.Observe(method(r), route(r), w.status, took)
	}
	attrs := []slog.Attr{
		slog.String("method", method(r)), slog.String("route", route(r)),
		slog.Int("status", w.status), slog.Int64("bytes", w.bytes), slog.Int64("ms", took.Milliseconds()),
	}
	facts := requestOf(r.Context())
	if facts.actor.UserID != "" {
		attrs = append(attrs, slog.String("user", string(facts.actor.UserID)))
	}
	if facts.problem != "" {
		attrs = append(attrs, slog.String("problem", facts.problem))
	}
	a.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", attrs...)
}

// method is the method of a request if it is one that anybody uses.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return r.Method
	}
	return "other"
}

// route is the pattern that a request was for.
func route(r *http.Request) string {
	_, pattern, found := strings.Cut(r.Pattern, " ")
	if !found {
		return r.Pattern
	}
	return pattern
}

// observedWriter counts what is answered.
type observedWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

// Unwrap lets response controllers reach the connection.
func (o *observedWriter) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// WriteHeader keeps the status.
func (o *observedWriter) WriteHeader(status int) {
	if o.status == 0 {
		o.status = status
	}
	o.ResponseWriter.WriteHeader(status)
}

// Write counts bytes.
func (o *observedWriter) Write(p []byte) (int, error) {
	if o.status == 0 {
		o.status = http.StatusOK
	}
	n, err := o.ResponseWriter.Write(p)
	o.bytes += int64(n)
	return n, err
}
