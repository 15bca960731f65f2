package cli

import (
	"context"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/jobs"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

const (
	// catalogEvery is how often series, prices, wish lists and listening times
	// are looked at.
	catalogEvery = 24 * time.Hour
	// cleanEvery is how often what has expired is deleted.
	cleanEvery = time.Hour
	// noticesKept is how long people see what they were told.
	noticesKept = 90 * 24 * time.Hour
)

// background starts what the server does by itself, and returns how to wait for
// its end, which comes after that of ctx.
func (a *app) background(ctx context.Context, e engine, watch *librarysync.Watch) (wait func()) {
	checkpoints, backups := a.checkpointer(e), a.backups(e)
	var unneeded []store.JobKind
	if backups.folder == "" {
		unneeded = []store.JobKind{store.JobBackup, store.JobTryBackup}
	}
	runner := jobs.New(jobs.Options{
		Store: e.store, Log: a.log, Now: a.env.Now, Wait: a.env.Wait, Unneeded: unneeded,
		Handlers: map[store.JobKind]jobs.Handler{
			store.JobSync:      e.syncs.SyncJob,
			store.JobRepair:    e.accounts.RepairJob,
			store.JobCatalog:   e.catalogJob(a.env.Now),
			store.JobClean:     e.cleanJob(a.env.Now),
			store.JobBackup:    backups.write,
			store.JobTryBackup: backups.try,
			store.JobNotices:   e.notices.WatchJob,
			store.JobDeliver:   e.notices.DeliverJob,
			store.JobElsewhere: e.shelves.ReadJob,
			store.JobFactors:   e.auth.FactorsJob,
			store.JobCheckpoint: func(ctx context.Context, _ store.Job) (time.Time, error) {
				_, err := checkpoints.note(ctx)
				return e.after(a.env.Now, checkpointEvery, err)
			},
			store.JobLeave: func(ctx context.Context, job store.Job) (time.Time, error) {
				return e.accounts.FinishLeaving(ctx, audipy.UserID(job.Key))
			},
			store.JobDeregister: func(ctx context.Context, job store.Job) (time.Time, error) {
				return e.accounts.DepartDevice(ctx, job.User, job.Key)
			},
		},
	})
	ended := make(chan struct{}, 3)
	go func() {
		runner.Run(ctx)
		ended <- struct{}{}
	}()
	go func() {
		watch.Run(ctx)
		ended <- struct{}{}
	}()
	go func() {
		giveBackMemory(ctx)
		ended <- struct{}{}
	}()
	return func() { <-ended; <-ended; <-ended }
}

// catalogJob looks at everything around a person's libraries. A person whose
// accounts were all unlinked has no such job any more.
func (e engine) catalogJob(now func() time.Time) jobs.Handler {
	return func(ctx context.Context, job store.Job) (time.Time, error) {
		accounts, err := e.store.Accounts(ctx, job.User)
		if err != nil {
			return time.Time{}, err
		}
		var problems []error
		linked := false
		for _, one := range accounts {
			if one.State == audipy.StateRevoked {
				continue
			}
			linked = true
			_, wishes := e.syncs.RefreshWishlists(ctx, job.User, one.ID)
			_, err := e.syncs.RefreshListening(ctx, job.User, one.ID)
			problems = append(problems, wishes, err)
		}
		if !linked {
			return time.Time{}, nil
		}
		err = e.advice.RefreshCatalog(ctx, job.User, nil)
		if audipy.KindOf(err) == audipy.NotFound {
			err = nil // an empty library wants nothing
		}
		if err == nil {
			_, err = e.advice.For(ctx, job.User) // so that the next look at a page need not wait for it
		}
		if err == nil { // at last, so that a budget that ends has gone into prices
			err = e.advice.RefreshSold(ctx, job.User)
		}
		problems = append(problems, err, e.store.RequestNotices(ctx, job.User))
		return e.after(now, catalogEvery, errors.Join(problems...))
	}
}

// cleanJob deletes what has expired.
func (e engine) cleanJob(now func() time.Time) jobs.Handler {
	return func(ctx context.Context, _ store.Job) (time.Time, error) {
		_, links := e.store.DeleteExpiredLinks(ctx)
		_, signIns := e.store.DeleteExpiredSignIns(ctx)
		_, notices := e.store.DeleteOldNotices(ctx, now().Add(-noticesKept))
		return e.after(now, cleanEvery, errors.Join(links, signIns, notices))
	}
}

// after is the answer of a handler whose work is done again after a while. What
// failed is for the runner to put off.
func (engine) after(now func() time.Time, d time.Duration, err error) (time.Time, error) {
	if err != nil {
		return time.Time{}, err
	}
	return now().Add(jobs.Jitter(d, 0.1)), nil
}
