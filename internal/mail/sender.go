package mail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/audipy/audipy/internal/audipy"
)

// Security says how the connection to the SMTP server is protected.
type Security string

// The ways; the zero value means StartTLS.
const (
	StartTLS Security = "starttls" // begins in the clear and must go over to TLS; port 587
	TLS      Security = "tls"      // TLS from the first byte; port 465
	Plain    Security = "plain"    // none at all, for a server on the same machine or network; port 25
)

// Options are the operator's SMTP server.
type Options struct {
	// Host and Port name it; a Port of 0 means the usual one.
	Host string
	Port int
	// Username and Password sign in there; an empty Username means that the
	// server takes mail from everybody.
	Username, Password string
	// From is who mails come from: an address, or a name and an address.
	From     string
	Security Security
}

// timeout bounds connecting and every step after it.
const timeout = 15 * time.Second

// Sender sends mails. Make one with New.
type Sender struct {
	from   mail.Address
	host   string
	dialed []gomail.Option
}

// New returns a Sender. It connects to nothing; settings that can't be right
// are Invalid.
func New(o Options) (*Sender, error) {
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the address %q that mails come from can't be read", o.From), err).
			WithHint(`set smtp_from to an address such as "AudiPy <audipy@example.com>"`)
	}
	s := &Sender{from: *from, host: o.Host, dialed: []gomail.Option{gomail.WithTimeout(timeout)}}
	switch o.Security {
	case "", StartTLS:
		s.dialed = append(s.dialed, gomail.WithTLSPortPolicy(gomail.TLSMandatory))
	case TLS:
		s.dialed = append(s.dialed, gomail.WithSSLPort(false))
	case Plain:
		s.dialed = append(s.dialed, gomail.WithTLSPortPolicy(gomail.NoTLS))
	default:
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("smtp_security can't be %q", o.Security), nil).
			WithHint("it is starttls, tls or plain")
	}
	if o.Port != 0 {
		s.dialed = append(s.dialed, gomail.WithPort(o.Port))
	}
	if o.Username != "" {
		s.dialed = append(s.dialed, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(o.Username), gomail.WithPassword(o.Password))
	}
	if _, err := gomail.NewClient(s.host, s.dialed...); err != nil {
		return nil, audipy.Fail(audipy.Invalid, "the SMTP settings can't be used", err).
			WithHint("set smtp_host, and smtp_port where it isn't the usual one")
	}
	return s, nil
}

// Message is a plain mail to one person.
type Message struct {
	// To is a bare address.
	To string
	// Subject and Text are ours; lines of Text end with "\n".
	Subject, Text string
	// ID tells a repetition from another mail: those of one ID bear the same
	// Message-ID. Empty for a mail that is sent once.
	ID string
}

// Send sends a mail. Unavailable means that the server did not take it, and
// Invalid that it will never take it. What it took is sent, even if the
// connection broke right after.
func (s *Sender) Send(ctx context.Context, m Message) error {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := message.FromFormat(s.from.Name, s.from.Address); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	if err := message.To(m.To); err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	message.Subject(m.Subject)
	message.SetDate()
	message.SetMessageID()
	if m.ID != "" {
		_, domain, _ := strings.Cut(s.from.Address, "@")
		message.SetMessageIDWithValue(m.ID + "@" + domain)
	}
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := gomail.NewClient(s.host, s.dialed...)
	if err != nil {
		return fmt.Errorf("prepare mail: %w", err)
	}
	err = client.DialAndSendWithContext(ctx, message)
	refused, isRefused := errors.AsType[*gomail.SendError](err)
	switch {
	case err == nil, message.IsDelivered():
		return nil
	case isRefused && refused.ErrorCode() >= 500:
		return audipy.Fail(audipy.Invalid, "the SMTP server refuses the mail", err)
	}
	return audipy.Fail(audipy.Unavailable, "the SMTP server didn't take the mail", err)
}

// Check connects to the server, signs in as Send would, and sends nothing.
// Unavailable means that Send could not either.
func (s *Sender) Check(ctx context.Context) error {
	client, err := gomail.NewClient(s.host, s.dialed...)
	if err == nil {
		err = client.DialWithContext(ctx)
	}
	if err != nil {
		return audipy.Fail(audipy.Unavailable, "the SMTP server does not let us in", err)
	}
	_ = client.Close() // nothing was sent
	return nil
}

// String names the server and nothing secret.
func (s *Sender) String() string { return "[mail by " + s.host + "]" }

// Format writes String for every verb, so that no verb shows the password.
func (s *Sender) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }
