package store_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// leaseJob leases the next job, and reports whether there is one.
func leaseJob(t testing.TB, db *storetest.DB, owner string) (store.Job, bool) {
	t.Helper()
	job, ok, err := db.LeaseJob(t.Context(), store.JobLease{Owner: owner, TTL: 45 * time.Second, PerPerson: 2})
	check(t, err)
	return job, ok
}

// mustLease leases a job that must be of the kind.
func mustLease(t testing.TB, db *storetest.DB, kind store.JobKind) store.Job {
	t.Helper()
	job, ok := leaseJob(t, db, "holder")
	if !ok || job.Kind != kind {
		t.Fatalf("leased %+v (%t), want a job of kind %s", job, ok, kind)
	}
	return job
}

// fillJobs makes people with jobs, due since different times, around the store.
func fillJobs(t testing.TB, db *storetest.DB, people, each int) {
	t.Helper()
	for i := range people {
		user := must[audipy.User](t)(db.CreateUser(t.Context(), fmt.Sprintf("p%d@example.com", i))).ID
		for k := range each {
			_, err := db.Raw.ExecContext(t.Context(), `
				INSERT INTO jobs (kind, key, user_id, due_at, priority) VALUES ('sync', $1, $2, $3, 1)`,
				fmt.Sprintf("%d/%d", i, k), string(user), now(db).UnixMicro()-int64(i*each+k))
			check(t, err)
		}
	}
}

// TestEveryJobIsLeasedOnce has runners of two processes take all jobs.
func TestEveryJobIsLeasedOnce(t *testing.T) {
	t.Parallel()
	people, each := 40, 25
	if testing.Short() {
		people, each = 20, 10
	}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fillJobs(t, db, people, each)
		other := must[*store.Store](t)(store.Open(t.Context(), db.Options))
		t.Cleanup(func() { check(t, other.Close()) })
		var mu sync.Mutex
		leased := map[string]int{}
		var all sync.WaitGroup
		for i, s := range []*store.Store{db.Store, other, db.Store, other} {
			all.Go(func() {
				for {
					job, ok, err := s.LeaseJob(t.Context(), store.JobLease{Owner: fmt.Sprint(i), TTL: time.Minute, PerPerson: each})
					if err != nil {
						t.Error(err)
					}
					if !ok {
						return
					}
					mu.Lock()
					leased[job.Key]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for key, n := range leased {
			if n != 1 {
				t.Errorf("job %s was leased %d times", key, n)
			}
		}
		if len(leased) != people*each {
			t.Errorf("%d of %d jobs were leased", len(leased), people*each)
		}
	})
}

func TestAPersonsJobsDoNotKeepOthersWaiting(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.4")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fillJobs(t, db, 2, 5) // those of the second person have been due longest
		owners := map[audipy.UserID]int{}
		for range 4 {
			job, _ := leaseJob(t, db, "holder")
			owners[job.User]++
		}
		if len(owners) != 2 {
			t.Errorf("four leases went to %v, want two of each person", owners)
		}
		if job, ok := leaseJob(t, db, "holder"); ok {
			t.Errorf("a fifth was leased: %+v", job)
		}
	})
}

func TestAJobGoesToTheNextWhenItsHolderDies(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		dead := mustLease(t, db, store.JobSync)
		check(t, db.RenewJob(t.Context(), dead, 45*time.Second))
		db.Clock.Advance(45*time.Second - time.Microsecond)
		if job, ok := leaseJob(t, db, "early"); ok {
			t.Fatalf("leased %+v while another holds it", job)
		}
		db.Clock.Advance(time.Microsecond)
		heir := mustLease(t, db, store.JobSync)
		if heir.Fence != dead.Fence+1 || heir.Attempts != 2 || heir.User != p.id || heir.Key != string(p.account) {
			t.Errorf("taken over as %+v after %+v", heir, dead)
		}
		wantKind(t, db.RenewJob(t.Context(), dead, time.Minute), audipy.Conflict)
		wantKind(t, db.EndJob(t.Context(), dead, store.JobEnd{Next: now(db)}), audipy.Conflict)
		wantKind(t, db.EndJob(t.Context(), dead, store.JobEnd{}), audipy.Conflict)
		check(t, db.EndJob(t.Context(), heir, store.JobEnd{Next: now(db).Add(time.Hour)}))
		wantKind(t, db.RenewJob(t.Context(), heir, time.Minute), audipy.Conflict)
	})
}

func TestALinkAndTitlesMakeJobsDue(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		first := mustLease(t, db, store.JobSync)
		if !first.IsFirst {
			t.Error("the first sync of a link does not go first")
		}
		apply(t, db, p, audipy.SyncFull, full(shelf(3)...))
		check(t, db.EndJob(t.Context(), first, store.JobEnd{Next: now(db).Add(time.Hour)}))
		catalog := mustLease(t, db, store.JobCatalog)
		if catalog.Key != string(p.id) {
			t.Errorf("catalogue job = %+v", catalog)
		}
		// While it runs, the library changes once more.
		db.Clock.Advance(time.Second)
		apply(t, db, p, audipy.SyncFull, full(shelf(4)...))
		check(t, db.EndJob(t.Context(), catalog, store.JobEnd{}))
		mustLease(t, db, store.JobCatalog)
		_, err := db.UnlinkAccount(t.Context(), p.id, store.Unlinking{Account: p.account, KeepLibrary: true}, event(audit.AccountUnlinked))
		check(t, err)
		for _, job := range must[[]store.Job](t)(db.Jobs(t.Context(), p.id)) {
			if job.Kind == store.JobSync {
				t.Errorf("the sync of an unlinked account is still to be done: %+v", job)
			}
		}
		wantKind(t, db.RequestSync(t.Context(), p.id, p.account, false), audipy.Conflict)
	})
}

func TestEnsureJobsMakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p, q := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
		check(t, db.EndDeparture(t.Context(), p.id, p.departing, event(audit.DeviceDeregistered)))
		check(t, db.EndDeparture(t.Context(), q.id, q.departing, event(audit.DeviceDeregistered)))
		check(t, db.EndDelivery(t.Context(), q.id, q.delivery, store.DeliveryEnd{State: store.DeliverySent}))
		check(t, db.EndElsewhere(t.Context(), q.id, event(audit.ElsewhereRemoved)))
		check(t, db.CancelFactorRemoval(t.Context(), store.Act{On: q.id}, event(audit.FactorRemovalCancelled)))
		_, err := db.Raw.ExecContext(t.Context(), `DELETE FROM jobs`)
		check(t, err)
		_, err = db.UnlinkAccount(t.Context(), q.id, store.Unlinking{Account: q.account, KeepLibrary: true}, event(audit.AccountUnlinked))
		check(t, err)
		unneeded := []store.JobKind{store.JobBackup, store.JobTryBackup}
		check(t, db.EnsureJobs(t.Context(), unneeded...))
		if made := must[[]store.Job](t)(db.AllJobs(t.Context(), 100)); slices.ContainsFunc(made, func(j store.Job) bool { return slices.Contains(unneeded, j.Kind) }) {
			t.Errorf("jobs = %v, want none of %v", made, unneeded)
		}
		for range 2 {
			check(t, db.EnsureJobs(t.Context()))
		}
		made := map[store.JobKind]string{}
		for _, one := range must[[]store.Job](t)(db.AllJobs(t.Context(), 100)) {
			made[one.Kind] += string(one.User) + " " + one.Key + ";"
		}
		whose := string(p.id) + " "
		wanted := map[store.JobKind]string{
			store.JobCatalog: whose + string(p.id) + ";", store.JobSync: whose + string(p.account) + ";",
			store.JobClean: " ;", store.JobCheckpoint: " ;", store.JobNotices: whose + string(p.id) + ";",
			store.JobDeliver: whose + p.delivery + ";", store.JobElsewhere: whose + string(p.id) + ";",
			store.JobFactors: whose + string(p.id) + ";",
			store.JobBackup:  " ;", store.JobTryBackup: " ;",
		}
		if !maps.Equal(made, wanted) {
			t.Errorf("jobs = %v, want %v", made, wanted)
		}
		_, err = db.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE WHERE id = $1`, string(p.id))
		check(t, err)
		mustLease(t, db, store.JobBackup)
		mustLease(t, db, store.JobCheckpoint)
		mustLease(t, db, store.JobClean)
		mustLease(t, db, store.JobTryBackup)
		if job, ok := leaseJob(t, db, "holder"); ok {
			t.Errorf("a job of somebody who may not come in was leased: %+v", job)
		}
	})
}

func TestSyncNowGoesFirst(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fillJobs(t, db, 3, 3)
		p := reader(t, db)
		mine := mustLease(t, db, store.JobSync)
		if mine.Key != string(p.account) {
			t.Fatalf("leased %+v, want what a person waits for", mine)
		}
		// A sync that is under way is what was asked for.
		check(t, db.RequestSync(t.Context(), p.id, p.account, false))
		check(t, db.EndJob(t.Context(), mine, store.JobEnd{Next: now(db).Add(6 * time.Hour)}))
		if job := mustLease(t, db, store.JobSync); job.Key == string(p.account) {
			t.Error("a second sync followed at once")
		}
		db.Clock.Advance(time.Minute)
		check(t, db.RequestSync(t.Context(), p.id, p.account, false))
		mine = mustLease(t, db, store.JobSync)
		if mine.Key != string(p.account) || mine.Payload != "" || !mine.IsFirst {
			t.Errorf("after sync now: %+v", mine)
		}
		db.Clock.Advance(time.Second)
		check(t, db.RequestSync(t.Context(), p.id, p.account, true))
		check(t, db.EndJob(t.Context(), mine, store.JobEnd{Next: now(db).Add(6 * time.Hour)}))
		if mine = mustLease(t, db, store.JobSync); mine.Payload != store.FullSync || mine.Attempts != 1 {
			t.Errorf("a whole sync was asked for during a usual one: %+v", mine)
		}
	})
}

func TestAttemptsCountUntilOneSucceeds(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		reader(t, db)
		for i := range 3 {
			job := mustLease(t, db, store.JobSync)
			if job.Attempts != i+1 {
				t.Errorf("attempt %d counts as %d", i+1, job.Attempts)
			}
			check(t, db.EndJob(t.Context(), job, store.JobEnd{Next: now(db), Failed: true}))
		}
		stopped := mustLease(t, db, store.JobSync)
		check(t, db.EndJob(t.Context(), stopped, store.JobEnd{Next: now(db), Untried: true}))
		done := mustLease(t, db, store.JobSync)
		if done.Attempts != stopped.Attempts || !done.IsFirst {
			t.Errorf("a stop counts as an attempt: %+v after %+v", done, stopped)
		}
		check(t, db.EndJob(t.Context(), done, store.JobEnd{Next: now(db)}))
		if job := mustLease(t, db, store.JobSync); job.Attempts != 1 || job.IsFirst {
			t.Errorf("after a success: %+v", job)
		}
	})
}

func TestTheIntervalMovesTheNextSync(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		job := mustLease(t, db, store.JobSync)
		apply(t, db, p, audipy.SyncFull, full())
		synced := now(db)
		check(t, db.EndJob(t.Context(), job, store.JobEnd{Next: now(db).Add(6 * time.Hour)}))
		db.Clock.Advance(2 * time.Hour)
		for minutes, want := range map[int]time.Time{60: now(db), 180: synced.Add(3 * time.Hour)} {
			check(t, db.SetSyncMinutes(t.Context(), p.id, p.account, minutes, event(audit.SyncScheduleChanged)))
			if jobs := must[[]store.Job](t)(db.Jobs(t.Context(), p.id)); !jobs[len(jobs)-1].DueAt.Equal(want) {
				t.Errorf("every %d minutes: due at %v, want %v", minutes, jobs[len(jobs)-1].DueAt, want)
			}
		}
		for _, minutes := range []int{0, 59, 10081} {
			wantKind(t, db.SetSyncMinutes(t.Context(), p.id, p.account, minutes, event(audit.SyncScheduleChanged)), audipy.Invalid)
		}
	})
}

func TestACancelledSyncIsPutOff(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		report := store.SyncReport{Account: p.account, Fence: p.sync.Fence}
		if must[bool](t)(db.ReportSync(t.Context(), p.id, report)) {
			t.Error("nobody cancelled it yet")
		}
		check(t, db.CancelSync(t.Context(), p.id, p.account))
		if !must[bool](t)(db.ReportSync(t.Context(), p.id, report)) {
			t.Error("the holder is not told")
		}
		if job, ok := leaseJob(t, db, "holder"); ok {
			t.Errorf("a sync that was to begin did: %+v", job)
		}
		check(t, db.ReleaseLease(t.Context(), p.id, p.sync))
		report.Fence = lease(t, db, p, store.LeaseSync).Fence
		if must[bool](t)(db.ReportSync(t.Context(), p.id, report)) {
			t.Error("the next sync is cancelled too")
		}
		db.Clock.Advance(6 * time.Hour)
		mustLease(t, db, store.JobSync)
	})
}

func TestProgressIsSeenThroughAnotherStore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		other := must[*store.Store](t)(store.Open(t.Context(), db.Options))
		t.Cleanup(func() { check(t, other.Close()) })
		pulse := func() store.Pulse {
			return must[map[audipy.UserID]store.Pulse](t)(other.Pulses(t.Context(), []audipy.UserID{p.id, "nobody"}))[p.id]
		}
		before := pulse()
		run := start(t, db, p, audipy.SyncFull)
		db.Clock.Advance(time.Second)
		must[bool](t)(db.ReportSync(t.Context(), p.id, store.SyncReport{
			Account: p.account, Fence: p.sync.Fence, RunID: run.ID, Phase: "listing", Done: 50, Total: 700, Calls: 2,
		}))
		got := must[audipy.SyncRun](t)(other.SyncRunByID(t.Context(), p.id, run.ID))
		if got.State != audipy.RunRunning || got.Phase != "listing" || got.Done != 50 || got.Total != 700 || got.Calls != 2 {
			t.Errorf("seen from elsewhere: %+v", got)
		}
		if under := must[map[audipy.AccountID]bool](t)(other.SyncsUnderWay(t.Context(), p.id)); !under[p.account] {
			t.Error("nobody seems to sync the account")
		}
		during := pulse()
		a := full(shelf(2)...)
		a.RunID, a.Fence = run.ID, p.sync.Fence
		got = must[audipy.SyncRun](t)(db.ApplySync(t.Context(), p.id, a, event(audit.SyncApplied)))
		after := pulse()
		if before.Runs == during.Runs || during.Library == after.Library || got.State != audipy.RunDone || got.Phase != "" {
			t.Errorf("pulses %+v, %+v, %+v; receipt %+v", before, during, after, got)
		}
		check(t, db.ReleaseLease(t.Context(), p.id, p.sync))
		if pulse().Accounts == after.Accounts {
			t.Error("the end of the sync is not felt")
		}
	})
}

func TestTheEndOfARepairIsFelt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settleBroken(t, db)
		pulse := func() int64 {
			return must[map[audipy.UserID]store.Pulse](t)(db.Pulses(t.Context(), []audipy.UserID{p.id}))[p.id].Accounts
		}
		before := pulse()
		r := must[store.Repair](t)(db.BeginRepair(t.Context(), p.id, p.broken, store.RepairLimits{Pauses: []time.Duration{time.Hour}}, event(audit.SignInUsed)))
		tried := pulse()
		check(t, db.StopRepair(t.Context(), p.id, store.RepairStop{Account: p.broken, Try: r.Try, Reason: audipy.StopCode}, event(audit.RepairStopped)))
		if stopped := pulse(); tried == before || stopped == tried {
			t.Errorf("pulses %d before, %d while it is tried, %d after it has stopped", before, tried, stopped)
		}
	})
}

func TestMonthsAreAddedUp(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		set := func(marketplace string, months ...store.ListeningMonth) {
			t.Helper()
			check(t, db.SetListening(t.Context(), p.id, p.account, marketplace, months))
		}
		set("us", store.ListeningMonth{Month: "2026-02", Listened: time.Hour}, store.ListeningMonth{Month: "2026-03", Listened: time.Hour})
		set("us", store.ListeningMonth{Month: "2026-03", Listened: 2*time.Hour + time.Millisecond})
		set("de", store.ListeningMonth{Month: "2026-03", Listened: time.Minute})
		got := must[[]store.ListeningMonth](t)(db.Listening(t.Context(), p.id))
		if len(got) != 2 || got[0] != (store.ListeningMonth{Month: "2026-02", Listened: time.Hour}) ||
			got[1].Listened != 2*time.Hour+time.Minute {
			t.Errorf("months = %+v", got)
		}
	})
}

func TestAJobOfSomebodyDisabledIsNotGoneOnWith(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.3.3")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		fillJobs(t, db, 1, 1)
		job := mustLease(t, db, store.JobSync)
		check(t, db.RenewJob(t.Context(), job, time.Minute))
		_, err := db.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE WHERE id = $1`, string(job.User))
		check(t, err)
		if err := db.RenewJob(t.Context(), job, time.Minute); audipy.KindOf(err) != audipy.Conflict {
			t.Errorf("the lease of somebody disabled was renewed: %v", err)
		}
	})
}
