package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// leanGroups are what the predecessor asked for.
const leanGroups = audible.LeanGroups

// runWork is a child's main.
func runWork(ctx context.Context, name string) error {
	var j job
	if err := json.Unmarshal([]byte(os.Getenv(jobEnv)), &j); err != nil {
		return fmt.Errorf("read the job: %w", err)
	}
	if name == "serve" {
		return serveSimulator(ctx, j.Titles)
	}
	debug.SetGCPercent(50) // as the program does
	switch name {
	case "furnish":
		return j.furnish(ctx)
	case "serve_product":
		return profiled(func() error { return j.serveProduct(ctx) })
	case "sync_first", "sync_again", "sync_delta":
		return j.sync(ctx, name)
	case "background_delta":
		return profiled(func() error { return j.backgroundDelta(ctx) })
	case "advice":
		return j.command(ctx, "next", "--offline", "--limit", "10")
	case "export_json":
		return j.command(ctx, "export", "--format", "json", "--force", "--output", filepath.Join(j.Folder, "library.json"))
	case "export_csv":
		return j.command(ctx, "export", "--format", "csv", "--force", "--output", filepath.Join(j.Folder, "library.csv"))
	case "list":
		return j.command(ctx, "library", "--limit", "50")
	case "start":
		return j.program(ctx, "version")
	case "credential_file":
		return j.credentialFile()
	case "sign_in":
		return j.signIn(ctx)
	case "idle":
		return j.idle(ctx)
	}
	return fmt.Errorf("no work is called %q", name)
}

// figures prints what a child measured itself.
func figures(started time.Time) error {
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{"Wall": time.Since(started).Seconds()})
}

// environment is the world of a command: a home in the job's folder, and the
// simulator for Amazon.
func (j job) environment(out *strings.Builder) (cli.Env, error) {
	transport, err := j.Server.transport()
	if err != nil {
		return cli.Env{}, err
	}
	env := cli.System()
	env.Getenv = func(name string) string {
		if name == "HOME" || name == "USERPROFILE" {
			return j.Folder
		}
		return ""
	}
	env.Transport, env.NoKeyring = transport, true
	env.Stdout, env.Stderr = out, out
	env.StdoutIsTerminal, env.StdinIsTerminal = false, false
	env.Rate = store.Rate{PerSecond: 1e6, Burst: 1_000_000, Daily: 1_000_000_000}
	return env, nil
}

// command runs one command line in this process.
func (j job) command(ctx context.Context, args ...string) error {
	var out strings.Builder
	env, err := j.environment(&out)
	if err != nil {
		return err
	}
	if code := cli.Main(ctx, args, env); code != 0 {
		return fmt.Errorf("%v ended with %d: %s", args, code, out.String())
	}
	return nil
}

// program runs the built product and measures it from outside.
func (j job) program(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, j.Program, args...) //nolint:gosec // the product, built by this program
	started := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	return figures(started)
}

// sync measures one sync, the opening of the store and the key included.
func (j job) sync(ctx context.Context, work string) error {
	transport, err := j.Server.transport()
	if err != nil {
		return err
	}
	s, err := openServices(ctx, j.Folder, transport)
	if err != nil {
		return err
	}
	defer func() { _ = s.store.Close() }()
	if work == "sync_first" {
		if err := s.link(ctx, j.Server.File); err != nil {
			return err
		}
	}
	runs, err := s.sync(ctx, librarysync.Request{
		Full: work != "sync_delta", Marketplaces: []string{"us"}, Groups: j.Groups,
	})
	if err != nil {
		return err
	}
	if last := runs[len(runs)-1]; last.ItemCount != j.Titles {
		return fmt.Errorf("%d titles were synced, want %d", last.ItemCount, j.Titles)
	}
	return nil
}

// services is what a command opens.
type services struct {
	store    *store.Store
	accounts *account.Service
	syncs    *librarysync.Service
	user     audipy.UserID
}

func openServices(ctx context.Context, folder string, transport http.RoundTripper) (*services, error) {
	s := &services{}
	var err error
	if s.store, err = store.Open(ctx, store.Options{SQLitePath: filepath.Join(folder, ".local/share/audipy/audipy.db")}); err != nil {
		return nil, err
	}
	user, err := s.store.EnsureLocalUser(ctx)
	if err != nil {
		return nil, err
	}
	s.user = user.ID
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: filepath.Join(folder, ".config/audipy"), NoKeyring: true})
	if err != nil {
		return nil, err
	}
	s.accounts = account.New(account.Options{
		Store: s.store, Key: key, Transport: transport,
		Rate: store.Rate{PerSecond: 1e6, Burst: 1_000_000, Daily: 1_000_000_000},
	})
	s.syncs = librarysync.New(librarysync.Options{Accounts: s.accounts, Store: s.store})
	return s, nil
}

func (s *services) link(ctx context.Context, file []byte) error {
	found, _, err := authfile.Read(file, authfile.ReadOptions{})
	if err != nil {
		return err
	}
	_, err = s.accounts.LinkCredentials(ctx, s.user, found[0].Credentials)
	return err
}

func (s *services) sync(ctx context.Context, r librarysync.Request) ([]audipy.SyncRun, error) {
	linked, err := s.store.Accounts(ctx, s.user)
	if err != nil {
		return nil, err
	}
	if len(linked) == 0 {
		return nil, errors.New("no account is linked")
	}
	r.User, r.Account = s.user, linked[0].ID
	return s.syncs.Sync(ctx, r)
}

// credentialFile measures reading one plain credential file.
func (j job) credentialFile() error {
	started := time.Now()
	if _, _, err := authfile.Read(j.Server.File, authfile.ReadOptions{}); err != nil {
		return err
	}
	return figures(started)
}

// signIn measures a sign-in with a one-time password and the registration.
func (j job) signIn(ctx context.Context) error {
	transport, err := j.Server.transport()
	if err != nil {
		return err
	}
	market, err := audible.ParseMarketplace("us")
	if err != nil {
		return err
	}
	started := time.Now()
	signIn, err := audible.NewSignIn(audible.SignInOptions{Marketplace: market})
	if err != nil {
		return err
	}
	if _, err = signIn.Start(ctx, transport); err != nil {
		return err
	}
	if _, err = signIn.Answer(ctx, transport, audible.Answer{Login: login, Password: password}); err != nil {
		return err
	}
	step, err := signIn.Answer(ctx, transport, audible.Answer{Text: "123456"})
	if err != nil || step.Authorization == nil {
		return errors.Join(err, errors.New("the sign-in did not end: "+string(step.Kind)))
	}
	c, err := audible.Register(ctx, transport, *step.Authorization, audible.RegisterOptions{})
	if err != nil {
		return err
	}
	if err := figures(started); err != nil {
		return err
	}
	return audible.Deregister(ctx, transport, c)
}

// idle measures the memory of "sync --every" while it waits.
func (j job) idle(ctx context.Context) error {
	var out strings.Builder
	env, err := j.environment(&out)
	if err != nil {
		return err
	}
	asleep := errors.New("asleep")
	env.Wait = func(context.Context, time.Duration) error {
		return errors.Join(asleep, printResident())
	}
	cli.Main(ctx, []string{"sync", "--every", "6h"}, env)
	return nil
}

// printResident prints the resident memory of this process.
func printResident() error {
	mib, err := residentMemory("/proc/self/status", "VmRSS")
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]float64{"PeakMiB": mib})
}

// residentMemory reads a figure of a process's memory, in MiB, from the file
// where the system tells it.
func residentMemory(path, figure string) (float64, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		var kib float64
		if _, err := fmt.Sscanf(line, figure+": %f kB", &kib); err == nil {
			return kib / 1024, nil
		}
	}
	return 0, errors.New("the system does not tell the resident memory")
}
