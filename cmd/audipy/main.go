// Command audipy keeps a person's Audible library and says what to listen to
// next. This file only hands the process over to package cli.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/audipy/audipy/internal/cli"
)

func main() {
	cli.KeepMemory()
	// A library of ten thousand titles is a burst of allocations: collecting
	// twice as often costs nothing measurable and keeps 20 MiB less.
	debug.SetGCPercent(50)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], cli.System())
	stop()
	os.Exit(code)
}
