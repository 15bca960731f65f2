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

// exitMeaning says what an exit code means.
type exitMeaning struct {
	code  int
	means string
}

// exitCodes lists every exit code, for the manual.
func exitCodes() []exitMeaning {
	return []exitMeaning{
		{exitOK, "done"},
		{exitInternal, "a defect of the program or a broken machine; also an audit trail that was tampered with"},
		{exitInvalid, "the command line, a setting or a file is wrong; nothing was done"},
		{exitNotFound, "there is no such thing, or nothing yet"},
		{exitActionRequired, "a person must act: sign in again, mostly"},
		{exitUnavailable, "Amazon, Audible or the network is away, or a disk is full; later it may work"},
		{exitBusy, "it exists already, another process holds it, or a budget is used up"},
		{exitRefused, "not allowed"},
		{exitInterrupted, "stopped by the person; nothing half was kept"},
	}
}

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
