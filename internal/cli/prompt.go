package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// maxAnswer bounds a line that a person types or pastes; Amazon's landing
// addresses have about two thousand characters.
const maxAnswer = 64 << 10

// ask prints a question on standard error and returns the line that answers it.
// The person can stop it like everything else: then the error is ctx's.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprintf(a.env.Stderr, "%s: ", clean(question))
	return a.readLine(ctx)
}

// askSecret is ask without showing what is typed.
func (a *app) askSecret(ctx context.Context, question string) (string, error) {
	fmt.Fprintf(a.env.Stderr, "%s: ", clean(question))
	if !a.env.StdinIsTerminal {
		return a.readLine(ctx)
	}
	text, err := a.env.ReadSecret(ctx)
	fmt.Fprintln(a.env.Stderr)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err != nil:
		return "", noAnswer(err)
	}
	return text, nil
}

// confirm asks a yes or no question; no answer at all is a no.
func (a *app) confirm(ctx context.Context, question string) bool {
	answer, err := a.ask(ctx, question+" [y/N]")
	return err == nil && (strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes"))
}

func (a *app) readLine(ctx context.Context) (string, error) {
	if a.lines == nil {
		a.lines = bufio.NewReaderSize(io.LimitReader(a.env.Stdin, 1<<20), maxAnswer)
	}
	text, err := interruptible(ctx, func() (string, error) { return a.lines.ReadString('\n') })
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil && (text == "" || !errors.Is(err, io.EOF)) {
		fmt.Fprintln(a.env.Stderr) // what is said next begins a line
		return "", noAnswer(err)
	}
	return strings.TrimRight(text, "\r\n"), nil
}

// interruptible waits for what read returns, or for the end of ctx. A read of a
// terminal can't be called off: it is left behind, and takes the next line with
// it, so nothing may be read after ctx has ended.
func interruptible(ctx context.Context, read func() (string, error)) (string, error) {
	type line struct {
		text string
		err  error
	}
	got := make(chan line, 1)
	go func() {
		text, err := read()
		got <- line{text, err}
	}()
	select {
	case l := <-got:
		return l.text, l.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// errNoAnswer is the cause when a question finds standard input at its end.
var errNoAnswer = errors.New("standard input ended")

func noAnswer(err error) error {
	return audipy.Fail(audipy.Invalid, "an answer is needed and standard input has none", errors.Join(errNoAnswer, err)).
		WithHint("run it in a terminal, or give the answers on standard input, one a line")
}
