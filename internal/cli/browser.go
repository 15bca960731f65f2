package cli

import (
	"context"
	"fmt"
	"os/exec"
	"runtime"
)

// openBrowser starts the system's own opener. It gives the address as one
// argument, never through a shell.
func openBrowser(ctx context.Context, address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...) //nolint:gosec // the address is our own, and no shell reads it
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open a browser: %w", err)
	}
	go func() { _ = cmd.Wait() }() // reap it; what it says is not our business
	return nil
}
