package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"net/url"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/otp"
)

// seedSize is that of a new seed, in bytes.
const seedSize = 20

func newSeed() []byte {
	seed := make([]byte, seedSize)
	_, _ = rand.Read(seed) // never fails: the program ends if there is no randomness
	return seed
}

// totpStep is the counter at a time.
func totpStep(t time.Time) int64 { return otp.Step(t) }

// matchTOTP returns the step whose password code is: the one of now, or the one
// before it, which the person may have begun to type. Both are always computed.
func matchTOTP(seed []byte, code string, now time.Time) (step int64, ok bool) {
	for _, candidate := range []int64{totpStep(now) - 1, totpStep(now)} {
		if subtle.ConstantTimeCompare([]byte(code), []byte(otp.Code(seed, candidate, otp.Digits))) == 1 {
			step, ok = candidate, true
		}
	}
	return step, ok
}

// cleanTOTP removes the spaces that apps show, and reports whether six digits
// are left.
func cleanTOTP(code string) (string, bool) {
	code = strings.ReplaceAll(code, " ", "")
	if len(code) != otp.Digits {
		return "", false
	}
	for _, c := range []byte(code) {
		if c < '0' || c > '9' {
			return "", false
		}
	}
	return code, true
}

// totpURI is what the QR code of a seed says.
func totpURI(issuer, email string, seed []byte) string {
	u := url.URL{
		Scheme: "otpauth", Host: "totp", Path: "/" + issuer + ":" + email,
		RawQuery: url.Values{"secret": {otp.SeedText(seed)}, "issuer": {issuer}}.Encode(),
	}
	return u.String()
}
