package audible_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/asvs"
)

func TestEveryFormOfAKeyBecomesTheSamePEM(t *testing.T) {
	t.Parallel()
	keys := loadTestKeys(t)
	block, _ := pem.Decode([]byte(keys.PEM))
	pkcs8, err := base64.StdEncoding.DecodeString(keys.PKCS8)
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{
		"PKCS#1 PEM":                  keys.PEM,
		"PKCS#1 PEM, CRLF":            strings.ReplaceAll(keys.PEM, "\n", "\r\n"),
		"PKCS#1 PEM, no last newline": strings.TrimSpace(keys.PEM),
		"PKCS#1 bare":                 base64.StdEncoding.EncodeToString(block.Bytes),
		"PKCS#8 bare":                 keys.PKCS8,
		"PKCS#8 bare, wrapped":        keys.PKCS8[:64] + "\n" + keys.PKCS8[64:],
		"PKCS#8 PEM":                  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
	}
	for name, form := range forms {
		got, err := audible.NormalizeKey(form)
		if err != nil || got != keys.PEM {
			t.Errorf("NormalizeKey(%s) is not the PKCS#1 PEM; error %v", name, err)
		}
	}
}

func TestKeysThatAreNoDeviceKeysAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.2.3")
	keys := loadTestKeys(t)
	cases := map[string]struct{ key, want string }{
		"empty":        {"", "PKCS#1 or PKCS#8"},
		"text":         {"hello, key", "neither PEM nor base64"},
		"broken PEM":   {"-----BEGIN RSA PRIVATE KEY-----\nAAAA", "broken PEM"},
		"two keys":     {keys.PEM + keys.PEM, "more than one"},
		"with headers": {strings.Replace(keys.PEM, "KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\n\n", 1), "headers"},
		"too long":     {strings.Repeat("A", 20_000), "too long"},
		"EC":           {ellipticKey(t), "not an RSA key"},
		"1024 bits":    {rsaKey(t, 1024), "1024 bits"},
		"8192 bits":    {hugeKey(t), "bits"},
	}
	for name, c := range cases {
		got, err := audible.NormalizeKey(c.key)
		if err == nil || !strings.Contains(err.Error(), c.want) || got != "" {
			t.Errorf("NormalizeKey(%s): error %v, want one about %q", name, err, c.want)
		}
		if err != nil && c.key != "" && strings.Contains(err.Error(), c.key) {
			t.Errorf("NormalizeKey(%s) quotes the key in its error", name)
		}
	}
}

func ellipticKey(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(der)
}

func rsaKey(t *testing.T, bits int) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key))
}

// hugeKey is made of two Mersenne primes: generating a key of its size takes
// minutes.
func hugeKey(t *testing.T) string {
	t.Helper()
	one := big.NewInt(1)
	p := new(big.Int).Sub(new(big.Int).Lsh(one, 4423), one) // a Mersenne prime
	q := new(big.Int).Sub(new(big.Int).Lsh(one, 4253), one) // another
	n := new(big.Int).Mul(p, q)
	e := big.NewInt(65537)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	d := new(big.Int).ModInverse(e, phi)
	if d == nil {
		t.Fatal("no inverse")
	}
	key := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: n, E: 65537}, D: d, Primes: []*big.Int{p, q}}
	return base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PrivateKey(key))
}

func FuzzKey(f *testing.F) {
	keys := loadTestKeys(f)
	f.Add(keys.PEM)
	f.Add(keys.PKCS8)
	f.Add("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")
	f.Fuzz(func(t *testing.T, text string) {
		normal, err := audible.NormalizeKey(text)
		if err != nil {
			return
		}
		again, err := audible.NormalizeKey(normal)
		if err != nil || again != normal {
			t.Errorf("normalising twice changed the key; error %v", err)
		}
	})
}
