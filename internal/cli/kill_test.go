package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audit"
)

// nasty are the faults under which programs are killed: they also make the
// windows wider.
func nasty() []audiblesim.Fault {
	return []audiblesim.Fault{
		{Kind: audiblesim.FaultSlow, Path: "/1.0/library", Probability: 0.3, Delay: 30 * time.Millisecond},
		{Kind: audiblesim.FaultSlow, Path: "/auth/token", Probability: 0.5, Delay: 50 * time.Millisecond},
		{Kind: audiblesim.FaultStatus, Path: "/1.0/", Probability: 0.03, Status: 503},
		{Kind: audiblesim.FaultCut, Path: "/1.0/", Probability: 0.03},
	}
}

// TestKillDuringSync kills syncs at random: the first one, ones of what
// changed and whole ones, half of them with the token at its end.
func TestKillDuringSync(t *testing.T) {
	t.Parallel()
	r := newKillRig(t, map[string]int{"us": 3000, "de": 40})
	r.measureFirstSync(t)
	r.link(t)
	ensure(t, r.sim.SetFaults(nasty()...))
	r.sim.ResetCounts()
	total := allowed(t)
	expired := r.killSyncs(t, total/3, func() []string { return []string{"sync"} })
	first := r.kills
	r.run(t, "sync")
	expired += r.killSyncs(t, total, func() []string {
		r.changeLibrary(t)
		if r.random.IntN(3) == 0 {
			return []string{"sync", "--full"}
		}
		return []string{"sync"}
	})
	ensure(t, r.sim.SetFaults())
	r.run(t, "sync")
	interrupted := r.checkWhole(t, "us", "de")
	c, saved := r.sim.Counts(), r.savedTokens(t)
	t.Logf("%d kills in %d runs, %d of them before the first sync was done; the token was over %d times: %d refreshes, %d of them saved; %d receipts say interrupted",
		r.kills, r.runs, first, expired, c.Refreshes, saved, interrupted)
	if interrupted > r.kills || interrupted == 0 && r.kills >= 20 {
		t.Errorf("%d receipts say interrupted, want some and at most one for each of %d kills", interrupted, r.kills)
	}
	if lost := c.Refreshes - saved; lost < 0 || lost > r.kills || saved > expired {
		t.Errorf("%d refreshes and %d saved, for %d ends of the token and %d kills: want one repeated for each kill at most",
			c.Refreshes, saved, expired, r.kills)
	}
	if c.RefusedRefreshes > 0 {
		t.Errorf("%d refreshes were refused, want none", c.RefusedRefreshes)
	}
}

// measureFirstSync lets a first sync run to its end, for another person on
// this machine, to know how long it takes.
func (r *killRig) measureFirstSync(t *testing.T) {
	t.Helper()
	r.otherHome(t, func() {
		r.link(t)
		r.run(t, "sync")
	})
}

// killSyncs kills syncs until there were so many kills in all, and returns
// how often it let the token come to its end.
func (r *killRig) killSyncs(t *testing.T, total int, args func() []string) (expired int) {
	t.Helper()
	for r.kills < total {
		if r.runs > 5*total+20 {
			t.Fatalf("%d kills in %d runs", r.kills, r.runs)
		}
		switch r.random.IntN(4) {
		case 0:
			ensure(t, r.sim.ExpireAccessTokens(killLogin))
			expired++
		case 1:
			r.ahead.Add(int64(2 * time.Hour))
			expired++
		}
		r.kill(t, args()...)
	}
	return expired
}

// savedTokens counts the renewed tokens that were kept, by the trail.
func (r *killRig) savedTokens(t *testing.T) int {
	t.Helper()
	db, user := r.database(t)
	n := 0
	records, err := db.AuditRecords(t.Context(), user, 0, 1_000_000)
	ensure(t, err)
	for _, one := range records {
		if one.Action == audit.TokenRefreshed {
			n++
		}
	}
	return n
}

// changeLibrary buys and returns titles.
func (r *killRig) changeLibrary(t *testing.T) {
	t.Helper()
	_, err := r.sim.AddTitles(killLogin, "us", 1+r.random.IntN(20))
	ensure(t, err)
	owned, err := r.sim.Titles(killLogin, "us")
	ensure(t, err)
	ensure(t, r.sim.ReturnTitle(killLogin, "us", owned[r.random.IntN(len(owned))]))
}

// TestKillBetweenRefreshAndSave dies with the new token in hand: the one
// window in which a refresh is lost. The next process asks once more.
func TestKillBetweenRefreshAndSave(t *testing.T) {
	t.Parallel()
	r := newKillRig(t, map[string]int{"us": 5})
	r.link(t)
	for range max(allowed(t)/10, 2) {
		ensure(t, r.sim.ExpireAccessTokens(killLogin))
		r.ahead.Add(int64(2 * time.Hour))
		before := r.sim.Counts().Refreshes
		cmd, output := r.command("sync")
		cmd.Env = append(cmd.Env, dieVariable+"=/auth/token")
		if err := cmd.Run(); err == nil || cmd.ProcessState.ExitCode() != -1 {
			t.Fatalf("the program did not die: %v\n%s", err, output)
		}
		r.run(t, "sync")
		if n := r.sim.Counts().Refreshes - before; n != 2 {
			t.Errorf("%d refreshes, want the lost one and one more", n)
		}
	}
	r.checkWhole(t, "us")
}

// TestKillDuringImport kills links by file on a machine without anything,
// while the key and the database are made.
func TestKillDuringImport(t *testing.T) {
	t.Parallel()
	r := newKillRig(t, map[string]int{"us": 5})
	file := r.credentialFile(t)
	r.otherHome(t, func() { r.run(t, "login", "--import", file) })
	usual := r.usual
	for total := max(allowed(t)/4, 2); r.kills < total && r.runs < 20*total; {
		r.otherHome(t, func() {
			r.usual = usual
			r.kill(t, "login", "--import", file)
			code, output := r.try(t, "login", "--import", file)
			if code != 0 && !strings.Contains(output, "linked already") {
				t.Errorf("after a kill the import ended with %d:\n%s", code, output)
			}
			r.run(t, "status")
			r.run(t, "sync")
			r.checkWhole(t, "us")
		})
	}
	t.Logf("%d kills in %d runs", r.kills, r.runs)
}

// TestKillDuringNext kills looks into the catalogue.
func TestKillDuringNext(t *testing.T) {
	t.Parallel()
	r := newKillRig(t, map[string]int{"us": 300})
	r.link(t)
	r.run(t, "sync")
	r.usual = 2 * time.Second
	for range max(allowed(t)/4, 2) {
		r.ahead.Add(int64(24 * time.Hour))
		r.kill(t, "next", "--json")
	}
	r.ahead.Add(int64(24 * time.Hour))
	got := r.run(t, "next", "--json", "--limit", "0")
	again := r.run(t, "next", "--json", "--limit", "0", "--offline")
	if got != again {
		t.Error("after kills the catalogue was not refreshed whole: offline advice differs")
	}
	r.checkWhole(t, "us")
	t.Logf("%d kills in %d runs", r.kills, r.runs)
}

// TestKillDuringExport kills exports over an older file: it is the older or
// the new one, never a part.
func TestKillDuringExport(t *testing.T) {
	t.Parallel()
	r := newKillRig(t, map[string]int{"us": 2000})
	r.link(t)
	r.run(t, "sync")
	file := filepath.Join(r.home, "library.json")
	r.run(t, "export", "--output", file)
	usual, replaced := r.usual, 0
	for total := max(allowed(t)/4, 2); r.kills < total && r.runs < 20*total; {
		r.changeLibrary(t)
		r.run(t, "sync")
		fresh := r.run(t, "export")
		before, err := os.ReadFile(file)
		ensure(t, err)
		r.usual = usual
		r.kill(t, "export", "--force", "--output", file)
		after, err := os.ReadFile(file)
		ensure(t, err)
		switch {
		case bytes.Equal(after, before):
		case string(after) == fresh:
			replaced++
		default:
			t.Fatalf("the file has %d bytes and is neither the older one of %d nor the new one of %d",
				len(after), len(before), len(fresh))
		}
	}
	t.Logf("%d kills in %d runs, %d files were replaced", r.kills, r.runs, replaced)
	r.checkWhole(t, "us")
}
