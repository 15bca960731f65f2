package cert_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cert"
)

// clock is a time that a test moves.
type clock struct{ now time.Time }

func (c *clock) time() time.Time { return c.now }

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func selfSigned(t *testing.T, file string, c *clock, names ...string) *cert.Source {
	t.Helper()
	s, err := cert.SelfSigned(cert.SelfSignedOptions{File: file, Names: names, Now: c.time, Log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// listen accepts handshakes with a source until the test ends.
func listen(t *testing.T, s *cert.Source) string {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", s.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // it only listens
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }() // the client is gone by then
				_ = conn.(*tls.Conn).HandshakeContext(context.Background())
			}()
		}
	}()
	return listener.Addr().String()
}

func dial(t *testing.T, address string, c *tls.Config) (tls.ConnectionState, error) {
	t.Helper()
	conn, err := (&tls.Dialer{NetDialer: &net.Dialer{Timeout: 20 * time.Second}, Config: c}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer func() { _ = conn.Close() }() // all is said
	return conn.(*tls.Conn).ConnectionState(), nil
}

func TestACertificateOfOurOwnIsMadeOnceForItsNames(t *testing.T) {
	t.Parallel()
	file, now := filepath.Join(t.TempDir(), "new", "tls.pem"), &clock{time.Now()}
	first := selfSigned(t, file, now, "localhost", "127.0.0.1", "books.example").Fingerprint()
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v; want mode 0600", info, err)
	}
	again := selfSigned(t, file, now, "localhost", "books.example")
	if again.Fingerprint() != first {
		t.Error("a second start made another certificate")
	}
	if other := selfSigned(t, file, now, "localhost", "other.example"); other.Fingerprint() == first {
		t.Error("a certificate without the server's name was kept")
	}
	if len(first) != len("AB:")*32-1 {
		t.Errorf("the fingerprint is %q", first)
	}
}

func TestTheServerSpeaksTLSOfTodayWithItsCertificate(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.1.1", "12.1.2", "11.1.4")
	s := selfSigned(t, filepath.Join(t.TempDir(), "tls.pem"), &clock{time.Now()}, "localhost")
	address := listen(t, s)
	client := s.ClientConfig()
	client.NextProtos = []string{"h2"}
	state, err := dial(t, address, client)
	if err != nil {
		t.Fatal(err)
	}
	if state.CurveID != tls.X25519MLKEM768 {
		t.Errorf("the key was agreed on by %v, which a quantum computer could find out later", state.CurveID)
	}
	leaf := state.PeerCertificates[0]
	if key, ok := leaf.PublicKey.(*ecdsa.PublicKey); !ok || key.Curve != elliptic.P256() {
		t.Errorf("the key is %T", leaf.PublicKey)
	}
	if state.NegotiatedProtocol != "h2" || leaf.IsCA {
		t.Errorf("protocol %q, authority %v", state.NegotiatedProtocol, leaf.IsCA)
	}
	for version, name := range map[uint16]string{tls.VersionTLS10: "1.0", tls.VersionTLS11: "1.1"} {
		old := s.ClientConfig()
		old.MinVersion, old.MaxVersion = version, version
		if _, err := dial(t, address, old); err == nil {
			t.Errorf("TLS %s is spoken", name)
		}
	}
	for _, suite := range append(tls.InsecureCipherSuites(), tls.CipherSuites()...) {
		if !slices.Contains(suite.SupportedVersions, tls.VersionTLS12) || forwardSecret(suite.Name) {
			continue
		}
		weak := s.ClientConfig()
		weak.MaxVersion, weak.CipherSuites = tls.VersionTLS12, []uint16{suite.ID}
		if _, err := dial(t, address, weak); err == nil {
			t.Errorf("%s is accepted", suite.Name)
		}
	}
	if _, err := dial(t, address, &tls.Config{MinVersion: tls.VersionTLS12, ServerName: "localhost"}); err == nil {
		t.Error("a client that trusts nobody was convinced")
	}
}

// forwardSecret reports whether a suite is one of the two kinds that are safe.
func forwardSecret(name string) bool {
	return strings.HasPrefix(name, "TLS_ECDHE_") && (strings.Contains(name, "GCM") || strings.Contains(name, "POLY1305"))
}

func TestACertificateOfOurOwnIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	now := &clock{time.Now()}
	s := selfSigned(t, filepath.Join(t.TempDir(), "tls.pem"), now, "localhost")
	first, ends := s.Fingerprint(), s.Expires()
	now.now = ends.Add(-31 * 24 * time.Hour)
	if s.Fingerprint() != first {
		t.Error("it was renewed more than a month before its end")
	}
	now.now = ends.Add(-29 * 24 * time.Hour)
	if s.Fingerprint() == first || !s.Expires().After(ends) {
		t.Error("it was not renewed within its last month")
	}
}

func TestFilesAreReadAgainWhenTheyChange(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.2.2")
	folder, now := t.TempDir(), &clock{time.Now()}
	file := filepath.Join(folder, "tls.pem")
	first := selfSigned(t, file, now, "localhost").Fingerprint()
	s, err := cert.Files(file, file, quiet())
	if err != nil {
		t.Fatal(err)
	}
	if s.Fingerprint() != first {
		t.Error("the file holds another certificate")
	}
	if err := os.WriteFile(file, []byte("half of a certi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.Fingerprint() != first {
		t.Error("a broken file took the certificate away")
	}
	second := selfSigned(t, filepath.Join(folder, "second.pem"), now, "localhost").Fingerprint()
	if err := os.Rename(filepath.Join(folder, "second.pem"), file); err != nil {
		t.Fatal(err)
	}
	if s.Fingerprint() != second {
		t.Error("a new certificate was not read")
	}
}

func TestFilesThatAreNoCertificateAreRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "none.pem")
	_, err := cert.Files(file, file, quiet())
	if audipy.KindOf(err) != audipy.Invalid || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error = %v", err)
	}
	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = cert.SelfSigned(cert.SelfSignedOptions{File: file, Names: []string{"localhost"}, Now: time.Now, Log: quiet()})
	if audipy.KindOf(err) != audipy.Invalid {
		t.Errorf("error = %v, want one that leaves the file alone", err)
	}
}
