package provider_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/provider"
)

// S20: a provider whose certificate is not good is not spoken with, by https or
// otherwise.
func TestAProviderMustProveItselfByTLS(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "12.3.2", "12.1.1")
	for name, c := range map[string]struct {
		host  string
		until time.Duration
		tls   uint16
	}{
		"its own word":     {"localhost", time.Hour, tls.VersionTLS13},
		"over":             {"localhost", -time.Hour, tls.VersionTLS13},
		"another name":     {"id.example.org", time.Hour, tls.VersionTLS13},
		"an older version": {"localhost", time.Hour, tls.VersionTLS11},
	} {
		var spoken atomic.Int64
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { spoken.Add(1) }))
		server.TLS = &tls.Config{
			Certificates: []tls.Certificate{certificate(t, c.host, c.until)}, MinVersion: tls.VersionTLS10, MaxVersion: c.tls,
		}
		server.StartTLS()
		defer server.Close()
		p, err := provider.NewOIDC(provider.OIDCOptions{Issuer: server.URL, ClientID: "x"})
		check(t, err)
		_, err = p.Begin(t.Context(), provider.Attempt{State: "s", Nonce: "n", Verifier: "v"})
		if codeOf(err) != "provider_unavailable" || spoken.Load() != 0 {
			t.Errorf("%s: %v, and %d requests", name, err, spoken.Load())
		}
	}
}

// A provider that names an address in the server's own network is not followed
// there; its own host may be anywhere.
func TestAProviderLeadsNobodyIntoTheNetwork(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.6")
	var asked atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer inside.Close()
	for _, name := range []string{"token_endpoint", "jwks_uri"} {
		w := newWorld(t)
		w.op.Break(faultyMetadata(name, "http://localhost"+inside.URL[len("http://127.0.0.1"):]))
		if _, err := w.signIn(t); codeOf(err) != "provider_unavailable" || asked.Load() != 0 {
			t.Errorf("%s: %v, and %d requests", name, err, asked.Load())
		}
	}
}

func certificate(t *testing.T, host string, until time.Duration) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(until), DNSNames: []string{host},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	check(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
