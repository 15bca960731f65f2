package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// crashEnv names the database that a helper process of TestAKilledWriterLosesNothing writes to.
const crashEnv = "AUDIPY_STORE_TEST_CRASH"

// crashShelf is the size of the library that the helper applies.
const crashShelf = 1500

// writeUntilKilled applies a library and saves credentials for ever, and says
// after each save which version is on the disk.
func writeUntilKilled(path string, out io.Writer) {
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{SQLitePath: path})
	if err != nil {
		panic(err)
	}
	user, err := s.EnsureLocalUser(ctx)
	if err != nil {
		panic(err)
	}
	for round := 0; ; round++ {
		if err := writeOnce(ctx, s, user.ID, round, out); err != nil {
			panic(err)
		}
	}
}

func writeOnce(ctx context.Context, s *store.Store, user audipy.UserID, round int, out io.Writer) error {
	linked, err := s.LinkAccount(ctx, user, newAccount("A1"), event(audit.LinkCreated))
	if err != nil {
		return err
	}
	account := linked.Account.ID
	held, err := s.AcquireLease(ctx, user, store.LeaseRequest{
		Account: account, Kind: store.LeaseSync, Owner: fmt.Sprint(os.Getpid(), round), TTL: time.Microsecond,
	})
	if err != nil {
		return err
	}
	run, err := s.StartSyncRun(ctx, user, store.NewRun{
		Account: account, Marketplace: "us", Kind: audipy.SyncFull, Fence: held.Fence,
	})
	if err != nil {
		return err
	}
	items := shelf(crashShelf)
	for i := range items {
		items[i].Subtitle = fmt.Sprint("round ", os.Getpid(), " ", round)
	}
	if _, err := s.ApplySync(ctx, user, store.Apply{
		RunID: run.ID, Fence: held.Fence, Items: items, Complete: true,
	}, event(audit.SyncApplied)); err != nil {
		return err
	}
	c, err := s.Credentials(ctx, user, account)
	if err != nil {
		return err
	}
	version, err := s.SaveCredentials(ctx, user, store.Save{Account: account, Version: c.Version, Seal: sealer("kept")},
		event(audit.TokenRefreshed))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, version)
	return err
}

// TestAKilledWriterLosesNothing kills a process at random moments while it
// writes. What it was told is saved must be there afterwards, the library
// whole or as before, and the audit trail unbroken.
func TestAKilledWriterLosesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "audipy.db")
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	random := rand.New(rand.NewPCG(1, 2)) // the moments differ from run to run all the same
	for range rounds {
		told := killWriter(t, path, time.Duration(100+random.IntN(600))*time.Millisecond)
		s := must[*store.Store](t)(store.Open(t.Context(), store.Options{SQLitePath: path}))
		user := must[audipy.User](t)(s.EnsureLocalUser(t.Context())).ID
		for _, a := range must[[]audipy.Account](t)(s.Accounts(t.Context(), user)) {
			c := must[store.SealedCredentials](t)(s.Credentials(t.Context(), user, a.ID))
			if want := fmt.Sprintf("/%d", c.Version); c.Version < told || !strings.HasSuffix(string(c.AccessToken), want) {
				t.Errorf("credentials are of version %d (%s), and %d was saved", c.Version, c.AccessToken, told)
			}
		}
		wholeLibrary(t, s, user)
		if _, err := s.VerifyAudit(t.Context(), user); err != nil {
			t.Error(err)
		}
		check(t, s.Close())
	}
}

// wholeLibrary fails the test unless all titles are of one round.
func wholeLibrary(t *testing.T, s *store.Store, user audipy.UserID) {
	t.Helper()
	roundOf := map[string]int{}
	for item, err := range s.AllItems(t.Context(), user, store.ItemFilter{}) {
		check(t, err)
		roundOf[item.Subtitle]++
	}
	if len(roundOf) > 1 {
		t.Errorf("the library is a mixture: %v", roundOf)
	}
	for round, n := range roundOf {
		if n != crashShelf {
			t.Errorf("the library has %d titles of %q, want all %d", n, round, crashShelf)
		}
	}
}

// killWriter runs the helper until it has saved once and for a while longer,
// kills it, and returns the last version that it was told is saved.
func killWriter(t *testing.T, path string, after time.Duration) int64 {
	t.Helper()
	helper := exec.CommandContext(t.Context(), os.Args[0])
	helper.Env = append(os.Environ(), crashEnv+"="+path)
	out := must[io.ReadCloser](t)(helper.StdoutPipe())
	check(t, helper.Start())
	lines := bufio.NewScanner(out)
	told := int64(0)
	var timer *time.Timer
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &told); err != nil {
			t.Errorf("the helper says %q", lines.Text())
		}
		if timer == nil {
			timer = time.AfterFunc(after, func() { _ = helper.Process.Kill() }) // its output ends with it
		}
	}
	if timer == nil {
		t.Error("the helper saved nothing")
	}
	_ = helper.Wait() // it was killed, which is no news
	return told
}
