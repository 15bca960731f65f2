// Package mailtest is an SMTP server for tests: it takes every mail on
// loopback, without TLS, and keeps it. It is imported by tests only.
package mailtest

import (
	"bufio"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"

	mailer "github.com/audipy/audipy/internal/mail"
)

// patience is how long a mail is waited for before the test fails.
const patience = 20 * time.Second

// Server is a running SMTP server.
type Server struct {
	// Options are how a Sender reaches it.
	Options mailer.Options
	mails   chan Mail

	mu sync.Mutex
	// faults are what goes wrong with the next mails, one each.
	faults []Fault
	unsaid int
}

// Fault is what goes wrong with a mail.
type Fault int

// The faults.
const (
	None       Fault = iota
	Greylisted       // the recipient is put off with a 451
	Refused          // the recipient is refused with a 550
	Dropped          // the connection breaks before the mail is taken
	Unsaid           // the mail is taken, and the connection breaks before that is said
	Rude             // the mail is taken, and QUIT is answered by silence
	Closed           // the connection breaks before the first word
)

// Fail makes the next mails go wrong, one by each fault.
func (s *Server) Fail(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Unsaid returns how many mails were taken without saying so.
func (s *Server) Unsaid() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unsaid
}

// fault takes the next fault.
func (s *Server) fault() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) == 0 {
		return None
	}
	next := s.faults[0]
	s.faults = s.faults[1:]
	return next
}

// Mail is a mail that was taken.
type Mail struct {
	To      []string // as named to the server
	Subject string
	Header  mail.Header
	Text    string // with "\n" at the ends of lines
}

// Start runs a server until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // it only listens
	s := &Server{mails: make(chan Mail, 1000), Options: mailer.Options{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, From: "AudiPy <audipy@example.com>", Security: mailer.Plain,
	}}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

// Sender returns a Sender that sends to the server.
func (s *Server) Sender(t testing.TB) *mailer.Sender {
	t.Helper()
	sender, err := mailer.New(s.Options)
	if err != nil {
		t.Fatal(err)
	}
	return sender
}

// Next waits for the next mail.
func (s *Server) Next(t testing.TB) Mail {
	t.Helper()
	select {
	case m := <-s.mails:
		return m
	case <-time.After(patience):
		t.Fatal("no mail came")
		return Mail{}
	}
}

// Taken returns how many mails wait to be read with Next.
func (s *Server) Taken() int { return len(s.mails) }

// receive is the answer to a recipient under a fault.
func receive(fault Fault) string {
	switch fault {
	case Greylisted:
		return "451 later"
	case Refused:
		return "550 nobody of this name"
	case None, Closed, Dropped, Unsaid, Rude:
	}
	return "250 ok"
}

// serve speaks to one client.
func (s *Server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the client is gone by then
	text := textproto.NewConn(conn)
	var to []string
	say := func(line string) { _ = text.PrintfLine("%s", line) } // a client that is gone ends the reading
	fault := s.fault()
	if fault == Closed {
		return
	}
	say("220 test")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "RCPT":
			reply := receive(fault)
			if reply == "250 ok" {
				to = append(to, strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>"))
			}
			say(reply)
		case "DATA":
			say("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			if fault == Dropped {
				return
			}
			s.keep(to, string(data), fault)
			if to = nil; fault == Unsaid {
				return
			}
			say("250 taken")
		case "QUIT":
			if fault == Rude {
				return
			}
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

// keep takes a mail, and counts one whose taking won't be said.
func (s *Server) keep(to []string, data string, fault Fault) {
	if fault == Unsaid {
		s.mu.Lock()
		s.unsaid++
		s.mu.Unlock()
	}
	m := Mail{To: to, Text: data}
	if parsed, err := mail.ReadMessage(bufio.NewReader(strings.NewReader(data))); err == nil {
		if body, err := io.ReadAll(parsed.Body); err == nil {
			m.Subject, m.Header, m.Text = parsed.Header.Get("Subject"), parsed.Header, plain(string(body))
		}
	}
	s.mails <- m
}

// plain takes the quoted-printable form off text of ASCII.
func plain(body string) string {
	return strings.ReplaceAll(strings.ReplaceAll(body, "=\n", ""), "=3D", "=")
}
