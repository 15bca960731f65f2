package audible

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// connectTime bounds one connection, and handshakeTime its TLS handshake.
const (
	connectTime   = 10 * time.Second
	handshakeTime = 10 * time.Second
)

// TransportOptions change the transport that NewTransport makes. The zero
// value is what a program should use.
type TransportOptions struct {
	// Proxy names the proxy for a request; nil means none. The environment
	// is never asked. With a proxy, its own address is dialled.
	Proxy func(*http.Request) (*url.URL, error)
}

// NewTransport returns the transport that the package uses when it is given
// none: https on port 443 of Amazon's and Audible's own hosts only, TLS 1.2 or
// newer with the system's authorities, no proxy from the environment, no
// redirects, and no connection to a private, local or reserved address,
// whatever the name resolves to. It may be used by several goroutines.
func NewTransport(o TransportOptions) http.RoundTripper {
	guard := addressGuard{denied: deniedNetworks()}
	dialer := &net.Dialer{Timeout: connectTime, ControlContext: guard.check}
	if o.Proxy != nil {
		dialer.ControlContext = nil
	}
	return &guardedTransport{base: &http.Transport{
		Proxy:                  o.Proxy,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		DisableCompression:     true,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    handshakeTime,
		ResponseHeaderTimeout:  firstByteTime,
		ExpectContinueTimeout:  time.Second,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    10,
		MaxResponseHeaderBytes: 1 << 20,
	}}
}

// guardedTransport refuses addresses outside the table of hosts.
type guardedTransport struct{ base *http.Transport }

// RoundTrip sends a request to one of the known hosts.
func (t *guardedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := checkAddress(r.URL); err != nil {
		return nil, err
	}
	return t.base.RoundTrip(r)
}

// CloseIdleConnections closes connections that are not in use.
func (t *guardedTransport) CloseIdleConnections() { t.base.CloseIdleConnections() }

// checkAddress refuses everything but https on a known host.
func checkAddress(u *url.URL) error {
	switch {
	case u.Scheme != "https":
		return errors.New("refused an address that is not https")
	case u.User != nil:
		return errors.New("refused an address with a user name in it")
	case u.Port() != "" && u.Port() != "443":
		return fmt.Errorf("refused port %q", u.Port())
	case !isKnownHost(u.Hostname()):
		return fmt.Errorf("refused the host %q: it is none of Amazon's that this program knows", u.Hostname())
	}
	return nil
}

// addressGuard refuses connections by the address that a name resolved to, at
// the last moment before connecting, so that no second look-up can differ.
type addressGuard struct{ denied []netip.Prefix }

// check is a Dialer's ControlContext.
func (g addressGuard) check(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("read the address to connect to: %w", err)
	}
	if at.Port() != 443 {
		return fmt.Errorf("refused to connect to port %d", at.Port())
	}
	return g.checkIP(at.Addr())
}

func (g addressGuard) checkIP(ip netip.Addr) error {
	ip = ip.Unmap().WithZone("")
	for _, network := range g.denied {
		if network.Contains(ip) {
			return fmt.Errorf("refused to connect to %s: not a public address", ip)
		}
	}
	return nil
}

// deniedNetworks are the networks that are not the public internet, by the
// registries of special-purpose addresses (RFC 6890). Addresses of IPv4 mapped
// into IPv6 are looked up as what they stand for.
func deniedNetworks() []netip.Prefix {
	texts := []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
		"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	}
	networks := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		networks[i] = netip.MustParsePrefix(text)
	}
	return networks
}
