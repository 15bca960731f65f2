package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/jobs"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestMain(m *testing.M) {
	defer storetest.Sweep()
	m.Run()
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill makes people with jobs of the kind that are due.
func fill(t *testing.T, db *storetest.DB, now time.Time, people, each int) {
	t.Helper()
	for i := range people {
		user, err := db.CreateUser(t.Context(), fmt.Sprintf("p%d@example.com", i))
		check(t, err)
		for k := range each {
			_, err := db.Raw.ExecContext(t.Context(), `
				INSERT INTO jobs (kind, key, user_id, due_at, priority) VALUES ('sync', $1, $2, $3, 1)`,
				fmt.Sprintf("%d/%d", i, k), string(user.ID), now.UnixMicro())
			check(t, err)
		}
	}
}

// second opens the database of db once more, as another process would.
func second(t *testing.T, db *storetest.DB) *store.Store {
	t.Helper()
	other, err := store.Open(t.Context(), db.Options)
	check(t, err)
	t.Cleanup(func() { check(t, other.Close()) })
	return other
}

// TestRunnersShareTheWork has two processes do all jobs: each once, and those
// of one person never more than two at a time.
func TestRunnersShareTheWork(t *testing.T) {
	t.Parallel()
	people, each := 20, 15
	if testing.Short() {
		people, each = 5, 6
	}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fill(t, db, db.Clock.Now(), people, each)
		ctx, stop := context.WithCancel(t.Context())
		var mu sync.Mutex
		done, at, most := map[string]int{}, map[audipy.UserID]int{}, 0
		handler := func(ctx context.Context, job store.Job) (time.Time, error) {
			mu.Lock()
			at[job.User]++
			most = max(most, at[job.User])
			mu.Unlock()
			if _, err := db.Jobs(ctx, job.User); err != nil { // takes a moment
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			at[job.User]--
			if done[job.Key]++; len(done) == people*each {
				stop()
			}
			return time.Time{}, nil
		}
		var all sync.WaitGroup
		for _, s := range []*store.Store{db.Store, second(t, db)} {
			all.Go(func() {
				jobs.New(jobs.Options{
					Store: s, Handlers: map[store.JobKind]jobs.Handler{store.JobSync: handler}, Now: db.Clock.Now,
				}).Run(ctx)
			})
		}
		all.Wait()
		for key, n := range done {
			if n != 1 {
				t.Errorf("job %s was done %d times", key, n)
			}
		}
		if len(done) != people*each || most > 3 {
			t.Errorf("%d of %d jobs were done, of one person up to %d at a time", len(done), people*each, most)
		}
	})
}

// jumping moves the clock instead of waiting.
func jumping(db *storetest.DB) func(context.Context, time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		db.Clock.Advance(d)
		return ctx.Err()
	}
}

func TestFailuresArePutOffLongerEachTime(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fill(t, db, db.Clock.Now(), 1, 1)
		ctx, stop := context.WithCancel(t.Context())
		var tries []time.Time
		handler := func(context.Context, store.Job) (time.Time, error) {
			tries = append(tries, db.Clock.Now())
			switch len(tries) {
			case 3:
				panic("a defect")
			case 5:
				return db.Clock.Now().Add(time.Second), nil
			case 7:
				stop()
			}
			return time.Time{}, errors.New("Audible is away")
		}
		jobs.New(jobs.Options{
			Store: db.Store, Handlers: map[store.JobKind]jobs.Handler{store.JobSync: handler}, Now: db.Clock.Now, Wait: jumping(db), Parallel: 1,
		}).Run(ctx)
		pauses := []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, time.Second, time.Minute}
		for i, want := range pauses {
			// The runner looks once a second, and may have looked just before.
			if got := tries[i+1].Sub(tries[i]); got < want*8/10 || got > want*12/10+2*time.Second {
				t.Errorf("try %d came %v after the one before, want %v more or less", i+1, got, want)
			}
		}
	})
}

func TestThePauseGrowsToAnHour(t *testing.T) {
	t.Parallel()
	for attempts, want := range map[int]time.Duration{0: time.Minute, 1: time.Minute, 6: 32 * time.Minute, 7: time.Hour, 1000: time.Hour} {
		different := map[time.Duration]bool{}
		for range 50 {
			got := jobs.Backoff(attempts)
			different[got] = true
			if got < want*8/10 || got > want*12/10 {
				t.Errorf("after %d attempts: %v, want %v more or less", attempts, got, want)
			}
		}
		if len(different) < 40 {
			t.Errorf("after %d attempts: %d different pauses of 50, want them spread", attempts, len(different))
		}
	}
}

func TestADeadProcessesJobIsTakenOver(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fill(t, db, db.Clock.Now(), 1, 1)
		_, found, err := second(t, db).LeaseJob(t.Context(), store.JobLease{Owner: "dead", TTL: 45 * time.Second, PerPerson: 1})
		check(t, err)
		died := db.Clock.Now()
		ctx, stop := context.WithCancel(t.Context())
		var took time.Duration
		handler := func(context.Context, store.Job) (time.Time, error) {
			took = db.Clock.Now().Sub(died)
			stop()
			return time.Time{}, nil
		}
		jobs.New(jobs.Options{
			Store: db.Store, Handlers: map[store.JobKind]jobs.Handler{store.JobSync: handler}, Now: db.Clock.Now, Wait: jumping(db), Parallel: 1,
		}).Run(ctx)
		if !found || took < 45*time.Second || took > 50*time.Second {
			t.Errorf("taken over after %v, want 45 s and a moment", took)
		}
	})
}

// bubble runs a case in virtual time on a store of its own.
func bubble(t *testing.T, run func(t *testing.T, db *storetest.DB)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db := storetest.Open(t)
		fill(t, db, db.Clock.Now(), 1, 1)
		run(t, db)
	})
}

func TestAStopGivesJobsTimeAndThenBack(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, db *storetest.DB) {
		ctx, stop := context.WithCancel(t.Context())
		var cause error
		handler := func(ctx context.Context, _ store.Job) (time.Time, error) {
			stop()
			<-ctx.Done()
			cause = context.Cause(ctx)
			return time.Time{}, cause
		}
		began := time.Now()
		jobs.New(jobs.Options{
			Store: db.Store, Handlers: map[store.JobKind]jobs.Handler{store.JobSync: handler}, Now: db.Clock.Now,
		}).Run(ctx)
		if took := time.Since(began); took != 5*time.Second || !errors.Is(cause, jobs.ErrStopped) {
			t.Errorf("stopped after %v with cause %v", took, cause)
		}
		job, found, err := db.LeaseJob(t.Context(), store.JobLease{Owner: "next", TTL: time.Minute, PerPerson: 1})
		check(t, err)
		for found && job.Kind != store.JobSync {
			job, found, err = db.LeaseJob(t.Context(), store.JobLease{Owner: "next", TTL: time.Minute, PerPerson: 1})
			check(t, err)
		}
		if !found || job.Attempts != 1 {
			t.Errorf("the next process finds %+v (%t), want the job at once and not counted as tried", job, found)
		}
	})
}

func TestALongJobKeepsItsLeaseAndALostOneEnds(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, db *storetest.DB) {
		began := time.Now()
		// The clock of the store and the runner goes with the bubble's here.
		now := func() time.Time { return db.Clock.Now().Add(time.Since(began)) }
		s, err := store.Open(t.Context(), store.Options{SQLitePath: db.Options.SQLitePath, Now: now})
		check(t, err)
		defer func() { check(t, s.Close()) }()
		ctx, stop := context.WithCancel(t.Context())
		var kept, lost time.Duration
		handler := func(ctx context.Context, _ store.Job) (time.Time, error) {
			<-time.After(10 * time.Minute)
			if _, found, err := s.LeaseJob(ctx, store.JobLease{Owner: "thief", TTL: time.Minute, PerPerson: 9}); found || err != nil {
				t.Errorf("after ten minutes the job was free: %t, %v", found, err)
			}
			kept = time.Since(began)
			_, err := db.Raw.ExecContext(ctx, `UPDATE jobs SET fence = fence + 1`)
			check(t, err)
			<-ctx.Done()
			lost = time.Since(began)
			stop()
			return time.Time{}, ctx.Err()
		}
		quiet := func(context.Context, store.Job) (time.Time, error) { return time.Time{}, nil }
		jobs.New(jobs.Options{Store: s, Now: now, Handlers: map[store.JobKind]jobs.Handler{
			store.JobSync: handler, store.JobClean: quiet,
		}}).Run(ctx)
		if kept != 10*time.Minute || lost-kept > 15*time.Second {
			t.Errorf("kept for %v, and lost without noticing for %v", kept, lost-kept)
		}
	})
}
