package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// readyWait is how long the database may take to answer a readiness probe.
const readyWait = 2 * time.Second

// healthz says that the process answers.
func (a *api) healthz(w http.ResponseWriter, _ *http.Request) { plain(w, "ok\n") }

// readyz says whether requests would be answered: not without the database.
func (a *api) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWait)
	defer cancel()
	if err := a.Store.Ping(ctx); err != nil {
		a.fail(w, r, audipy.Fail(audipy.Unavailable, "The database does not answer.", err))
		return
	}
	plain(w, "ready\n")
}

func plain(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, text) // a client that is gone misses nothing
}
