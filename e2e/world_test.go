package e2e_test

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store"
)

// The made-up person of `audipy demo`, as it prints them.
const (
	login    = "kim@example.com"
	password = "a made-up pass phrase"
)

// output is read while it is written.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// clock is the time of a server, which a test may set ahead.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) skip(d time.Duration) { c.ahead.Add(int64(d)) }

// startDemo runs `audipy demo` in this process until the test ends. It returns
// the address of the pages, and the one to set the server up, if it needs that.
func startDemo(t *testing.T, args ...string) (address, setUp string) {
	t.Helper()
	return startDemoAt(t, &clock{}, args...)
}

// startDemoAt is startDemo with a clock that the test sets ahead.
func startDemoAt(t *testing.T, now *clock, args ...string) (address, setUp string) {
	t.Helper()
	out := start(t, `AudiPy is at (http://\S+)`, around{now: now}, append([]string{"demo", "--listen", "localhost:0"}, args...)...)
	return regexp.MustCompile(`AudiPy is at (http://\S+)`).FindStringSubmatch(out)[1],
		regexp.MustCompile(`http://\S+/setup#\S+`).FindString(out)
}

// startServer runs `audipy serve` in this process until the test ends, with an
// Amazon of the test's and further settings, by their variables. It returns the
// address to set it up.
func startServer(t *testing.T, amazon http.RoundTripper, settings map[string]string) (setUp string) {
	t.Helper()
	const printed = `http://\S+/setup#\S+`
	return regexp.MustCompile(printed).FindString(start(t, printed, around{amazon, &clock{}, settings}, "serve"))
}

// around is what a command finds around it.
type around struct {
	amazon   http.RoundTripper // nil means none
	now      *clock
	settings map[string]string
}

// start runs a command of the program that serves, and returns what it printed
// as soon as that says where it is.
func start(t *testing.T, printed string, world around, args ...string) string {
	t.Helper()
	out, errs, home := &output{}, &output{}, t.TempDir()
	env := cli.System()
	if env.Pages == nil {
		t.Fatal("the pages were not built: run make web")
	}
	env.Stdin, env.Stdout, env.Stderr, env.NoKeyring = strings.NewReader(""), out, errs, true
	env.StdinIsTerminal, env.StdoutIsTerminal, env.StderrIsTerminal = false, false, false
	variables := map[string]string{"HOME": home, "AUDIPY_LISTEN": "localhost:0"}
	maps.Copy(variables, world.settings)
	env.Getenv = func(name string) string { return variables[name] }
	env.Now = world.now.now
	env.Transport, env.Rate = world.amazon, store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- cli.Main(ctx, args, env) }()
	t.Cleanup(func() {
		stop()
		<-ended
		if t.Failed() {
			t.Logf("the server said %s", errs)
		}
	})
	at := regexp.MustCompile(printed)
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); {
		if at.MatchString(out.String()) {
			return out.String()
		}
		select {
		case code := <-ended:
			t.Fatalf("audipy %s ended with %d: %s", args[0], code, errs)
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("audipy %s doesn't say where it is: %s%s", args[0], out, errs)
	return ""
}

// axeSource is the checker of barriers, from the web application's own packages.
func axeSource(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../web/node_modules/axe-core/axe.min.js")
	check(t, err)
	return string(source)
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
