package cli

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// network is where the server listens and what it is called.
type network struct {
	listen string
	// public is the one origin that is answered to; nil means any.
	public *url.URL
	// relay is the origin of Amazon's own pages; nil means none.
	relay    *url.URL
	proxies  []netip.Prefix
	insecure bool
	// certFile and keyFile are the operator's certificate, and selfSigned asks
	// for one of our own; none of them means plain HTTP.
	certFile, keyFile string
	selfSigned        bool
	// subdomains asks browsers to use TLS for the names below ours.
	subdomains bool
	// bound is the address after listening.
	bound net.Addr
}

// networkOf reads the settings of the network. It reports all problems at
// once.
func networkOf(c config) (network, error) {
	n := network{
		listen: c.get("listen"), insecure: c.get("allow_plain_http") == "yes",
		certFile: c.get("tls_cert"), keyFile: c.get("tls_key"), selfSigned: c.get("tls_self_signed") == "yes",
		subdomains: c.get("hsts_subdomains") == "yes",
	}
	problems := n.tlsProblems()
	if _, _, err := net.SplitHostPort(n.listen); err != nil {
		problems = append(problems, fmt.Sprintf("listen is %q, and must be HOST:PORT", n.listen))
	}
	if text := c.get("public_url"); text != "" {
		public, err := originOf(text)
		if err != nil {
			problems = append(problems, "public_url "+err.Error())
		}
		if err == nil && n.secure() && public.Scheme != "https" {
			problems = append(problems, "public_url must begin with https:// when there is a certificate")
		}
		n.public = public
	}
	if text := c.get("relay_origin"); text != "" {
		relay, err := originOf(text)
		switch {
		case err != nil:
			problems = append(problems, "relay_origin "+err.Error())
		case n.public == nil:
			problems = append(problems, "relay_origin needs a public_url beside it")
		case relay.Hostname() == n.public.Hostname():
			problems = append(problems, "relay_origin must have another host name than public_url, since cookies ignore ports")
		case relay.Scheme != n.public.Scheme:
			problems = append(problems, "relay_origin must begin with "+n.public.Scheme+":// as public_url does, since Amazon's password goes there")
		}
		n.relay = relay
	}
	var wrong []string
	n.proxies, wrong = prefixesOf("trusted_proxies", c.get("trusted_proxies"))
	_, others := prefixesOf("notice_networks", c.get("notice_networks"))
	_, shelves := prefixesOf("shelf_networks", c.get("shelf_networks"))
	problems = slices.Concat(problems, wrong, others, shelves)
	if len(problems) > 0 {
		return n, audipy.Fail(audipy.Invalid, "the server can't be started so: "+strings.Join(problems, "; "), nil).
			WithHint(`run "audipy config" to see where each setting comes from`)
	}
	return n, nil
}

// tlsProblems says which settings of TLS don't fit each other.
func (n *network) tlsProblems() []string {
	var problems []string
	if (n.certFile == "") != (n.keyFile == "") {
		problems = append(problems, "tls_cert and tls_key belong together, and one is missing")
	}
	if n.selfSigned && n.certFile != "" {
		problems = append(problems, "tls_self_signed makes a certificate where tls_cert names one")
	}
	return problems
}

// secure reports whether the server itself speaks TLS.
func (n *network) secure() bool { return n.certFile != "" || n.selfSigned }

// scheme is that of the server's own addresses.
func (n *network) scheme() string {
	if n.secure() {
		return "https"
	}
	return "http"
}

// originOf reads an origin: scheme, host, and a port that isn't the usual one.
func originOf(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("is %q, and must be like https://audipy.example.org", text)
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		host = strings.TrimSuffix(host, ":443")
	} else {
		host = strings.TrimSuffix(host, ":80")
	}
	return &url.URL{Scheme: u.Scheme, Host: host}, nil
}

// prefixesOf reads the addresses and ranges of a setting, and says what is wrong
// with them.
func prefixesOf(name, text string) (found []netip.Prefix, problems []string) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		prefix, err := prefixOf(part)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%s has %q, and must hold addresses or CIDR ranges", name, part))
		}
		found = append(found, prefix)
	}
	return found, problems
}

func prefixOf(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	return netip.ParsePrefix(text)
}

// settle decides, once the port is known, what the server is called. On this
// computer alone it is localhost, never the number: browsers treat the name as
// safe, and keep cookies and passkeys for it.
func (n *network) settle(bound net.Addr) error {
	n.bound = bound
	tcp, ok := bound.(*net.TCPAddr)
	if !ok {
		return audipy.Fail(audipy.Invalid, "the server can listen on TCP only", nil)
	}
	if n.public == nil && tcp.IP.IsLoopback() {
		n.public = &url.URL{Scheme: n.scheme(), Host: fmt.Sprintf("localhost:%d", tcp.Port)}
		n.insecure = false // a browser takes localhost for safe
	}
	// The number is another host to browsers, with cookies of its own.
	if n.relay == nil && n.public != nil && n.public.Hostname() == "localhost" && tcp.IP.IsLoopback() {
		n.relay = &url.URL{Scheme: n.scheme(), Host: tcp.String()}
	}
	n.insecure = n.insecure && !n.secure()
	if n.public != nil && !isPlain(n.public) || n.insecure || n.secure() {
		return nil
	}
	return audipy.Fail(audipy.Invalid, fmt.Sprintf("listening on %s over plain HTTP is not allowed", n.listen), nil).
		WithHint("give a certificate (tls_cert and tls_key, or tls_self_signed), or a public_url of https behind a proxy with TLS, " +
			"or say allow_plain_http=yes for a home network")
}

// isPlain reports whether what goes to an origin can be read on the way: it is
// plain HTTP, and not on this computer alone.
func isPlain(u *url.URL) bool {
	address, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && u.Hostname() != "localhost" && (err != nil || !address.IsLoopback())
}

// relayOrigin is where Amazon's own pages are; empty for nowhere.
func (n *network) relayOrigin() string {
	if n.relay == nil {
		return ""
	}
	return n.relay.String()
}

// address is what a person opens.
func (n *network) address() string {
	if n.public != nil {
		return n.public.String()
	}
	host, port, err := net.SplitHostPort(n.bound.String())
	if name, nameErr := os.Hostname(); err == nil && nameErr == nil && net.ParseIP(host).IsUnspecified() {
		host = name
	}
	return n.scheme() + "://" + net.JoinHostPort(host, port)
}

// origin is the one origin that is answered to, or empty.
func (n *network) origin() string {
	if n.public == nil {
		return ""
	}
	return n.public.String()
}
