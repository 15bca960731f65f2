package cli

import "github.com/alecthomas/kong"

// app is what every command is given: the environment, the printer and the
// effective configuration.
type app struct {
	env    Env
	out    *printer
	cfg    config
	parser *kong.Kong
}

// close gives back what commands opened.
func (a *app) close() {}
