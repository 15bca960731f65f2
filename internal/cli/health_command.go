package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cert"
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
	n, err := networkOf(a.cfg)
	if err != nil {
		return err
	}
	address := readinessAddress(n)
	client, err := a.healthClient(n)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	answer, err := client.Do(request)
	if err == nil {
		_ = answer.Body.Close() // the status says everything
		if answer.StatusCode != http.StatusOK {
			err = errors.New(answer.Status)
		}
	}
	if err != nil {
		return audipy.Fail(audipy.Unavailable, "the server at "+address+" is not ready", err).
			WithHint(`start it with "audipy serve"; if it runs, its log says what is wrong, and AUDIPY_LISTEN must say the same here and there`)
	}
	return a.out.result(map[string]string{"ready": address}, func() { a.out.line("ready") })
}

// healthClient asks the server, and takes its certificate and no other for an
// answer.
func (a *app) healthClient(n network) (*http.Client, error) {
	if !n.secure() {
		return &http.Client{}, nil
	}
	if n.selfSigned {
		n.certFile, n.keyFile = a.selfSignedFile(), a.selfSignedFile()
	}
	source, err := cert.Files(n.certFile, n.keyFile, a.log)
	if err != nil {
		return nil, err
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: source.ClientConfig(), DisableKeepAlives: true}}, nil
}

// readinessAddress is where a server is asked from the same computer.
func readinessAddress(n network) string {
	host, port, err := net.SplitHostPort(n.listen)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		host = "localhost"
	}
	return n.scheme() + "://" + net.JoinHostPort(host, port) + "/readyz"
}
