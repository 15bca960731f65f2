package httpapi_test

import (
	"mime"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store/storetest"
)

// everyGet lists what can be fetched: every operation that is one, the pages
// and the probes.
func everyGet(t *testing.T, r *rig) []string {
	t.Helper()
	operations, err := httpapi.Operations(r.options())
	must(t, err)
	paths := []string{"/", "/library", "/assets/index-abc.js", "/manifest.webmanifest", "/healthz", "/readyz", "/api/v1/nothing"}
	for _, op := range operations {
		if op.Method == http.MethodGet && op.ID != "followEvents" {
			paths = append(paths, strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000000", "{", "", "}", "").Replace(op.Path))
		}
	}
	return paths
}

func TestEveryAnswerBearsItsHeaders(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.2", "3.2.1", "3.2.2", "3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "3.4.7", "3.4.8", "3.5.8", "4.1.1", "13.4.6", "14.2.2", "14.3.2")
	r := onSQLite(t)
	people := map[string]*browser{"somebody": r.setUp(t), "nobody": r.browser()}
	for _, path := range everyGet(t, r) {
		for who, b := range people {
			for _, origin := range []string{"https://evil.example", "null", r.origin} {
				got := b.do(t, http.MethodGet, path, nil, with("Origin", origin, "Sec-Fetch-Site", "cross-site"))
				if problem := headerProblem(path, got); problem != "" {
					t.Errorf("%s for %s: %s: %v", path, who, problem, got.header)
				}
			}
		}
	}
}

func TestBrowsersAreToldToComeByTLSAlone(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.4.1")
	for subdomains, want := range map[bool]string{false: "max-age=63072000", true: "max-age=63072000; includeSubDomains"} {
		r := newRig(t, storetest.Open(t), func(o *httpapi.Options) {
			o.Subdomains, o.TrustedProxies = subdomains, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		})
		for _, path := range everyGet(t, r) {
			by := func(scheme string) string {
				return r.browser().do(t, http.MethodGet, path, nil, with("X-Forwarded-Proto", scheme)).header.Get("Strict-Transport-Security")
			}
			if tls, plain := by("https"), by("http"); tls != want || plain != "" {
				t.Errorf("%s by TLS says %q, want %q, and without %q, want nothing", path, tls, want, plain)
			}
		}
	}
}

// headerProblem says what is wrong with the headers of an answer.
func headerProblem(path string, got answer) string {
	h, isAPI := got.header, strings.HasPrefix(path, "/api/")
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "", "Server": "", "X-Powered-By": "",
	} {
		if h.Get(name) != want {
			return name + " should be " + want
		}
	}
	policy := "; " + h.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} {
		if !strings.Contains(policy, "; "+want) {
			return "the policy lacks " + want
		}
	}
	if !isAPI && got.status == http.StatusOK && strings.HasPrefix(got.header.Get("Content-Type"), "text/html") &&
		!strings.Contains(policy, "; require-trusted-types-for 'script'") {
		return "the page may write HTML"
	}
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") && !strings.Contains(policy, "; report-uri /api/v1/csp-report") {
		return "nobody is told what the policy stopped"
	}
	kind, parameters, err := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case strings.Contains(policy, "unsafe") || isAPI && !strings.Contains(policy, "; sandbox"):
		return "the policy is too weak"
	case len(got.body) > 0 && err != nil:
		return "there is no content type"
	case strings.HasPrefix(kind, "text/") && kind != "text/event-stream" && !strings.EqualFold(parameters["charset"], "utf-8"):
		return "the text has no charset"
	case isAPI && !strings.Contains(h.Get("Cache-Control"), "no-store") && !strings.Contains(h.Get("Cache-Control"), "private"):
		return "caches may keep it"
	case isAPI && got.status >= 400 && h.Get("Cache-Control") != "no-store":
		return "caches may keep a refusal"
	}
	return ""
}

func TestNothingChangesByASafeMethod(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "3.5.3")
	r := onSQLite(t)
	b := r.setUp(t)
	operations, err := httpapi.Operations(r.options())
	must(t, err)
	readable := map[string]bool{}
	for _, op := range operations {
		readable[op.Path] = readable[op.Path] || op.Method == http.MethodGet
	}
	for _, op := range operations {
		if readable[op.Path] {
			continue
		}
		path := strings.NewReplacer("{marketplace}", "us", "{asin}", "B000000000", "{", "", "}", "").Replace(op.Path)
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if got := b.do(t, method, path, nil); got.status != http.StatusMethodNotAllowed && got.status != http.StatusNotFound {
				t.Errorf("%s %s was answered %d", method, op.Path, got.status)
			}
		}
	}
}
