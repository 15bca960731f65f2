// Command audiblesim serves a simulated Amazon and Audible on this machine's
// loopback interface, so that a client can be tried without an account. It
// asks nobody who they are: run it for tests alone.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "audiblesim:", err)
		os.Exit(1)
	}
}
