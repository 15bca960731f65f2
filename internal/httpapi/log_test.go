package httpapi_test

import (
	"encoding/json"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
)

// logged is the record of a request in the log, which is written when the
// answer has gone out.
func (r *rig) logged(t *testing.T, id string) map[string]any {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); runtime.Gosched() {
		for line := range strings.Lines(r.log.String()) {
			var record map[string]any
			must(t, json.Unmarshal([]byte(line), &record))
			if record["msg"] == "request" && record["request_id"] == id {
				return record
			}
		}
	}
	t.Fatalf("the log does not have request %s", id)
	return nil
}

// Whoever is refused is found in the log: what they asked for, why they did not
// get it, and who they are when that is known.
func TestEveryRefusalIsInTheLog(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.3.2", "16.3.3")
	r := onSQLite(t)
	kim, bob := r.setUp(t), r.joins(t, "bob@example.com")
	bobs, err := r.PasswordByEmail(t.Context(), "bob@example.com")
	must(t, err)
	nobody := r.browser()
	for name, c := range map[string]struct {
		do      func() answer
		route   string
		problem string
		user    any
	}{
		"a wrong password": {func() answer {
			return nobody.post(t, "/api/v1/session", object{"email": adminEmail, "password": "a guess of fifteen"})
		}, "/api/v1/session", "invalid_credentials", nil},
		"nobody":   {func() answer { return nobody.get(t, "/api/v1/library") }, "/api/v1/library", "unauthorized", nil},
		"no right": {func() answer { return bob.get(t, "/api/v1/admin/status") }, "/api/v1/admin/status", "forbidden", string(bobs.User.ID)},
		"somebody else's": {
			func() answer { return bob.get(t, "/api/v1/accounts/01a2265e-417e-7710-a818-babaff80ab30") },
			"/api/v1/accounts/{id}", "not_found", string(bobs.User.ID),
		},
		"another site": {func() answer {
			return kim.do(t, http.MethodPost, "/api/v1/sessions/end-all", nil, with("Sec-Fetch-Site", "cross-site"))
		}, "", "cross_origin", nil},
		"a field too many": {func() answer {
			return nobody.post(t, "/api/v1/session", object{"email": adminEmail, "password": "x", "is_admin": true})
		}, "/api/v1/session", "unknown_field", nil},
	} {
		got := c.do()
		record := r.logged(t, got.header.Get("X-Request-Id"))
		if record["problem"] != c.problem || record["user"] != c.user || record["status"] != float64(got.status) ||
			c.route != "" && record["route"] != c.route {
			t.Errorf("%s: answered %d, and the log says %v", name, got.status, record)
		}
	}
	if log := r.log.String(); strings.Contains(log, adminEmail) || strings.Contains(log, "a guess of fifteen") {
		t.Error("the log says what was tried")
	}
}

// A program is the same whoever asks for it, so that it tells nothing of who is
// signed in; and no answer is wrapped into one.
func TestProgramsTellNothingOfWhoAsks(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.5.6", "3.5.7")
	r := onSQLite(t)
	kim := r.setUp(t)
	for _, path := range []string{"/assets/index-abc.js", "/assets/index-abc.css"} {
		mine, anybodys := kim.get(t, path), r.browser().get(t, path)
		if string(mine.body) != string(anybodys.body) || mine.status != http.StatusOK {
			t.Errorf("%s is %q for one and %q for another", path, mine.body, anybodys.body)
		}
	}
	for _, name := range []string{"callback", "jsonp", "cb"} {
		got := kim.get(t, "/api/v1/me?"+name+"=alert")
		if got.status != http.StatusBadRequest || strings.Contains(string(got.body), "alert(") {
			t.Errorf("?%s= is answered %d %s", name, got.status, got.body)
		}
	}
}
