package cli_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

// server is a process that serves, on a port of its own.
type server struct {
	cmd    *exec.Cmd
	output *lockedBuffer
	ended  chan struct{}
}

// startServer starts a server on the rig's home, or on its PostgreSQL.
func (r *killRig) startServer(t *testing.T, more ...string) *server {
	t.Helper()
	cmd, output := r.command("serve")
	cmd.Env = append(cmd.Env, "AUDIPY_LISTEN=localhost:0")
	cmd.Env = append(cmd.Env, more...)
	if r.options.PostgresURL != "" {
		cmd.Env = append(cmd.Env, "AUDIPY_DATABASE="+r.options.PostgresURL)
	}
	s := &server{cmd: cmd, output: output, ended: make(chan struct{})}
	ensure(t, cmd.Start())
	go func() {
		defer close(s.ended)
		_ = cmd.Wait() // it is killed, which is no news
	}()
	t.Cleanup(s.kill)
	return s
}

// kill ends the process at once, and returns when it has ended.
func (s *server) kill() {
	_ = s.cmd.Process.Kill() // it may have ended by itself
	<-s.ended
}

// opened opens the database of the rig for the time of the test.
func (r *killRig) opened(t *testing.T) *store.Store {
	t.Helper()
	o := r.options
	o.Now = r.now
	s, err := store.Open(t.Context(), o)
	ensure(t, err)
	t.Cleanup(func() { ensure(t, s.Close()) })
	return s
}

// await looks until something is so, for two minutes at most.
func await(t *testing.T, what string, isSo func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !isSo() {
		select {
		case <-ctx.Done():
			t.Fatalf("after two minutes still not: %s", what)
		case <-tick.C:
		}
	}
}

// syncJob is the job of the rig's account.
func syncJob(t *testing.T, s *store.Store, user audipy.UserID) store.Job {
	t.Helper()
	all, err := s.Jobs(t.Context(), user)
	ensure(t, err)
	for _, job := range all {
		if job.Kind == store.JobSync {
			return job
		}
	}
	t.Fatal("the account has no job")
	return store.Job{}
}

// awaitSynced waits until the account's sync was done and is not due.
func (r *killRig) awaitSynced(t *testing.T, s *store.Store, user audipy.UserID) {
	t.Helper()
	await(t, "the sync is done", func() bool {
		job := syncJob(t, s, user)
		return job.LeaseUntil.IsZero() && job.Attempts == 0 && job.DueAt.After(r.now().Add(10*time.Minute))
	})
}

// killSoon kills servers, each at a moment of its own within the usual time.
func (r *killRig) killSoon(t *testing.T, servers ...*server) {
	t.Helper()
	var all sync.WaitGroup
	for _, one := range servers {
		after := time.NewTimer(time.Duration(r.random.Int64N(int64(r.usual))))
		all.Go(func() {
			select {
			case <-after.C:
			case <-one.ended:
				t.Errorf("the server ended by itself:\n%s", one.output)
			}
			one.kill()
		})
	}
	all.Wait()
	r.kills += len(servers)
}

// TestKillServersDuringBackgroundSync kills two servers at a time while they
// sync by themselves. The next ones go on, on the same database.
func TestKillServersDuringBackgroundSync(t *testing.T) {
	t.Parallel()
	eachServed(t, 2000, func(t *testing.T, r *killRig, s *store.Store, user audipy.UserID) {
		started := time.Now()
		first := r.startServer(t)
		r.awaitSynced(t, s, user)
		first.kill()
		r.usual = time.Since(started)
		ensure(t, r.sim.SetFaults(nasty()...))
		r.sim.ResetCounts()
		accountID := audipy.AccountID(syncJob(t, s, user).Key)
		saved := r.savedTokens(t)
		for total := allowed(t); r.kills < total; {
			r.changeLibrary(t)
			if r.random.IntN(4) == 0 {
				ensure(t, r.sim.ExpireAccessTokens(killLogin))
			}
			ensure(t, s.RequestSync(t.Context(), user, accountID, r.random.IntN(2) == 0))
			r.killSoon(t, r.startServer(t), r.startServer(t, r.sameClock()))
		}
		ensure(t, r.sim.SetFaults())
		ensure(t, s.RequestSync(t.Context(), user, accountID, false))
		r.startServer(t)
		r.awaitSynced(t, s, user)
		interrupted := r.checkWhole(t, "us")
		c, saved := r.sim.Counts(), r.savedTokens(t)-saved
		t.Logf("%d kills of servers: %d receipts say interrupted; %d refreshes, %d of them saved", r.kills, interrupted, c.Refreshes, saved)
		if lost := c.Refreshes - saved; lost < 0 || lost > r.kills || c.RefusedRefreshes > 0 {
			t.Errorf("%d refreshes, %d saved and %d refused, for %d kills", c.Refreshes, saved, c.RefusedRefreshes, r.kills)
		}
		if interrupted > r.kills || interrupted == 0 && r.kills >= 20 {
			t.Errorf("%d receipts say interrupted, for %d kills", interrupted, r.kills)
		}
	})
}

// TestKillServersDuringRefresh ends the token and kills two servers while one
// of them exchanges it: every other time the one dies with the new token in
// hand, before anybody has kept it. No more than that exchange is repeated.
func TestKillServersDuringRefresh(t *testing.T) {
	t.Parallel()
	eachServed(t, 20, func(t *testing.T, r *killRig, s *store.Store, user audipy.UserID) {
		ensure(t, r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/auth/token", Delay: 40 * time.Millisecond}))
		accountID := audipy.AccountID(syncJob(t, s, user).Key)
		r.sim.ResetCounts()
		saved, rounds, inHand := r.savedTokens(t), 0, 0
		for total := allowed(t); r.kills < total; rounds++ {
			r.ahead.Add(int64(2 * time.Hour))
			ensure(t, r.sim.ExpireAccessTokens(killLogin))
			ensure(t, s.RequestSync(t.Context(), user, accountID, true))
			before, kept := r.sim.Counts().Refreshes, r.savedTokens(t)
			die := dieVariable + "="
			if rounds%2 == 0 {
				die += "/auth/token"
			}
			first := r.startServer(t, die)
			second := r.startServer(t, die, r.sameClock())
			await(t, "a token is asked for", func() bool { return r.sim.Counts().Refreshes > before })
			if rounds%2 == 0 {
				select {
				case <-first.ended:
				case <-second.ended:
				}
				inHand++
			} else if r.random.IntN(2) == 0 {
				await(t, "the token is kept", func() bool { return r.savedTokens(t) > kept })
			}
			first.kill()
			second.kill()
			r.kills += 2
		}
		ensure(t, r.sim.SetFaults())
		r.ahead.Add(int64(2 * time.Hour))
		ensure(t, s.RequestSync(t.Context(), user, accountID, false))
		r.startServer(t)
		r.awaitSynced(t, s, user)
		r.checkWhole(t, "us")
		c, saved := r.sim.Counts(), r.savedTokens(t)-saved
		lost := c.Refreshes - saved
		t.Logf("%d kills in %d rounds, %d of them with the new token in hand: %d refreshes, %d saved, %d repeated",
			r.kills, rounds, inHand, c.Refreshes, saved, lost)
		if c.RefusedRefreshes > 0 || lost < inHand || lost > rounds || saved > rounds+1 {
			t.Errorf("%d refreshes, %d saved and %d refused in %d rounds, %d with the token in hand",
				c.Refreshes, saved, c.RefusedRefreshes, rounds, inHand)
		}
	})
}

// eachServed runs a case with servers on one data folder, and with servers on
// one PostgreSQL, whose account is linked.
func eachServed(t *testing.T, titles int, run func(t *testing.T, r *killRig, s *store.Store, user audipy.UserID)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		r := newKillRig(t, map[string]int{"us": titles})
		r.options = db.Options
		if !db.IsPostgres() {
			r.options.SQLitePath = filepath.Join(r.home, ".local", "share", "audipy", "audipy.db")
		}
		s := r.opened(t)
		user, err := s.EnsureLocalUser(t.Context())
		ensure(t, err)
		key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: filepath.Join(r.home, ".config", "audipy"), NoKeyring: true})
		ensure(t, err)
		accounts := account.New(account.Options{Store: s, Key: key, Transport: r.sim.Transport(), Now: r.now})
		data, err := r.sim.CredentialFile(killLogin, "us")
		ensure(t, err)
		found, _, err := authfile.Read(data, authfile.ReadOptions{})
		ensure(t, err)
		_, err = accounts.LinkCredentials(t.Context(), user.ID, found[0].Credentials)
		ensure(t, err)
		run(t, r, s, user.ID)
	})
}

// sameClock keeps a server on the clock of the one before.
func (r *killRig) sameClock() string {
	same := aheadVariable + "=" + time.Duration(r.ahead.Load()).String()
	r.ahead.Add(-int64(time.Minute)) // which the next command adds
	return same
}

// TestAKilledServersSyncIsTakenOver kills one of two servers in the middle of a
// sync. The other goes on when the lease is over.
func TestAKilledServersSyncIsTakenOver(t *testing.T) {
	t.Parallel()
	titles := 2500 // three pages, so that one of them is slow whatever is asked before
	if testing.Short() {
		titles *= 10 // of which the rig leaves a tenth
	}
	eachServed(t, titles, func(t *testing.T, r *killRig, s *store.Store, user audipy.UserID) {
		ensure(t, r.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/1.0/library", Delay: 30 * time.Second, After: 11}))
		doomed := r.startServer(t)
		await(t, "a run is under way", func() bool {
			runs, err := s.SyncRuns(t.Context(), user, store.RunFilter{})
			ensure(t, err)
			return len(runs) > 0 && runs[0].State == audipy.RunRunning
		})
		heir := r.startServer(t, r.sameClock())
		await(t, "the second server serves", func() bool {
			fence := syncJob(t, s, user).Fence
			return fence == 1 && strings.Contains(heir.output.String(), "AudiPy is at")
		})
		doomed.kill()
		died := time.Now()
		ensure(t, r.sim.SetFaults())
		r.awaitSynced(t, s, user)
		took := time.Since(died)
		t.Logf("taken over and done %v after the kill", took.Round(time.Second))
		// The lease of the job may be over a moment before that of the account:
		// then the heir finds it held, and tries once more.
		if job := syncJob(t, s, user); job.Fence < 2 || job.Fence > 3 || took > 2*time.Minute {
			t.Errorf("after %v the job was leased %d times, want two or three", took, job.Fence)
		}
		runs, err := s.SyncRuns(t.Context(), user, store.RunFilter{})
		ensure(t, err)
		want, err := r.sim.Titles(killLogin, "us")
		ensure(t, err)
		if len(runs) != 2 || runs[1].State != audipy.RunInterrupted || runs[0].State != audipy.RunDone || runs[0].Added != len(want) {
			t.Errorf("receipts: %+v", runs)
		}
	})
}

// TestTwoServersNeverSyncOneAccountAtOnce has both work for a while.
func TestTwoServersNeverSyncOneAccountAtOnce(t *testing.T) {
	t.Parallel()
	eachServed(t, 300, func(t *testing.T, r *killRig, s *store.Store, user audipy.UserID) {
		r.startServer(t)
		r.startServer(t, r.sameClock())
		r.awaitSynced(t, s, user)
		rounds := 12
		if testing.Short() {
			rounds = 3
		}
		owners := map[string]bool{}
		for range rounds {
			job := syncJob(t, s, user)
			ensure(t, s.RequestSync(t.Context(), user, audipy.AccountID(job.Key), true))
			await(t, "a later lease", func() bool { return syncJob(t, s, user).Fence > job.Fence })
			owners[syncJob(t, s, user).Owner] = true
			r.awaitSynced(t, s, user)
		}
		runs, err := s.SyncRuns(t.Context(), user, store.RunFilter{Limit: 1000})
		ensure(t, err)
		for i, run := range runs[:len(runs)-1] {
			if before := runs[i+1]; run.StartedAt.Before(before.EndedAt) || run.State != audipy.RunDone {
				t.Errorf("%s run began at %v and the one before ended at %v; state %s", run.Kind, run.StartedAt, before.EndedAt, run.State)
			}
		}
		t.Logf("%d runs by %d servers", len(runs), len(owners))
	})
}
