package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

func TestASignInIsStoredForWhoeverSaysSoAndNeverShown(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.6", "7.5.1")
	each(t, func(t *testing.T, r *rig) {
		r.stores = true
		r.restart(t)
		one := r.setUp(t)
		id := r.linked(t).ID
		password, seed := "/api/v1/accounts/"+string(id)+"/stored-password", "/api/v1/accounts/"+string(id)+"/stored-seed"
		signIn := map[string]any{"login": amazonLogin, "password": amazonSecret, "understood": true}
		codes := map[string]any{"seed": "NFXHA5DFMNQW4YLSPFZWKZLE", "understood": true}
		r.Clock.Advance(11 * time.Minute) // the password was given too long ago
		one.do(t, http.MethodPut, password, signIn).wantProblem(t, http.StatusForbidden, "step_up_required")
		one.do(t, http.MethodPut, seed, codes).wantProblem(t, http.StatusForbidden, "step_up_required")
		one.post(t, "/api/v1/session/step-up", object{"password": adminPassword}).into(t, http.StatusOK, &httpapi.Me{})
		one.do(t, http.MethodPut, seed, codes).wantProblem(t, http.StatusConflict, "conflict")
		one.do(t, http.MethodPut, password, map[string]any{"login": amazonLogin, "password": amazonSecret, "understood": false}).
			wantProblem(t, http.StatusUnprocessableEntity, "consent_missing")
		one.do(t, http.MethodPut, password, map[string]any{"login": amazonLogin, "password": "two\r\nlines", "understood": true}).
			wantProblem(t, http.StatusUnprocessableEntity, "bad_password")
		one.do(t, http.MethodPut, seed, map[string]any{"seed": "none", "understood": true}).wantProblem(t, http.StatusUnprocessableEntity, "bad_seed")
		if card := one.card(t, id); card.Stored == nil || !card.Stored.PasswordAt.IsZero() {
			t.Errorf("before anything is stored the card says %+v", card.Stored)
		}
		var card httpapi.AccountCard
		one.do(t, http.MethodPut, password, signIn).into(t, http.StatusOK, &card)
		one.do(t, http.MethodPut, seed, codes).into(t, http.StatusOK, &card)
		if card.Stored == nil || card.Stored.PasswordAt.IsZero() || card.Stored.SeedAt.IsZero() || !card.Stored.UsedAt.IsZero() {
			t.Errorf("stored: %+v", card.Stored)
		}
		export := one.get(t, "/api/v1/me/export")
		if text := string(export.body); export.status != http.StatusOK || strings.Contains(text, amazonSecret) || strings.Contains(text, "encrypted_password") {
			t.Errorf("the export (%d) holds something of the password", export.status)
		}
		if strings.Contains(r.log.String(), amazonSecret) {
			t.Error("the log holds the password")
		}
		card = httpapi.AccountCard{}
		one.do(t, http.MethodDelete, seed, nil).into(t, http.StatusOK, &card)
		if !card.Stored.SeedAt.IsZero() || card.Stored.PasswordAt.IsZero() {
			t.Errorf("after the seed was deleted: %+v", card.Stored)
		}
		card = httpapi.AccountCard{}
		one.do(t, http.MethodDelete, password, nil).into(t, http.StatusOK, &card)
		if !card.Stored.PasswordAt.IsZero() {
			t.Errorf("after all was deleted: %+v", card.Stored)
		}
	})
}

func TestNothingIsStoredWithoutTheOperatorsLeave(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.1.5")
	each(t, func(t *testing.T, r *rig) {
		one := r.setUp(t)
		id := r.linked(t).ID
		for path, body := range map[string]map[string]any{
			"/stored-password": {"login": amazonLogin, "password": amazonSecret, "understood": true},
			"/stored-seed":     {"seed": "NFXHA5DFMNQW4YLSPFZWKZLE", "understood": true},
		} {
			one.do(t, http.MethodPut, "/api/v1/accounts/"+string(id)+path, body).wantProblem(t, http.StatusNotFound, "not_offered")
		}
		if card := one.card(t, id); card.Stored != nil {
			t.Errorf("the card offers it: %+v", card.Stored)
		}
	})
}
