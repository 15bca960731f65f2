package httpapi

import (
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	maxURL       = 4 << 10 // bytes
	maxQueryKeys = 32
	maxCookies   = 50
	maxCookie    = 4 << 10 // bytes
)

// checked lets a request through that is well formed, for this host, and for
// an unsafe method from our own pages. What it finds out goes into the request.
func (a *api) checked(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		facts := requestOf(r.Context())
		facts.visitor, facts.secure = a.origin(r)
		facts.token, facts.owing = a.cookieValue(r, sessionCookie), a.cookieValue(r, pendingCookie)
		facts.attempt = a.cookieValue(r, providerCookie)
		facts.visitor.Device = a.cookieValue(r, deviceCookie)
		facts.origin = a.ownOrigin(r)
		a.setHeaders(w.Header(), r, facts.secure)
		for _, check := range []func(*http.Request) error{
			checkPath, checkQuery, checkCookies, a.checkHost, a.checkTransport,
			func(r *http.Request) error { return a.checkOrigin(cross, r) },
		} {
			if err := check(r); err != nil {
				a.fail(w, r, err)
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// checkPath refuses every path that could be read in two ways. Nothing is
// cleaned: an address that isn't clean names nothing.
func checkPath(r *http.Request) error {
	if len(r.RequestURI) > maxURL {
		return audipy.Fail(audipy.Invalid, "The address is too long.", nil).WithCode("url_too_long")
	}
	p := r.URL.Path
	if !utf8.ValidString(p) || strings.ContainsFunc(p, unicode.IsControl) {
		return audipy.Fail(audipy.Invalid, "The path of the address can't be used.", nil).WithCode("invalid_path")
	}
	raw := strings.ToLower(r.URL.EscapedPath())
	switch {
	case !strings.HasPrefix(p, "/"), p != "/" && path.Clean(p) != strings.TrimSuffix(p, "/"),
		strings.Contains(raw, "%2f"), strings.Contains(raw, "%5c"), strings.Contains(raw, "%2e"),
		strings.ContainsAny(p, `\;`):
		return notFound()
	}
	return nil
}

// checkQuery refuses what has no one meaning: a name that stands twice, an
// escape that is none.
func checkQuery(r *http.Request) error {
	if strings.Count(r.URL.RawQuery, "&") >= maxQueryKeys {
		return audipy.Fail(audipy.Invalid, "The address has too many parameters.", nil).WithCode("too_many_parameters")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return audipy.Fail(audipy.Invalid, "The parameters of the address can't be read.", nil).WithCode("invalid_path")
	}
	for name, values := range query {
		if len(values) > 1 {
			return audipy.Fail(audipy.Invalid, "A parameter of the address stands twice.", nil).WithCode("duplicate_parameter")
		}
		if text := name + values[0]; !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			return audipy.Fail(audipy.Invalid, "The parameters of the address can't be read.", nil).WithCode("invalid_path")
		}
	}
	return nil
}

func checkCookies(r *http.Request) error {
	n := 0
	for _, line := range r.Header["Cookie"] {
		for cookie := range strings.SplitSeq(line, ";") {
			if n++; len(cookie) > maxCookie {
				return audipy.Fail(audipy.Invalid, "A cookie is too long.", nil).WithCode("cookie_too_long")
			}
		}
	}
	if n > maxCookies {
		return audipy.Fail(audipy.Invalid, "There are too many cookies.", nil).WithCode("too_many_cookies")
	}
	return nil
}

// checkHost refuses requests for another host than the public one. Probes come
// by the address of a machine.
func (a *api) checkHost(r *http.Request) error {
	if a.PublicURL == nil || strings.EqualFold(r.Host, a.PublicURL.Host) || r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
		return nil
	}
	return audipy.Fail(audipy.Invalid, "This server does not go by that name.", nil).
		WithCode("wrong_host").WithHint("Open " + a.PublicURL.String() + " instead.")
}

// checkTransport refuses what must not come over plain HTTP, and credentials
// of two kinds at once. A program's credentials are those of the operations of
// OAuth too, where they come in the form. There is no redirect: it would teach
// clients to send their credentials in the clear first.
func (a *api) checkTransport(r *http.Request) error {
	bearer := r.Header.Get("Authorization") != ""
	isProgram := bearer || strings.HasPrefix(r.URL.Path, basePath+"/oauth/")
	facts := requestOf(r.Context())
	switch {
	case bearer && facts.token+facts.owing != "":
		return audipy.Fail(audipy.Invalid, "Two credentials came at once.", nil).WithCode("ambiguous_credentials")
	case isProgram && !facts.secure && !facts.visitor.Address.IsLoopback():
		return audipy.Fail(audipy.Invalid, "Use https.", nil).WithCode("https_required")
	case a.Insecure && !facts.secure && !isPrivate(facts.visitor.Address):
		return audipy.Fail(audipy.Invalid, "Plain HTTP is for private addresses.", nil).WithCode("https_required")
	}
	return nil
}

// checkOrigin refuses unsafe requests that our own pages did not make.
func (a *api) checkOrigin(cross *http.CrossOriginProtection, r *http.Request) error {
	if isSafe(r.Method) {
		return nil
	}
	facts := requestOf(r.Context())
	foreign := audipy.Fail(audipy.Forbidden, "This request does not come from a page of this server.", nil).
		WithCode("cross_origin")
	if cross.Check(r) != nil {
		return foreign
	}
	origins, sites := r.Header.Values("Origin"), r.Header.Values("Sec-Fetch-Site")
	switch {
	case len(origins) > 1 || len(sites) > 1:
		return foreign
	case len(origins) == 1 && origins[0] != a.ownOrigin(r):
		return foreign
	case len(origins) == 0 && len(sites) == 0 && facts.token+facts.owing+facts.attempt != "":
		return foreign
	}
	return nil
}

func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// ownOrigin is the origin of our own pages.
func (a *api) ownOrigin(r *http.Request) string {
	if a.PublicURL != nil {
		return a.PublicURL.Scheme + "://" + a.PublicURL.Host
	}
	if requestOf(r.Context()).secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
