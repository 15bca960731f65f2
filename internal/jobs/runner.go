package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

const (
	// leaseTime outlives three missed renewals.
	leaseTime  = 45 * time.Second
	leaseRenew = 15 * time.Second
	// poll is how often the table is looked at while nothing is due.
	poll = time.Second
	// patience is how long jobs that are being done may go on when the
	// process is to end.
	patience = 5 * time.Second
)

// Handler does a job and says when it is due again; the zero time ends it for
// good. With an error the job is put off by a time that grows with its
// attempts, unless the handler names one. The context ends when the lease is
// lost and, a while after the runner was stopped, with ErrStopped.
type Handler func(ctx context.Context, job store.Job) (next time.Time, err error)

// ErrStopped is the cause of the end of a handler's context when the process
// is to end. The job is done by whoever comes next.
var ErrStopped = errors.New("the process is ending")

// errLost is the cause when the lease went to another process.
var errLost = errors.New("another process has taken over the job")

// Options are what a Runner works with. Store and Handlers are required.
type Options struct {
	Store *store.Store
	// Handlers do the jobs of their kinds. A job of another kind is put off
	// like one that failed: a newer process may know it.
	Handlers map[store.JobKind]Handler
	// Unneeded are the instance's own jobs that this process's settings leave
	// nothing to do for, so that it makes none of them.
	Unneeded []store.JobKind
	// Parallel is how many jobs are done at once; 0 means 4. PerPerson is
	// how many of one person's, over all processes; 0 means 2.
	Parallel, PerPerson int
	// Log gets a record of every job; nil means none.
	Log *slog.Logger
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Wait pauses for a duration or until ctx ends; nil means a timer.
	Wait func(ctx context.Context, d time.Duration) error
}

// Runner does jobs. Make one with New.
type Runner struct {
	Options
	owner string
}

// New returns a Runner that has not begun.
func New(o Options) *Runner {
	r := &Runner{Options: o, owner: rand.Text()}
	if r.Parallel == 0 {
		r.Parallel = 4
	}
	if r.PerPerson == 0 {
		r.PerPerson = 2
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Now == nil {
		r.Now = time.Now
	}
	if r.Wait == nil {
		r.Wait = pause
	}
	return r
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Run makes the jobs that are missing and does what is due until ctx ends. Then
// it leases nothing more, gives what is under way five seconds to finish, stops
// the rest, and returns when all jobs were given back. A database that does not
// answer is no reason to end: it is asked again.
func (r *Runner) Run(ctx context.Context) {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	var running sync.WaitGroup
	slots := make(chan struct{}, r.Parallel)
	ensured := false
	for ctx.Err() == nil {
		if !ensured {
			ensured = r.ensure(ctx)
		}
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		job, found := r.lease(ctx)
		if !found {
			<-slots
			_ = r.Wait(ctx, poll) // the end of ctx ends the loop
			continue
		}
		running.Go(func() {
			defer func() { <-slots }()
			r.do(work, job)
		})
	}
	end := time.AfterFunc(patience, func() { stop(ErrStopped) })
	defer end.Stop()
	running.Wait()
}

// ensure makes the jobs that are missing, and reports whether it could.
func (r *Runner) ensure(ctx context.Context) bool {
	err := r.Store.EnsureJobs(ctx, r.Unneeded...)
	if err != nil && ctx.Err() == nil {
		r.Log.LogAttrs(ctx, slog.LevelError, "jobs can't be made", slog.Any("error", err))
	}
	return err == nil
}

// lease leases the next job, if there is one.
func (r *Runner) lease(ctx context.Context) (store.Job, bool) {
	job, found, err := r.Store.LeaseJob(ctx, store.JobLease{Owner: r.owner, TTL: leaseTime, PerPerson: r.PerPerson})
	if err != nil && ctx.Err() == nil {
		r.Log.LogAttrs(ctx, slog.LevelError, "jobs can't be leased", slog.Any("error", err))
	}
	return job, found && err == nil
}

// do has a job done while its lease is renewed, and gives it back.
func (r *Runner) do(ctx context.Context, job store.Job) {
	held, stop := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		r.renew(held, job, stop)
	}()
	started := r.Now()
	next, err := r.handle(held, job)
	stop(nil)
	<-renewed
	cause := context.Cause(held)
	r.log(ctx, job, r.Now().Sub(started), err)
	if errors.Is(cause, errLost) {
		return
	}
	// It is given back even when the process is ending.
	if err := r.Store.EndJob(context.WithoutCancel(ctx), job, r.end(job, next, err, cause)); err != nil {
		r.Log.LogAttrs(ctx, slog.LevelWarn, "job can't be given back", slog.String("kind", string(job.Kind)), slog.Any("error", err))
	}
}

// handle has the handler of the kind do the job.
func (r *Runner) handle(ctx context.Context, job store.Job) (next time.Time, err error) {
	handler := r.Handlers[job.Kind]
	if handler == nil {
		return time.Time{}, errors.New("no handler for jobs of this kind")
	}
	defer func() {
		if broken := recover(); broken != nil {
			err = errors.New("the handler panicked")
			r.Log.LogAttrs(ctx, slog.LevelError, "handler panicked", slog.String("kind", string(job.Kind)), slog.Any("panic", broken))
		}
	}()
	return handler(ctx, job)
}

// end says how a job is given back.
func (r *Runner) end(job store.Job, next time.Time, err, cause error) store.JobEnd {
	switch {
	case err != nil && errors.Is(cause, ErrStopped):
		return store.JobEnd{Next: job.DueAt, Untried: true}
	case err != nil && next.IsZero():
		return store.JobEnd{Next: r.Now().Add(Backoff(job.Attempts)), Failed: true}
	default:
		return store.JobEnd{Next: next, Failed: err != nil}
	}
}

// renew keeps the lease of a job until ctx ends.
func (r *Runner) renew(ctx context.Context, job store.Job, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(leaseRenew)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := r.Store.RenewJob(ctx, job, leaseTime)
		switch {
		case err == nil:
			last = time.Now()
		case ctx.Err() != nil:
			return
		case audipy.KindOf(err) == audipy.Conflict || time.Since(last) >= leaseTime:
			stop(errLost)
			return
		}
	}
}

func (r *Runner) log(ctx context.Context, job store.Job, took time.Duration, err error) {
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelWarn
	}
	attrs := []slog.Attr{
		slog.String("kind", string(job.Kind)), slog.String("key", job.Key), slog.Int("attempts", job.Attempts),
		slog.Int64("ms", took.Milliseconds()),
	}
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	r.Log.LogAttrs(ctx, level, "job done", attrs...)
}
