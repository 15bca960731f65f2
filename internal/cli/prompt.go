package cli

import (
	"bufio"
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
func (a *app) ask(question string) (string, error) {
	fmt.Fprintf(a.env.Stderr, "%s: ", clean(question))
	return a.readLine()
}

// askSecret is ask without showing what is typed.
func (a *app) askSecret(question string) (string, error) {
	fmt.Fprintf(a.env.Stderr, "%s: ", clean(question))
	if !a.env.StdinIsTerminal {
		return a.readLine()
	}
	text, err := a.env.ReadSecret()
	fmt.Fprintln(a.env.Stderr)
	if err != nil {
		return "", noAnswer(err)
	}
	return text, nil
}

// confirm asks a yes or no question; no answer at all is a no.
func (a *app) confirm(question string) bool {
	answer, err := a.ask(question + " [y/N]")
	return err == nil && (strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes"))
}

func (a *app) readLine() (string, error) {
	if a.lines == nil {
		a.lines = bufio.NewReaderSize(io.LimitReader(a.env.Stdin, 1<<20), maxAnswer)
	}
	text, err := a.lines.ReadString('\n')
	if err != nil && (text == "" || !errors.Is(err, io.EOF)) {
		return "", noAnswer(err)
	}
	return strings.TrimRight(text, "\r\n"), nil
}

// errNoAnswer is the cause when a question finds standard input at its end.
var errNoAnswer = errors.New("standard input ended")

func noAnswer(err error) error {
	return audipy.Fail(audipy.Invalid, "an answer is needed and standard input has none", errors.Join(errNoAnswer, err)).
		WithHint("run it in a terminal, or give the answers on standard input, one a line")
}
