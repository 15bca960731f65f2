package httpapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/mail/mailtest"
)

// opens gives the server a service at which anybody may register.
func (r *rig) opens(t *testing.T) *mailtest.Server {
	t.Helper()
	server := mailtest.Start(t)
	open, err := auth.New(t.Context(), auth.Options{
		Store: r.Store, Key: r.key, Now: r.Clock.Now, Cost: auth.Cost{Time: 1, Memory: 64, Lanes: 1},
		Mail: server.Sender(t), PublicURL: r.origin, Registration: auth.RegistrationOpen,
	})
	must(t, err)
	r.auth = open
	handler, err := httpapi.NewWithEcho(r.options())
	must(t, err)
	r.current.Store(handler)
	return server
}

func TestTheAnswerIsTheSameWhoeverAsksToRegister(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		visitor := r.browser()
		visitor.post(t, "/api/v1/registration/request", map[string]string{"email": "x@example.com"}).
			wantProblem(t, http.StatusConflict, "registration_closed")
		mails := r.opens(t)
		var server httpapi.Server
		visitor.get(t, "/api/v1/server").into(t, http.StatusOK, &server)
		if server.Registration != "open" {
			t.Errorf("registration %q", server.Registration)
		}
		for _, way := range []struct {
			b    *browser
			path string
		}{{visitor, "/api/v1/registration/request"}, {b, "/api/v1/me/address"}} {
			taken := fmt.Sprintf("taken%d@example.com", len(way.path))
			r.joins(t, taken)
			free := way.b.post(t, way.path, map[string]string{"email": "free@example.com"})
			owned := way.b.post(t, way.path, map[string]string{"email": taken})
			if free.status != http.StatusAccepted || owned.status != free.status || !slices.Equal(owned.body, free.body) {
				t.Errorf("%s: free %d %s, taken %d %s", way.path, free.status, free.body, owned.status, owned.body)
			}
			way.b.post(t, way.path, map[string]string{"email": "a@b"}).wantProblem(t, http.StatusUnprocessableEntity, "email_invalid")
		}
		r.auth.Wait(t.Context())
		if mails.Taken() != 2+4 {
			t.Errorf("%d mails", mails.Taken())
		}
		visitor.post(t, "/api/v1/address/confirm", map[string]string{"token": "x"}).wantProblem(t, http.StatusBadRequest, "token_invalid")
	})
}

func TestFactorsAreTakenAwayByAdministratorsAndKeptByTheirOwner(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		admin, robin := r.setUp(t), r.joins(t, "robin@example.com")
		var people httpapi.HousePeople
		admin.get(t, "/api/v1/admin/people").into(t, http.StatusOK, &people)
		path := ""
		for _, p := range people.Items {
			if p.Email == "robin@example.com" {
				path = "/api/v1/admin/people/" + p.ID + "/factor-removal"
			}
		}
		admin.post(t, path, nil).wantProblem(t, http.StatusConflict, "no_second_factor")
		robin.enrol(t)
		admin.post(t, path, nil).wantStatus(t, http.StatusAccepted)
		var f httpapi.Factors
		robin.get(t, "/api/v1/me/factors").into(t, http.StatusOK, &f)
		admin.get(t, "/api/v1/admin/people").into(t, http.StatusOK, &people)
		shown := slices.ContainsFunc(people.Items, func(p httpapi.HousePerson) bool { return p.FactorsEndAt.Equal(f.RemovalAt) })
		if f.RemovalAt.IsZero() || !shown {
			t.Errorf("factors %+v, people %+v", f, people)
		}
		var got, renamed, kept httpapi.Me
		robin.get(t, "/api/v1/me").into(t, http.StatusOK, &got)
		robin.do(t, http.MethodPatch, "/api/v1/me", map[string]string{"name": "Robin"}).into(t, http.StatusOK, &renamed)
		if !got.FactorsEndAt.Equal(f.RemovalAt) || !renamed.FactorsEndAt.Equal(f.RemovalAt) {
			t.Errorf("the pages know of %v and %v, want %v", got.FactorsEndAt, renamed.FactorsEndAt, f.RemovalAt)
		}
		robin.do(t, http.MethodDelete, "/api/v1/me/factors/removal", nil).wantStatus(t, http.StatusNoContent)
		robin.get(t, "/api/v1/me").into(t, http.StatusOK, &kept)
		if !kept.FactorsEndAt.IsZero() {
			t.Errorf("after it was called off the pages know of %v", kept.FactorsEndAt)
		}
		admin.do(t, http.MethodDelete, path, nil).wantProblem(t, http.StatusNotFound, "not_found")
		admin.get(t, "/api/v1/me/factors").into(t, http.StatusOK, &f)
		if !f.Wanted {
			t.Error("the administrator is not asked for a factor")
		}
		admin.post(t, "/api/v1/me/factors/postpone", nil).wantStatus(t, http.StatusNoContent)
		var after httpapi.Factors
		admin.get(t, "/api/v1/me/factors").into(t, http.StatusOK, &after)
		if after.Wanted {
			t.Error("the administrator is asked again")
		}
	})
}
