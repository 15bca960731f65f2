package cli

import (
	"context"
	"errors"

	"github.com/audipy/audipy/internal/audipy"
)

// The exit codes. They are part of the interface: scripts tell by them what
// happened. docs/cli.md lists them.
const (
	exitOK             = 0
	exitInternal       = 1
	exitInvalid        = 2
	exitNotFound       = 3
	exitActionRequired = 4
	exitUnavailable    = 5
	exitBusy           = 6
	exitRefused        = 7
	exitInterrupted    = 130
)

// exitCode turns an error into an exit code; it is the only place that does.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	switch audipy.KindOf(err) {
	case audipy.Internal:
		return exitInternal
	case audipy.Invalid:
		return exitInvalid
	case audipy.NotFound:
		return exitNotFound
	case audipy.ActionRequired:
		return exitActionRequired
	case audipy.Unavailable:
		return exitUnavailable
	case audipy.Busy, audipy.Conflict:
		return exitBusy
	case audipy.Unauthorized, audipy.Forbidden:
		return exitRefused
	}
	return exitInternal
}

// kindName is the word for a kind in JSON errors.
func kindName(kind audipy.Kind) string {
	switch kind {
	case audipy.Internal:
		return "internal"
	case audipy.NotFound:
		return "not_found"
	case audipy.Conflict:
		return "conflict"
	case audipy.Invalid:
		return "invalid"
	case audipy.Unauthorized:
		return "unauthorized"
	case audipy.Forbidden:
		return "forbidden"
	case audipy.ActionRequired:
		return "action_required"
	case audipy.Busy:
		return "busy"
	case audipy.Unavailable:
		return "unavailable"
	}
	return "internal"
}
