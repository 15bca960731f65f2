package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
)

// holder is a program with a credential, and whether the credential is any good.
type holder struct {
	name, credential string
	scopes           []audipy.Scope
	isGood           bool
}

// holders are programs of every kind: with each scope by itself, by a token made
// by hand and as a device, of the administrator and of somebody else; and with
// credentials that are over.
func (r *rig) holders(t *testing.T) []holder {
	t.Helper()
	admin, member, gone := r.setUp(t), r.joins(t, "member@example.com"), r.joins(t, "gone@example.com")
	var all []holder
	for i, scope := range audipy.Scopes() {
		whose := map[string]*browser{"administrator": admin, "member": member}
		for who, b := range whose {
			all = append(all, holder{who + "'s token for " + string(scope), r.makeToken(t, b, scope).Token, []audipy.Scope{scope}, true})
			if i%2 == 0 == (who == "member") {
				all = append(all, holder{who + "'s device for " + string(scope), r.letIn(t, b, string(scope)).AccessToken, []audipy.Scope{scope}, true})
			}
		}
	}
	every := audipy.Scopes()
	all = append(all, holder{"the administrator's token for everything", r.makeToken(t, admin, every...).Token, every, true})
	all = append(all,
		holder{"a token of somebody disabled", r.makeToken(t, gone, every...).Token, every, false},
		holder{"a device of somebody disabled", r.letIn(t, gone, audipy.JoinScopes(every)).AccessToken, every, false})
	_, err := r.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE WHERE email = 'gone@example.com'`)
	must(t, err)
	ended, shut := r.makeToken(t, member, every...), r.letIn(t, member, audipy.JoinScopes(every))
	for _, credential := range []string{ended.Token, shut.RefreshToken} {
		if got := r.form(t, "revoke", "token", credential, "client_id", "audipy-cli"); got.status != http.StatusOK {
			t.Fatalf("revoking was answered %d %s", got.status, got.body)
		}
	}
	return append(all, holder{"an ended token", ended.Token, every, false}, holder{"an ended device", shut.AccessToken, every, false},
		holder{"a refresh token", r.letIn(t, member, audipy.JoinScopes(every)).RefreshToken, every, false})
}

// wantProgramRefusal is wantRefusal for a program.
func wantProgramRefusal(op httpapi.Operation, h holder) string {
	refused := ""
	switch {
	case op.Access == httpapi.Public:
		return ""
	case op.Access == httpapi.SetUpOnly:
		return "set_up_done"
	case op.Access == httpapi.Pending:
		return "sign_in_over"
	case !h.isGood:
		refused = "unauthorized"
	case op.Access != httpapi.Session || op.StepUp || op.Scope == "":
		refused = "not_for_programs"
	case op.Scope != httpapi.AnyScope && !contains(h.scopes, op.Scope):
		refused = "insufficient_scope"
	}
	if refused != "" && op.Hidden {
		return "not_found"
	}
	return refused
}

func contains(scopes []audipy.Scope, scope audipy.Scope) bool {
	return strings.Contains(" "+audipy.JoinScopes(scopes)+" ", " "+string(scope)+" ")
}

// TestEveryOperationIsForThoseProgramsThatThePolicySays is the grid for programs:
// every operation with every kind of credential and every scope.
func TestEveryOperationIsForThoseProgramsThatThePolicySays(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.1", "8.3.1", "10.3.2", "10.3.4")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		r := newRig(t, db, ending)
		holders := r.holders(t)
		operations, err := httpapi.Operations(r.options())
		must(t, err)
		scoped := map[audipy.Scope]int{}
		for _, op := range operations {
			scoped[op.Scope]++
			for _, h := range holders {
				path := strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000000", "{", "", "}", "").Replace(op.Path)
				got := r.browser().do(t, op.Method, path, nil, with("Authorization", "Bearer "+h.credential))
				var p httpapi.Problem
				_ = json.Unmarshal(got.body, &p) // an answer that is no problem has no code
				want := wantProgramRefusal(op, h)
				isRefused := isRefusal(p.Code) || p.Code == "not_for_programs" || p.Code == "insufficient_scope"
				if want != "" && p.Code != want || want == "" && isRefused || got.status >= 500 {
					t.Errorf("%s by %s was answered %d %.200s, want %s", op.ID, h.name, got.status, got.body, want)
				}
			}
		}
		for _, scope := range audipy.Scopes() {
			if scoped[scope] == 0 {
				t.Errorf("nothing needs %s", scope)
			}
		}
		if scoped[""] < 60 {
			t.Errorf("only %d operations are for browsers alone", scoped[""])
		}
	})
}
