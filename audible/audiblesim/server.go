package audiblesim

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// ServerOptions say where a Server listens. All addresses must be on the
// loopback interface, since nothing here asks who is calling; an empty one
// means "127.0.0.1:0", a free port.
type ServerOptions struct {
	// TLS answers https under Amazon's names for clients whose names were
	// pointed at it.
	TLS string
	// Plain is a CONNECT proxy to TLS, for clients that honour HTTPS_PROXY,
	// and for browsers http with the host as first part of the path:
	// http://127.0.0.1:8080/www.amazon.com/ap/signin?…
	Plain string
	// Control takes commands as JSON; see Server.ControlURL.
	Control string
	// CAFile is where the authority's certificate is written as PEM, with
	// mode 0644; empty means nowhere.
	CAFile string
}

// Server serves a Sim on three ports of the loopback interface.
type Server struct {
	sim     *Sim
	ca      *authority
	secure  *http.Server
	plain   *http.Server
	control *http.Server
	inner   *queue // connections that CONNECT made
	ports   [3]net.Listener
}

// Listen opens the ports and makes certificates; Serve then answers. A server
// that is never served must be closed with Close.
func (s *Sim) Listen(o ServerOptions) (*Server, error) {
	ca, err := newAuthority(time.Now())
	if err != nil {
		return nil, err
	}
	leaf, err := ca.issue()
	if err != nil {
		return nil, err
	}
	if o.CAFile != "" {
		//nolint:gosec // a certificate is public; the key is never written
		if err := os.WriteFile(o.CAFile, ca.pem(), 0o644); err != nil {
			return nil, fmt.Errorf("write the authority's certificate: %w", err)
		}
	}
	v := &Server{sim: s, ca: ca}
	for i, address := range []string{o.TLS, o.Plain, o.Control} {
		if v.ports[i], err = listenLoopback(address); err != nil {
			v.closePorts()
			return nil, err
		}
	}
	v.inner = newQueue(v.ports[0].Addr())
	v.secure = newHTTPServer(s.handler)
	v.secure.TLSConfig = &tls.Config{Certificates: []tls.Certificate{leaf}, MinVersion: tls.VersionTLS12}
	v.plain = newHTTPServer(http.HandlerFunc(v.servePlain))
	v.control = newHTTPServer(onlyLoopbackNames(s.controls()))
	return v, nil
}

// newHTTPServer bounds the time for a request's head. Answers have no limit,
// as slowness can be asked for.
func newHTTPServer(h http.Handler) *http.Server {
	quiet := log.New(io.Discard, "", 0) // clients that hang up are no news
	return &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: quiet}
}

// listenLoopback refuses addresses that other machines could reach.
func listenLoopback(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", address, err)
	}
	if !resolved.IP.IsLoopback() {
		return nil, fmt.Errorf("listen on %q: the simulator listens on loopback addresses only", address)
	}
	return net.ListenTCP("tcp", resolved)
}

// Serve answers until ctx is done, and then closes everything.
func (v *Server) Serve(ctx context.Context) error {
	var group sync.WaitGroup
	problems := make(chan error, 4)
	for _, serve := range []func() error{
		func() error { return v.secure.ServeTLS(v.ports[0], "", "") },
		func() error { return v.secure.ServeTLS(v.inner, "", "") },
		func() error { return v.plain.Serve(v.ports[1]) },
		func() error { return v.control.Serve(v.ports[2]) },
	} {
		group.Go(func() { problems <- serve() })
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-problems:
	}
	v.Close()
	group.Wait()
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the simulator: %w", err)
	}
	return nil
}

// Close cuts all connections and closes the ports. It is safe to call twice.
func (v *Server) Close() {
	for _, server := range []*http.Server{v.secure, v.plain, v.control} {
		_ = server.Close() // the ports are closed below in any case
	}
	_ = v.inner.Close()
	v.closePorts()
}

// closePorts closes the ports that were opened.
func (v *Server) closePorts() {
	for _, port := range v.ports {
		if port != nil {
			_ = port.Close() // may be closed already
		}
	}
}

// CA returns the authority's certificate as PEM.
func (v *Server) CA() []byte { return v.ca.pem() }

// TLSAddr returns the address of the TLS port, "127.0.0.1:12345".
func (v *Server) TLSAddr() string { return v.ports[0].Addr().String() }

// ProxyURL returns what HTTPS_PROXY should hold.
func (v *Server) ProxyURL() string { return "http://" + v.ports[1].Addr().String() }

// BrowserURL returns the plain address before which a browser reaches a host:
// BrowserURL() + "/www.amazon.com/ap/signin?…".
func (v *Server) BrowserURL() string { return v.ProxyURL() }

// ControlURL returns the address of the control port. A GET of it lists the
// commands.
func (v *Server) ControlURL() string { return "http://" + v.ports[2].Addr().String() }
