package audiblesim

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxSkew is how far a signature's time may be off. What Amazon accepts is
// not established; this is a choice.
const maxSkew = 15 * time.Minute

// verifySignature checks a signed request (protocol 7.1) over the raw request
// target and the raw body.
func verifySignature(r *http.Request, body []byte, key *rsa.PublicKey, now time.Time) error {
	if alg := r.Header.Get("x-adp-alg"); alg != "SHA256withRSA:1.0" {
		return fmt.Errorf("x-adp-alg is %q", alg)
	}
	signature, date, err := parseSignature(r.Header.Get("x-adp-signature"))
	if err != nil {
		return err
	}
	at, err := parseSignatureDate(date)
	if err != nil {
		return err
	}
	if skew := now.Sub(at).Abs(); skew > maxSkew {
		return fmt.Errorf("the signature's time is off by %v", skew)
	}
	sum := sha256.New()
	for _, line := range []string{r.Method, "\n", rawTarget(r), "\n", date, "\n"} {
		sum.Write([]byte(line))
	}
	sum.Write(body)
	sum.Write([]byte("\n" + r.Header.Get("x-adp-token")))
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, sum.Sum(nil), signature); err != nil {
		return errors.New("the signature does not fit the request")
	}
	return nil
}

// parseSignature splits at the first colon, as the date has colons too.
func parseSignature(header string) (signature []byte, date string, err error) {
	text, date, ok := strings.Cut(header, ":")
	if !ok || date == "" {
		return nil, "", errors.New("x-adp-signature has no date")
	}
	signature, err = base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, "", errors.New("x-adp-signature is not base64")
	}
	return signature, date, nil
}

// parseSignatureDate reads the forms in use, among them Python's with an
// offset and a Z. The text itself is what is signed.
func parseSignatureDate(date string) (time.Time, error) {
	text := date
	if strings.HasSuffix(text, "+00:00Z") {
		text = strings.TrimSuffix(text, "Z")
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("the signature's date %q is in no known form", date)
	}
	return at, nil
}

// rawTarget is the path and query as they were on the wire. Behind a socket
// that is RequestURI; in the process the transport sets it alike.
func rawTarget(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}
