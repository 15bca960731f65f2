package httpapi

import (
	"net/http"
	"strings"
)

// setHeaders sets what every answer bears. Nothing is cached unless the
// handler says otherwise.
func (a *api) setHeaders(h http.Header, r *http.Request, secure bool) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Origin-Agent-Cluster", "?1")
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Cache-Control", "no-store")
	h.Set("Permissions-Policy", "accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), "+
		"gyroscope=(), microphone=(), midi=(), payment=(), usb=()")
	h.Set("Content-Security-Policy", apiPolicy)
	if secure {
		h.Set("Strict-Transport-Security", transportPolicy(a.Subdomains))
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Vary", "Cookie, Authorization, Origin, Sec-Fetch-Site")
	}
}

// transportPolicy tells browsers to come by TLS alone for two years. The names
// below ours may be other machines of a household, so they are left out unless
// the operator says otherwise.
func transportPolicy(subdomains bool) string {
	if subdomains {
		return "max-age=63072000; includeSubDomains"
	}
	return "max-age=63072000"
}

// apiPolicy lets an answer of the API do nothing should a browser show it.
const apiPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"

// pagePolicy lets pages load their own scripts, styles, fonts and pictures and
// talk to their own server. Nothing else may run, and nothing may frame them.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; " +
	"form-action 'self'; require-trusted-types-for 'script'; trusted-types audipy; " +
	"report-uri /api/v1/csp-report; report-to csp"

// workerPolicy lets the service worker fetch what pages ask it for. A worker has
// the policy of its own script.
const workerPolicy = "default-src 'none'; connect-src 'self'"

// setPageHeaders is for the HTML of the application.
func setPageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Reporting-Endpoints", `csp="/api/v1/csp-report"`)
}
