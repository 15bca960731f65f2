package httpapi_test

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

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store"
)

const (
	pendingName = "__Host-Http-audipy-pending"
	secondPath  = "/api/v1/session/second-factor"
)

// owes makes a person with a second factor and returns the browser in which
// they gave their password and nothing else.
func (r *rig) owes(t *testing.T, email string) *browser {
	t.Helper()
	r.joins(t, email)
	user, err := r.Store.UserByEmail(t.Context(), email)
	must(t, err)
	made, err := r.AddAuthenticator(t.Context(), user.ID, time.Minute, func(string) ([]byte, error) { return []byte("seed"), nil })
	must(t, err)
	_, err = r.ConfirmAuthenticator(t.Context(), user.ID, store.NewFactor{ID: made.ID}, audit.Event{Action: audit.AuthenticatorAdded, Outcome: audit.Succeeded})
	must(t, err)
	token, hash := tokenFor("pending " + email)
	_, err = r.StartPendingSignIn(t.Context(), user.ID, "a hash", store.NewPendingSignIn{TokenHash: hash, TTL: 5 * time.Minute},
		audit.Event{Action: audit.SecondFactorAsked, Outcome: audit.Succeeded})
	must(t, err)
	b := r.browser()
	b.cookies[pendingName] = token
	return b
}

// app is an authenticator app.
type app struct {
	rig  *rig
	seed []byte
}

// code is what it shows so many steps from now.
func (a app) code(steps int64) string {
	h := hmac.New(sha1.New, a.seed)
	_, _ = h.Write(binary.BigEndian.AppendUint64(nil, uint64(a.rig.Clock.Now().Unix()/30+steps)))
	sum := h.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1_000_000)
}

// enrol sets an authenticator up in a browser and returns it with the recovery
// codes.
func (b *browser) enrol(t *testing.T) (app, []string) {
	t.Helper()
	var begun httpapi.Enrolment
	b.post(t, "/api/v1/me/authenticator", nil).into(t, http.StatusCreated, &begun)
	seed, err := base32.StdEncoding.DecodeString(begun.Secret)
	must(t, err)
	a := app{b.rig, seed}
	var codes httpapi.RecoveryCodes
	b.post(t, "/api/v1/me/authenticator/confirm", object{"code": a.code(0)}).into(t, http.StatusOK, &codes)
	return a, codes.Codes
}

func TestASecondFactorIsSetUpAskedForAndTakenAway(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.5.1", "7.2.4", "7.5.1")
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		phone, codes := b.enrol(t)
		if len(codes) != 8 || !strings.Contains(string(b.get(t, "/api/v1/me/factors").body), `"recovery_codes_left":8`) {
			t.Errorf("recovery codes are %v, and %s", codes, b.get(t, "/api/v1/me/factors").body)
		}
		other := r.browser()
		var in httpapi.SignedIn
		password := object{"email": adminEmail, "password": adminPassword, "remember": true}
		other.post(t, "/api/v1/session", password).into(t, http.StatusOK, &in)
		if in.Me != nil || in.SecondFactor == nil || strings.Join(in.SecondFactor.Kinds, " ") != "code recovery_code" ||
			other.cookies[sessionName] != "" || len(other.cookies[pendingName]) != 43 || len(other.cookies) != 1 {
			t.Fatalf("the password alone gave %+v with %v", in, other.cookies)
		}
		other.get(t, "/api/v1/library").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		r.Clock.Advance(time.Minute)
		other.post(t, secondPath, object{"code": "12345"}).wantProblem(t, http.StatusUnprocessableEntity, "code_malformed")
		other.post(t, secondPath, object{"code": phone.code(2)}).wantProblem(t, http.StatusUnauthorized, "second_factor_invalid")
		pending := other.cookies[pendingName]
		in = httpapi.SignedIn{}
		other.post(t, secondPath, object{"code": phone.code(0)}).into(t, http.StatusOK, &in)
		if in.Me == nil || !in.Me.Session.Remembered || other.cookies[pendingName] != "" || other.cookies[sessionName] == pending {
			t.Errorf("signed in as %+v with %v", in, other.cookies)
		}
		other.get(t, "/api/v1/me").into(t, http.StatusOK, &httpapi.Me{})
		// What was pending opens nothing, and neither does a session there.
		other.cookies[pendingName] = pending
		other.post(t, secondPath, object{"code": phone.code(1)}).wantProblem(t, http.StatusUnauthorized, "sign_in_over")
		other.cookies[pendingName] = other.cookies[sessionName]
		other.post(t, secondPath, object{"code": phone.code(1)}).wantProblem(t, http.StatusUnauthorized, "sign_in_over")

		r.Clock.Advance(time.Minute)
		remove := func() answer { return other.do(t, http.MethodDelete, "/api/v1/me/authenticator", nil) }
		remove().wantProblem(t, http.StatusForbidden, "step_up_required")
		stepUp := func(body object) answer { return other.post(t, "/api/v1/session/step-up", body) }
		stepUp(object{"password": adminPassword}).wantProblem(t, http.StatusForbidden, "second_factor_required")
		stepUp(object{"password": adminPassword, "recovery_code": codes[0]}).into(t, http.StatusOK, &httpapi.Me{})
		var fresh httpapi.RecoveryCodes
		other.post(t, "/api/v1/me/recovery-codes", nil).into(t, http.StatusOK, &fresh)
		if len(fresh.Codes) != 8 || fresh.Codes[0] == codes[0] {
			t.Errorf("new codes are %v", fresh.Codes)
		}
		if got := remove(); got.status != http.StatusNoContent {
			t.Errorf("removing the authenticator: %d %s", got.status, got.body)
		}
		b.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		in = httpapi.SignedIn{}
		r.browser().post(t, "/api/v1/session", password).into(t, http.StatusOK, &in)
		if in.Me == nil {
			t.Errorf("without a second factor: %+v", in)
		}
	})
}

func TestAPendingSignInIsOfOurPagesAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.5.1")
	r := onSQLite(t)
	r.setUp(t)
	b := r.owes(t, "robin@example.com")
	b.do(t, http.MethodPost, secondPath, object{"code": "123456"}, with("Origin", "https://evil.example")).
		wantProblem(t, http.StatusForbidden, "cross_origin")
	b.do(t, http.MethodPost, secondPath, object{"code": "123456"}, func(q *http.Request) {
		q.Header.Del("Origin")
		q.Header.Del("Sec-Fetch-Site")
	}).wantProblem(t, http.StatusForbidden, "cross_origin")
	b.do(t, http.MethodPost, secondPath, object{"code": "123456"}, with("Authorization", "Bearer x")).
		wantProblem(t, http.StatusBadRequest, "ambiguous_credentials")
}
