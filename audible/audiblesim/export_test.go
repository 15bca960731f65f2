package audiblesim

import (
	"crypto/rsa"
	"net/http"
	"time"
)

// DecodeMetadata1 opens a metadata1 under either key.
func DecodeMetadata1(text string) (string, error) { return decodeMetadata1(text) }

// ParseSignature splits an x-adp-signature header.
func ParseSignature(header string) ([]byte, string, error) { return parseSignature(header) }

// ParseSignatureDate reads the date of a signature.
func ParseSignatureDate(date string) (time.Time, error) { return parseSignatureDate(date) }

// TOTPCode is the code of a seed at a time.
func TOTPCode(seed string, at time.Time) (string, error) {
	key, err := totpKey(seed)
	return totpCode(key, at.Unix()/totpStep), err
}

// DeviceName fills the template of a device name for an owner who has the
// given devices already.
func DeviceName(template, owner string, taken ...string) string {
	a := &account{Account: Account{Name: owner}}
	for _, name := range taken {
		a.devices = append(a.devices, &device{name: name, keyOK: true})
	}
	return deviceName(template, a)
}

// RawTarget is the request target that a signature covers.
func RawTarget(r *http.Request) string { return rawTarget(r) }

// VerifySignature checks a signed request.
func VerifySignature(r *http.Request, body []byte, key *rsa.PublicKey, now time.Time) error {
	return verifySignature(r, body, key, now)
}
