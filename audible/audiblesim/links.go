package audiblesim

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// links makes addresses: under https, or in prefix mode as paths that begin
// with the host, so that a browser on plain loopback HTTP stays there.
type links struct{ prefix bool }

// prefixKey marks the requests of prefix mode in their contexts.
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

// redirect sends a client to an address that to made.
func redirect(w http.ResponseWriter, address string) {
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusFound)
}

// webCookie is a cookie of Amazon's websites, set in a browser or given to an
// app as JSON.
type webCookie struct {
	name, value      string
	secure, httpOnly bool
	expires          time.Time
}

// cookie sets a cookie for the host and its siblings. In prefix mode it lives
// under the host's prefix instead, and without Secure, as there is no TLS.
func (l links) cookie(w http.ResponseWriter, h host, c webCookie) {
	//nolint:gosec // Amazon sets no SameSite, and Secure depends on the mode
	set := http.Cookie{Name: c.name, Value: c.value, Expires: c.expires, HttpOnly: c.httpOnly}
	if l.prefix {
		set.Path = "/" + h.name + "/"
	} else {
		set.Path = "/"
		set.Domain = strings.TrimPrefix(h.name, "www")
		set.Secure = true
	}
	http.SetCookie(w, &set)
}
