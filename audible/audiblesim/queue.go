package audiblesim

import (
	"net"
	"sync"
)

// queue is a listener whose connections come from CONNECT requests.
type queue struct {
	address net.Addr
	waiting chan net.Conn
	closed  chan struct{}
	once    sync.Once
}

// newQueue returns a listener that says it has the given address.
func newQueue(address net.Addr) *queue {
	return &queue{address: address, waiting: make(chan net.Conn), closed: make(chan struct{})}
}

// offer hands a connection over; it closes the connection when nobody
// accepts any more.
func (q *queue) offer(c net.Conn) {
	select {
	case q.waiting <- c:
	case <-q.closed:
		_ = c.Close() // nobody is left to tell
	}
}

// Accept waits for a connection.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case c := <-q.waiting:
		return c, nil
	case <-q.closed:
		return nil, net.ErrClosed
	}
}

// Close ends Accept; it is safe to call twice.
func (q *queue) Close() error {
	q.once.Do(func() { close(q.closed) })
	return nil
}

// Addr returns the address of the TLS port.
func (q *queue) Addr() net.Addr { return q.address }
