package audiblesim

import (
	"context"
	"net/http"
	"strings"
)

// links makes addresses: under https, or in prefix mode as paths that begin
// with the host, so that a browser on plain loopback HTTP stays there.
type links struct{ prefix bool }

type prefixKey struct{}

// withPrefix marks a request as one of prefix mode.
func withPrefix(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), prefixKey{}, true))
}

// linksOf returns the way that addresses are written in answers to r.
func linksOf(r *http.Request) links {
	prefix, _ := r.Context().Value(prefixKey{}).(bool)
	return links{prefix: prefix}
}

// to is the address of a path, which starts with a slash, on a host.
func (l links) to(hostName, path string) string {
	if l.prefix {
		return "/" + hostName + path
	}
	return "https://" + hostName + path
}

// cookie sets a cookie for the host and its siblings. In prefix mode it lives
// under the host's prefix instead, and without Secure, as there is no TLS.
func (l links) cookie(w http.ResponseWriter, h host, c http.Cookie) {
	if l.prefix {
		c.Path = "/" + h.name + "/"
		c.Secure = false
	} else {
		c.Path = "/"
		c.Domain = strings.TrimPrefix(h.name, "www")
		c.Secure = true
	}
	http.SetCookie(w, &c)
}
