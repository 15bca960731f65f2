package httpapi_test

import (
	"crypto/sha256"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/provider"
	"github.com/audipy/audipy/internal/provider/providertest"
	"github.com/audipy/audipy/internal/store"
)

// home is a server with an OpenID Connect provider beside it.
type home struct {
	*rig
	op *providertest.Server
}

// eachHome runs a case at home with either database.
func eachHome(t *testing.T, run func(t *testing.T, h *home)) {
	t.Helper()
	each(t, func(t *testing.T, r *rig) {
		h := &home{rig: r, op: providertest.New(t, r.Clock.Now)}
		h.offer(t, h.op)
		run(t, h)
	})
}

// offer restarts the server with a provider.
func (h *home) offer(t *testing.T, op *providertest.Server) {
	t.Helper()
	p, err := provider.NewOIDC(provider.OIDCOptions{
		Issuer: op.Issuer(), ClientID: providertest.ClientID, ClientSecret: providertest.ClientSecret, Name: "Home", Now: h.Clock.Now,
	})
	must(t, err)
	h.providers = []provider.Provider{p}
	h.restart(t)
}

func robin() providertest.Person {
	return providertest.Person{Subject: "subject-1", Email: "robin@example.org", Name: "Robin"}
}

// goes sends a browser to the provider and returns what it comes back with.
func (h *home) goes(t *testing.T, b *browser, path string, body map[string]any, p providertest.Person) map[string]any {
	t.Helper()
	if body == nil {
		body = map[string]any{}
	}
	body["provider"] = "oidc"
	var to httpapi.ProviderLocation
	b.post(t, path, body).into(t, http.StatusOK, &to)
	return handIn(h.op.SignIn(t, to.Location, p))
}

func handIn(back url.Values) map[string]any {
	return map[string]any{"provider": "oidc", "state": back.Get("state"), "code": back.Get("code"), "iss": back.Get("iss")}
}

const (
	beginPath  = "/api/v1/session/provider"
	answerPath = "/api/v1/session/provider/answer"
	linkPath   = "/api/v1/me/identities"
)

// links lets somebody who is signed in and stepped up link an identity.
func (h *home) links(t *testing.T, b *browser, p providertest.Person) httpapi.Identity {
	t.Helper()
	var done httpapi.ProviderDone
	b.post(t, answerPath, h.goes(t, b, linkPath, nil, p)).into(t, http.StatusOK, &done)
	if done.Link == nil || done.Link.Label != p.Email || done.Me != nil || done.Register != nil {
		t.Fatalf("linking gave %+v", done)
	}
	var made httpapi.Identity
	b.post(t, linkPath+"/confirm", nil).into(t, http.StatusCreated, &made)
	return made
}

func TestSomebodyLinksAProviderSignsInByItAndUnlinksIt(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.1", "7.2.4", "7.5.1", "10.1.1", "10.1.2")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		other := h.joins(t, "other@example.com")
		made := h.links(t, admin, robin())
		if made.Provider != "Home" || made.Slot != "oidc" || made.Label != "robin@example.org" {
			t.Errorf("linked %+v", made)
		}
		if len(admin.cookies) != 2 {
			t.Errorf("after linking the browser holds %v", admin.cookies)
		}
		// Somebody else has the address at the provider, and nothing else.
		var done httpapi.ProviderDone
		b := h.browser()
		back := h.goes(t, b, beginPath, map[string]any{"remember": true}, robin())
		b.post(t, answerPath, back).into(t, http.StatusOK, &done)
		if done.Me == nil || done.Me.Email != adminEmail || !done.Me.Session.Remembered || done.Me.Session.SteppedUpUntil != nil {
			t.Errorf("signed in as %+v", done)
		}
		b.post(t, answerPath, back).wantProblem(t, http.StatusBadRequest, "attempt_invalid")
		if n := h.op.Redeemed(); n != 2 {
			t.Errorf("codes were handed in %d times", n)
		}
		var ways httpapi.WaysIn
		admin.get(t, "/api/v1/me/ways-in").into(t, http.StatusOK, &ways)
		if !ways.HasPassword || len(ways.Identities) != 1 || ways.Identities[0].LastUsedAt == nil {
			t.Errorf("ways in are %+v", ways)
		}
		if got := other.do(t, http.MethodDelete, linkPath+"/"+made.ID, nil); got.status != http.StatusNotFound {
			t.Errorf("another's identity: %d %s", got.status, got.body)
		}
		if got := admin.do(t, http.MethodDelete, linkPath+"/"+made.ID, nil); got.status != http.StatusNoContent {
			t.Errorf("unlinking: %d %s", got.status, got.body)
		}
		if got := b.get(t, "/api/v1/me"); got.status != http.StatusUnauthorized {
			t.Errorf("a session by what is unlinked: %d", got.status)
		}
		b = h.browser()
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, robin())).wantProblem(t, http.StatusUnauthorized, "identity_unknown")
	})
}

func TestSomebodyRegistersByAProviderWithAnInviteAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.1", "10.5.2")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		b := h.browser()
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, robin())).wantProblem(t, http.StatusUnauthorized, "identity_unknown")
		var invite httpapi.NewInvite
		admin.post(t, "/api/v1/admin/invites", map[string]any{}).into(t, http.StatusCreated, &invite)
		_, token, _ := strings.Cut(invite.Path, "#")
		var done httpapi.ProviderDone
		b.post(t, answerPath, h.goes(t, b, beginPath, map[string]any{"invite": token}, robin())).into(t, http.StatusOK, &done)
		if done.Register == nil || done.Register.Email != "robin@example.org" || done.Register.Name != "Robin" || done.Me != nil {
			t.Fatalf("the provider's answer gave %+v", done)
		}
		stranger := h.browser()
		stranger.post(t, "/api/v1/registration/provider", map[string]any{"email": "x@example.org"}).wantProblem(t, http.StatusBadRequest, "attempt_invalid")
		var me httpapi.Me
		b.post(t, "/api/v1/registration/provider", map[string]any{"email": "Robin@Example.org", "name": "Robin"}).into(t, http.StatusCreated, &me)
		if me.Email != "robin@example.org" || me.IsAdmin || me.Session.SteppedUpUntil == nil {
			t.Errorf("became %+v", me)
		}
		var ways httpapi.WaysIn
		b.get(t, "/api/v1/me/ways-in").into(t, http.StatusOK, &ways)
		if ways.HasPassword || len(ways.Identities) != 1 {
			t.Fatalf("ways in are %+v", ways)
		}
		path := linkPath + "/" + ways.Identities[0].ID
		b.do(t, http.MethodDelete, path, nil).wantProblem(t, http.StatusConflict, "last_way_in")
		// With a password it is not the last one.
		b.do(t, http.MethodPut, "/api/v1/me/password", map[string]any{"current": "", "next": "a sentence of my own"}).into(t, http.StatusOK, &me)
		disable := func(at any) {
			_, err := h.Raw.ExecContext(t.Context(), `UPDATE users SET password_disabled_at = $1 WHERE email = 'robin@example.org'`, at)
			must(t, err)
		}
		disable(h.Clock.Now().UnixMicro())
		b.do(t, http.MethodDelete, path, nil).wantProblem(t, http.StatusConflict, "last_way_in")
		disable(nil)
		if got := b.do(t, http.MethodDelete, path, nil); got.status != http.StatusNoContent {
			t.Errorf("unlinking: %d %s", got.status, got.body)
		}
	})
}

// Whoever registers by a provider under somebody else's address is out once that
// person has set a password by a link; and so is one that a thief has linked.
func TestAPasswordByALinkUnlinksProviders(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.3")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		h.links(t, admin, robin())
		token, err := h.auth.ResetByOperator(t.Context(), adminEmail)
		must(t, err)
		b := h.browser()
		got := b.post(t, "/api/v1/password-reset/complete", map[string]any{"token": token, "password": "a sentence of their own"})
		if got.status != http.StatusNoContent {
			t.Fatalf("setting a password: %d %s", got.status, got.body)
		}
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, robin())).wantProblem(t, http.StatusUnauthorized, "identity_unknown")
	})
}

// An address that is taken is refused where no mail can tell its owner, too.
func TestATakenAddressIsRefusedToWhoRegistersByAProvider(t *testing.T) {
	t.Parallel()
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		var me httpapi.Me
		admin.get(t, "/api/v1/me").into(t, http.StatusOK, &me)
		var invite httpapi.NewInvite
		admin.post(t, "/api/v1/admin/invites", map[string]any{}).into(t, http.StatusCreated, &invite)
		_, token, _ := strings.Cut(invite.Path, "#")
		b := h.browser()
		var done httpapi.ProviderDone
		b.post(t, answerPath, h.goes(t, b, beginPath, map[string]any{"invite": token}, robin())).into(t, http.StatusOK, &done)
		b.post(t, "/api/v1/registration/provider", map[string]any{"email": me.Email}).wantProblem(t, http.StatusConflict, "email_taken")
	})
}

// A link that an address asked for itself is good while anybody may register,
// by a provider as by a password.
func TestALinkThatWasAskedForIsGoodByAProviderWhileAnybodyMayRegister(t *testing.T) {
	t.Parallel()
	eachHome(t, func(t *testing.T, h *home) {
		h.setUp(t)
		hash := sha256.Sum256([]byte("a token that was mailed"))
		if made, err := h.AskInvite(t.Context(), store.NewInvite{Hash: hash[:], Email: "robin@example.org", TTL: time.Hour}, audit.Event{
			Action: audit.RegistrationAsked, Outcome: audit.Succeeded,
		}); err != nil || !made {
			t.Fatal(made, err)
		}
		b := h.browser()
		var done httpapi.ProviderDone
		b.post(t, answerPath, h.goes(t, b, beginPath, map[string]any{"invite": "a token that was mailed"}, robin())).into(t, http.StatusOK, &done)
		b.post(t, "/api/v1/registration/provider", map[string]any{"email": "robin@example.org"}).
			wantProblem(t, http.StatusBadRequest, "attempt_invalid")
		if _, err := h.Store.UserByEmail(t.Context(), "robin@example.org"); audipy.KindOf(err) != audipy.NotFound || err == nil {
			t.Errorf("who registered where only invites are good: %v", err)
		}
	})
}

func TestAProviderStepsUpWhoeverItAskedAnew(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.5.1", "7.5.3", "10.3.4")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		h.links(t, admin, robin())
		h.Clock.Advance(11 * time.Minute)
		const path = "/api/v1/session/step-up/provider"
		admin.post(t, answerPath, h.goes(t, admin, path, nil, providertest.Person{Subject: "stranger"})).
			wantProblem(t, http.StatusUnauthorized, "identity_unknown")
		admin.post(t, "/api/v1/admin/invites", map[string]any{}).wantProblem(t, http.StatusForbidden, "step_up_required")
		before := admin.cookies["__Host-Http-audipy"]
		var done httpapi.ProviderDone
		admin.post(t, answerPath, h.goes(t, admin, path, nil, robin())).into(t, http.StatusOK, &done)
		if done.SteppedUp == nil || done.SteppedUp.Session.SteppedUpUntil == nil || done.Me != nil || admin.cookies["__Host-Http-audipy"] == before {
			t.Errorf("stepping up gave %+v", done)
		}
		if got := admin.post(t, "/api/v1/admin/invites", map[string]any{}); got.status != http.StatusCreated {
			t.Errorf("afterwards: %d", got.status)
		}
	})
}

func TestAnAnswerIsGoodOnceInTheBrowserThatWasSent(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.6.2", "10.1.2", "10.2.1", "10.2.2")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		h.links(t, admin, robin())
		other := h.joins(t, "other@example.com")
		redeemed := h.op.Redeemed()
		refused := func(name string, b *browser, body map[string]any, status int, code string) {
			t.Helper()
			got := b.post(t, answerPath, body)
			if got.status != status || !strings.Contains(string(got.body), code) {
				t.Errorf("%s: %d %s", name, got.status, got.body)
			}
			if b.cookies["__Host-Http-audipy"] != "" && b != admin && b != other {
				t.Errorf("%s: somebody is signed in", name)
			}
		}
		bad := func(name string, b *browser, body map[string]any) {
			t.Helper()
			refused(name, b, body, http.StatusBadRequest, "attempt_invalid")
		}
		a, b := h.browser(), h.browser()
		ofA, ofB := h.goes(t, a, beginPath, nil, robin()), h.goes(t, b, beginPath, nil, robin())
		bad("another browser's", a, ofB)
		bad("another browser's", b, ofA)
		bad("no cookie", h.browser(), ofA)
		bad("a state that is none", a, map[string]any{"provider": "oidc", "state": "x", "code": "y"})
		bad("an empty state", a, map[string]any{"provider": "oidc", "state": "", "code": "y"})
		refused("a provider that is off", a, map[string]any{"provider": "amazon", "state": ofA["state"], "code": ofA["code"]}, http.StatusForbidden, "provider_off")
		bad("used up by that", a, ofA)
		h.Clock.Advance(10 * time.Minute)
		bad("too late", b, ofB)
		h.Clock.Advance(-10 * time.Minute)
		// Of two who are signed in, neither finishes what the other began.
		linking := h.goes(t, admin, linkPath, nil, providertest.Person{Subject: "evil"})
		other.cookies["__Host-Http-audipy-tx"] = admin.cookies["__Host-Http-audipy-tx"]
		bad("a link of somebody else", other, linking)
		delete(other.cookies, "__Host-Http-audipy-tx")
		other.post(t, linkPath+"/confirm", nil).wantProblem(t, http.StatusBadRequest, "attempt_invalid")
		if n := h.op.Redeemed(); n != redeemed {
			t.Errorf("%d codes went to the provider", n-redeemed)
		}
		refusals := 0
		for _, r := range h.records(t) {
			if r == "provider_refused" {
				refusals++
			}
		}
		if refusals < 7 {
			t.Errorf("%d refusals are on record", refusals)
		}
	})
}

// records are the actions of the system's trail and the administrator's.
func (h *home) records(t *testing.T) []string {
	t.Helper()
	system, err := h.SystemRecords(t.Context(), 0, 0)
	must(t, err)
	user, err := h.Store.UserByEmail(t.Context(), adminEmail)
	must(t, err)
	own, err := h.AuditRecords(t.Context(), user.ID, 0, 0)
	must(t, err)
	var all []string
	for _, r := range append(system, own...) {
		all = append(all, string(r.Action))
	}
	return all
}

func TestErrorsOfAProviderAreOurOwnWords(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.1", "16.5.1")
	eachHome(t, func(t *testing.T, h *home) {
		h.setUp(t)
		for said, want := range map[string]string{
			"access_denied": "provider_denied", "temporarily_unavailable": "provider_unavailable", "invalid_scope": "provider_refused",
			"<script>alert(1)</script>": "provider_refused", "a\r\nb": "provider_refused",
		} {
			b := h.browser()
			back := h.goes(t, b, beginPath, nil, robin())
			back["error"] = said
			got := b.post(t, answerPath, back)
			if !strings.Contains(string(got.body), `"code":"`+want+`"`) || strings.Contains(string(got.body), "script") {
				t.Errorf("%q: %d %s", said, got.status, got.body)
			}
			h.Clock.Advance(time.Minute)
		}
		if n := h.op.Redeemed(); n != 0 {
			t.Errorf("%d codes went to the provider", n)
		}
	})
}

func TestWhoIsKeptOutStaysOutByAProvider(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		h.links(t, admin, robin())
		_, err := h.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE WHERE email = $1`, adminEmail)
		must(t, err)
		b := h.browser()
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, robin())).wantProblem(t, http.StatusUnauthorized, "identity_unknown")
		user, err := h.Store.UserByEmail(t.Context(), adminEmail)
		must(t, err)
		if user.IsActive {
			t.Errorf("the person is %+v", user)
		}
	})
}

func TestTheCallbackHidesWhatItGotFromEverySite(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "14.2.1")
	r := onSQLite(t)
	got := r.browser().get(t, "/auth/callback/oidc?code=c%26x&state=s&iss=https%3A%2F%2Fid.example&session_state=7&error_description=%3Cscript%3E")
	if got.status != http.StatusSeeOther || got.header.Get("Location") != "/returned#code=c%26x&iss=https%3A%2F%2Fid.example&provider=oidc&state=s" ||
		got.header.Get("Referrer-Policy") != "no-referrer" || got.header.Get("Cache-Control") != "no-store" || len(got.body) != 0 {
		t.Errorf("answered %d %v %s", got.status, got.header, got.body)
	}
	// What is begun is begun by a page of ours, and by no link.
	if got := r.browser().get(t, beginPath); got.status != http.StatusMethodNotAllowed {
		t.Errorf("beginning by GET: %d", got.status)
	}
	foreign := r.browser().do(t, http.MethodPost, beginPath, map[string]any{"provider": "oidc"}, with("Origin", "https://evil.example"))
	foreign.wantProblem(t, http.StatusForbidden, "cross_origin")
}

func TestOfManyWhoHandInOneAnswerOneGetsIn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.3.4", "10.1.2", "15.4.2")
	eachHome(t, func(t *testing.T, h *home) {
		h.links(t, h.setUp(t), robin())
		redeemed := h.op.Redeemed()
		b := h.browser()
		back := h.goes(t, b, beginPath, nil, robin())
		var entered, refused atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			same := h.browser()
			same.cookies["__Host-Http-audipy-tx"] = b.cookies["__Host-Http-audipy-tx"]
			all.Go(func() {
				switch got := same.post(t, answerPath, back); got.status {
				case http.StatusOK:
					entered.Add(1)
				case http.StatusBadRequest:
					refused.Add(1)
				default:
					t.Errorf("answered %d %s", got.status, got.body)
				}
			})
		}
		all.Wait()
		if entered.Load() != 1 || refused.Load() != 19 || h.op.Redeemed() != redeemed+1 {
			t.Errorf("%d got in, %d not, %d codes went to the provider", entered.Load(), refused.Load(), h.op.Redeemed()-redeemed)
		}
	})
}

func TestTheSecondFactorIsAskedForAfterAProvider(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.3", "6.3.4", "6.8.4")
	eachHome(t, func(t *testing.T, h *home) {
		h.links(t, h.setUp(t), robin())
		_, err := h.Raw.ExecContext(t.Context(), `
			INSERT INTO authenticators (user_id, id, sealed_seed, created_at, confirmed_at)
			SELECT id, 'app', password_hash, 1, 1 FROM users WHERE email = $1`, adminEmail)
		if h.IsPostgres() {
			_, err = h.Raw.ExecContext(t.Context(), `
				INSERT INTO authenticators (user_id, id, sealed_seed, created_at, confirmed_at)
				SELECT id, 'app', 'x'::bytea, 1, 1 FROM users WHERE email = $1`, adminEmail)
		}
		must(t, err)
		b, p := h.browser(), robin()
		p.Methods = []string{"mfa"} // of a provider that nobody trusts with that
		var done httpapi.ProviderDone
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, p)).into(t, http.StatusOK, &done)
		if done.SecondFactor == nil || done.Me != nil || b.cookies["__Host-Http-audipy"] != "" || b.cookies["__Host-Http-audipy-pending"] == "" {
			t.Errorf("the provider alone gave %+v", done)
		}
		if got := b.get(t, "/api/v1/me"); got.status != http.StatusUnauthorized {
			t.Errorf("half-way in: %d", got.status)
		}
	})
}

func TestTwoProvidersWithOneSubjectAreTwoPeople(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.1", "10.3.3")
	eachHome(t, func(t *testing.T, h *home) {
		admin := h.setUp(t)
		h.links(t, admin, robin())
		other := providertest.New(t, h.Clock.Now)
		h.op = other
		h.offer(t, other)
		b := h.browser()
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, robin())).wantProblem(t, http.StatusUnauthorized, "identity_unknown")
		var ways httpapi.WaysIn
		admin.get(t, "/api/v1/me/ways-in").into(t, http.StatusOK, &ways)
		if len(ways.Identities) != 1 || ways.Identities[0].Slot != "" {
			t.Errorf("ways in are %+v", ways)
		}
		h.links(t, admin, robin()) // it is another identity
	})
}

func TestAnIdentityIsOnePersonsAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.8.1", "8.2.2")
	eachHome(t, func(t *testing.T, h *home) {
		h.links(t, h.setUp(t), robin())
		other := h.joins(t, "robin@example.org") // whose address is the provider's
		var done httpapi.ProviderDone
		other.post(t, answerPath, h.goes(t, other, linkPath, nil, robin())).into(t, http.StatusOK, &done)
		other.post(t, linkPath+"/confirm", nil).wantProblem(t, http.StatusConflict, "identity_known")
		b := h.browser()
		b.post(t, answerPath, h.goes(t, b, beginPath, nil, robin())).into(t, http.StatusOK, &done)
		if done.Me.Email != adminEmail {
			t.Errorf("signed in as %+v", done.Me)
		}
		h.Clock.Advance(11 * time.Minute)
		refused := other.post(t, linkPath, map[string]any{"provider": "oidc"})
		refused.wantProblem(t, http.StatusForbidden, "step_up_required")
	})
}
