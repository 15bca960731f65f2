package e2e_test

import (
	"context"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/canary"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/mail/mailtest"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
	"github.com/audipy/audipy/internal/vault"
)

// The secrets that are ours to choose. Each is unlike anything else, and none
// has a character that JSON or HTML would write differently.
const (
	robin            = "robin@example.org"
	firstPassword    = "Pw Canary/7Hq2 Zx9:Lm4 ladder"
	secondPassword   = "Pw Canary/2Kd8 Vn3:Tq6 rowing"
	thirdPassword    = "Pw Canary/5Bw1 Gs7:Yr9 meadow"
	fourthPassword   = "Pw Canary/1Tz4 Kc9:Xu7 hollow"
	guessedPassword  = "Guess Canary/8Xf4 Jt2:Pc5 kiln"
	amazonPassword   = "Amazon Canary/3Mz6 Hd9:Wk1"
	amazonSeed       = "ONSWKZBAN5TCAYJAMNQW4YLSPEQGK3DTMV3WQZLS"
	mistypedPassword = "Amazon Canary/9Qe2 Lr5:Fv8"
	filePassword     = "File Canary/6Uj3 Ny7:Cb2 tin"
	oneTimePassword  = "710839462751"
	captchaText      = "zqxjkvwpyhbn"
	mailedCode       = "480275139604"
	activationBytes  = "c0ffee17"
	storeCookie      = "StoreCookieCanary5Jd8Xs3Lq9"
	websiteCookie    = "WebsiteCookieCanary2Mf7Bv4Zr6"
)

// The kinds of canary that have a place where they belong.
const (
	setUpCode     = "set-up code"
	sessionCookie = "cookie"
	passwordHash  = "password hash"

	authenticatorSeed = "seed of an authenticator"
	recoveryCode      = "recovery code"
	inviteToken       = "invite"
	apiToken          = "API token"
	programToken      = "token of a program"
)

// watched is a server with every secret known, of which everything that leaves
// it is kept.
type watched struct {
	sim        *audiblesim.Sim
	tap        *canary.Tap
	mails      *mailtest.Server
	out, log   *output
	home       string
	variables  map[string]string
	options    store.Options
	db         *storetest.DB
	store      *store.Store // held open, so that nothing tidies the log beside SQLite's file away
	recorder   *recorder
	setUp      string // address
	metrics    string // address
	address    string
	ahead      atomic.Int64
	mu         sync.Mutex
	given      []canary.Canary // by the server, to the person alone
	fromPages  []canary.Place
	fromScreen []canary.Place
}

// watch starts a server on a database, behind the recorder.
func watch(t *testing.T, db *storetest.DB) *watched {
	t.Helper()
	w := &watched{db: db, home: t.TempDir(), out: &output{}, log: &output{}, mails: mailtest.Start(t)}
	w.sim = audiblesim.New(audiblesim.Options{Seed: 5, Now: w.now})
	w.tap = canary.NewTap(w.sim.Transport())
	w.options = store.Options{SQLitePath: filepath.Join(w.data(), "audipy.db"), Now: w.now}
	if db.IsPostgres() {
		w.options = store.Options{PostgresURL: db.Options.PostgresURL, Now: w.now}
	}
	check(t, os.MkdirAll(w.data(), 0o700))
	opened, err := store.Open(t.Context(), w.options)
	check(t, err)
	w.store = opened
	t.Cleanup(func() { check(t, opened.Close()) })
	w.recorder = record(t)
	w.address = "http://localhost:" + w.recorder.port
	w.variables = map[string]string{
		"HOME": w.home, "AUDIPY_HOME": w.data(), "AUDIPY_LOG": "debug", "AUDIPY_DATABASE": w.options.PostgresURL,
		"AUDIPY_LISTEN": "localhost:0", "AUDIPY_METRICS_LISTEN": "127.0.0.1:0",
		"AUDIPY_PUBLIC_URL": w.address, "AUDIPY_RELAY_ORIGIN": "http://127.0.0.1:" + w.recorder.port,
		"AUDIPY_SMTP_HOST": w.mails.Options.Host, "AUDIPY_SMTP_PORT": strconv.Itoa(w.mails.Options.Port),
		"AUDIPY_SMTP_SECURITY": "plain", "AUDIPY_SMTP_FROM": w.mails.Options.From,
		"AUDIPY_STORED_PASSWORDS": "yes",
	}
	w.serve(t)
	return w
}

func (w *watched) now() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }

func (w *watched) data() string { return filepath.Join(w.home, "data") }

func (w *watched) keyFile() string { return filepath.Join(w.home, ".config", "audipy", "key") }

// env is the world of a command on the server's data.
func (w *watched) env(stdin string, stdout, stderr *output) cli.Env {
	env := cli.System()
	env.Stdin, env.Stdout, env.Stderr, env.NoKeyring = strings.NewReader(stdin), stdout, stderr, true
	env.StdinIsTerminal, env.StdoutIsTerminal, env.StderrIsTerminal = false, false, false
	env.Getenv = func(name string) string { return w.variables[name] }
	env.Now, env.Transport = w.now, w.tap
	env.Rate = store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}
	return env
}

// serve runs the server until the test ends.
func (w *watched) serve(t *testing.T) {
	t.Helper()
	env := w.env("", w.out, w.log)
	if env.Pages == nil {
		t.Fatal("the pages were not built: run make web")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		cli.Main(ctx, []string{"serve"}, env)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	w.setUp = w.awaitLine(t, ended, w.out, `http://\S+/setup#\S+`)
	w.metrics = w.awaitLine(t, ended, w.log, `http://127\.0\.0\.1:\d+/metrics`)
	w.recorder.to.Store(w.awaitLine(t, ended, w.log, `"msg":"serving","listen":"([^"]+)"`))
}

// awaitLine waits until a pattern is in the output, and returns the last group.
func (w *watched) awaitLine(t *testing.T, ended <-chan struct{}, o *output, pattern string) string {
	t.Helper()
	at := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if found := at.FindStringSubmatch(o.String()); found != nil {
			return found[len(found)-1]
		}
		select {
		case <-ended:
			t.Fatalf("the server ended: %s", w.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
	t.Fatalf("no %s in %s\n%s", pattern, o, w.log)
	return ""
}

// run runs another command on the server's data and keeps what it says.
func (w *watched) run(t *testing.T, stdin string, args ...string) {
	t.Helper()
	stdout, stderr := &output{}, &output{}
	code := cli.Main(t.Context(), args, w.env(stdin, stdout, stderr))
	line := "audipy " + args[0]
	w.fromScreen = append(w.fromScreen, canary.Place{Name: "output of " + line, Data: []byte(stdout.String() + stderr.String())})
	if code != 0 {
		t.Errorf("%s ends with %d: %s", line, code, stderr)
	}
}

// canaries returns every secret that there was.
func (w *watched) canaries(t *testing.T) []canary.Canary {
	t.Helper()
	var all []canary.Canary
	for kind, secret := range map[string]string{
		"password": firstPassword, "second password": secondPassword, "third password": thirdPassword, "fourth password": fourthPassword,
		"guessed password": guessedPassword, "Amazon password": amazonPassword, "seed of Amazon's authenticator": amazonSeed, "mistyped Amazon password": mistypedPassword,
		"password of a file": filePassword, "one-time password": oneTimePassword, "captcha": captchaText,
		"mailed code": mailedCode, "activation bytes": activationBytes, "store cookie": storeCookie, "website cookie": websiteCookie,
	} {
		all = append(all, canary.Canary{Kind: kind, Text: secret})
	}
	_, code, _ := strings.Cut(w.setUp, "#")
	all = append(all, canary.Of(setUpCode, code)...)
	all = append(all, w.given...)
	all = append(all, w.tap.Canaries()...)
	all = append(all, w.recorder.cookies()...)
	return append(all, w.keys(t)...)
}

// keys are the secrets that the server keeps for itself: the key, the secret
// that cursors, devices and throttles are vouched for with, and what is left
// of the password.
func (w *watched) keys(t *testing.T) []canary.Canary {
	t.Helper()
	text, err := os.ReadFile(w.keyFile())
	check(t, err)
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	check(t, err)
	all := []canary.Canary{
		{Kind: "key, as it is kept", Text: strings.TrimSpace(string(text))}, {Kind: "key, its bytes", Text: string(raw)},
	}
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: filepath.Dir(w.keyFile()), NoKeyring: true, MustExist: true})
	check(t, err)
	roots, err := w.store.RootSecrets(t.Context())
	check(t, err)
	for _, one := range roots {
		root, err := key.OpenSecret("root_secrets", one.Version, one.Sealed)
		check(t, err)
		all = append(all, canary.Canary{Kind: "root secret", Text: string(root)})
	}
	kept, err := w.store.PasswordByEmail(t.Context(), robin)
	check(t, err)
	return append(all, canary.Of(passwordHash, kept.Hash)...)
}

// files are those of the data folder and of everything else in the home but
// the key.
func (w *watched) files(t *testing.T) []canary.Place {
	t.Helper()
	var all []canary.Place
	check(t, filepath.WalkDir(w.home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || path == w.keyFile() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(w.home, path)
		all = append(all, canary.Place{Name: name, Data: data, Belongs: []string{passwordHash}})
		return err
	}))
	return all
}

// places are everything that left the server or stayed on a disk.
func (w *watched) places(t *testing.T) []canary.Place {
	t.Helper()
	all := []canary.Place{
		{Name: "log", Data: []byte(w.log.String())},
		{Name: "standard output", Data: []byte(w.out.String()), Belongs: []string{setUpCode}},
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Concat(all, w.recorder.places(), w.files(t), w.backup(t), w.dump(t), w.fromPages, w.fromScreen)
}

// wantNone fails for every canary that is somewhere.
func wantNone(t *testing.T, places []canary.Place, canaries []canary.Canary) {
	t.Helper()
	for _, f := range canary.Search(places, canaries) {
		t.Errorf("%s lies in %s (%s)", f.Kind, f.Place, f.Form)
	}
	size := 0
	for _, p := range places {
		size += len(p.Data)
	}
	t.Logf("%d secrets or parts of them, in %d forms each, searched for in %d places of %d bytes",
		len(canaries), len(canaries[0].Forms()), len(places), size)
}
