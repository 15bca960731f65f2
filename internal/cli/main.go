package cli

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"
)

// errHelpShown ends parsing after the help was printed.
var errHelpShown = errors.New("help was shown")

// helpFlag prints the help of what was named so far.
type helpFlag bool

// BeforeReset is called by kong as soon as the flag is seen.
func (helpFlag) BeforeReset(kctx *kong.Context) error {
	if err := kctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelpShown
}

// Main runs one command line and returns its exit code. Cancelling ctx stops
// the command in an orderly way.
func Main(ctx context.Context, args []string, env Env) int {
	var g grammar
	app := &app{env: env, out: newPrinter(env, jsonAsked(args))}
	parser, err := newParser(&g, env, kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(app))
	if err != nil {
		app.out.failure(err)
		return exitInternal
	}
	app.parser = parser
	err = app.run(ctx, parser, &g, args)
	if errors.Is(err, errHelpShown) {
		return exitOK
	}
	if err == nil {
		err = app.out.lost()
	}
	if err != nil {
		app.out.failure(err)
	}
	return exitCode(err)
}

// newParser makes the parser of the grammar.
func newParser(g *grammar, env Env, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(g, append([]kong.Option{
		kong.Name("audipy"),
		kong.Description("Signs you in to Audible once, keeps your library, and says what to listen to next."),
		kong.Writers(env.Stdout, env.Stderr),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ShortUsageOnError(),
	}, more...)...)
}

// run parses the line, resolves the configuration and runs the command.
func (a *app) run(ctx context.Context, parser *kong.Kong, g *grammar, args []string) error {
	kctx, err := parser.Parse(spelled(args))
	if errors.Is(err, errHelpShown) {
		return err
	}
	if err != nil {
		return usageError(err, args)
	}
	a.cfg, err = loadConfig(a.env, g.settings())
	if err != nil {
		return err
	}
	a.server = g.Server
	if a.server != "" && !takesServer(kctx.Command()) {
		return localOnly(kctx.Command())
	}
	if a.cfg.get("color") == "off" {
		a.out.colour = false
	}
	a.log = a.logger(kctx.Command())
	defer a.close()
	started := a.env.Now()
	err = kctx.Run()
	a.log.LogAttrs(ctx, slog.LevelInfo, "command ended",
		slog.String("command", kctx.Command()), slog.Int("exit", exitCode(err)),
		slog.Int64("ms", a.env.Now().Sub(started).Milliseconds()))
	return err
}

// jsonAsked looks for --json before anything is parsed, so that a mistake on
// the command line is answered in JSON too.
func jsonAsked(args []string) bool {
	for _, arg := range args {
		if arg == "--" {
			return false
		}
		if arg == "--json" {
			return true
		}
	}
	return false
}

func newPrinter(env Env, asJSON bool) *printer {
	plain := env.Getenv("NO_COLOR") != "" || strings.EqualFold(env.Getenv("TERM"), "dumb")
	p := &printer{out: &watchedWriter{w: env.Stdout}, err: env.Stderr, json: asJSON}
	if env.StdoutIsTerminal && !asJSON {
		p.colour = !plain
		p.width = env.Width
	}
	if env.StderrIsTerminal {
		p.noteWidth = env.Width
	}
	return p
}
