package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// demoCmd shows AudiPy against the simulator, which it carries in the process: a
// server to look at, or the main job from start to end in the terminal. No
// Amazon account, no network, nothing left behind.
type demoCmd struct {
	Terminal bool   `help:"Play the main job in the terminal instead of serving pages."`
	Empty    bool   `help:"Begin with nothing, to try the first run and the linking of an account."`
	Listen   string `default:"localhost:2834" placeholder:"HOST:PORT" help:"Where the pages are served; port 0 takes a free one."`
	Books    int    `default:"718" help:"How many titles the made-up person owns in their first store, 1 to 25000."`
	Second   int    `default:"10000" help:"How many they own in their second store, Germany; the server has both."`
	Seed     uint64 `default:"1" help:"Which made-up world."`
}

// Validate refuses what the simulator has no world for.
func (c demoCmd) Validate() error {
	if c.Terminal && c.Empty {
		return fmt.Errorf("--empty is for the server and --terminal is none")
	}
	if c.Books < 1 || c.Books > 25000 {
		return fmt.Errorf("--books must be 1 to 25000")
	}
	if c.Second < 1 || c.Second > 25000 {
		return fmt.Errorf("--second must be 1 to 25000")
	}
	return nil
}

// demoLogin is the made-up person; they exist in the simulator alone.
const (
	demoLogin    = "kim@example.com"
	demoPassword = "a made-up password"
)

// demo is one tour.
type demo struct {
	app *app
	sim *audiblesim.Sim
	env Env
	// steps are what was done, for JSON.
	steps []demoStep
}

// demoStep is one command of the tour: the line that was run, why, and what it
// printed as text.
type demoStep struct {
	Why     string `json:"why"`
	Command string `json:"command"`
	Output  string `json:"output"`
}

// Run serves until ctx ends, or plays the tour.
func (c demoCmd) Run(ctx context.Context, a *app) error {
	if !c.Terminal {
		return c.serve(ctx, a)
	}
	return c.play(ctx, a)
}

// play is the tour in the terminal.
func (c demoCmd) play(ctx context.Context, a *app) error {
	folder, err := os.MkdirTemp("", "audipy-demo-*")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	sim := audiblesim.New(audiblesim.Options{Seed: c.Seed, Now: a.env.Now})
	err = sim.AddAccount(audiblesim.Account{
		Login: demoLogin, Password: demoPassword, Challenges: []string{audiblesim.ChallengeOTP},
		Marketplaces: map[string]int{"us": c.Books, "de": c.Books / 10},
	})
	if err != nil {
		return fmt.Errorf("make the made-up account: %w", err)
	}
	d := &demo{app: a, sim: sim, env: demoEnv(a.env, folder, sim)}
	if !a.out.json {
		a.out.line("%s", a.out.paint("1", "SIMULATED DATA: a made-up Amazon in this process; nothing leaves the computer."))
	}
	if err := d.tour(ctx); err != nil {
		return err
	}
	return d.end()
}

// demoEnv is the environment with a home of its own and the simulator for
// Amazon.
func demoEnv(env Env, folder string, sim *audiblesim.Sim) Env {
	variables := env.Getenv
	env.Getenv = func(name string) string {
		switch {
		case name == "HOME", name == "USERPROFILE":
			return folder
		case strings.HasPrefix(name, "XDG_"), strings.HasPrefix(name, "AUDIPY_"), strings.HasPrefix(name, "AUDIBLE_"),
			name == "LOCALAPPDATA", name == "APPDATA":
			return ""
		}
		return variables(name)
	}
	env.Transport = sim.Transport()
	env.NoKeyring, env.StdinIsTerminal = true, false
	env.Rate = store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}
	return env
}

// tour is what the demo shows, in order.
func (d *demo) tour(ctx context.Context) error {
	code, err := d.sim.OTP(demoLogin)
	if err != nil {
		return fmt.Errorf("ask the simulator for a code: %w", err)
	}
	gone, bought, err := "", []string(nil), error(nil)
	steps := []func() error{
		func() error {
			return d.run(ctx, "Sign in once, with one one-time password.",
				[]string{demoLogin, demoPassword, code}, "login", "--password", "--new")
		},
		func() error { return d.run(ctx, "Pull the library, from every store with titles.", nil, "sync") },
		func() error {
			return d.run(ctx, "What to listen to next, why, and what to pay.", nil, "next", "--limit", "5")
		},
		func() error {
			gone, bought, err = d.changeLibrary()
			if err != nil {
				return err
			}
			return d.run(ctx, fmt.Sprintf("Meanwhile %d titles were bought, one (%s) was returned, and the token ran out.",
				len(bought), gone), nil, "sync")
		},
		func() error { return d.run(ctx, "How the link is: nobody was asked again.", nil, "status") },
		func() error { return d.run(ctx, "Sign the device out at Amazon.", nil, "logout", "--forget") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// end says what the made-up Amazon saw of all of it.
func (d *demo) end() error {
	type document struct {
		Simulated   bool       `json:"simulated"`
		Steps       []demoStep `json:"steps"`
		SignIns     int        `json:"sign_ins"`
		DevicesLeft int        `json:"devices_left"`
	}
	signIns, devices := d.sim.Prompts(demoLogin), d.sim.LiveDevices(demoLogin)
	return d.app.out.result(document{true, d.steps, signIns, devices}, func() {
		d.app.out.line("")
		d.app.out.line("That was everything: %d %s, %d %s left at the made-up Amazon.",
			signIns, plural(signIns, "sign-in", "sign-ins"), devices, plural(devices, "device", "devices"))
	})
}

// changeLibrary does what people do between two syncs.
func (d *demo) changeLibrary() (returned string, bought []string, err error) {
	owned, err := d.sim.Titles(demoLogin, "us")
	if err != nil {
		return "", nil, fmt.Errorf("look into the made-up library: %w", err)
	}
	returned = owned[len(owned)/2]
	if err := d.sim.ReturnTitle(demoLogin, "us", returned); err != nil {
		return "", nil, fmt.Errorf("return a title: %w", err)
	}
	if bought, err = d.sim.AddTitles(demoLogin, "us", 3); err != nil {
		return "", nil, fmt.Errorf("buy titles: %w", err)
	}
	return returned, bought, d.sim.ExpireAccessTokens(demoLogin)
}

// run shows a command line and runs it in the demo's environment.
func (d *demo) run(ctx context.Context, why string, answers []string, args ...string) error {
	p, env := d.app.out, d.env
	line := "audipy " + strings.Join(args, " ")
	var output bytes.Buffer
	if p.json {
		env.Stdout, env.Stderr, env.StdoutIsTerminal = &output, io.Discard, false
	} else {
		p.line("")
		p.line("%s", p.dim("# "+why))
		p.line("%s", p.paint("1", "$ "+line))
	}
	env.Stdin = &typist{answers: answers, screen: env.Stderr}
	started := time.Now()
	if code := Main(ctx, args, env); code != exitOK {
		return audipy.Fail(audipy.Internal, fmt.Sprintf("the demo's %q ended with exit code %d", args[0], code), nil)
	}
	if p.json {
		d.steps = append(d.steps, demoStep{why, line, output.String()})
		return nil
	}
	p.line("%s", p.dim(fmt.Sprintf("(%s)", time.Since(started).Round(time.Millisecond))))
	return nil
}
