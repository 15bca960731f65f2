package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
)

// without takes headers away.
func without(names ...string) func(*http.Request) {
	return func(r *http.Request) {
		for _, name := range names {
			r.Header.Del(name)
		}
	}
}

// with sets headers: name, value, name, value.
func with(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		for i := 0; i < len(pairs); i += 2 {
			r.Header.Set(pairs[i], pairs[i+1])
		}
	}
}

func TestAnUnsafeRequestMustComeFromOurOwnPages(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.5.1", "3.7.5")
	each(t, func(t *testing.T, r *rig) {
		b := r.setUp(t)
		body := map[string]any{"text": "hello"}
		refused := []struct {
			name   string
			change func(*http.Request)
		}{
			{"another site", with("Sec-Fetch-Site", "cross-site")},
			{"a sibling site", with("Sec-Fetch-Site", "same-site")},
			{"a foreign origin alone", func(req *http.Request) {
				without("Sec-Fetch-Site")(req)
				with("Origin", "https://evil.example")(req)
			}},
			{"a foreign origin that claims to be ours", with("Origin", "https://evil.example")},
			{"our host with another scheme", with("Origin", "https"+r.origin[len("http"):])},
			{"our host with another port", with("Origin", "http://localhost:1")},
			{"the number of our host", with("Origin", "http://"+r.listener)},
			{"no origin at all", with("Origin", "null")},
			{"our origin with a path", with("Origin", r.origin+"/")},
			{"nothing that says where it is from", without("Origin", "Sec-Fetch-Site")},
			{"two origins", func(req *http.Request) { req.Header.Add("Origin", r.origin) }},
		}
		for _, c := range refused {
			got := b.do(t, http.MethodPost, "/api/v1/echo", body, c.change)
			t.Log(c.name)
			got.wantProblem(t, http.StatusForbidden, "cross_origin")
		}
		accepted := []struct {
			name   string
			change func(*http.Request)
		}{
			{"as a browser sends it", with()},
			{"an old browser without Sec-Fetch-Site", without("Sec-Fetch-Site")},
			{"a browser that leaves the origin out", without("Origin")},
		}
		for _, c := range accepted {
			if got := b.do(t, http.MethodPost, "/api/v1/echo", body, c.change); got.status != http.StatusOK {
				t.Errorf("%s: %d %s", c.name, got.status, got.body)
			}
		}
	})
}

func TestBodiesAreJSONAndSaySo(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.5.2")
	b := onSQLite(t).browser()
	for _, kind := range []string{
		"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
		"application/json;charset=utf-7", "application/json, text/plain", "application/jsonp", "text/json",
	} {
		got := b.do(t, http.MethodPost, "/api/v1/echo-public", map[string]any{"text": "x"}, with("Content-Type", kind))
		got.wantProblem(t, http.StatusUnsupportedMediaType, "json_required")
	}
	got := b.do(t, http.MethodPost, "/api/v1/echo-public", map[string]any{"text": "x"}, with("Content-Encoding", "gzip"))
	got.wantProblem(t, http.StatusUnsupportedMediaType, "json_required")
	got = b.do(t, http.MethodPost, "/api/v1/echo-public", map[string]any{"text": "x"},
		with("Content-Type", "application/json; charset=UTF-8"))
	if got.status != http.StatusOK {
		t.Errorf("with a charset: %d %s", got.status, got.body)
	}
}

func TestOnlyThePublicHostIsAnswered(t *testing.T) {
	t.Parallel()
	b := onSQLite(t).browser()
	for _, host := range []string{"evil.example", b.rig.listener, "localhost", "localhost.", "localhost:1"} {
		got := b.do(t, http.MethodGet, "/api/v1/server", nil, func(req *http.Request) { req.Host = host })
		got.wantProblem(t, http.StatusMisdirectedRequest, "wrong_host")
		if got := b.do(t, http.MethodGet, "/healthz", nil, func(req *http.Request) { req.Host = host }); got.status != http.StatusOK {
			t.Errorf("a probe by the name %q was answered %d", host, got.status)
		}
	}
}
