package httpapi_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
)

func TestTheServerSaysWhetherItIsSetUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		var before, after httpapi.Server
		r.browser().get(t, "/api/v1/server").into(t, http.StatusOK, &before)
		want := httpapi.Server{
			SetUpNeeded: true, Simulated: true, PublicURL: r.origin, Passkeys: true, PasswordMin: 15, Providers: []httpapi.Provider{},
			Registration: "invite-only",
		}
		if !reflect.DeepEqual(before, want) {
			t.Errorf("before set-up: %+v, want %+v", before, want)
		}
		b := r.setUp(t)
		r.browser().get(t, "/api/v1/server").into(t, http.StatusOK, &after)
		if after.SetUpNeeded {
			t.Error("set-up is still needed after it was done")
		}
		if after.SignedIn {
			t.Error("a browser without a cookie is signed in")
		}
		b.get(t, "/api/v1/server").into(t, http.StatusOK, &after)
		if !after.SignedIn {
			t.Error("who is signed in is not told so")
		}
		b.cookies["__Host-Http-audipy"] = strings.Repeat("x", 43)
		b.get(t, "/api/v1/server").into(t, http.StatusOK, &after)
		if after.SignedIn {
			t.Error("a cookie that is no session is taken for one")
		}
	})
}

func TestAnOperationWithoutAPolicyKeepsTheServerFromStarting(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.1")
	err := httpapi.NewWithForgotten(httpapi.Options{})
	if err == nil || !strings.Contains(err.Error(), `"forgotten" has no row`) {
		t.Errorf("error = %v, want one that names the operation", err)
	}
}

func TestProbesAnswerWithoutASession(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		for _, path := range []string{"/healthz", "/readyz"} {
			if got := r.browser().get(t, path); got.status != http.StatusOK {
				t.Errorf("%s answered %d %s", path, got.status, got.body)
			}
		}
		must(t, r.Close())
		r.browser().get(t, "/readyz").wantProblem(t, http.StatusServiceUnavailable, "unavailable")
		if got := r.browser().get(t, "/healthz"); got.status != http.StatusOK {
			t.Errorf("/healthz without a database answered %d", got.status)
		}
	})
}

func TestWhatIsNotThereIsAProblem(t *testing.T) {
	t.Parallel()
	b := onSQLite(t).browser()
	b.get(t, "/api/v1/nothing").wantProblem(t, http.StatusNotFound, "not_found")
	got := b.post(t, "/api/v1/server", nil)
	got.wantProblem(t, http.StatusMethodNotAllowed, "method_not_allowed")
	if allow := got.header.Get("Allow"); allow != "GET, HEAD" {
		t.Errorf("Allow is %q", allow)
	}
}
