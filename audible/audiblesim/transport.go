package audiblesim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Transport answers https requests in the process, without a socket: it works
// inside a testing/synctest bubble. It respects the request's context, and
// reports a connection that a handler aborts as a network would.
func (s *Sim) Transport() http.RoundTripper { return &transport{handler: s.handler} }

// transport is the in-process connection of Transport.
type transport struct{ handler http.Handler }

// errReset is what a client sees of a connection cut before the answer.
var errReset = errors.New("connection reset by the simulator")

// RoundTrip runs the handler in a goroutine of its own, which ends with the
// handler. The answer is given when the handler returns or flushes.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		closeBody(r)
		return nil, err
	}
	if r.URL.Scheme != "https" {
		closeBody(r)
		return nil, errors.New("the simulator answers https only, not " + strconv.Quote(r.URL.Scheme))
	}
	w := &response{header: make(http.Header), ready: make(chan struct{}), changed: make(chan struct{}, 1)}
	w.bodyless = r.Method == http.MethodHead
	served := serverRequest(r)
	go func() {
		defer closeBody(r)
		defer w.finish()
		t.handler.ServeHTTP(w, served)
	}()
	select {
	case <-w.ready:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	return w.answer(r)
}

// serverRequest is the request as a server would see it.
func serverRequest(r *http.Request) *http.Request {
	served := r.Clone(r.Context())
	served.Host = r.Host
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	served.RequestURI = r.URL.RequestURI()
	served.RemoteAddr = "127.0.0.1:1"
	served.Proto, served.ProtoMajor, served.ProtoMinor = "HTTP/1.1", 1, 1
	if served.Body == nil {
		served.Body = http.NoBody
	}
	return served
}

// closeBody closes the request's body, which a RoundTripper owes its caller.
func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close() // the request is over either way
	}
}

// response collects what a handler writes and is the body that the client
// reads, possibly while the handler still writes.
type response struct {
	header  http.Header
	ready   chan struct{} // closed when status and header are settled
	changed chan struct{} // has an element when the reader should look again

	mu       sync.Mutex
	status   int
	sent     http.Header // header as of WriteHeader
	bodyless bool        // the request was a HEAD
	body     bytes.Buffer
	settled  bool
	done     bool
	aborted  bool
	written  int64
	ctx      context.Context //nolint:containedctx // a body lives exactly as long as its request
}

// Header returns the header that WriteHeader will send.
func (w *response) Header() http.Header { return w.header }

// WriteHeader fixes status and header; later calls do nothing.
func (w *response) WriteHeader(status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeHeader(status)
}

// writeHeader is WriteHeader with the lock held.
func (w *response) writeHeader(status int) {
	if w.status == 0 {
		w.status = status
		w.sent = w.header.Clone()
	}
}

// Write adds to the body.
func (w *response) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeHeader(http.StatusOK)
	if w.bodyless {
		return len(p), nil
	}
	w.written += int64(len(p))
	n, err := w.body.Write(p)
	w.wake()
	return n, err
}

// Flush lets the client have the header, and the body so far.
func (w *response) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeHeader(http.StatusOK)
	w.settle()
}

// settle lets the answer go to the client, once.
func (w *response) settle() {
	if !w.settled {
		w.settled = true
		close(w.ready)
	}
}

// wake tells a waiting reader to look again; one word is enough for many
// writes.
func (w *response) wake() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

// finish ends the answer. A handler that aborts gives a cut connection; any
// other panic is the simulator's own and goes on.
func (w *response) finish() {
	problem := recover()
	w.mu.Lock()
	defer w.mu.Unlock()
	if problem == nil {
		w.writeHeader(http.StatusOK)
	}
	w.done = true
	w.aborted = problem != nil || w.short()
	w.settle()
	w.wake()
	if err, ok := problem.(error); problem != nil && (!ok || !errors.Is(err, http.ErrAbortHandler)) {
		panic(problem)
	}
}

// short reports whether less was written than Content-Length announced, which
// a server answers by closing the connection.
func (w *response) short() bool {
	announced, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64)
	return err == nil && !w.bodyless && w.written < announced
}

// answer is what the client gets. A connection cut before the first byte of
// a body is an error here, as it would be on a network.
func (w *response) answer(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.aborted && (w.status == 0 || w.body.Len() == 0) {
		return nil, errReset
	}
	w.ctx = r.Context()
	length := int64(-1)
	if announced, err := strconv.ParseInt(w.sent.Get("Content-Length"), 10, 64); err == nil {
		length = announced
	} else if w.done && !w.aborted {
		length = w.written
	}
	return &http.Response{
		Status: strconv.Itoa(w.status) + " " + http.StatusText(w.status), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		// A copy: the handler may still be at it, and the header is the client's now.
		Header: w.sent.Clone(), Body: w, ContentLength: length, Request: r,
	}, nil
}

// Read gives the body to the client as it comes.
func (w *response) Read(p []byte) (int, error) {
	for {
		w.mu.Lock()
		n, _ := w.body.Read(p)
		done, aborted := w.done, w.aborted
		w.mu.Unlock()
		switch {
		case n > 0 || len(p) == 0:
			return n, nil
		case aborted:
			return 0, io.ErrUnexpectedEOF
		case done:
			return 0, io.EOF
		}
		select {
		case <-w.changed:
		case <-w.ctx.Done():
			return 0, w.ctx.Err()
		}
	}
}

// Close drops what was not read.
func (w *response) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.body.Reset()
	w.aborted = true
	return nil
}
