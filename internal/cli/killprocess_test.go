package cli_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store"
)

// Variables by which a test has this test binary be the program, in a process
// of its own that can be killed.
const (
	// amazonVariable is the address of the simulator's TLS port.
	amazonVariable = "AUDIPY_TEST_AMAZON"
	// authorityVariable names the file with the simulator's certificate.
	authorityVariable = "AUDIPY_TEST_AUTHORITY"
	// aheadVariable is how far the program's clock is ahead of the machine's:
	// the lease of a dead process is then over without waiting for it.
	aheadVariable = "AUDIPY_TEST_AHEAD"
	// dieVariable is a path: the program kills itself when the answer to a
	// request for it has come and nobody has seen it yet.
	dieVariable = "AUDIPY_TEST_DIE_AFTER"
)

func TestMain(m *testing.M) {
	if os.Getenv(amazonVariable) != "" {
		os.Exit(program())
	}
	m.Run()
}

// program is what cmd/audipy is, with the simulator for Amazon, a clock that
// is ahead and shorter waits.
func program() int {
	env := cli.System()
	ahead, err := time.ParseDuration(os.Getenv(aheadVariable))
	if err != nil {
		return 99
	}
	transport, err := simulatorTransport(os.Getenv(amazonVariable), os.Getenv(authorityVariable))
	if err != nil {
		return 98
	}
	wait := env.Wait
	env.Now = func() time.Time { return time.Now().Add(ahead) }
	env.Wait = func(ctx context.Context, d time.Duration) error { return wait(ctx, d/20) }
	env.Transport = &dying{next: transport, path: os.Getenv(dieVariable)}
	env.NoKeyring = true
	env.Rate = store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}
	return cli.Main(context.Background(), os.Args[1:], env)
}

// simulatorTransport sends every request to the simulator, over TLS.
func simulatorTransport(address, authority string) (http.RoundTripper, error) {
	pem, err := os.ReadFile(authority)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		},
	}, nil
}

// dying is a transport that ends the process at the worst moment.
type dying struct {
	next http.RoundTripper
	path string
}

// RoundTrip passes the request on, and dies with the answer in hand.
func (d *dying) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := d.next.RoundTrip(r)
	if d.path != "" && err == nil && strings.HasPrefix(r.URL.Path, d.path) {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way
	}
	return response, err
}
