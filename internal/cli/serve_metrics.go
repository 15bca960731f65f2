package cli

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/metrics"
)

// maxJobsCounted bounds what is read of the jobs for one reading of metrics.
const maxJobsCounted = 10_000

// countIn serves metrics at the address of their own until ctx ends, if there
// is one, and lets the server count there. The returned function waits for the
// end.
func (a *app) countIn(ctx context.Context, e engine, o *httpapi.Options) (wait func(), err error) {
	address := a.cfg.get("metrics_listen")
	if address == "" {
		return func() {}, nil
	}
	if address == a.cfg.get("listen") {
		return nil, audipy.Fail(audipy.Invalid, "metrics_listen is the server's own address", nil).
			WithHint("choose another port, which nobody but the collector of metrics reaches")
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, cantListen(address, err)
	}
	counts := metrics.New(metrics.Options{
		Version: currentVersion().Version,
		Jobs:    func(ctx context.Context) ([]metrics.Job, error) { return a.countJobs(ctx, e) },
	})
	o.Observe = counts.Request
	server := httpapi.NewServer(counts.Handler(), a.log)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // ends when it is closed
	}()
	closed := context.AfterFunc(ctx, func() { _ = server.Close() })
	a.out.note("metrics are at http://%s/metrics", listener.Addr())
	a.log.LogAttrs(ctx, slog.LevelInfo, "serving metrics", slog.String("listen", listener.Addr().String()))
	return func() {
		if closed() {
			_ = server.Close()
		}
		<-ended
	}, nil
}

// countJobs counts jobs by kind and by whether they wait, are due or run.
func (a *app) countJobs(ctx context.Context, e engine) ([]metrics.Job, error) {
	all, err := e.store.AllJobs(ctx, maxJobsCounted)
	if err != nil {
		return nil, fmt.Errorf("count jobs: %w", err)
	}
	counts, now := map[metrics.Job]int{}, a.env.Now()
	for _, one := range all {
		key := metrics.Job{Kind: string(one.Kind), State: "waiting"}
		switch {
		case one.LeaseUntil.After(now):
			key.State = "running"
		case !one.DueAt.After(now):
			key.State = "due"
		}
		counts[key]++
	}
	found := slices.Collect(maps.Keys(counts))
	for i, key := range found {
		found[i].Count = counts[key]
	}
	return found, nil
}
