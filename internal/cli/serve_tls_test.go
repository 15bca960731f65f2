package cli_test

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
)

// ownCertificate is the leaf in the data folder of a home.
func ownCertificate(t *testing.T, home string) *x509.Certificate {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(home, ".local", "share", "audipy", "tls.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	return leaf
}

func TestServeSpeaksTLSWithACertificateOfItsOwn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.4.1")
	home := t.TempDir()
	s := startServe(t, map[string]string{"HOME": home, "AUDIPY_TLS_SELF_SIGNED": "yes"})
	address := s.address(t)
	if !strings.HasPrefix(address, "https://localhost:") {
		t.Fatalf("it is at %s", address)
	}
	leaf := ownCertificate(t, home)
	sum := sha256.Sum256(leaf.Raw)
	shown := strings.ToLower(strings.ReplaceAll(s.err.String(), ":", ""))
	if !strings.Contains(shown, hex.EncodeToString(sum[:])) {
		t.Errorf("the fingerprint is not in %q", s.err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/api/v1/server", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Proto != "HTTP/2.0" {
		t.Errorf("answered %d by %s", resp.StatusCode, resp.Proto)
	}
	if got := resp.Header.Get("Strict-Transport-Security"); got != "max-age=63072000" {
		t.Errorf("Strict-Transport-Security is %q", got)
	}
	if status, body := fetch(t, "http"+strings.TrimPrefix(address, "https")+"/api/v1/server"); status != http.StatusBadRequest {
		t.Errorf("plain HTTP was answered %d %s", status, body)
	}
	var out, problems bytes.Buffer
	code := cli.Main(t.Context(), []string{"health"}, cli.Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &problems, GOOS: "linux", Now: time.Now, NoKeyring: true,
		Getenv: func(name string) string {
			return map[string]string{
				"HOME": home, "AUDIPY_TLS_SELF_SIGNED": "yes", "AUDIPY_LISTEN": strings.TrimPrefix(address, "https://"),
			}[name]
		},
	})
	if code != 0 || out.String() != "ready\n" {
		t.Errorf("health ends with %d: %s%s", code, &out, &problems)
	}
	if code := s.end(t); code != 0 {
		t.Errorf("a stop ends with %d: %s", code, s.err)
	}
}

func TestServeRefusesATLSThatDoesNotFitTogether(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		variables map[string]string
		want      string
	}{
		"no key":          {map[string]string{"AUDIPY_TLS_CERT": "/none.pem"}, "tls_cert and tls_key belong together"},
		"two":             {map[string]string{"AUDIPY_TLS_CERT": "/none.pem", "AUDIPY_TLS_KEY": "/none.pem", "AUDIPY_TLS_SELF_SIGNED": "yes"}, "tls_self_signed makes"},
		"no such file":    {map[string]string{"AUDIPY_TLS_CERT": "/none.pem", "AUDIPY_TLS_KEY": "/none.pem"}, `the certificate in "/none.pem" can't be used`},
		"a plain address": {map[string]string{"AUDIPY_TLS_SELF_SIGNED": "yes", "AUDIPY_PUBLIC_URL": "http://books.example"}, "public_url must begin with https://"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startServe(t, c.variables)
			if code := <-s.code; code != 2 || !strings.Contains(s.err.String(), c.want) {
				t.Errorf("code %d, %q is not in %q", code, c.want, s.err)
			}
		})
	}
}
