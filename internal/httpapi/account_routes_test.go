package httpapi_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
)

// linked signs in at the simulated Amazon and links the account for the
// administrator.
func (r *rig) linked(t *testing.T) audipy.Account {
	t.Helper()
	signIn, err := r.accounts.StartSignIn("us", false)
	must(t, err)
	_, err = signIn.Start(t.Context(), r.sim.Transport())
	must(t, err)
	step, err := signIn.Answer(t.Context(), r.sim.Transport(), audible.Answer{Login: amazonLogin, Password: amazonSecret})
	must(t, err)
	user, err := r.UserByEmail(t, adminEmail)
	must(t, err)
	one, err := r.accounts.Link(t.Context(), user, *step.Authorization)
	must(t, err)
	return one.Account
}

// UserByEmail finds a person of the rig.
func (r *rig) UserByEmail(t *testing.T, email string) (audipy.UserID, error) {
	t.Helper()
	var id audipy.UserID
	row := r.Raw.QueryRowContext(t.Context(), `SELECT id FROM users WHERE email = $1`, email)
	return id, row.Scan(&id)
}

func (b *browser) card(t *testing.T, id audipy.AccountID) httpapi.AccountCard {
	t.Helper()
	var card httpapi.AccountCard
	b.get(t, "/api/v1/accounts/"+string(id)).into(t, http.StatusOK, &card)
	return card
}

func TestACardHasTheTenFacts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.setUp(t)
		id := r.linked(t).ID
		r.Clock.Advance(2 * time.Minute)
		card := one.card(t, id)
		if card.DeviceName != "Kim's AudiPy" || card.State != "healthy" || card.SignIns != 1 || card.NextStep != "" ||
			card.Token.IssuedAt.IsZero() || card.Token.ValidUntil.Sub(card.Token.IssuedAt) != time.Hour ||
			card.Token.ValidUntil.Sub(card.Token.NextRefreshAt) != 10*time.Minute || !card.Token.CanSign ||
			card.Budget.Daily == 0 || card.Budget.LeftToday != card.Budget.Daily || card.Budget.Slowed ||
			!card.Forecast.NextPromptAt.IsZero() || card.Forecast.Reason == "" || card.Last != nil ||
			card.NextSyncAt.IsZero() || card.SyncIntervalMinutes != 360 {
			t.Errorf("card = %+v", card)
		}
		var list httpapi.AccountList
		one.get(t, "/api/v1/accounts").into(t, http.StatusOK, &list)
		if len(list.Items) != 1 || !reflect.DeepEqual(list.Items[0], card) {
			t.Errorf("list = %+v, want the card alone", list)
		}
		r.joins(t, "other@example.com").get(t, "/api/v1/accounts").into(t, http.StatusOK, &list)
		if len(list.Items) != 0 {
			t.Errorf("somebody else sees %+v", list)
		}
	})
}

func TestRenewNowSaysWhatHappened(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.setUp(t)
		path := "/api/v1/accounts/" + string(r.linked(t).ID) + "/renew"
		renew := func() httpapi.Renewal {
			r.Clock.Advance(2 * time.Minute)
			var got httpapi.Renewal
			one.post(t, path, nil).into(t, http.StatusOK, &got)
			return got
		}
		if got := renew(); got.Result != "renewed" || got.Card.Token.Renewals != 1 || got.Card.Token.RefreshedAt.IsZero() {
			t.Errorf("renewal = %+v", got)
		}
		now := r.Clock.Now()
		r.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(10 * time.Minute), Status: 503})
		if got := renew(); got.Result != "outage" || got.Card.State != "healthy" || got.Card.Last == nil {
			t.Errorf("renewal in an outage = %+v", got)
		}
		r.Clock.Advance(time.Hour)
		must(t, r.sim.RefuseRefreshTokens(amazonLogin))
		if got := renew(); got.Result != "key_only" || got.Card.State != "degraded" || got.Card.StateReason == "" {
			t.Errorf("renewal with a dead refresh token = %+v", got)
		}
		must(t, r.sim.RevokeAll(amazonLogin))
		renew()
		r.Clock.Advance(time.Hour)
		if got := renew(); got.Result != "refused" || got.Card.State != "needs_sign_in" || got.Card.NextStep == "" ||
			got.Card.Forecast.NextPromptAt.IsZero() {
			t.Errorf("renewal of a dead link = %+v", got)
		}
	})
}

func TestUnlinkNeedsThePasswordAndSaysWhatBecameOfTheDevice(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.5.3")
	each(t, func(t *testing.T, r *rig) {
		one := r.setUp(t)
		id := r.linked(t).ID
		path := "/api/v1/accounts/" + string(id) + "/unlink"
		r.Clock.Advance(11 * time.Minute)
		one.post(t, path, map[string]any{}).wantProblem(t, http.StatusForbidden, "step_up_required")
		if r.sim.LiveDevices(amazonLogin) != 1 {
			t.Fatal("the device is gone without the password")
		}
		r.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/deregister", Times: 3, Status: 500, Body: "{}"})
		r.stepUp(t, one)
		var got httpapi.Unlinked
		one.post(t, path, map[string]any{}).into(t, http.StatusOK, &got)
		if got.Deregistered || !got.Retrying || got.LeftBehind != "Kim's AudiPy" {
			t.Errorf("unlinked = %+v, want it tried again", got)
		}
		card := one.card(t, id)
		if card.State != "revoked" || card.Departing == nil || card.Departing.Attempts != 1 || card.Departing.NextTryAt.IsZero() ||
			card.Token != (httpapi.TokenFacts{}) {
			t.Errorf("card = %+v, want the device that leaves", card)
		}
	})
}

// stepUp lets the person have given their password just now.
func (r *rig) stepUp(t *testing.T, b *browser) {
	t.Helper()
	_, err := r.Raw.ExecContext(t.Context(), `UPDATE sessions SET stepped_up_until = $1`, r.Clock.Now().Add(10*time.Minute).UnixMicro())
	must(t, err)
	_ = b
}

func TestForeignAndUnknownAccountsAreNotFound(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	each(t, func(t *testing.T, r *rig) {
		r.setUp(t)
		id := string(r.linked(t).ID)
		other := r.joins(t, "other@example.com")
		for _, name := range []string{id, "nobody", "%00", strings.Repeat("x", 60)} {
			for _, call := range []func() answer{
				func() answer { return other.get(t, "/api/v1/accounts/"+name) },
				func() answer { return other.post(t, "/api/v1/accounts/"+name+"/renew", nil) },
				func() answer { return other.post(t, "/api/v1/accounts/"+name+"/unlink", map[string]any{}) },
			} {
				if got := call(); got.status >= 500 || got.status < 400 || strings.Contains(string(got.body), "Kim") {
					t.Errorf("%q: answered %d %s", name, got.status, got.body)
				}
			}
		}
		other.get(t, "/api/v1/accounts/"+id).wantProblem(t, http.StatusNotFound, "not_found")
		if r.sim.LiveDevices(amazonLogin) != 1 {
			t.Error("somebody else unlinked the account")
		}
	})
}

// TestAnAccountShowsTheseFieldsAndNoOthers is what keeps a secret from slipping
// into an answer: a new field has to be written here too.
func TestAnAccountShowsTheseFieldsAndNoOthers(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.3", "14.2.6", "15.3.1")
	r := onSQLite(t)
	one := r.setUp(t)
	id := r.linked(t).ID
	r.Clock.Advance(2 * time.Hour)
	must(t, r.sim.RefuseRefreshTokens(amazonLogin))
	one.post(t, "/api/v1/accounts/"+string(id)+"/renew", nil)
	fields := map[string]bool{}
	raw := one.get(t, "/api/v1/accounts/"+string(id)).body
	var card map[string]any
	must(t, json.Unmarshal(raw, &card))
	collect(fields, "", card)
	got := slices.Sorted(maps.Keys(fields))
	want := strings.Fields(`budget budget.daily budget.left_today budget.slowed condition device_name forecast forecast.reason id
		last_error last_error.at last_error.text linked_at marketplace name next_sync_at shared_device sign_ins state
		state_reason state_since stores sync_interval_minutes token token.can_refresh token.can_sign token.issued_at
		token.next_refresh_at token.renewals token.valid_until`)
	if !slices.Equal(got, want) {
		t.Errorf("a card has the fields\n%q\nwant\n%q", got, want)
	}
	for _, secret := range []string{"Atna|", "Atnr|", "{enc:", "PRIVATE KEY", "amzn1.account"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the card holds %q", secret)
		}
	}
}

// collect names every field of a value.
func collect(into map[string]bool, prefix string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			into[prefix+name] = true
			collect(into, prefix+name+".", inner)
		}
	case []any:
		for _, inner := range v {
			collect(into, prefix, inner)
		}
	}
}
