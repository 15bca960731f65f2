package audiblesim

import (
	"fmt"
	"net/http"
	"strings"
)

// serveSite answers the few pages outside /ap/ that clients use.
func (s *Sim) serveSite(w http.ResponseWriter, r *http.Request, h host) {
	switch {
	case r.URL.Path == "/license/token" && h.name == "www.audible.com":
		s.serveLicenseToken(w, r)
	case r.URL.Path == "/license/licenseForCustomerToken" && h.name == "www.audible.com":
		s.serveCustomerLicense(w, r)
	case r.URL.Path == "/player-auth-token" && h.service == serviceAudibleWeb:
		s.servePlayerToken(w, r, h)
	case r.URL.Path == "/":
		s.serveHome(w, h)
	default:
		http.NotFound(w, r)
	}
}

// serveHome is the page that clients read a store from (protocol 1).
func (s *Sim) serveHome(w http.ResponseWriter, h host) {
	w.Header().Set("Content-Type", "text/html;charset=UTF-8")
	language := strings.ReplaceAll(h.store.language, "-", "_")
	_, _ = fmt.Fprintf(w, `<!doctype html>
<html lang=%q><head><title>Home of %s</title>
<script>var ue_mid = '%s';
var autocomplete_config = {}; autocomplete_config.searchAlias = "audible-%s";
</script></head><body><h1>Home</h1></body></html>
`, language, h.name, h.store.id, h.store.code)
}

// serveSidecar answers for bookmarks, which take signed requests alone
// (protocol 7.3). Nobody has any: 404 means none.
func (s *Sim) serveSidecar(w http.ResponseWriter, r *http.Request) {
	if _, refused := s.admitSigned(r, nil); refused != nil {
		refused.write(w)
		return
	}
	http.NotFound(w, r)
}
