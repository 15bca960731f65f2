package audiblesim

import (
	"net/http"
	"strings"
)

// cookieLife is the ttl of exchanged cookies in seconds: 30 days (protocol 6.2).
const cookieLife = 2592000

// serveExchange turns a refresh token into website cookies of a store. Both
// the registration's store and the wanted one take the call.
func (s *Sim) serveExchange(w http.ResponseWriter, r *http.Request, _ host) {
	form, err := readForm(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.registry.byRefresh[form.Get("source_token")]
	target, known := cookieStore(form.Get("domain"))
	switch {
	case r.Method != http.MethodPost:
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	case err != nil || form.Get("source_token_type") != "refresh_token":
		s.tokenError(w, "source_token_type")
	case form.Get("requested_token_type") != "auth_cookies":
		s.tokenError(w, "requested_token_type")
	case !known:
		s.tokenError(w, "domain")
	case !s.refreshable(d):
		s.tokenError(w, "source_token")
	default:
		s.counts.CookieExchanges++
		cookies := exchangedCookies(s.websiteCookies(d.owner, target))
		writeJSON(w, http.StatusOK, map[string]any{"response": map[string]any{"tokens": map[string]any{
			"cookies": map[string]any{form.Get("domain"): cookies}, "ttl": cookieLife,
		}}})
	}
}

// cookieStore reads ".amazon.{tld}" or ".audible.{tld}".
func cookieStore(domain string) (store, bool) {
	for _, brand := range []string{".amazon.", ".audible."} {
		if tld, ok := strings.CutPrefix(domain, brand); ok {
			return storeByTLD(tld)
		}
	}
	return store{}, false
}

// exchangedCookies writes Secure and HttpOnly as booleans, unlike a
// registration.
func exchangedCookies(cookies []webCookie) []map[string]any {
	out := make([]map[string]any, 0, len(cookies))
	for _, c := range cookies {
		out = append(out, map[string]any{
			"Name": c.name, "Value": c.value, "Path": "/", "Secure": c.secure, "HttpOnly": c.httpOnly,
			"Expires": c.expires.UTC().Format(cookieDate),
		})
	}
	return out
}
