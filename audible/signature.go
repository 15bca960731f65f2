package audible

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"time"
)

// The headers of a signed request (protocol 7.1).
const (
	headerADPToken     = "X-Adp-Token"
	headerADPAlg       = "X-Adp-Alg"
	headerADPSignature = "X-Adp-Signature"
	signatureAlgorithm = "SHA256withRSA:1.0"
)

// signatureDate is the form of the date that is signed; the servers take
// several (protocol 7.1).
const signatureDate = "2006-01-02T15:04:05.000Z"

// signer signs requests as one registered device. It may be used by several
// goroutines.
type signer struct {
	adpToken string
	key      *rsa.PrivateKey
}

// newSigner parses the key of the credentials.
func newSigner(c Credentials) (*signer, error) {
	key, err := parseKey(c.DeviceKey)
	if err != nil {
		return nil, fmt.Errorf("read the device key: %w", err)
	}
	return &signer{adpToken: c.ADPToken, key: key}, nil
}

// sign returns the value of the signature header: base64 and, after the first
// colon, the date as it was signed. The target is path and query exactly as
// they go over the wire.
func (s *signer) sign(method, target, date string, body []byte) (string, error) {
	text := make([]byte, 0, len(method)+len(target)+len(date)+len(body)+len(s.adpToken)+4)
	text = append(append(text, method...), '\n')
	text = append(append(text, target...), '\n')
	text = append(append(text, date...), '\n')
	text = append(append(text, body...), '\n')
	text = append(text, s.adpToken...)
	digest := sha256.Sum256(text)
	signature, err := rsa.SignPKCS1v15(nil, s.key, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("sign the request: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature) + ":" + date, nil
}

// stamp puts the signature headers on a request that is otherwise ready.
func (s *signer) stamp(r *http.Request, body []byte, now time.Time) error {
	signature, err := s.sign(r.Method, r.URL.RequestURI(), now.UTC().Format(signatureDate), body)
	if err != nil {
		return err
	}
	r.Header.Set(headerADPToken, s.adpToken)
	r.Header.Set(headerADPAlg, signatureAlgorithm)
	r.Header.Set(headerADPSignature, signature)
	return nil
}
