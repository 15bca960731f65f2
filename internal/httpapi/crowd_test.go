package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/httpapi"
)

// crowd is a listener to which connections come from any address.
type crowd struct {
	conns  chan net.Conn
	closed chan struct{}
}

// Accept returns the next connection.
func (c *crowd) Accept() (net.Conn, error) {
	select {
	case conn := <-c.conns:
		return conn, nil
	case <-c.closed:
		return nil, net.ErrClosed
	}
}

// Close ends the listener.
func (c *crowd) Close() error {
	close(c.closed)
	return nil
}

// Addr is nowhere.
func (c *crowd) Addr() net.Addr { return &net.TCPAddr{} }

// placed is a connection from an address.
type placed struct {
	net.Conn
	from netip.Addr
}

// RemoteAddr is the address that it is said to be from.
func (p placed) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(p.from, 1234))
}

// comes connects from an address and returns the connection, nil when it was
// closed at once.
func (c *crowd) comes(t *testing.T, address string) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	t.Cleanup(func() { _ = client.Close() }) // one side is closed anyway
	c.conns <- placed{server, netip.MustParseAddr(address)}
	must(t, client.SetDeadline(time.Now().Add(20*time.Second)))
	_, err := io.WriteString(client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if err == nil {
		_, err = io.ReadFull(client, make([]byte, len("HTTP/1.1 204")))
	}
	if err != nil {
		return nil
	}
	go func() { _, _ = io.Copy(io.Discard, client) }() // until it is closed
	return client
}

func TestSoManyConnectionsComeFromOneAddressAndOneSite(t *testing.T) {
	t.Parallel()
	c := &crowd{conns: make(chan net.Conn), closed: make(chan struct{})}
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- httpapi.Serve(ctx, c, handler, httpapi.Options{
			Limits: httpapi.Limits{Connections: 20, AddressConnections: 2}, Log: slog.New(slog.DiscardHandler),
			TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		})
	}()
	enter := func(address string, want bool) net.Conn {
		t.Helper()
		conn := c.comes(t, address)
		if (conn != nil) != want {
			t.Errorf("a connection from %s was let in: %t", address, conn != nil)
		}
		return conn
	}
	var first net.Conn
	for i := range 4 { // 8 from one site
		enter(fmt.Sprintf("2001:db8:7:%d::1", i), true)
		first = enter(fmt.Sprintf("2001:db8:7:%d::2", i), true)
	}
	enter("2001:db8:7:3::3", false)
	enter("2001:db8:7:9::1", false)
	enter("2001:db8:8::1", true)
	enter("203.0.113.9", true)
	enter("203.0.113.9", true)
	enter("203.0.113.9", false)
	for range 3 { // a proxy and the machine itself stand for many
		enter("10.1.2.3", true)
		enter("127.0.0.1", true)
	}
	must(t, first.Close())
	for deadline := time.Now().Add(20 * time.Second); c.comes(t, "2001:db8:7:9::1") == nil; {
		if time.Now().After(deadline) {
			t.Fatal("the place of a connection that is closed stays taken")
		}
	}
	enter("198.51.100.1", true)
	enter("198.51.100.2", true)
	enter("198.51.100.3", true)
	enter("198.51.100.4", false) // there are twenty
	stop()
	must(t, <-served)
}
