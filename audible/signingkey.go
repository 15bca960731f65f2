package audible

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// Limits of a device key. Amazon gives 2048 bits; its forms need well under
// maxKeyText.
const (
	minKeyBits = 2048
	maxKeyBits = 4096
	maxKeyText = 16 << 10
)

// NormalizeKey turns a device key in any of the forms that Amazon and other
// programs use into the one that Credentials hold: PKCS#1 PEM with 64 columns
// and a final newline. It takes PEM and bare base64, each of PKCS#1 and PKCS#8
// (protocol 5.2), and refuses anything but one RSA key of 2048 to 4096 bits.
func NormalizeKey(text string) (string, error) {
	key, err := parseKey(text)
	if err != nil {
		return "", err
	}
	block := pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return string(pem.EncodeToMemory(&block)), nil
}

// parseKey reads a device key. Its errors never quote the input.
func parseKey(text string) (*rsa.PrivateKey, error) {
	der, err := keyBytes(text)
	if err != nil {
		return nil, err
	}
	key, err := parseRSA(der)
	if err != nil {
		return nil, err
	}
	if bits := key.N.BitLen(); bits < minKeyBits || bits > maxKeyBits {
		return nil, fmt.Errorf("the device key has %d bits, not %d to %d", bits, minKeyBits, maxKeyBits)
	}
	return key, nil
}

// keyBytes strips the armour.
func keyBytes(text string) ([]byte, error) {
	if len(text) > maxKeyText {
		return nil, errors.New("the device key is too long")
	}
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "-----BEGIN") {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			return nil, errors.New("the device key is neither PEM nor base64")
		}
		return der, nil
	}
	block, rest := pem.Decode([]byte(text))
	switch {
	case block == nil:
		return nil, errors.New("the device key is broken PEM")
	case len(block.Headers) > 0:
		return nil, errors.New("the device key is PEM with headers, perhaps encrypted")
	case strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("more than one PEM block where one device key was expected")
	}
	return block.Bytes, nil
}

func parseRSA(der []byte) (*rsa.PrivateKey, error) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("the device key is no PKCS#1 or PKCS#8 key")
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the device key is not an RSA key")
	}
	return key, nil
}
