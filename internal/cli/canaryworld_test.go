package cli_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/canary"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store"
)

// The secrets that are ours to choose. Each is unlike anything else.
const (
	canaryPassword      = "Pw+Canary/7Hq2 Zx9&Lm4"
	canaryWrongPassword = "Wrong+Canary/3Tk8 Vb5&Nd1"
	canaryFilePassword  = "File+Canary/9Rc6 Yw2&Ge7"
	canaryOTP           = "710839462751"
	canaryWrongOTP      = "362817594086"
	canaryCode          = "480275139604"
	canaryWrongCode     = "951746028365"
	canaryCaptcha       = "zqxjkvwpyhbn"
	canarySeed          = "NFXHA5DFMNQW4YLSPFZWKZLE"
	canaryActivation    = "c0ffee17"
	canaryStoreCookie   = "StoreCookieCanary5Jd8Xs3Lq9"
	canaryCookie        = "WebsiteCookieCanary2Mf7Bv4Zr6"
)

// canaryWorld is a home in which the whole command line is used, with every
// secret known.
type canaryWorld struct {
	sim  *audiblesim.Sim
	tap  *canary.Tap
	home string

	mu     sync.Mutex
	now    time.Time
	said   []canary.Place
	chosen []canary.Canary
}

func newCanaryWorld(t *testing.T) *canaryWorld {
	t.Helper()
	w := &canaryWorld{home: t.TempDir(), now: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)}
	w.sim = audiblesim.New(audiblesim.Options{Seed: 5, Now: w.clock, Books: fewer(40)})
	w.tap = canary.NewTap(w.sim.Transport())
	for kind, secret := range map[string]string{
		"password": canaryPassword, "wrong password": canaryWrongPassword, "password of a file": canaryFilePassword,
		"other password": madeUpPassword, "one-time password": canaryOTP, "wrong one-time password": canaryWrongOTP,
		"verification code": canaryCode, "wrong verification code": canaryWrongCode, "captcha": canaryCaptcha,
		"seed of one-time passwords": canarySeed, "activation bytes": canaryActivation,
		"store cookie": canaryStoreCookie, "website cookie": canaryCookie,
	} {
		w.chosen = append(w.chosen, canary.Canary{Kind: kind, Text: secret})
	}
	w.keepWAL(t)
	return w
}

// keepWAL holds the database open, so that the log beside it is never deleted
// with what went through it.
func (w *canaryWorld) keepWAL(t *testing.T) {
	t.Helper()
	open, err := store.Open(t.Context(), store.Options{SQLitePath: filepath.Join(w.data(), "audipy.db"), Now: w.clock})
	ensure(t, err)
	t.Cleanup(func() { ensure(t, open.Close()) })
}

func (w *canaryWorld) data() string { return filepath.Join(w.home, ".local", "share", "audipy") }

func (w *canaryWorld) keyFile() string { return filepath.Join(w.home, ".config", "audipy", "key") }

func (w *canaryWorld) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *canaryWorld) wait(ctx context.Context, d time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
	return ctx.Err()
}

func (w *canaryWorld) account(t *testing.T, a audiblesim.Account) {
	t.Helper()
	ensure(t, w.sim.AddAccount(a))
}

// run runs a command line, keeps all that it says, and returns its exit code.
func (w *canaryWorld) run(t *testing.T, p *person, args ...string) int {
	t.Helper()
	if p == nil {
		p = &person{}
	}
	if p.answers == nil {
		p.answers = map[string][]string{}
	}
	var out bytes.Buffer
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var browsers sync.WaitGroup
	defer browsers.Wait()
	code := cli.Main(ctx, args, cli.Env{
		Stdin: p, Stdout: &out, Stderr: p, GOOS: "linux", Now: w.clock, Wait: w.wait, Transport: w.tap, NoKeyring: true,
		Getenv: func(name string) string {
			return map[string]string{"HOME": w.home, "AUDIPY_LOG": "debug", "AUDIPY_STORED_PASSWORDS": "yes"}[name]
		},
		OpenBrowser: func(_ context.Context, address string) error {
			browsers.Go(func() {
				if err := signInOnLoopback(ctx, &http.Transport{DisableKeepAlives: true}, address, "lee@example.com"); err != nil {
					t.Errorf("sign in on loopback: %v", err)
					stop()
				}
			})
			return nil
		},
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000},
	})
	line := "audipy " + strings.Join(args, " ")
	w.said = append(w.said, canary.Place{Name: "standard output of " + line, Data: out.Bytes()},
		canary.Place{Name: "standard error of " + line, Data: p.shown.Bytes()})
	if p.failed != nil {
		t.Errorf("%s: %v", line, p.failed)
	}
	return code
}

// must is run that has to end well.
func (w *canaryWorld) must(t *testing.T, p *person, args ...string) {
	t.Helper()
	if code := w.run(t, p, args...); code != 0 {
		t.Errorf("audipy %s ended with exit code %d:\n%s", strings.Join(args, " "), code, w.said[len(w.said)-1].Data)
	}
}

// fails is run that must not end well.
func (w *canaryWorld) fails(t *testing.T, p *person, args ...string) {
	t.Helper()
	if w.run(t, p, args...) == 0 {
		t.Errorf("audipy %s succeeded, want it to fail", strings.Join(args, " "))
	}
}

// credentials returns those of a new account, with every field filled.
func (w *canaryWorld) credentials(t *testing.T, login string) audible.Credentials {
	t.Helper()
	w.account(t, audiblesim.Account{Login: login, Password: madeUpPassword})
	data, err := w.sim.CredentialFile(login, "us")
	ensure(t, err)
	w.tap.Look(data)
	found, _, err := authfile.Read(data, authfile.ReadOptions{})
	ensure(t, err)
	c := found[0].Credentials
	c.ActivationBytes, c.StoreAuthCookie = canaryActivation, canaryStoreCookie
	c.Cookies = map[string]string{"at-main": canaryCookie}
	return c
}

// canaries returns every secret that there was.
func (w *canaryWorld) canaries(t *testing.T) []canary.Canary {
	t.Helper()
	all := w.chosen
	for _, kind := range []string{
		"access token", "refresh token", "ADP token", "device key", "authorization code", "PKCE verifier", "sign-in cookie session-id",
	} {
		if w.tap.Heard(kind) == 0 {
			t.Errorf("no %s went by: the run does not show what it should", kind)
		}
	}
	all = append(all, w.tap.Canaries()...)
	key, err := os.ReadFile(w.keyFile())
	ensure(t, err)
	text := strings.TrimSpace(string(key))
	raw, err := base64.StdEncoding.DecodeString(text)
	ensure(t, err)
	return append(all, canary.Canary{Kind: "key, as it is kept", Text: text}, canary.Canary{Kind: "key, its bytes", Text: string(raw)})
}

// files returns every file of the home but the key's own and those that the
// person has made or asked for.
func (w *canaryWorld) files(t *testing.T) []canary.Place {
	t.Helper()
	var all []canary.Place
	err := filepath.WalkDir(w.home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == w.keyFile() {
			return err
		}
		if entry.IsDir() {
			if entry.Name() == "made" || entry.Name() == "asked" {
				return fs.SkipDir
			}
			return nil
		}
		data, err := os.ReadFile(path)
		all = append(all, canary.Place{Name: path, Data: data})
		return err
	})
	ensure(t, err)
	return all
}
