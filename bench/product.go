package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/vault"
)

// person is the administrator of the measured server; the others are person1,
// person2 and so on, all with one pass phrase.
const (
	person     = "kim@example.com"
	passPhrase = "a made-up pass phrase"
)

func otherPerson(n int) string { return fmt.Sprintf("person%d@example.com", n) }

// A server is measured as on a small machine.
const (
	processors   = "GOMAXPROCS=1"
	serverMemory = 256 << 20
)

// furnish makes the people of a server: the one of the command line becomes the
// administrator, and further ones join. Where the job says so, each of them
// links the simulated account and syncs it.
func (j job) furnish(ctx context.Context) error {
	transport, err := j.Server.transport()
	if err != nil {
		return err
	}
	s, err := openServices(ctx, j.Folder, transport)
	if err != nil {
		return err
	}
	defer func() { _ = s.store.Close() }()
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: filepath.Join(j.Folder, ".config/audipy"), NoKeyring: true})
	if err != nil {
		return err
	}
	people, err := auth.New(ctx, auth.Options{Store: s.store, Key: key, Memory: serverMemory})
	if err != nil {
		return err
	}
	code, err := people.NewSetUpCode(ctx)
	if err != nil {
		return err
	}
	if _, err := people.SetUp(ctx, auth.SetUp{Code: code, Name: "Kim Sample", Email: person, Password: passPhrase}, auth.Visitor{}); err != nil {
		return err
	}
	everybody := []audipy.UserID{s.user}
	for n := range j.People {
		user, err := s.join(ctx, people, otherPerson(n))
		if err != nil {
			return err
		}
		everybody = append(everybody, user)
	}
	for _, user := range everybody {
		if s.user = user; !j.Link {
			continue
		}
		if err := s.link(ctx, j.Server.File); err != nil {
			return err
		}
		if _, err := s.sync(ctx, librarysync.Request{Full: true, Marketplaces: []string{"us"}}); err != nil {
			return err
		}
	}
	return nil
}

// join makes a person who can sign in.
func (s *services) join(ctx context.Context, people *auth.Service, email string) (audipy.UserID, error) {
	user, err := s.store.CreateUser(ctx, email)
	if err != nil {
		return "", err
	}
	token, err := people.ResetByOperator(ctx, email)
	if err != nil {
		return "", err
	}
	return user.ID, people.Reset(ctx, token, passPhrase, auth.Visitor{})
}

// serveProduct is the server's process: "audipy serve", with the simulator for
// Amazon, behind a proxy so that every client has an address of its own.
func (j job) serveProduct(ctx context.Context) error {
	var out strings.Builder
	env, err := j.environment(&out)
	if err != nil {
		return err
	}
	home := env.Getenv
	env.Getenv = func(name string) string {
		switch name {
		case "AUDIPY_LISTEN":
			return "localhost:0"
		case "AUDIPY_TRUSTED_PROXIES":
			return "127.0.0.0/8, ::1"
		}
		return home(name)
	}
	env.Stdout, env.Stderr = os.Stdout, io.Discard
	env.Limits = httpapi.DefaultLimits()
	env.Limits.User, env.Limits.Address = 1_000_000, 1_000_000
	if code := cli.Main(ctx, []string{"serve"}, env); code != 0 {
		return fmt.Errorf("the server ended with %d", code)
	}
	return nil
}

// product is a running server.
type product struct {
	address string
	process *os.Process
	stop    func()
}

// startProduct starts the server over a folder, on one processor and within a
// limit of memory, and waits until it says where it is.
func (b *bench) startProduct(ctx context.Context, j job) (*product, error) {
	j.Work = "serve_product"
	text, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self) //nolint:gosec // this program itself
	cmd.Env = append(os.Environ(), workEnv+"="+j.Work, jobEnv+"="+string(text), processors, fmt.Sprintf("GOMEMLIMIT=%d", serverMemory))
	cmd.Stderr = os.Stderr
	return begin(cmd)
}

// begin starts a command that is a server and waits until it says where it is.
func begin(cmd *exec.Cmd) (*product, error) {
	output, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start the server: %w", err)
	}
	p := &product{process: cmd.Process, stop: func() { _ = cmd.Process.Signal(os.Interrupt); _ = cmd.Wait() }}
	line, err := bufio.NewReader(output).ReadString('\n')
	at := regexp.MustCompile(`AudiPy is at (https?://\S+)`).FindStringSubmatch(line)
	if err != nil || at == nil {
		p.stop()
		return nil, errors.Join(err, fmt.Errorf("the server says %q and not where it is", line))
	}
	p.address = at[1]
	return p, nil
}

// memory returns a figure of the server's memory in MiB: VmRSS for what it has
// now, VmHWM for the most it has had.
func (p *product) memory(figure string) (float64, error) {
	return residentMemory(fmt.Sprintf("/proc/%d/status", p.process.Pid), figure)
}

// processorTime returns what the server has used so far; 0 where the system
// does not tell.
func (p *product) processorTime() time.Duration {
	var used unix.Timespec
	// The clock of another process has a number made from its id.
	if err := unix.ClockGettime(int32(^p.process.Pid<<3|2), &used); err != nil {
		return 0
	}
	return time.Duration(used.Nano())
}

// firstAnswer measures the time from the start of the built program to its first
// answer that it is ready.
func (b *bench) firstAnswer(ctx context.Context, home string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, b.program, "serve") //nolint:gosec // the product, built by this program
	cmd.Env = []string{"HOME=" + home, "AUDIPY_LISTEN=localhost:0", "AUDIPY_KEYRING=off"}
	started := time.Now()
	p, err := begin(cmd)
	if err != nil {
		return 0, err
	}
	defer p.stop()
	c := newBrowser(p.address, 1)
	status, err := c.call(ctx, "GET", "/readyz", nil)
	took := time.Since(started)
	if err == nil && status != 200 {
		err = fmt.Errorf("/readyz answers %d", status)
	}
	return took, err
}
