// Package cli is the command line and the composition root: it reads the
// environment and the configuration, opens the store and the key, wires the
// services and prints what they say.
//
// It is the one internal package that knows the process it runs in, and, for
// the demo command only, the simulator. Rules live in the packages below it.
//
// The interface keeps these habits: results go to standard output, everything
// else to standard error; every message there starts with "audipy:", apart from
// questions, an address to copy, and records of the log in JSON when one was
// asked for; an error is followed by a hint that says what to do; --json prints exactly one document; colour and
// bars appear on a terminal only; a password, token or code is never an
// argument.
package cli
