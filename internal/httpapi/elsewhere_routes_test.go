package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/elsewhere/shelftest"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// shelfWith is a made-up server with one book that nobody sells, and a key.
func shelfWith(t *testing.T, key string) string {
	t.Helper()
	shelf := &shelftest.Server{Key: key}
	shelf.Set(shelftest.Book{ID: "1", Title: "Nobody Sells This", Authors: "Ann", AudioFiles: 1})
	server := httptest.NewServer(shelf)
	t.Cleanup(server.Close)
	return server.URL
}

// connect has a browser connect a server.
func (b *browser) connect(t *testing.T, address, key string) answer {
	t.Helper()
	return b.do(t, http.MethodPut, "/api/v1/elsewhere", map[string]string{"url": address, "key": key})
}

func TestAServerOutsideOfAudibleIsConnectedReadAppliedAndRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		b, address := r.setUp(t), shelfWith(t, "abs-secret-key")
		var e httpapi.Elsewhere
		b.get(t, "/api/v1/elsewhere").into(t, http.StatusOK, &e)
		if e.Server != nil || e.Titles != 0 {
			t.Errorf("before: %+v", e)
		}
		b.connect(t, address, "wrong").wantProblem(t, http.StatusUnprocessableEntity, "key_refused")
		b.connect(t, "http://169.254.169.254/", "abs-secret-key").wantProblem(t, http.StatusUnprocessableEntity, "target_invalid")
		b.connect(t, address, "a\nb").wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		b.connect(t, address, "abs-secret-key").wantStatus(t, http.StatusNoContent)
		apply := func() answer {
			return b.post(t, "/api/v1/elsewhere/apply", map[string]bool{"count_likely": true})
		}
		apply().wantProblem(t, http.StatusConflict, "not_read")
		user, err := r.UserByEmail(t, adminEmail)
		must(t, err)
		_, err = r.shelves.ReadJob(t.Context(), store.Job{User: user})
		must(t, err)
		got := b.get(t, "/api/v1/elsewhere")
		got.into(t, http.StatusOK, &e)
		if e.Titles != 1 || e.Unknown != 1 || e.Server.Host != strings.TrimPrefix(address, "http://") || !e.Server.AppliedAt.IsZero() {
			t.Errorf("read: %s", got.body)
		}
		if strings.Contains(string(got.body)+r.log.String(), "secret-key") {
			t.Error("the key got out")
		}
		apply().wantStatus(t, http.StatusNoContent)
		b.post(t, "/api/v1/elsewhere/read", nil).wantStatus(t, http.StatusAccepted)
		b.get(t, "/api/v1/elsewhere").into(t, http.StatusOK, &e)
		if !e.Server.Reading || e.Server.AppliedAt.IsZero() || !e.Server.CountLikely {
			t.Errorf("applied: %+v", e.Server)
		}
		b.do(t, http.MethodDelete, "/api/v1/elsewhere", nil).wantStatus(t, http.StatusNoContent)
		b.do(t, http.MethodDelete, "/api/v1/elsewhere", nil).wantProblem(t, http.StatusNotFound, "not_found")
	})
}

// wantStatus checks the status of an answer.
func (a answer) wantStatus(t *testing.T, status int) {
	t.Helper()
	if a.status != status {
		t.Errorf("answered %d %s, want %d", a.status, a.body, status)
	}
}

func TestAPersonConnectsServersFewTimesAnHour(t *testing.T) {
	t.Parallel()
	r := newRig(t, storetest.Open(t), func(o *httpapi.Options) { o.Limits.UserElsewhere = 2 })
	b := r.setUp(t)
	for i := range 3 {
		got := b.connect(t, fmt.Sprintf("https://10.0.0.%d/", i), "x")
		if limited := got.status == http.StatusTooManyRequests; limited != (i == 2) {
			t.Errorf("attempt %d: %d %s", i, got.status, got.body)
		}
	}
}
