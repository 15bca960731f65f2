// Command audipy keeps a person's Audible library and says what to listen to
// next. This file only hands the process over to package cli.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/audipy/audipy/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, os.Args[1:], cli.System())
	stop()
	os.Exit(code)
}
