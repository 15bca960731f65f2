package audiblesim

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238 as authenticator apps do it is HMAC-SHA1
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// totpStep is the length of a code's turn in seconds (RFC 6238).
const totpStep = 30

// totpKey reads a base32 seed as authenticator apps show it: case, blanks and
// padding do not matter. An empty seed is a nil key.
func totpKey(seed string) ([]byte, error) {
	clean := strings.ToUpper(strings.NewReplacer(" ", "", "=", "").Replace(seed))
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(clean)
	if err != nil {
		return nil, errors.New("totp_seed is not base32")
	}
	return key, nil
}

// totpCode is the code of one step.
func totpCode(key []byte, step int64) string {
	mac := hmac.New(sha1.New, key)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step))
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	number := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%06d", number%1_000_000)
}

// acceptOTP reports whether code is the account's one-time password now. A
// code of an authenticator app may be one step early or late and works once,
// with all codes before it.
func (a *account) acceptOTP(code string, now time.Time) bool {
	if a.OTP != "" && code == a.OTP {
		return true
	}
	key, err := totpKey(a.TOTPSeed)
	if err != nil || len(key) == 0 {
		return false
	}
	current := now.Unix() / totpStep
	for step := current - 1; step <= current+1; step++ {
		if step > a.lastTOTP && totpCode(key, step) == code {
			a.lastTOTP = step
			return true
		}
	}
	return false
}
