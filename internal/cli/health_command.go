package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// healthCmd asks a server on this computer whether it can answer, for the health
// check of a container, which has no other program to ask with.
type healthCmd struct{}

// healthTime bounds the question.
const healthTime = 5 * time.Second

// Run asks the address that the server is configured to listen on.
func (healthCmd) Run(ctx context.Context, a *app) error {
	ctx, cancel := context.WithTimeout(ctx, healthTime)
	defer cancel()
	address, err := readinessAddress(a.cfg.get("listen"))
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	answer, err := (&http.Client{}).Do(request)
	if err == nil {
		_ = answer.Body.Close() // the status says everything
		if answer.StatusCode != http.StatusOK {
			err = errors.New(answer.Status)
		}
	}
	if err != nil {
		return audipy.Fail(audipy.Unavailable, "the server at "+address+" is not ready", err)
	}
	return a.out.result(map[string]string{"ready": address}, func() { a.out.line("ready") })
}

// readinessAddress is where a server that listens there is asked from the same
// computer.
func readinessAddress(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", audipy.Fail(audipy.Invalid, fmt.Sprintf("listen is %q, and must be HOST:PORT", listen), nil)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/readyz", nil
}
