package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store"
)

// TestScripts plays the scripts of testdata/script: each has a home, a clock
// and a simulated Amazon of its own.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                filepath.Join("testdata", "script"),
		RequireUniqueNames: true,
		Setup:              setUp,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"audipy":   runAudipy,
			"code":     checkCode,
			"answers":  giveAnswers,
			"clock":    moveClock,
			"sim":      tellSim,
			"linked":   linkAccount,
			"isjson":   checkJSON,
			"terminal": setTerminal,
			"sql":      runSQL,
			"perm":     checkPermission,
			"pick":     pickText,
			"server":   tellServer,
			"browser":  tellBrowser,
			"shelf":    startShelf,
		},
	})
}

// scriptWorld is what one script plays in.
type scriptWorld struct {
	sim *audiblesim.Sim
	// input is what the next command reads.
	input io.Reader
	// code is the exit code of the last command.
	code int
	// isTerminal and width say what standard input and output are.
	isTerminal bool
	width      int
	// server is the one that runs beside the commands, or nil.
	server *serving
	// interrupt is Ctrl-C for the command that runs.
	interrupt func()
	// meanwhile is what a person does elsewhere while the command that runs waits.
	meanwhile func() error
	// errors holds the standard error of the command that runs.
	errors *watched

	mu  sync.Mutex
	now time.Time
}

type worldKey struct{}

func setUp(env *testscript.Env) error {
	w := &scriptWorld{now: startOfScripts(), input: strings.NewReader("")}
	w.sim = audiblesim.New(audiblesim.Options{Seed: 1, Now: w.Now})
	env.Values[worldKey{}] = w
	env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("TMPDIR", env.WorkDir)
	return os.Mkdir(filepath.Join(env.WorkDir, "home"), 0o700)
}

// startOfScripts is when every script begins.
func startOfScripts() time.Time { return time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC) }

func worldOf(ts *testscript.TestScript) *scriptWorld {
	return ts.Value(worldKey{}).(*scriptWorld) //nolint:forcetypeassert // setUp put it there
}

// Now is the script's clock.
func (w *scriptWorld) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// wait moves the clock in place of waiting. A server beside the command, whose
// work takes the time it takes, gets a moment of it.
func (w *scriptWorld) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	w.now = w.now.Add(d)
	w.mu.Unlock()
	if w.meanwhile != nil {
		if err := w.meanwhile(); err != nil {
			return err
		}
	}
	if w.server != nil {
		moment := time.NewTimer(20 * time.Millisecond)
		defer moment.Stop()
		select {
		case <-moment.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

// env is the environment that a command of the script runs in.
func (w *scriptWorld) env(ts *testscript.TestScript) cli.Env {
	w.errors = &watched{to: ts.Stderr()}
	return cli.Env{
		Stdin: w.input, Stdout: ts.Stdout(), Stderr: w.errors,
		Getenv: ts.Getenv, GOOS: "linux", Now: w.Now, Wait: w.wait,
		Transport: w.sim.Transport(),
		OpenBrowser: func(context.Context, string) error {
			w.interrupt() // the person presses Ctrl-C when the browser comes up
			return nil
		},
		ReadSecret:      func(context.Context) (string, error) { return readLine(w.input) },
		StdinIsTerminal: w.isTerminal, StdoutIsTerminal: w.isTerminal, Width: w.width,
		NoKeyring: true,
		Rate:      store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	}
}

// readLine reads one line byte by byte, so that whoever reads next finds the
// rest.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); ; {
		n, err := r.Read(one)
		if n == 1 && one[0] == '\n' {
			return string(line), nil
		}
		line = append(line, one[:n]...)
		if err != nil {
			return string(line), err
		}
	}
}

// runAudipy is "audipy ARGUMENT…": the program, in this process. With "!" it
// must fail.
func runAudipy(ts *testscript.TestScript, neg bool, args []string) {
	w := worldOf(ts)
	env := w.env(ts)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	w.interrupt = cancel
	w.code = cli.Main(ctx, args, env)
	w.input, w.meanwhile = strings.NewReader(""), nil
	if failed := w.code != 0; failed != neg {
		ts.Fatalf("audipy %s ended with exit code %d", strings.Join(args, " "), w.code)
	}
}

// checkCode is "code N": the last exit code.
func checkCode(ts *testscript.TestScript, _ bool, args []string) {
	if got := strconv.Itoa(worldOf(ts).code); len(args) != 1 || got != args[0] {
		ts.Fatalf("exit code %s, want %v", got, args)
	}
}

// giveAnswers is "answers LINE…": what the next command reads, a line each;
// the line @landing is the address that the sign-in's browser ends on.
func giveAnswers(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	readers := make([]io.Reader, len(args))
	for i, line := range args {
		readers[i] = strings.NewReader(line + "\n")
		if line == "@landing" {
			readers[i] = &landing{ts: ts, world: w}
		}
	}
	w.input = io.MultiReader(readers...)
}

// moveClock is "clock DURATION".
func moveClock(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(strings.TrimPrefix(args[0], "+"))
	ts.Check(err)
	ts.Check(worldOf(ts).wait(context.Background(), d))
}

// setTerminal is "terminal WIDTH" or "terminal off".
func setTerminal(ts *testscript.TestScript, _ bool, args []string) {
	w := worldOf(ts)
	w.width, _ = strconv.Atoi(args[0])
	w.isTerminal = w.width > 0
}

// linkAccount is "linked STORE=TITLES,… [LOGIN]": an account that is linked by
// a file and synced.
func linkAccount(ts *testscript.TestScript, _ bool, args []string) {
	login := "kim@example.com"
	if len(args) > 1 {
		login = args[1]
	}
	tellSim(ts, false, []string{"account", login, args[0]})
	home, _, _ := strings.Cut(args[0], "=")
	tellSim(ts, false, []string{"file", login, home, "linked.json"})
	runAudipy(ts, false, []string{"login", "--import", ts.MkAbs("linked.json")})
	runAudipy(ts, false, []string{"sync"})
}

// checkJSON is "isjson": the last standard output is one JSON document and
// nothing else.
func checkJSON(ts *testscript.TestScript, _ bool, _ []string) {
	text := ts.ReadFile("stdout")
	dec := json.NewDecoder(strings.NewReader(text))
	var value any
	ts.Check(dec.Decode(&value))
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		ts.Fatalf("standard output holds more than one JSON document:\n%s", text)
	}
}

// pickText is "pick VARIABLE PATTERN": the first group of the pattern's first
// match in the last standard output.
func pickText(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("no match for %q", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// checkPermission is "perm MODE FILE…", the mode in octal.
func checkPermission(ts *testscript.TestScript, _ bool, args []string) {
	for _, file := range args[1:] {
		info, err := os.Stat(ts.MkAbs(file))
		ts.Check(err)
		if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", file, got, args[0])
		}
	}
}
