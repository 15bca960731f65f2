package otp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what authenticator apps compute is HMAC-SHA-1 (RFC 6238)
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// One-time passwords as RFC 6238 has them, in the form that every authenticator
// app knows: HMAC-SHA-1, six digits, a new one each half minute.
const (
	Digits = 6
	Period = 30 * time.Second
)

// The sizes of a seed in bytes: RFC 4226 asks for 16 at least, but shops have
// given out ones of 10.
const (
	minSeed = 10
	maxSeed = 64
)

// ErrSeed means that a text is no seed that can be used. It quotes nothing.
var ErrSeed = errors.New("this is not the seed of an authenticator app")

// Code is the password of a counter (RFC 4226), with 1 to 10 digits.
func Code(seed []byte, counter int64, digits int) string {
	h := hmac.New(sha1.New, seed)
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(counter))
	_, _ = h.Write(message[:]) // a hash takes every byte
	sum := h.Sum(nil)
	number := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0x0f:]) & 0x7fffffff
	text := fmt.Sprintf("%010d", number)
	return text[len(text)-digits:]
}

// Step is the counter at a time.
func Step(t time.Time) int64 { return t.Unix() / int64(Period/time.Second) }

// StepStart is when a counter begins.
func StepStart(step int64) time.Time { return time.Unix(step*int64(Period/time.Second), 0) }

// SeedText is a seed as people type it into an app that can't read a QR code.
func SeedText(seed []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
}

// ParseSeed reads a seed as shops show it: base32 in any case, with blanks,
// hyphens and padding, or the otpauth:// address of the QR code. An address
// that asks for another kind of password is ErrSeed, as everything else is.
func ParseSeed(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(strings.ToLower(text), "otpauth:") {
		u, err := url.Parse(text)
		if err != nil || !strings.EqualFold(u.Host, "totp") {
			return nil, ErrSeed
		}
		q := u.Query()
		for name, usual := range map[string]string{"algorithm": "SHA1", "digits": "6", "period": "30"} {
			if said := q.Get(name); said != "" && !strings.EqualFold(said, usual) {
				return nil, ErrSeed
			}
		}
		text = q.Get("secret")
	}
	clean := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", "=", "").Replace(text))
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(clean)
	if err != nil || len(seed) < minSeed || len(seed) > maxSeed {
		return nil, ErrSeed
	}
	return seed, nil
}
