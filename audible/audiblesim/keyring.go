package audiblesim

import (
	"crypto/rsa"
	"crypto/x509"
	"embed"
	"encoding/base64"
	"encoding/pem"
	"sync"
)

// Making a 2048-bit key takes a tenth of a second, too long for a test that
// registers hundreds of devices; so registrations share a few keys.
//
//go:embed testdata/devicekeys.pem
var deviceKeys embed.FS

// keyRing hands out device keys in turn. It is safe for concurrent use.
type keyRing struct {
	keys []*deviceKey
}

// deviceKey is one key in the forms that registrations give it in.
type deviceKey struct {
	pkcs1 []byte
	parse func() *rsa.PrivateKey
}

// newKeyRing reads the embedded keys; each is parsed when first needed.
func newKeyRing() *keyRing {
	text, err := deviceKeys.ReadFile("testdata/devicekeys.pem")
	if err != nil {
		panic("audiblesim: embedded device keys: " + err.Error())
	}
	ring := &keyRing{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		ring.keys = append(ring.keys, newDeviceKey(block.Bytes))
	}
	return ring
}

// newDeviceKey keeps the bytes and puts parsing off, as checking a key's
// numbers takes longer than the rest of New.
func newDeviceKey(der []byte) *deviceKey {
	return &deviceKey{pkcs1: der, parse: sync.OnceValue(func() *rsa.PrivateKey {
		key, err := x509.ParsePKCS1PrivateKey(der)
		if err != nil {
			panic("audiblesim: embedded device key: " + err.Error())
		}
		return key
	})}
}

// at returns the key of the n-th registration.
func (k *keyRing) at(n int) *deviceKey { return k.keys[n%len(k.keys)] }

// public returns the key that checks signatures.
func (k *deviceKey) public() *rsa.PublicKey { return &k.parse().PublicKey }

// pem is the form for iPhones: PKCS#1 with line feeds and one at the end.
func (k *deviceKey) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: k.pkcs1}))
}

// bare is the form for Android: base64 of PKCS#8 without armour.
func (k *deviceKey) bare() string {
	der, err := x509.MarshalPKCS8PrivateKey(k.parse())
	if err != nil {
		panic("audiblesim: embedded device key: " + err.Error())
	}
	return base64.StdEncoding.EncodeToString(der)
}
