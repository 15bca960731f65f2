package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

// invite makes an invite as an administrator and returns its token.
func (r *rig) invite(t *testing.T, admin *browser, address string) string {
	t.Helper()
	got := admin.do(t, http.MethodPost, "/api/v1/admin/invites", map[string]string{"email": address})
	if got.status != http.StatusCreated {
		t.Fatalf("making an invite was answered %d %s", got.status, got.body)
	}
	var made httpapi.NewInvite
	must(t, json.Unmarshal(got.body, &made))
	token, ok := strings.CutPrefix(made.Path, "/register#")
	if !ok {
		t.Fatalf("the invite leads to %q", made.Path)
	}
	return token
}

func registering(invite, email, password string) map[string]string {
	return map[string]string{"invite": invite, "name": "Robin", "email": email, "password": password}
}

const phrase = "five wise turtles swim"

func TestAnInvitedPersonHasAnEmptyLibraryOfTheirOwn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		admin := r.setUp(t)
		token := r.invite(t, admin, "")
		b := r.browser()
		b.post(t, "/api/v1/registration/invite", map[string]string{"invite": token}).into(t, http.StatusOK, &struct{}{})
		if got := b.post(t, "/api/v1/registration", registering(token, "robin@example.com", phrase)); got.status != http.StatusAccepted {
			t.Fatalf("registering was answered %d %s", got.status, got.body)
		}
		b.post(t, "/api/v1/session", map[string]string{"email": "robin@example.com", "password": phrase}).into(t, http.StatusOK, &struct{}{})
		if page := b.page(t, ""); len(page.Items) != 0 {
			t.Errorf("the library of a new person holds %d titles", len(page.Items))
		}
	})
}

// TestBadRegistrationsAreRefused goes through the bad inputs G047 to G053.
func TestBadRegistrationsAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.2.1", "6.2.1", "6.2.4", "6.2.9", "6.3.8")
	each(t, func(t *testing.T, r *rig) {
		token := r.invite(t, r.setUp(t), "")
		for _, c := range []struct{ name, email, password, code string }{
			{"no domain of two labels", "a@b", phrase, "email_invalid"},
			{"a machine", "a@[127.0.0.1]", phrase, "email_invalid"},
			{"quoted", `"a b"@c.de`, phrase, "email_invalid"},
			{"with a name", "A <a@b.de>", phrase, "email_invalid"},
			{"leading hyphen", "a@-b.de", phrase, "email_invalid"},
			{"two dots", "a@b..de", phrase, "email_invalid"},
			{"no name", "@b.de", phrase, "email_invalid"},
			{"no domain", "a@", phrase, "email_invalid"},
			{"a header", "a@b.de\r\nBcc: x@y.z", phrase, "email_invalid"},
			{"two", "a@b.de,c@d.ef", phrase, "email_invalid"},
			{"long name", strings.Repeat("a", 65) + "@b.de", phrase, "email_invalid"},
			{"long", "a@" + strings.Repeat("b.", 126) + "de", phrase, "email_invalid"},
			{"space behind", "user@b.de ", phrase, "email_invalid"},
			{"wide @", "user\uff20b.de", phrase, "email_invalid"},
			{"14 bytes", "a@b.de", "fourteen bytes", "password_too_short"},
			{"1025 bytes", "a@b.de", strings.Repeat("words and ", 102) + "words", "password_too_long"},
			{"repeats", "a@b.de", "passwordpassword", "password_blocked"},
			{"the service", "a@b.de", "audibleaudible1", "password_blocked"},
			{"own address", "robinson@b.de", "me robinson here", "password_blocked"},
			{"no invite", "a@b.de", phrase, "token_invalid"},
		} {
			invite := token
			if c.code == "token_invalid" {
				invite = strings.Repeat("A", 22)
			}
			got := r.browser().do(t, http.MethodPost, "/api/v1/registration", registering(invite, c.email, c.password))
			var p httpapi.Problem
			must(t, json.Unmarshal(got.body, &p))
			if p.Code != c.code || got.status >= 500 {
				t.Errorf("%s was answered %d %s, want %s", c.name, got.status, got.body, c.code)
			}
		}
	})
}

// TestRegisteringIsAnsweredAlikeWhoeverIsHere compares whole answers.
func TestRegisteringIsAnsweredAlikeWhoeverIsHere(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	each(t, func(t *testing.T, r *rig) {
		admin := r.setUp(t)
		r.joins(t, "taken@xn--bcher-kva.example")
		var first answer
		for i, address := range []string{"free@example.com", "Taken@BÜCHER.example", "taken@xn--bcher-kva.example"} {
			got := r.browser().do(t, http.MethodPost, "/api/v1/registration", registering(r.invite(t, admin, ""), address, phrase))
			got.header.Del("Date")
			for name := range got.header {
				if strings.Contains(name, "Request-Id") {
					got.header.Del(name)
				}
			}
			if i == 0 {
				first = got
			}
			if got.status != http.StatusAccepted || string(got.body) != string(first.body) || len(got.header) != len(first.header) {
				t.Errorf("%s was answered %d %s %v, the first %d %s %v", address, got.status, got.body, got.header,
					first.status, first.body, first.header)
			}
		}
	})
}

// people asks an administrator's browser who is here, by address.
func (b *browser) people(t *testing.T) map[string]httpapi.HousePerson {
	t.Helper()
	var all httpapi.HousePeople
	b.get(t, "/api/v1/admin/people").into(t, http.StatusOK, &all)
	found := map[string]httpapi.HousePerson{}
	for _, p := range all.Items {
		found[p.Email] = p
	}
	return found
}

func TestAdministratorsKeepPeopleOutAndGiveRights(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2", "7.4.5", "8.3.2")
	each(t, func(t *testing.T, r *rig) {
		admin := r.setUp(t)
		robin := r.joins(t, "robin@example.com")
		one := admin.people(t)["robin@example.com"]
		path := "/api/v1/admin/people/" + one.ID
		change := func(body map[string]string) answer { return admin.do(t, http.MethodPatch, path, body) }
		if got := change(map[string]string{"state": "disabled"}); got.status != http.StatusNoContent {
			t.Fatalf("disabling was answered %d %s", got.status, got.body)
		}
		robin.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		if got := admin.people(t)["robin@example.com"]; got.State != "disabled" || got.Role != "member" {
			t.Errorf("Robin is %+v", got)
		}
		admin.post(t, path+"/reset", nil).wantProblem(t, http.StatusConflict, "person_disabled")
		change(map[string]string{"state": "active", "role": "admin"})
		if got := admin.people(t)["robin@example.com"]; got.State != "active" || got.Role != "admin" {
			t.Errorf("Robin is %+v", got)
		}
		change(map[string]string{"role": "owner"}).wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		change(map[string]string{"role": "member"})
		self := "/api/v1/admin/people/" + admin.people(t)[adminEmail].ID
		admin.do(t, http.MethodPatch, self, map[string]string{"role": "member"}).wantProblem(t, http.StatusConflict, "last_administrator")
		var offer httpapi.ResetOffer
		admin.post(t, path+"/reset", nil).into(t, http.StatusCreated, &offer)
		token, ok := strings.CutPrefix(offer.Path, "/reset-password#")
		if !ok {
			t.Fatalf("the link leads to %q", offer.Path)
		}
		b := r.browser()
		b.post(t, "/api/v1/password-reset/complete", map[string]string{"token": token, "password": phrase})
		b.post(t, "/api/v1/session", map[string]string{"email": "robin@example.com", "password": phrase}).into(t, http.StatusOK, &struct{}{})
	})
}

// TestNothingForAdministratorsShowsWhatIsPeoplesOwn looks for somebody's tokens,
// titles and accounts in every answer that administrators get.
func TestNothingForAdministratorsShowsWhatIsPeoplesOwn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.3", "14.2.6")
	each(t, func(t *testing.T, r *rig) {
		p := r.reads(t)
		_, err := r.Raw.ExecContext(t.Context(), `UPDATE users SET role = 'member'`)
		must(t, err)
		admin := r.joins(t, "another@example.com")
		_, err = r.Raw.ExecContext(t.Context(), `UPDATE users SET role = 'admin' WHERE email = 'another@example.com'`)
		must(t, err)
		r.stepUp(t, admin)
		item := p.page(t, "limit=1").Items[0]
		own := []string{item.ASIN, item.Title, amazonLogin}
		operations, err := httpapi.Operations(r.options())
		must(t, err)
		asked := 0
		for _, op := range operations {
			if op.Access != httpapi.Admin || op.Method != http.MethodGet {
				continue
			}
			asked++
			got := admin.get(t, op.Path)
			for _, text := range own {
				if strings.Contains(string(got.body), text) {
					t.Errorf("%s shows %q: %s", op.ID, text, got.body)
				}
			}
		}
		if asked < 3 {
			t.Errorf("%d operations were asked", asked)
		}
	})
}

// handsOver makes somebody else the only administrator, and the reader's device
// one that nobody shares.
func (r *rig) handsOver(t *testing.T) *browser {
	t.Helper()
	admin := r.joins(t, "another@example.com")
	for _, query := range []string{
		`UPDATE users SET role = CASE WHEN email = 'another@example.com' THEN 'admin' ELSE 'member' END`,
		`UPDATE user_audible_accounts SET shared_device = FALSE`,
	} {
		_, err := r.Raw.ExecContext(t.Context(), query)
		must(t, err)
	}
	return admin
}

func TestSomebodyTakesTheirDataAlongAndLeaves(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.3", "14.2.7")
	each(t, func(t *testing.T, r *rig) {
		p := r.reads(t)
		admin := r.handsOver(t)
		r.stepUp(t, p.browser)
		item := p.page(t, "limit=1").Items[0]
		got := p.get(t, "/api/v1/me/export")
		var all map[string][]map[string]any
		got.into(t, http.StatusOK, &all)
		if len(all["library_items"]) == 0 || len(all["audit_records"]) == 0 || !strings.Contains(string(got.body), item.ASIN) {
			t.Errorf("the export holds %d titles and %d records", len(all["library_items"]), len(all["audit_records"]))
		}
		if strings.Contains(string(got.body), "another@example.com") || strings.Contains(string(got.body), "Atna|") {
			t.Error("the export holds what is not theirs, or a token")
		}
		var gone httpapi.Gone
		p.do(t, http.MethodDelete, "/api/v1/me", nil).into(t, http.StatusOK, &gone)
		if gone.DevicesLeft != 0 || r.sim.LiveDevices(amazonLogin) != 0 {
			t.Errorf("%d devices are left, %d live", gone.DevicesLeft, r.sim.LiveDevices(amazonLogin))
		}
		p.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		if people := admin.people(t); len(people) != 1 {
			t.Errorf("people are %+v", people)
		}
	})
}

func TestAnAdministratorDeletesSomebodyAndSeesTheRetries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		p := r.reads(t)
		admin := r.handsOver(t)
		r.stepUp(t, admin)
		now := r.Clock.Now()
		r.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(time.Hour), Status: 503})
		path := "/api/v1/admin/people/" + admin.people(t)[adminEmail].ID
		var gone httpapi.Gone
		admin.do(t, http.MethodDelete, path, nil).into(t, http.StatusOK, &gone)
		p.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		left := admin.people(t)[""]
		if gone.DevicesLeft != 1 || left.State != "leaving" || left.Name != "" || left.Leaving == nil || left.Leaving.Devices != 1 || left.Leaving.Attempts != 1 {
			t.Errorf("%d devices are left, and the person is %+v", gone.DevicesLeft, left)
		}
		admin.do(t, http.MethodDelete, path, nil).wantProblem(t, http.StatusNotFound, "not_found")
		self := "/api/v1/admin/people/" + admin.people(t)["another@example.com"].ID
		admin.do(t, http.MethodDelete, self, nil).wantProblem(t, http.StatusConflict, "last_administrator")
	})
}
