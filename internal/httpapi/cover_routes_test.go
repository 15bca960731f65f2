package httpapi_test

import (
	"net/http"
	"testing"
)

func TestCoversOfOnesOwnTitlesAreShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		item := one.page(t, "limit=1").Items[0]
		got := one.get(t, item.Cover+"?size=small")
		if got.status != http.StatusOK || got.header.Get("Content-Type") != "image/jpeg" ||
			got.header.Get("Cache-Control") != "private, max-age=86400" || len(got.body) < 500 {
			t.Fatalf("%s was answered %d %v", item.Cover, got.status, got.header)
		}
		again := one.do(t, http.MethodGet, item.Cover+"?size=small", nil, with("If-None-Match", got.header.Get("ETag")))
		if again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("the same cover was sent again: %d", again.status)
		}
		one.get(t, "/api/v1/covers/us/B000000000").wantProblem(t, http.StatusNotFound, "not_found")
		one.get(t, item.Cover+"?size=huge").wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		r.joins(t, "other@example.com").get(t, item.Cover).wantProblem(t, http.StatusNotFound, "not_found")
		r.browser().get(t, item.Cover).wantProblem(t, http.StatusUnauthorized, "unauthorized")
	})
}
