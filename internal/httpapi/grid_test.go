package httpapi_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
)

// The kinds of caller that every operation is tried with.
const (
	nobody = iota
	forger
	somebody
	administrator
	disabled
	ambiguous
	owing // somebody whose password was right and who owes the second factor
	callers
)

// wantRefusal returns the code that the policy refuses a caller with, or
// nothing where the caller gets through to the operation.
func wantRefusal(op httpapi.Operation, who int) string {
	refused := ""
	switch {
	case who == ambiguous:
		return "ambiguous_credentials"
	case op.Access == httpapi.Public:
		return ""
	case op.Access == httpapi.SetUpOnly:
		return "set_up_done"
	case op.Access == httpapi.Pending && who != owing:
		refused = "sign_in_over"
	case op.Access == httpapi.Pending:
		return ""
	case who != somebody && who != administrator:
		refused = "unauthorized"
	case op.Access == httpapi.Admin && who != administrator:
		refused = "forbidden"
	case op.StepUp:
		refused = "step_up_required"
	}
	if refused != "" && op.Hidden {
		return "not_found"
	}
	return refused
}

// TestEveryOperationIsForWhomThePolicySays tries every operation of the policy
// table with every kind of credential.
func TestEveryOperationIsForWhomThePolicySays(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.2.1", "7.4.2", "7.5.3", "8.2.1", "8.3.1", "8.3.2")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		r := newRig(t, db, ending)
		r.setUp(t)
		operations, err := httpapi.Operations(r.options())
		must(t, err)
		if len(operations) < 10 {
			t.Fatalf("only %d operations", len(operations))
		}
		for i, op := range operations {
			for who := range callers {
				b, change := r.caller(t, who, strconv.Itoa(i)+"-"+strconv.Itoa(who)+"@example.com")
				path := strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000000", "{", "", "}", "").Replace(op.Path)
				got := b.do(t, op.Method, path, nil, change)
				var p httpapi.Problem
				_ = json.Unmarshal(got.body, &p) // an answer that is no problem has no code
				want := wantRefusal(op, who)
				if want != "" && p.Code != want {
					t.Errorf("%s by caller %d was answered %d %.200s, want %s", op.ID, who, got.status, got.body, want)
				}
				if want == "" && isRefusal(p.Code) || got.status >= 500 {
					t.Errorf("%s by caller %d was answered %d %.200s", op.ID, who, got.status, got.body)
				}
			}
		}
	})
}

// ending is a server that is to end, so that streams of events do.
func ending(o *httpapi.Options) {
	ended := make(chan struct{})
	close(ended)
	o.Ending = ended
}

func isRefusal(code string) bool {
	switch code {
	case "unauthorized", "forbidden", "sign_in_over", "step_up_required", "set_up_done", "set_up_needed", "ambiguous_credentials":
		return true
	}
	return false
}

// caller returns a browser of a kind of caller, who gave no password lately.
func (r *rig) caller(t *testing.T, who int, email string) (*browser, func(*http.Request)) {
	t.Helper()
	b, change := r.browser(), with()
	switch who {
	case forger:
		b.cookies["__Host-Http-audipy"] = strings.Repeat("A", 43)
	case somebody, administrator, disabled, ambiguous:
		b = r.joins(t, email)
	}
	query := ""
	switch who {
	case owing:
		return r.owes(t, email), change
	case administrator:
		query = `UPDATE users SET role = 'admin' WHERE email = $1`
	case disabled:
		query = `UPDATE users SET is_active = FALSE WHERE email = $1`
	case ambiguous:
		change = with("Authorization", "Bearer x")
	}
	if query != "" {
		_, err := r.Raw.ExecContext(t.Context(), query, email)
		must(t, err)
	}
	r.Clock.Advance(11 * time.Minute)
	return b, change
}
