package outbound

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
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
	maxHeaders  = 64 << 10
)

// errForbidden means that an address is none that people's targets may have.
var errForbidden = errors.New("the address is not on the public network")

// Options are what a Client works with; the zero value reaches the public
// network alone.
type Options struct {
	// Networks are where targets may be beside the public network, by plain
	// HTTP and on any port too.
	Networks []netip.Prefix
	// Roots vouch for targets; nil means the system's.
	Roots *x509.CertPool
	// Resolver looks names up; nil means the system's.
	Resolver *net.Resolver
	// Time bounds a whole request; 0 means 15 seconds.
	Time time.Duration
}

// Client makes requests. It follows no redirect, keeps no cookie and asks no
// proxy. Make one with New.
type Client struct {
	networks []netip.Prefix
	// secure speaks TLS, and goes to the public network too; plain goes to
	// networks alone.
	secure, plain *http.Client
}

// New returns a Client.
func New(o Options) *Client {
	c := &Client{networks: o.Networks}
	c.secure = o.client(func(a netip.AddrPort) bool {
		return c.isAllowed(a.Addr()) || IsPublic(a.Addr()) && a.Port() == 443
	})
	c.plain = o.client(func(a netip.AddrPort) bool { return c.isAllowed(a.Addr()) })
	return c
}

// client connects where may says so.
func (o Options) client(may func(netip.AddrPort) bool) *http.Client {
	dialer := &net.Dialer{Timeout: connectTime, Resolver: o.Resolver, Control: func(_, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil || !may(to) {
			return errForbidden
		}
		return nil
	}}
	return &http.Client{
		Timeout:       cmp.Or(o.Time, totalTime),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: headerTime,
			TLSClientConfig:   &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeaders,
		},
	}
}

func (c *Client) isAllowed(a netip.Addr) bool {
	a = a.Unmap()
	for _, one := range c.networks {
		if one.Contains(a) {
			return true
		}
	}
	return false
}

// IsPublic reports whether an address is one of the public network: none that is
// private, special, reserved, or that carries an IPv4 address inside.
func IsPublic(a netip.Addr) bool {
	global := netip.MustParsePrefix("2000::/3") // all that version 6 routes
	if a.Zone() != "" {
		return false
	}
	if a = a.Unmap(); !a.IsGlobalUnicast() {
		return false
	}
	if a.Is6() && !global.Contains(a) {
		return false
	}
	for one := range strings.FieldsSeq(closedNetworks) {
		if netip.MustParsePrefix(one).Contains(a) {
			return false
		}
	}
	return true
}

// closedNetworks are the ranges that a person's target is never in, beside all
// that version 6 does not route.
const closedNetworks = `0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
	192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3
	2001::/23 2001:db8::/32 2002::/16 3fff::/20`

// Check reads the address of a target: https on the usual port by a name, or
// whatever the operator's networks allow. What may not be one is Invalid with the
// code target_invalid.
func (c *Client) Check(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	bad := func(msg, hint string) (*url.URL, error) {
		return nil, audipy.Fail(audipy.Invalid, msg, nil).WithCode("target_invalid").WithHint(hint)
	}
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || len(text) > 2000:
		return bad("This address can't be read.", "It looks like https://example.com/path.")
	case u.User != nil || u.Fragment != "":
		return bad("An address with a name, a password or a # in it can't be used.", "Put a token into its own field.")
	case u.Scheme != "https" && (u.Scheme != "http" || len(c.networks) == 0):
		return bad("The address must begin with https://.", "Whoever runs the server can allow others.")
	}
	address, err := netip.ParseAddr(u.Hostname())
	switch {
	case err == nil && c.isAllowed(address):
		return u, nil
	case err == nil, isNumber(u.Hostname()):
		return bad("A number is no address here.", "Use a name.")
	}
	if u.Port() != "" && u.Port() != "443" && len(c.networks) == 0 {
		return bad("The address must use port 443.", "Leave the port out.")
	}
	return u, nil
}

// isNumber reports whether a host is a number in one of the spellings that some
// resolvers take: 127.1, 2130706433, 0x7f000001. No top domain begins with a
// digit.
func isNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	return last != "" && last[0] >= '0' && last[0] <= '9'
}

// Do makes a request to an address that Check took; the body of the answer is
// the caller's to close. Invalid means that the address leads where it may not,
// Unavailable that nobody answered.
func (c *Client) Do(req *http.Request) (*http.Response, error) {
	client := c.secure
	if req.URL.Scheme == "http" {
		client = c.plain
	}
	req.Header.Set("User-Agent", "AudiPy")
	resp, err := client.Do(req)
	if errors.Is(err, errForbidden) {
		return nil, audipy.Fail(audipy.Invalid, "the address leads into a network where this server sends nothing", err).
			WithCode("target_invalid").WithHint("Whoever runs the server can allow it.")
	}
	if err != nil {
		return nil, audipy.Fail(audipy.Unavailable, "the address didn't answer", err)
	}
	return resp, nil
}
