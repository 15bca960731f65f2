package auth

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what authenticator apps compute is HMAC-SHA-1 (RFC 6238)
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// One-time passwords as RFC 6238 has them, in the form that every authenticator
// app knows: HMAC-SHA-1, six digits, a new one each half minute.
const (
	seedSize   = 20 // bytes
	totpDigits = 6
	totpPeriod = 30 // seconds
)

func newSeed() []byte {
	seed := make([]byte, seedSize)
	_, _ = rand.Read(seed) // never fails: the program ends if there is no randomness
	return seed
}

// hotp is the password of a counter (RFC 4226), with so many digits.
func hotp(seed []byte, counter int64, digits int) string {
	h := hmac.New(sha1.New, seed)
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(counter))
	_, _ = h.Write(message[:]) // a hash takes every byte
	sum := h.Sum(nil)
	number := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0x0f:]) & 0x7fffffff
	text := fmt.Sprintf("%010d", number)
	return text[len(text)-digits:]
}

// totpStep is the counter at a time.
func totpStep(t time.Time) int64 { return t.Unix() / totpPeriod }

// matchTOTP returns the step whose password code is: the one of now, or the one
// before it, which the person may have begun to type. Both are always computed.
func matchTOTP(seed []byte, code string, now time.Time) (step int64, ok bool) {
	for _, candidate := range []int64{totpStep(now) - 1, totpStep(now)} {
		if subtle.ConstantTimeCompare([]byte(code), []byte(hotp(seed, candidate, totpDigits))) == 1 {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// cleanTOTP removes the spaces that apps show, and reports whether six digits
// are left.
func cleanTOTP(code string) (string, bool) {
	code = strings.ReplaceAll(code, " ", "")
	if len(code) != totpDigits {
		return "", false
	}
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return "", false
		}
	}
	return code, true
}

// seedText is a seed as people type it into an app that can't read a QR code.
func seedText(seed []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
}

// totpURI is what the QR code of a seed says.
func totpURI(issuer, email string, seed []byte) string {
	u := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + email,
		RawQuery: url.Values{"secret": {seedText(seed)}, "issuer": {issuer}}.Encode(),
	}
	return u.String()
}
