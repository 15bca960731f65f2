package provider

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"github.com/audipy/audipy/internal/outbound"
)

const (
	connectTime = 5 * time.Second
	headerTime  = 10 * time.Second
	totalTime   = 15 * time.Second
	// maxAnswer is the most bytes of an answer, unpacked.
	maxAnswer = 64 << 10
)

var (
	errForbidden = errors.New("the address is not on the public network")
	errTooLarge  = errors.New("the answer is too large")
	errNoJSON    = errors.New("the answer is not JSON")
)

// newClient makes the client for one provider: it follows no redirect, keeps no
// cookie, asks no proxy, and reads no more than it should. The host home may
// be anywhere, all others are on the public network.
func newClient(transport http.RoundTripper, home string) *http.Client {
	if transport == nil {
		transport = network(home)
	}
	return &http.Client{
		Timeout:       totalTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     bounded{transport},
	}
}

// network connects by TLS 1.2 or newer. An address is looked at when it is
// connected to, after its name was resolved.
func network(home string) *http.Transport {
	free := &net.Dialer{Timeout: connectTime}
	public := &net.Dialer{Timeout: connectTime, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !outbound.IsPublic(to.Addr()) || to.Port() != 443 {
			return errForbidden
		}
		return nil
	}}
	return &http.Transport{
		DialContext: func(ctx context.Context, kind, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err == nil && strings.EqualFold(host, home) {
				return free.DialContext(ctx, kind, address)
			}
			return public.DialContext(ctx, kind, address)
		},
		TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: headerTime, MaxResponseHeaderBytes: maxAnswer,
		TLSClientConfig:   &tls.Config{MinVersion: tls.VersionTLS12},
		DisableKeepAlives: true,
	}
}

// bounded refuses answers that are no JSON or too large.
type bounded struct{ next http.RoundTripper }

// RoundTrip makes the request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		_ = resp.Body.Close() // what it says is of no use
		return nil, fmt.Errorf("%w but %q, status %d", errNoJSON, tidy(kind), resp.StatusCode)
	}
	resp.Body = &limited{resp.Body, maxAnswer}
	return resp, nil
}

// limited is a body that fails when it is too large.
type limited struct {
	io.ReadCloser
	left int
}

// Read reads what may be read.
func (l *limited) Read(p []byte) (int, error) {
	n, err := l.ReadCloser.Read(p)
	if l.left -= n; l.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
