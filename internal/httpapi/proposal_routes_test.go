package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
)

const proposalsPath = "/api/v1/link-proposals"

// propose proposes the made-up Amazon account with a credential.
func (r *rig) propose(t *testing.T, credential string, shared bool) answer {
	t.Helper()
	file, err := r.sim.CredentialFile(amazonLogin, "us")
	must(t, err)
	return r.browser().do(t, http.MethodPost, proposalsPath, map[string]any{"file": string(file), "shared": shared},
		with("Authorization", "Bearer "+credential))
}

func TestWhatAProgramProposesIsLinkedByWhoNamesIt(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.3.1")
	each(t, func(t *testing.T, r *rig) {
		kim := r.setUp(t)
		one, other := r.makeToken(t, kim, audipy.ScopeLinksPropose), r.makeToken(t, kim, audipy.ScopeLinksPropose)
		var made httpapi.LinkProposal
		r.propose(t, one.Token, false).into(t, http.StatusCreated, &made)
		if made.Status != "pending" || made.AccountName == "" || made.ConfirmURI != r.origin+"/link-proposals/"+made.ID {
			t.Errorf("the proposal is %+v", made)
		}
		path := proposalsPath + "/" + made.ID
		r.bearer(t, "/link-proposals/"+made.ID, other.Token).wantProblem(t, http.StatusNotFound, "not_found")
		kim.get(t, path).wantProblem(t, http.StatusNotFound, "not_found")
		// No way of browsers goes on with it but the one that names it.
		kim.post(t, linksPath+"/"+made.ID+"/confirm", nil).wantProblem(t, http.StatusConflict, "other_browser")
		var open struct{ Items []httpapi.OpenProposal }
		got := kim.get(t, proposalsPath)
		got.into(t, http.StatusOK, &open)
		if len(open.Items) != 1 || open.Items[0].Program != "script" || open.Items[0].SharedDevice || strings.Contains(string(got.body), "refresh") {
			t.Errorf("the person sees %s", got.body)
		}
		r.joins(t, "lee@example.com").post(t, path+"/confirm", map[string]string{"name": made.AccountName}).wantProblem(t, http.StatusNotFound, "not_found")
		kim.post(t, path+"/confirm", map[string]string{"name": "somebody else"}).wantProblem(t, http.StatusUnprocessableEntity, "name_mismatch")
		var linked httpapi.LinkedAccount
		kim.post(t, path+"/confirm", map[string]string{"name": " " + strings.ToUpper(made.AccountName)}).into(t, http.StatusCreated, &linked)
		r.bearer(t, "/link-proposals/"+made.ID, one.Token).into(t, http.StatusOK, &made)
		if made.Status != "confirmed" || made.AccountID != linked.ID || made.Relinked {
			t.Errorf("afterwards it is %+v", made)
		}
		if n := r.sim.LiveDevices(amazonLogin); n != 1 {
			t.Errorf("%d devices", n)
		}
		r.propose(t, one.Token, true).wantProblem(t, http.StatusConflict, "already_linked")
	})
}

func TestAProposalThatIsRefusedOrOverLeavesTheProgramItsCopy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		kim := r.setUp(t)
		token := r.makeToken(t, kim, audipy.ScopeLinksPropose).Token
		var refused, over httpapi.LinkProposal
		r.propose(t, token, false).into(t, http.StatusCreated, &refused)
		if got := kim.do(t, http.MethodDelete, proposalsPath+"/"+refused.ID, nil); got.status != http.StatusNoContent {
			t.Fatalf("refusing was answered %d %s", got.status, got.body)
		}
		r.propose(t, token, false).into(t, http.StatusCreated, &over)
		r.Clock.Advance(10 * time.Minute)
		for _, want := range []httpapi.LinkProposal{{ID: refused.ID, Status: "refused"}, {ID: over.ID, Status: "expired"}} {
			var p httpapi.LinkProposal
			r.bearer(t, "/link-proposals/"+want.ID, token).into(t, http.StatusOK, &p)
			if p.Status != want.Status || p.AccountID != "" {
				t.Errorf("it is %+v, want %s", p, want.Status)
			}
		}
		if n := r.sim.LiveDevices(amazonLogin); n == 0 {
			t.Error("the program's device was signed out")
		}
		kim.post(t, proposalsPath+"/"+over.ID+"/confirm", map[string]string{"name": over.AccountName}).
			wantProblem(t, http.StatusForbidden, "step_up_required")
	})
}
