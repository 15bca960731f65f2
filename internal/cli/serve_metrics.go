package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/metrics"
	"github.com/audipy/audipy/internal/store"
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
		return nil, cantListen(address, "AUDIPY_METRICS_LISTEN", err)
	}
	a.counts.Watch(func(ctx context.Context) (metrics.Standing, error) { return a.standing(ctx, e) })
	o.Observe = a.counts.Request
	server := httpapi.NewServer(a.counts.Handler(), a.log)
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

// countedStore are the options of a store whose audit records are counted where
// somebody counts.
func (a *app) countedStore() store.Options {
	o := a.storeOptions()
	if a.counts != nil {
		o.Recorded = func(action audit.Action, outcome audit.Outcome) { a.counts.Record(string(action), string(outcome)) }
	}
	return o
}

// transport carries requests to Amazon, and has them counted where somebody
// counts.
func (a *app) transport() http.RoundTripper {
	next := a.env.Transport
	switch {
	case a.counts == nil:
		return next
	case next == nil:
		next = audible.NewTransport(audible.TransportOptions{})
	}
	return a.counts.Transport(next)
}

// standing is how the server stands.
func (a *app) standing(ctx context.Context, e engine) (metrics.Standing, error) {
	census, err := e.store.Census(ctx)
	if err != nil {
		return metrics.Standing{}, err
	}
	budget, err := e.accounts.InstanceBudget(ctx)
	if err != nil {
		return metrics.Standing{}, err
	}
	s := metrics.Standing{
		Sessions: census.Sessions, CallsLeft: budget.LeftToday, Jobs: map[metrics.Job]int{},
		Accounts: map[string]int{}, Leases: map[string]int{},
	}
	s.Hashing, s.Waiting = e.auth.Hashing()
	if s.Backups, err = backupTimes(ctx, e.store); err != nil {
		return metrics.Standing{}, err
	}
	for state, n := range census.Accounts {
		s.Accounts[string(state)] = n
	}
	for kind, n := range census.Leases {
		s.Leases[string(kind)] = n
	}
	all, err := e.store.AllJobs(ctx, maxJobsCounted)
	if err != nil {
		return metrics.Standing{}, fmt.Errorf("count jobs: %w", err)
	}
	now := a.env.Now()
	for _, one := range all {
		key := metrics.Job{Kind: string(one.Kind), State: "waiting"}
		switch {
		case one.LeaseUntil.After(now):
			key.State = "running"
		case !one.DueAt.After(now):
			key.State = "due"
		}
		s.Jobs[key]++
	}
	return s, nil
}

// backupTimes says when a backup was last written and last tried.
func backupTimes(ctx context.Context, s *store.Store) (map[string]time.Time, error) {
	times := map[string]time.Time{}
	for what, action := range map[string]audit.Action{"written": audit.BackupWritten, "tried": audit.BackupTried} {
		r, err := s.LatestSystemRecord(ctx, action, audit.Succeeded)
		switch {
		case err == nil:
			times[what] = r.At
		case audipy.KindOf(err) != audipy.NotFound:
			return nil, err
		}
	}
	return times, nil
}
