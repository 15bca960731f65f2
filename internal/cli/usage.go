package cli

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/audipy/audipy/internal/audipy"
)

// usageError says what is wrong with a command line.
func usageError(err error, args []string) error {
	hint := `"audipy --help" lists the commands`
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context.Selected() != nil {
		hint = `"` + parse.Context.Selected().FullPath() + ` --help" shows how it is used`
	}
	message := strings.ReplaceAll(strings.Replace(err.Error(), `one of "",`, `one of `, 1), `","`, `", "`)
	if repeatsSecret(err.Error(), args) {
		return audipy.Fail(audipy.Invalid,
			"one argument has no place here; it is not repeated, because it may be a password, a code or an address", nil).
			WithHint("what is secret is asked for: command lines are seen by other programs and kept in the shell's history. " + hint)
	}
	return audipy.Fail(audipy.Invalid, message, nil).WithHint(hint)
}

// spelled turns what people type by habit from other programs into the
// grammar: "help sync" and "--version".
func spelled(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return append([]string{"version"}, args[1:]...)
	}
	return args
}

// listLimit is how many things to show; 0 is all.
type listLimit int

// Decode reads the value of a flag.
func (l *listLimit) Decode(ctx *kong.DecodeContext) error {
	var text string
	if err := ctx.Scan.PopValueInto("number", &text); err != nil {
		return err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return fmt.Errorf("expected a number, 0 or more, but got %q", text)
	}
	*l = listLimit(n)
	return nil
}

// repeatsSecret reports whether a message shows what was typed behind a command
// that asks for secrets: people put them there although none takes any.
func repeatsSecret(message string, args []string) bool {
	if !slices.Contains(args, "login") && !slices.Contains(args, "credentials") {
		return false
	}
	for _, arg := range args {
		value := arg
		if strings.HasPrefix(arg, "-") {
			_, value, _ = strings.Cut(arg, "=")
		}
		quoted := strings.Trim(strconv.Quote(value), `"`)
		isCommand := value == "login" || value == "credentials"
		if value != "" && !isCommand && (strings.Contains(message, value) || strings.Contains(message, quoted)) {
			return true
		}
	}
	return false
}
