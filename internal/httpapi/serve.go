package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"time"
)

// The time-outs of a connection, and how long a stop waits for requests.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 60 * time.Second
	drainTimeout  = 20 * time.Second
	maxHeader     = 32 << 10 // bytes
)

// NewServer returns a server with the time-outs and limits that AudiPy has on
// every network.
func NewServer(handler http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// Serve serves a handler until ctx ends, then takes no new requests and waits
// for those under way. It closes the listener. The limits hold for connections;
// proxies stand for many people, and no number of connections is held against
// one of them.
func Serve(ctx context.Context, listener net.Listener, handler http.Handler, o Options) error {
	if o.Limits == (Limits{}) {
		o.Limits = DefaultLimits()
	}
	isProxy := func(address netip.Addr) bool {
		return slices.ContainsFunc(o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(address) })
	}
	listener = &limitedListener{Listener: listener, limits: o.Limits, exempt: isProxy, from: map[string]int{}}
	requests, endRequests := context.WithCancel(context.WithoutCancel(ctx))
	defer endRequests()
	server := NewServer(handler, o.Log)
	server.BaseContext = func(net.Listener) context.Context { return requests }
	served := make(chan error, 1)
	go func() {
		if server.TLSConfig = o.TLS; o.TLS != nil {
			served <- server.ServeTLS(listener, "", "")
			return
		}
		served <- server.Serve(listener)
	}()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
