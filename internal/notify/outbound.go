package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	connectTime = 5 * time.Second
	headerTime  = 10 * time.Second
	totalTime   = 15 * time.Second
	// maxAnswer is how much of an answer is read; nothing is done with it.
	maxAnswer = 64 << 10
)

// errForbidden means that an address is none that people's targets may have.
var errForbidden = errors.New("the address is not on the public network")

// outbound makes requests to addresses that people chose. An address is looked
// at when it is connected to, after its name was resolved, so that no name leads
// into the network that the server is in.
type outbound struct {
	networks []netip.Prefix
	// secure speaks TLS, and goes to the public network too; plain goes to
	// networks alone.
	secure, plain *http.Client
}

func newOutbound(networks []netip.Prefix, roots *x509.CertPool) *outbound {
	o := &outbound{networks: networks}
	o.secure = o.client(func(a netip.AddrPort) bool { return o.isAllowed(a.Addr()) || isPublic(a.Addr()) && a.Port() == 443 }, roots)
	o.plain = o.client(func(a netip.AddrPort) bool { return o.isAllowed(a.Addr()) }, roots)
	return o
}

// client makes a client that connects where may says so, follows no redirect,
// keeps no cookie and asks no proxy.
func (o *outbound) client(may func(netip.AddrPort) bool, roots *x509.CertPool) *http.Client {
	dialer := &net.Dialer{Timeout: connectTime, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !may(to) {
			return errForbidden
		}
		return nil
	}}
	return &http.Client{
		Timeout:       totalTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: headerTime,
			TLSClientConfig:   &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxAnswer,
		},
	}
}

func (o *outbound) isAllowed(a netip.Addr) bool {
	a = a.Unmap()
	for _, one := range o.networks {
		if one.Contains(a) {
			return true
		}
	}
	return false
}

// isPublic reports whether an address is one of the public network: none that is
// private, special, reserved, or that carries an IPv4 address inside.
func isPublic(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	if a = a.Unmap(); !a.IsGlobalUnicast() {
		return false
	}
	for one := range strings.FieldsSeq(closedNetworks) {
		if netip.MustParsePrefix(one).Contains(a) {
			return false
		}
	}
	return true
}

// closedNetworks are the ranges that a person's target is never in.
const closedNetworks = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
	192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3
	::/128 ::1/128 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16
	3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8`

// check reads the address of a target: https on the usual port by a name, or
// whatever the operator's networks allow.
func (o *outbound) check(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	bad := func(msg, hint string) (*url.URL, error) {
		return nil, audipy.Fail(audipy.Invalid, msg, nil).WithCode("target_invalid").WithHint(hint)
	}
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || len(text) > 2000:
		return bad("This address can't be read.", "It looks like https://example.com/path.")
	case u.User != nil || u.Fragment != "":
		return bad("An address with a name, a password or a # in it can't be used.", "Put a token into its own field.")
	case u.Scheme != "https" && (u.Scheme != "http" || len(o.networks) == 0):
		return bad("The address must begin with https://.", "Whoever runs the server can allow others.")
	}
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		if !o.isAllowed(address) {
			return bad("A number is no address here.", "Use a name.")
		}
		return u, nil
	}
	if u.Port() != "" && u.Port() != "443" && len(o.networks) == 0 {
		return bad("The address must use port 443.", "Leave the port out.")
	}
	return u, nil
}

// do makes a request and forgets the answer. Invalid means that the other side
// refuses it, Unavailable that it may take it later.
func (o *outbound) do(ctx context.Context, to *url.URL, header http.Header, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.String(), bytes.NewReader(body))
	if err != nil {
		return audipy.Fail(audipy.Invalid, "the address can't be used", err)
	}
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "AudiPy")
	client := o.secure
	if to.Scheme == "http" {
		client = o.plain
	}
	resp, err := client.Do(req)
	if errors.Is(err, errForbidden) {
		return audipy.Fail(audipy.Invalid, "the address leads into a network that this server doesn't send notices to", err)
	}
	if err != nil {
		return audipy.Fail(audipy.Unavailable, "the address didn't answer", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)) // only so that the other side is done
	return answered(resp.StatusCode)
}

// answered says what a status means for a delivery.
func answered(status int) error {
	msg := fmt.Sprintf("the address answered %d", status)
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return audipy.Fail(audipy.Unavailable, msg, nil)
	}
	return audipy.Fail(audipy.Invalid, msg, nil)
}
