package cli

import (
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/cert"
)

// certificate returns what the server proves itself with; nil without TLS.
func (a *app) certificate(n *network) (*cert.Source, error) {
	switch {
	case n.certFile != "":
		return cert.Files(n.certFile, n.keyFile, a.log)
	case n.selfSigned:
		return cert.SelfSigned(cert.SelfSignedOptions{
			File: a.selfSignedFile(), Names: n.certNames(), Now: a.env.Now, Log: a.log,
		})
	}
	return nil, nil
}

// selfSignedFile is where the server's own certificate lies.
func (a *app) selfSignedFile() string { return filepath.Join(a.cfg.get("home"), "tls.pem") }

// certNames are what the server may be called: by those on this computer, by
// where it listens, and by the settings.
func (n *network) certNames() []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	host, _, err := net.SplitHostPort(n.listen)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host, err = os.Hostname()
	}
	if err == nil && host != "" {
		names = append(names, strings.ToLower(host))
	}
	for _, u := range []*url.URL{n.public, n.relay} {
		if u != nil {
			names = append(names, u.Hostname())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
