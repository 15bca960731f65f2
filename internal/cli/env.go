package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"runtime"
	"time"

	"golang.org/x/term"

	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/web"
)

// Env is the world a command runs in. Tests and the demo give their own;
// System gives the process's.
type Env struct {
	// Stdin, Stdout and Stderr are the three streams.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Getenv reads an environment variable; "" when it is not set.
	Getenv func(string) string
	// GOOS decides where folders are, as runtime.GOOS names systems.
	GOOS string
	// Now is the clock.
	Now func() time.Time
	// Wait pauses for a duration or until ctx ends.
	Wait func(ctx context.Context, d time.Duration) error
	// Transport carries every request to Amazon and Audible. Nil means the
	// hardened default of package audible; the demo and tests carry the
	// simulator here, and nothing a person can set does.
	Transport http.RoundTripper
	// OpenBrowser shows an address to the person; its error only means that
	// they must open it by hand.
	OpenBrowser func(ctx context.Context, address string) error
	// ReadSecret reads a line without showing it, or returns at the end of
	// ctx. It is used only while StdinIsTerminal.
	ReadSecret func(ctx context.Context) (string, error)
	// StdinIsTerminal, StdoutIsTerminal and StderrIsTerminal say who is at the
	// other end.
	StdinIsTerminal, StdoutIsTerminal, StderrIsTerminal bool
	// Width is the number of columns of the terminal, 0 when unknown.
	Width int
	// Pages is the built web application; nil when the program was built
	// without it.
	Pages fs.FS
	// NoKeyring keeps the key in a file even where the system has a
	// keyring; tests set it.
	NoKeyring bool
	// Rate bounds the calls of an account; the zero value means the default.
	// The demo and tests, whose Audible is their own, raise it.
	Rate store.Rate
	// Limits bound what people and addresses may ask of the server; the zero
	// value means the default. Measurements raise them.
	Limits httpapi.Limits
}

// System returns the environment of this process.
func System() Env {
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		width = 0
	}
	return Env{
		Stdin:            os.Stdin,
		Stdout:           os.Stdout,
		Stderr:           os.Stderr,
		Getenv:           os.Getenv,
		GOOS:             runtime.GOOS,
		Now:              time.Now,
		Wait:             wait,
		OpenBrowser:      openBrowser,
		ReadSecret:       readSecret,
		StdinIsTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		StdoutIsTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		StderrIsTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Width:            width,
		Pages:            builtPages(),
	}
}

// builtPages returns the web application in this program, or nil.
func builtPages() fs.FS {
	pages, err := fs.Sub(web.Dist, "dist")
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(pages, "index.html"); err != nil {
		return nil
	}
	return pages
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readSecret turns the echo of the terminal off while it reads, and on again
// when the person stops it.
func readSecret(ctx context.Context) (string, error) {
	terminal := int(os.Stdin.Fd())
	before, err := term.GetState(terminal)
	if err != nil {
		return "", err
	}
	text, err := interruptible(ctx, func() (string, error) {
		text, err := term.ReadPassword(terminal)
		return string(text), err
	})
	if ctx.Err() != nil {
		return "", errors.Join(ctx.Err(), term.Restore(terminal, before))
	}
	return text, err
}
