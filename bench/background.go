package main

import (
	"context"
	"encoding/json"
	"os"
	"syscall"
	"time"

	"github.com/audipy/audipy/internal/jobs"
	"github.com/audipy/audipy/internal/store"
)

// backgroundSyncs is how many syncs of an unchanged library are measured.
const backgroundSyncs = 100

// backgroundDelta measures what a server does by itself: it leases the sync of
// an account that nothing has changed in, and gives the job back, again and
// again.
func (j job) backgroundDelta(ctx context.Context) error {
	transport, err := j.Server.transport()
	if err != nil {
		return err
	}
	s, err := openServices(ctx, j.Folder, transport)
	if err != nil {
		return err
	}
	defer func() { _ = s.store.Close() }()
	linked, err := s.store.Accounts(ctx, s.user)
	if err != nil {
		return err
	}
	if err := s.store.RequestSync(ctx, s.user, linked[0].ID, false); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	quiet := func(context.Context, store.Job) (time.Time, error) { return time.Time{}, nil }
	done, wall, cpu := -1, time.Now(), time.Duration(0)
	handler := func(work context.Context, due store.Job) (time.Time, error) {
		if done == 0 { // the first one has warmed everything up
			wall, cpu = time.Now(), processorTime()
		}
		_, err := s.syncs.SyncJob(work, due)
		if done++; done >= backgroundSyncs || err != nil {
			stop()
		}
		return time.Now(), err
	}
	jobs.New(jobs.Options{Store: s.store, Parallel: 1, Handlers: map[store.JobKind]jobs.Handler{
		store.JobSync: handler, store.JobCatalog: quiet, store.JobClean: quiet,
	}}).Run(ctx)
	each := time.Since(wall) / backgroundSyncs
	used := (processorTime() - cpu) / backgroundSyncs
	runs, err := s.store.SyncRuns(context.WithoutCancel(ctx), s.user, store.RunFilter{Limit: 1})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{
		"Wall": each.Seconds(), "CPU": used.Seconds(), "PerMinute": time.Minute.Seconds() / each.Seconds(), "Requests": float64(runs[0].Calls),
	})
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
