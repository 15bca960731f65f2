package cert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// life is how long a certificate of our own is good. Apple's systems take
	// none for longer than 825 days.
	life = 2 * 365 * 24 * time.Hour
	// renewBefore is how long before its end it is replaced.
	renewBefore = 30 * 24 * time.Hour
	// early lets clocks be a little apart.
	early = time.Hour
)

// SelfSignedOptions are what SelfSigned works with. File, Now and Log are
// required.
type SelfSignedOptions struct {
	// File holds certificate and key, and is made with mode 0600.
	File string
	// Names are the host names and addresses it is for; it is made anew when
	// one is missing in it.
	Names []string
	// Now is the clock.
	Now func() time.Time
	// Log gets what went wrong with a renewal.
	Log *slog.Logger
}

// SelfSigned returns the certificate in a file that AudiPy signed itself. It is
// made when there is none, when it lacks a name, and a month before it ends.
func SelfSigned(o SelfSignedOptions) (*Source, error) {
	s := &Source{certFile: o.File, keyFile: o.File, log: o.Log}
	err := s.load()
	if err == nil && !covers(s.held.Leaf, o.Names) || errors.Is(err, os.ErrNotExist) {
		if err = write(o); err == nil {
			err = s.load()
		}
	}
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("the certificate in %q can't be made or read", o.File), err).
			WithHint("make its folder writable for the server, or delete the file to have a new one made")
	}
	s.renew = func(before *x509.Certificate) error {
		if o.Now().Before(before.NotAfter.Add(-renewBefore)) {
			return nil
		}
		return write(o)
	}
	return s, nil
}

func covers(leaf *x509.Certificate, names []string) bool {
	for _, name := range names {
		if leaf.VerifyHostname(name) != nil {
			return false
		}
	}
	return true
}

// write makes a certificate with a key of its own, and puts it in the place of
// the one before.
func write(o SelfSignedOptions) error {
	text, err := sign(o)
	if err != nil {
		return err
	}
	folder := filepath.Dir(o.File)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the certificate: %w", err)
	}
	f, err := os.CreateTemp(folder, ".tls-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("write the certificate: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), o.File)
	}
	if err != nil {
		return fmt.Errorf("write the certificate: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// sign makes a key and a certificate for it, in PEM.
func sign(o SelfSignedOptions) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("make a serial number: %w", err)
	}
	now := o.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "AudiPy"},
		NotBefore: now.Add(-early), NotAfter: now.Add(life), BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range o.Names {
		if ip := net.ParseIP(name); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, name)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("sign the certificate: %w", err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("write the key: %w", err)
	}
	var text bytes.Buffer
	err = errors.Join(pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.Encode(&text, &pem.Block{Type: "PRIVATE KEY", Bytes: private}))
	return text.Bytes(), err
}
