package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

type object = map[string]any

const sessionName = "__Host-Http-audipy"

func TestSetUpMakesTheFirstAdministratorOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.2", "6.4.1")
	each(t, func(t *testing.T, r *rig) {
		code, err := r.auth.NewSetUpCode(t.Context())
		must(t, err)
		b := r.browser()
		person := object{"code": code, "name": "Kim", "email": adminEmail, "password": adminPassword}
		wrong := object{"code": code + "x", "name": "Kim", "email": adminEmail, "password": adminPassword}
		b.post(t, "/api/v1/setup", wrong).wantProblem(t, http.StatusUnauthorized, "unauthorized")
		var me httpapi.Me
		b.post(t, "/api/v1/setup", person).into(t, http.StatusCreated, &me)
		if !me.IsAdmin || me.Email != adminEmail || me.Name != "Kim" || !me.Session.Remembered {
			t.Errorf("made %+v", me)
		}
		b.get(t, "/api/v1/me").into(t, http.StatusOK, &me)
		r.browser().post(t, "/api/v1/setup", person).wantProblem(t, http.StatusConflict, "set_up_done")
	})
}

func TestSigningInBeginsASessionAndSigningOutEndsIt(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.3.5", "7.2.1", "7.2.4", "7.4.1", "14.3.1")
	each(t, func(t *testing.T, r *rig) {
		r.setUp(t)
		b := r.browser()
		b.cookies[sessionName] = strings.Repeat("A", 43) // planted by somebody else
		var in httpapi.SignedIn
		b.post(t, "/api/v1/session", object{"email": strings.ToUpper(adminEmail), "password": adminPassword}).
			into(t, http.StatusOK, &in)
		if in.Me == nil || in.SecondFactor != nil {
			t.Fatalf("signed in as %+v", in)
		}
		me := *in.Me
		token := b.cookies[sessionName]
		for name, value := range b.cookies {
			if len(name)+len(value) > 4096 {
				t.Errorf("cookie %s has %d bytes, which browsers drop", name, len(value))
			}
		}
		if token == strings.Repeat("A", 43) || len(token) != 43 || me.Session.Remembered {
			t.Errorf("token %q of %+v", token, me)
		}
		r.Clock.Advance(time.Second)
		b.post(t, "/api/v1/session/step-up", object{"password": adminPassword}).into(t, http.StatusOK, &me)
		if me.Session.SteppedUpUntil == nil || b.cookies[sessionName] == token {
			t.Errorf("after step-up: %+v", me)
		}
		old := r.browser()
		old.cookies[sessionName] = token
		old.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		token = b.cookies[sessionName]
		out := b.do(t, http.MethodDelete, "/api/v1/session", nil)
		if out.status != http.StatusNoContent || out.header.Get("Clear-Site-Data") != `"cache", "storage"` || b.cookies[sessionName+"-dev"] == "" || b.cookies[sessionName] != "" {
			t.Errorf("signing out: %d %v", out.status, out.header)
		}
		old.cookies[sessionName] = token
		for _, path := range []string{"/me", "/sessions", "/activity", "/library"} {
			old.get(t, "/api/v1"+path).wantProblem(t, http.StatusUnauthorized, "unauthorized")
		}
	})
}

func TestSigningInAnewEndsTheSessionOfThatBrowserAndNoOther(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.2.4")
	each(t, func(t *testing.T, r *rig) {
		elsewhere := r.setUp(t)
		robin := r.joins(t, "robin@example.com")
		b := r.browser()
		b.cookies[sessionName] = robin.cookies[sessionName]
		held := r.browser()
		for range 3 {
			held.cookies[sessionName] = b.cookies[sessionName]
			held.get(t, "/api/v1/me").into(t, http.StatusOK, &httpapi.Me{})
			b.post(t, "/api/v1/session", object{"email": adminEmail, "password": "not the password"}).
				wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
			held.get(t, "/api/v1/me").into(t, http.StatusOK, &httpapi.Me{})
			b.post(t, "/api/v1/session", object{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.SignedIn{})
			held.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		}
		elsewhere.get(t, "/api/v1/me").into(t, http.StatusOK, &httpapi.Me{})
		var list httpapi.SessionList
		if b.get(t, "/api/v1/sessions").into(t, http.StatusOK, &list); len(list.Items) != 2 {
			t.Errorf("sessions are %+v, want that of this browser and the other's", list.Items)
		}
		var all httpapi.ActivityPage
		b.get(t, "/api/v1/activity").into(t, http.StatusOK, &all)
		if ended := strings.Count(fmt.Sprint(all.Items), "session_ended"); ended != 2 {
			t.Errorf("%d sessions of one's own are said to have ended, want 2: %+v", ended, all.Items)
		}
	})
}

func TestRefusedSignInsAreAllAlike(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	each(t, func(t *testing.T, r *rig) {
		r.setUp(t)
		var first string
		for _, email := range []string{adminEmail, "nobody@example.com", "nobody"} {
			got := r.browser().post(t, "/api/v1/session", object{"email": email, "password": "not the password"})
			got.wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
			text := strings.ReplaceAll(string(got.body), got.header.Get("X-Request-Id"), "")
			if first == "" {
				first = text
			}
			if text != first {
				t.Errorf("%s: %s, want %s", email, text, first)
			}
		}
	})
}

func TestTheSixthGuessMustWait(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.1")
	each(t, func(t *testing.T, r *rig) {
		known := r.setUp(t)
		for range 5 {
			r.browser().post(t, "/api/v1/session", object{"email": adminEmail, "password": "not the password"}).
				wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
		}
		got := r.browser().do(t, http.MethodPost, "/api/v1/session", object{"email": adminEmail, "password": adminPassword},
			func(req *http.Request) { req.Header.Set("X-Forwarded-For", "203.0.113.7") })
		got.wantProblem(t, http.StatusTooManyRequests, "too_many_attempts")
		if got.header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
		}
		known.post(t, "/api/v1/session", object{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.SignedIn{})
	})
}

func TestAPasswordIsChangedWithTheCurrentOne(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.2.1", "6.2.2", "6.2.3", "6.2.4", "7.4.3", "7.5.1")
	each(t, func(t *testing.T, r *rig) {
		b, other := r.setUp(t), r.browser()
		var me httpapi.Me
		other.post(t, "/api/v1/session", object{"email": adminEmail, "password": adminPassword}).into(t, http.StatusOK, &httpapi.SignedIn{})
		change := func(current, next string) answer {
			return b.do(t, http.MethodPut, "/api/v1/me/password", object{"current": current, "next": next})
		}
		change("not the password", "eight calm herons wade").wantProblem(t, http.StatusUnauthorized, "invalid_credentials")
		change(adminPassword, "too short").wantProblem(t, http.StatusUnprocessableEntity, "password_too_short")
		change(adminPassword, "passwordpassword").wantProblem(t, http.StatusUnprocessableEntity, "password_blocked")
		change(adminPassword, strings.Repeat("ab ", 342)).wantProblem(t, http.StatusUnprocessableEntity, "password_too_long")
		other.get(t, "/api/v1/me").into(t, http.StatusOK, &me)
		change(adminPassword, "eight calm herons wade").into(t, http.StatusOK, &me)
		b.get(t, "/api/v1/me").into(t, http.StatusOK, &me)
		other.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.1")
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		second, third := r.browser(), r.browser()
		var me httpapi.Me
		for _, one := range []*browser{second, third} {
			r.Clock.Advance(time.Minute)
			one.do(t, http.MethodPost, "/api/v1/session", object{"email": adminEmail, "password": adminPassword},
				func(req *http.Request) { req.Header.Set("User-Agent", "Mozilla/5.0 (iPhone)") }).into(t, http.StatusOK, &me)
		}
		var list httpapi.SessionList
		third.get(t, "/api/v1/sessions").into(t, http.StatusOK, &list)
		if len(list.Items) != 3 || !list.Items[0].IsCurrent || list.Items[0].Device != "iPhone" || list.Items[1].IsCurrent ||
			list.Items[0].Address != "127.0.0.1" {
			t.Fatalf("sessions are %+v", list.Items)
		}
		if got := third.do(t, http.MethodDelete, "/api/v1/sessions/"+list.Items[1].ID, nil); got.status != http.StatusNoContent {
			t.Errorf("ending a session: %d %s", got.status, got.body)
		}
		second.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		third.do(t, http.MethodDelete, "/api/v1/sessions/"+list.Items[1].ID, nil).wantProblem(t, http.StatusNotFound, "not_found")
		if got := third.post(t, "/api/v1/sessions/end-others", nil); got.status != http.StatusNoContent {
			t.Errorf("ending the others: %d %s", got.status, got.body)
		}
		b.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
		third.get(t, "/api/v1/me").into(t, http.StatusOK, &me)
		last := r.browser()
		last.cookies[sessionName] = third.cookies[sessionName]
		if got := third.post(t, "/api/v1/sessions/end-all", nil); got.status != http.StatusNoContent || third.cookies[sessionName] != "" {
			t.Errorf("signing out everywhere: %d %s", got.status, got.body)
		}
		last.get(t, "/api/v1/me").wantProblem(t, http.StatusUnauthorized, "unauthorized")
	})
}

func TestActivityComesInPagesTheNewestFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		for _, name := range []string{"Robin", "Sam", "Alex", "Kim"} {
			var me httpapi.Me
			b.do(t, http.MethodPatch, "/api/v1/me", object{"name": name}).into(t, http.StatusOK, &me)
		}
		var seqs []int64
		cursor := ""
		for {
			var page httpapi.ActivityPage
			b.get(t, "/api/v1/activity?limit=2&cursor="+cursor).into(t, http.StatusOK, &page)
			for _, one := range page.Items {
				seqs = append(seqs, one.Seq)
			}
			if cursor = page.Next; cursor == "" {
				break
			}
		}
		for i, seq := range seqs {
			if len(seqs) != 5 || seq != int64(5-i) {
				t.Fatalf("records are %v", seqs)
			}
		}
		b.get(t, "/api/v1/activity?cursor=AAAA").wantProblem(t, http.StatusBadRequest, "cursor_invalid")
	})
}

func TestANameIsKeptAndBounded(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	b := r.setUp(t)
	var me httpapi.Me
	b.do(t, http.MethodPatch, "/api/v1/me", object{"name": " Ann Ó Néill "}).into(t, http.StatusOK, &me)
	if me.Name != "Ann Ó Néill" {
		t.Errorf("name is %q", me.Name)
	}
	b.do(t, http.MethodPatch, "/api/v1/me", object{"name": "a\u202eb"}).wantProblem(t, http.StatusUnprocessableEntity, "name_invalid")
}
