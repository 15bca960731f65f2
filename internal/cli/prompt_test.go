package cli_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/cli"
)

// deaf is a terminal at which the person types some lines, and then Ctrl-C
// instead of an answer.
type deaf struct {
	typed     io.Reader
	interrupt func()
	over      <-chan struct{}
}

// Read gives what was typed. Then it stays away, as a terminal does.
func (d deaf) Read(p []byte) (int, error) {
	n, err := d.typed.Read(p)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	d.interrupt()
	<-d.over
	return 0, io.EOF
}

func TestCtrlCEndsEveryQuestion(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		args         []string
		typed, asked string
	}{
		"for an address":     {[]string{"login", "--new", "--paste"}, "", "Paste the address here: "},
		"after a wrong one":  {[]string{"login", "--new", "--paste"}, "https://example.com\n", "Paste the address here: "},
		"for a login":        {[]string{"login", "--new", "--password"}, "", "E-mail or user name: "},
		"for a hidden line":  {[]string{"login", "--new", "--password"}, "kim@example.com\n", "Password (not shown): "},
		"for a piped secret": {[]string{"login", "--new", "--password"}, "kim@example.com\n", "Password (not shown): "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithTimeout(t.Context(), time.Minute)
			defer interrupt()
			over := make(chan struct{})
			defer close(over)
			var said bytes.Buffer
			home := t.TempDir()
			code := cli.Main(ctx, one.args, cli.Env{
				Stdin: deaf{strings.NewReader(one.typed), interrupt, over}, Stdout: io.Discard, Stderr: &said,
				Getenv: func(name string) string { return map[string]string{"HOME": home}[name] },
				GOOS:   "linux", Now: time.Now, NoKeyring: true, StdinIsTerminal: name != "for a piped secret",
				Transport: audiblesim.New(audiblesim.Options{Seed: 1}).Transport(),
				ReadSecret: func(ctx context.Context) (string, error) {
					interrupt()
					<-ctx.Done()
					return "", ctx.Err()
				},
			})
			if code != 130 || !strings.Contains(said.String(), one.asked) || !strings.Contains(said.String(), "stopped before it was done") {
				t.Errorf("exit %d, said %q; want the question %q and an orderly stop", code, &said, one.asked)
			}
		})
	}
}
