package audiblesim

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// servePlain answers the plain port: CONNECT from clients with a proxy, and
// paths that begin with a host from browsers.
func (v *Server) servePlain(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		v.connect(w, r)
		return
	}
	onlyLoopbackNames(http.HandlerFunc(v.servePrefix)).ServeHTTP(w, r)
}

// connect turns the connection into one to the TLS port, for the simulator's
// own hosts: it is a proxy to itself and to nothing else.
func (v *Server) connect(w http.ResponseWriter, r *http.Request) {
	name, port, err := net.SplitHostPort(r.Host)
	if err != nil || port != "443" || parseHost(name).service == serviceNone {
		http.Error(w, "the simulator is a proxy to its own hosts only", http.StatusForbidden)
		return
	}
	connection, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	if _, err := connection.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")); err != nil {
		_ = connection.Close() // the client has gone
		return
	}
	v.inner.offer(readAhead{connection, buffered.Reader})
}

// readAhead is a connection of which a few bytes were read already.
type readAhead struct {
	net.Conn
	reader *bufio.Reader
}

// Read gives the bytes that were read ahead first.
func (c readAhead) Read(p []byte) (int, error) { return c.reader.Read(p) }

// servePrefix takes the host from the path and serves the rest.
func (v *Server) servePrefix(w http.ResponseWriter, r *http.Request) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	if name == "" {
		w.Header().Set("Content-Type", "text/plain;charset=UTF-8")
		_, _ = io.WriteString(w, "audiblesim: put the host before the path, as in /www.amazon.com/ap/signin\n")
		return
	}
	target := "/" + rest
	if r.URL.RawQuery != "" {
		target += "?" + r.URL.RawQuery
	}
	address, err := url.ParseRequestURI(target)
	if err != nil || parseHost(name).service == serviceNone {
		http.NotFound(w, r)
		return
	}
	inner := withPrefix(r)
	inner.Host, inner.URL, inner.RequestURI = name, address, target
	v.sim.handler.ServeHTTP(w, inner)
}

// onlyLoopbackNames refuses requests under other names than this machine's,
// so that no page of the wide web can reach the simulator by a name that it
// points here.
func onlyLoopbackNames(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if bare, _, err := net.SplitHostPort(name); err == nil {
			name = bare
		}
		if ip := net.ParseIP(name); name != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "the simulator answers under 127.0.0.1, ::1 and localhost only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
