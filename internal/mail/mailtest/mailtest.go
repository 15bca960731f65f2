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

// serve speaks to one client.
func (s *Server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }() // the client is gone by then
	text := textproto.NewConn(conn)
	var to []string
	say := func(line string) { _ = text.PrintfLine("%s", line) } // a client that is gone ends the reading
	say("220 test")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(verb) {
		case "RCPT":
			to = append(to, strings.Trim(strings.TrimPrefix(rest, "TO:"), "<>"))
			say("250 ok")
		case "DATA":
			say("354 go on")
			data, err := text.ReadDotBytes()
			if err != nil {
				return
			}
			s.keep(to, string(data))
			to = nil
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *Server) keep(to []string, data string) {
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
