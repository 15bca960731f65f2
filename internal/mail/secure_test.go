package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/mail"
	"github.com/audipy/audipy/internal/mail/mailtest"
)

func send(t *testing.T, o mail.Options, to string) error {
	t.Helper()
	sender, err := mail.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return sender.Send(t.Context(), mail.Message{To: to, Subject: "Hello", Text: "{{.}} %s stays as it is.\n"})
}

// A server that offers no TLS gets nothing where TLS was asked for: somebody on
// the way may have taken the offer out.
func TestNoMailGoesInTheClearUnlessItMay(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.3.1")
	server := mailtest.Start(t)
	for _, security := range []mail.Security{"", mail.StartTLS, mail.TLS} {
		o := server.Options
		o.Security = security
		if err := send(t, o, "kim@example.com"); audipy.KindOf(err) != audipy.Unavailable || err == nil {
			t.Errorf("%q: error %v, want Unavailable", security, err)
		}
	}
	if n := server.Taken(); n != 0 {
		t.Errorf("%d mails went in the clear", n)
	}
	if err := send(t, server.Options, "kim@example.com"); err != nil {
		t.Fatalf("with plain: %v", err)
	}
	if got := server.Next(t); got.Text != "{{.}} %s stays as it is.\n" {
		t.Errorf("the mail says %q", got.Text)
	}
}

// A server whose certificate nobody vouches for gets nothing.
func TestAMailServerMustProveItsName(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.3.2")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // the test is over
	heard := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			err = conn.(*tls.Conn).HandshakeContext(t.Context())
			_ = conn.Close() // it is refused anyway
		}
		heard <- err
	}()
	o := mail.Options{
		Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, From: "AudiPy <audipy@example.com>", Security: mail.TLS,
	}
	err = send(t, o, "kim@example.com")
	if err == nil || !strings.Contains(err.Error()+cause(err), "certificate") {
		t.Errorf("error %v, want one about the certificate", err)
	}
	if err := <-heard; err == nil {
		t.Error("the server was believed")
	}
}

// cause is the text of what is behind an error.
func cause(err error) string {
	text := ""
	for err != nil {
		text += " " + err.Error()
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = inner.Unwrap()
	}
	return text
}

// A line end in an address would make a header or a command of what follows.
func TestAnAddressIsOneAddress(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.11")
	server := mailtest.Start(t)
	for _, to := range []string{
		"kim@example.com\r\nBcc: lee@example.com", "kim@example.com\nRCPT TO:<lee@example.com>", "kim@example.com, lee@example.com",
		"kim@example.com>\r\nDATA", "\r\n", "",
	} {
		if err := send(t, server.Options, to); err == nil {
			t.Errorf("%q was taken for an address: %v", to, server.Next(t).To)
		}
	}
}
