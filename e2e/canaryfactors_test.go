package e2e_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/canary"
)

// oneTime is what an authenticator app shows at a time.
func oneTime(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(strings.ReplaceAll(secret, " ", ""), "="))
	check(t, err)
	h := hmac.New(sha1.New, seed)
	_, err = h.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	check(t, err)
	sum := h.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[len(sum)-1]&15:])&0x7fffffff%1_000_000)
}

// keep takes recovery codes down, as they are shown and as they are kept.
func (c *caller) keep(codes []string) {
	for _, code := range codes {
		for _, text := range []string{code, strings.ReplaceAll(code, "-", "")} {
			c.w.given = append(c.w.given, canary.Canary{Kind: recoveryCode, Text: text})
		}
	}
}

// useFactors sets an authenticator up, signs in with a recovery code, and takes
// the authenticator away.
func (c *caller) useFactors(t *testing.T) {
	t.Helper()
	var enrolment struct{ Secret string }
	c.must(t, http.MethodPost, "/me/authenticator", nil, &enrolment)
	c.w.given = append(c.w.given, canary.Canary{Kind: authenticatorSeed, Text: enrolment.Secret})
	var made struct{ Codes []string }
	c.must(t, http.MethodPost, "/me/authenticator/confirm", fields{"code": oneTime(t, enrolment.Secret, c.w.now())}, &made)
	c.keep(made.Codes)
	c.must(t, http.MethodDelete, "/session", nil, nil)
	c.must(t, http.MethodPost, "/session", fields{"email": robin, "password": thirdPassword}, nil)
	c.refused(t, http.MethodPost, "/session/second-factor", fields{"recovery_code": strings.Repeat("A", 24)}, http.StatusUnauthorized)
	c.must(t, http.MethodPost, "/session/second-factor", fields{"recovery_code": made.Codes[0]}, nil)
	c.must(t, http.MethodPost, "/session/step-up", fields{"password": thirdPassword, "recovery_code": made.Codes[1]}, nil)
	c.must(t, http.MethodPost, "/me/recovery-codes", nil, &made)
	c.keep(made.Codes)
	c.must(t, http.MethodDelete, "/me/authenticator", nil, nil)
	c.signIn(t, thirdPassword)
}

// invite invites somebody, who registers.
func (c *caller) invite(t *testing.T) {
	t.Helper()
	var invite struct{ Path string }
	c.must(t, http.MethodPost, "/admin/invites", fields{"email": "lee@example.org"}, &invite)
	_, token, _ := strings.Cut(invite.Path, "#")
	c.w.given = append(c.w.given, canary.Of(inviteToken, token)...)
	lee := c.w.caller()
	lee.must(t, http.MethodPost, "/registration/invite", fields{"invite": token}, nil)
	lee.must(t, http.MethodPost, "/registration",
		fields{"invite": token, "name": "Lee", "email": "lee@example.org", "password": fourthPassword}, nil)
	lee.must(t, http.MethodPost, "/session", fields{"email": "lee@example.org", "password": fourthPassword}, nil)
}
