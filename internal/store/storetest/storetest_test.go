package storetest_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/store/storetest"
)

// bootEnv makes this program a helper that boots a server and waits.
const bootEnv = "AUDIPY_STORETEST_BOOT"

func TestMain(m *testing.M) {
	if os.Getenv(bootEnv) != "" { //nolint:forbidigo // how the test tells its helper process what to do
		dir, err := storetest.Boot()
		fmt.Fprintln(os.Stdout, dir, err) //nolint:forbidigo // the test reads the folder here
		select {}
	}
	defer storetest.Sweep()
	m.Run()
}

func TestEachGivesTwoFreshStores(t *testing.T) {
	t.Parallel()
	for range 2 {
		storetest.Each(t, func(t *testing.T, db *storetest.DB) {
			if _, err := db.CreateUser(t.Context(), "alice@example.com"); err != nil {
				t.Errorf("the store is not fresh: %v", err)
			}
			if db.IsPostgres() != strings.Contains(t.Name(), "postgres") {
				t.Errorf("IsPostgres() = %t in %s", db.IsPostgres(), t.Name())
			}
		})
	}
}

func TestTheClockMovesWhenTold(t *testing.T) {
	t.Parallel()
	c := storetest.NewClock()
	first := c.Now()
	c.Advance(time.Hour)
	if !c.Now().Equal(first.Add(time.Hour)) {
		t.Errorf("the clock went from %v to %v", first, c.Now())
	}
}

// TestAKilledTestLeavesNothingBehind kills a process that has booted a server:
// the server ends with it, and the next start removes the folder.
func TestAKilledTestLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	storetest.EmptyPostgres(t) // skips or fails as one without PostgreSQL must
	helper := exec.CommandContext(t.Context(), os.Args[0])
	helper.Env = append(os.Environ(), bootEnv+"=1")
	out, err := helper.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := helper.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	dir, ok := strings.CutSuffix(strings.TrimSpace(line), " <nil>")
	if err != nil || !ok {
		t.Fatalf("the helper says %q, %v", line, err)
	}
	if err := helper.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = helper.Wait() // it was killed, which is no news
	waitForEnd(t, dir)
	storetest.SweepStale()
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the folder of the killed process is still there: %v", err)
	}
}

// waitForEnd waits until no server answers on the folder's socket.
func waitForEnd(t *testing.T, dir string) {
	t.Helper()
	db, err := sql.Open("pgx", "host="+dir+" user=audipy dbname=postgres sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); db.PingContext(t.Context()) == nil; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("the server outlives the process that booted it")
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		t.Errorf("the folder is gone before anybody swept: %v", err)
	}
}
