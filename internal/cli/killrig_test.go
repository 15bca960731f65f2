package cli_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

const killLogin = "kim@example.com"

// killRig is a simulator that listens on loopback, a person's home, and a
// program that gets killed.
type killRig struct {
	sim    *audiblesim.Sim
	server *audiblesim.Server
	// authority is the file with the simulator's certificate.
	authority string
	home      string
	// options are the database of servers; the zero value means the file in
	// home.
	options store.Options
	random  *rand.Rand
	ahead   atomic.Int64 // of the clock, in nanoseconds
	// usual is how long the command that is being killed takes; a run that
	// was not killed in time corrects it.
	usual time.Duration
	kills int
	runs  int
}

// allowed is how many kills there are: AUDIPY_KILLS, or 20.
func allowed(t *testing.T) int {
	t.Helper()
	kills, err := strconv.Atoi(os.Getenv("AUDIPY_KILLS"))
	if err != nil {
		kills = 20
	}
	if testing.Short() {
		kills = max(kills/10, 2)
	}
	return kills
}

// fewer is n, or a tenth of it where tests are to be short.
func fewer(n int) int {
	if testing.Short() {
		return max(n/10, 3)
	}
	return n
}

func newKillRig(t *testing.T, titles map[string]int) *killRig {
	t.Helper()
	for store, n := range titles {
		titles[store] = fewer(n)
	}
	seed, err := strconv.ParseUint(os.Getenv("AUDIPY_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("seed %d (AUDIPY_SEED repeats it)", seed)
	r := &killRig{home: t.TempDir(), random: rand.New(rand.NewPCG(seed, 1)), usual: 2 * time.Second}
	r.authority = filepath.Join(r.home, "authority.pem")
	r.sim = audiblesim.New(audiblesim.Options{Seed: seed, Now: r.now})
	ensure(t, r.sim.AddAccount(audiblesim.Account{Login: killLogin, Password: madeUpPassword, Marketplaces: titles}))
	r.server, err = r.sim.Listen(audiblesim.ServerOptions{CAFile: r.authority})
	ensure(t, err)
	ended := make(chan error, 1)
	go func() { ended <- r.server.Serve(t.Context()) }()
	t.Cleanup(func() {
		r.server.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return r
}

func ensure(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// now is the clock of the simulator and of the next process.
func (r *killRig) now() time.Time { return time.Now().Add(time.Duration(r.ahead.Load())) }

// command is a process that is the program; each is a minute ahead of the one
// before.
func (r *killRig) command(args ...string) (*exec.Cmd, *lockedBuffer) {
	ahead := time.Duration(r.ahead.Add(int64(time.Minute)))
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = []string{
		"HOME=" + r.home, "TMPDIR=" + r.home, "PATH=" + os.Getenv("PATH"),
		amazonVariable + "=" + r.server.TLSAddr(), authorityVariable + "=" + r.authority,
		aheadVariable + "=" + ahead.String(),
	}
	output := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = output, output
	return cmd, output
}

// run lets the program run to its end, which must be good.
func (r *killRig) run(t *testing.T, args ...string) string {
	t.Helper()
	code, output := r.try(t, args...)
	if code != 0 {
		t.Fatalf("audipy %s ended with exit code %d:\n%s", strings.Join(args, " "), code, output)
	}
	return output
}

// try lets the program run to its end and returns the exit code.
func (r *killRig) try(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd, output := r.command(args...)
	started := time.Now()
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	r.runs++
	r.usual = time.Since(started)
	return cmd.ProcessState.ExitCode(), output.String()
}

// kill starts the program and kills it at a random moment, unless it is done
// before.
func (r *killRig) kill(t *testing.T, args ...string) {
	t.Helper()
	cmd, output := r.command(args...)
	delay := time.After(time.Duration(r.random.Int64N(int64(r.usual))))
	r.runs++
	started := time.Now()
	ensure(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatalf("audipy %s: %v\n%s", strings.Join(args, " "), err, output)
		}
		r.usual = time.Since(started)
	case <-delay:
		// It may have ended by itself a moment before.
		if err := cmd.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
			ensure(t, err)
		}
		if err := <-ended; err != nil {
			r.kills++
		}
	}
}

// otherHome does something as a person who has nothing of AudiPy yet.
func (r *killRig) otherHome(t *testing.T, do func()) {
	t.Helper()
	home := r.home
	defer func() { r.home = home }()
	r.home = t.TempDir()
	do()
}

// link makes the account known by another program's file.
func (r *killRig) link(t *testing.T) {
	t.Helper()
	r.run(t, "login", "--import", r.credentialFile(t))
}

func (r *killRig) credentialFile(t *testing.T) string {
	t.Helper()
	data, err := r.sim.CredentialFile(killLogin, "us")
	ensure(t, err)
	path := filepath.Join(r.home, "linked.json")
	ensure(t, os.WriteFile(path, data, 0o600))
	return path
}

// database opens what the processes left.
func (r *killRig) database(t *testing.T) (*store.Store, audipy.UserID) {
	t.Helper()
	o := r.options
	if o.PostgresURL == "" {
		o.SQLitePath = filepath.Join(r.home, ".local", "share", "audipy", "audipy.db")
	}
	o.Now = r.now
	opened, err := store.Open(t.Context(), o)
	ensure(t, err)
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	user, err := opened.EnsureLocalUser(t.Context())
	ensure(t, err)
	return opened, user.ID
}

// checkWhole fails unless the library is Audible's, every receipt has an end,
// the trail is as it was written, and nobody had to sign in. It returns how
// many receipts say that their process did not live to write them.
func (r *killRig) checkWhole(t *testing.T, marketplaces ...string) (interrupted int) {
	t.Helper()
	db, user := r.database(t)
	for _, marketplace := range marketplaces {
		want, err := r.sim.Titles(killLogin, marketplace)
		ensure(t, err)
		got := []string{}
		for item, err := range db.AllItems(t.Context(), user, store.ItemFilter{Marketplace: marketplace, Status: audipy.ItemActive}) {
			ensure(t, err)
			got = append(got, item.ASIN)
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("the library of %s has %d titles and Audible %d, or others", marketplace, len(got), len(want))
		}
	}
	receipts, err := db.SyncRuns(t.Context(), user, store.RunFilter{Limit: 10_000})
	ensure(t, err)
	for _, run := range receipts {
		if run.EndedAt.IsZero() {
			t.Errorf("the %s run of %s has no end", run.Kind, run.Marketplace)
		}
		if strings.Contains(run.Failure, "interrupted") {
			interrupted++
		}
	}
	if _, err := db.VerifyAudit(t.Context(), user); err != nil {
		t.Error(err)
	}
	if n := r.sim.Prompts(killLogin); n != 0 {
		t.Errorf("%d sign-ins, want none", n)
	}
	return interrupted
}
