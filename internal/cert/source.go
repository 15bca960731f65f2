package cert

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Source hands out the certificate as it is on the disk. Make one with Files or
// SelfSigned.
type Source struct {
	certFile, keyFile string
	log               *slog.Logger
	// renew, when set, writes the files anew if it is time; before is what they
	// hold.
	renew func(before *x509.Certificate) error

	mu   sync.Mutex
	held *tls.Certificate
	seen stamp
}

// stamp tells one state of the files from another.
type stamp struct {
	cert, key         int64 // Unix nanoseconds
	certSize, keySize int64
}

// Files returns the certificate chain and the key of two PEM files; they may be
// one. It is Invalid when they can't be used.
func Files(certFile, keyFile string, log *slog.Logger) (*Source, error) {
	s := &Source{certFile: certFile, keyFile: keyFile, log: log}
	if err := s.load(); err != nil {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the certificate in %q can't be used", certFile), err).
			WithHint("give the chain in PEM as tls_cert and its key as tls_key, both readable by the server")
	}
	return s, nil
}

// Config is what the server speaks TLS with: 1.3, or 1.2 with keys of the
// moment and authenticated encryption; HTTP/2 where the client knows it. Every
// handshake gets the newest certificate.
func (s *Source) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		CipherSuites: []uint16{ // of 1.2; those of 1.3 can't be chosen
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return s.current(), nil },
	}
}

// ClientConfig is for asking the server on the same computer: it trusts this
// one certificate, by whatever name the server is called.
func (s *Source) ClientConfig() *tls.Config {
	leaf := s.current().Leaf
	trusted := x509.NewCertPool()
	trusted.AddCert(leaf)
	name := leaf.Subject.CommonName
	switch {
	case len(leaf.DNSNames) > 0:
		name = strings.Replace(leaf.DNSNames[0], "*", "x", 1)
	case len(leaf.IPAddresses) > 0:
		name = leaf.IPAddresses[0].String()
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: trusted, ServerName: name}
}

// Fingerprint is the SHA-256 of the certificate as browsers show it: pairs of
// hex digits with colons.
func (s *Source) Fingerprint() string {
	sum := sha256.Sum256(s.current().Leaf.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}

// Expires is when the certificate ends.
func (s *Source) Expires() time.Time { return s.current().Leaf.NotAfter }

// current is the certificate of the files, or the one held so far while they
// can't be used: a renewal replaces one file before the other.
func (s *Source) current() *tls.Certificate {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.renew != nil {
		if err := s.renew(s.held.Leaf); err != nil {
			s.log.Warn("the certificate can't be renewed", slog.String("error", err.Error()))
		}
	}
	if now, err := s.look(); err == nil && now != s.seen {
		if err := s.load(); err != nil {
			s.log.Warn("the certificate that was changed can't be used", slog.String("error", err.Error()))
		}
	}
	return s.held
}

// look returns what the files are like.
func (s *Source) look() (stamp, error) {
	cert, err := os.Stat(s.certFile)
	if err != nil {
		return stamp{}, fmt.Errorf("look at the certificate: %w", err)
	}
	key, err := os.Stat(s.keyFile)
	if err != nil {
		return stamp{}, fmt.Errorf("look at the certificate's key: %w", err)
	}
	return stamp{cert.ModTime().UnixNano(), key.ModTime().UnixNano(), cert.Size(), key.Size()}, nil
}

// load reads the files. They are looked at first: what changes meanwhile is
// read again at the next handshake.
func (s *Source) load() error {
	now, err := s.look()
	if err != nil {
		return err
	}
	s.seen = now
	pair, err := tls.LoadX509KeyPair(s.certFile, s.keyFile)
	if err != nil {
		return fmt.Errorf("read the certificate: %w", err)
	}
	s.held = &pair
	return nil
}
