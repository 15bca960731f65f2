package audiblesim

import (
	"net/http"
	"strings"
)

// route sends a request to the service of its host.
func (s *Sim) route(w http.ResponseWriter, r *http.Request) {
	h := parseHost(r.Host)
	switch h.service {
	case serviceAmazonWeb, serviceAudibleWeb:
		s.serveWeb(w, r, h)
	case serviceAmazonAPI, serviceAudibleAPI:
		s.serveService(w, r, h)
	case serviceCaptcha:
		s.serveCaptcha(w, r)
	case serviceCover:
		s.world.serveCover(w, r)
	case serviceSidecar:
		s.serveSidecar(w, r)
	case serviceIdentity:
		if r.URL.Path != "/ap/oa" {
			http.NotFound(w, r)
			return
		}
		s.serveConsent(w, r)
	case serviceNone:
		http.NotFound(w, r)
	}
}

// serveService answers on api.amazon and api.audible; both have the calls for
// tokens, and only Audible has the API.
func (s *Sim) serveService(w http.ResponseWriter, r *http.Request, h host) {
	if h.service == serviceAudibleAPI && strings.HasPrefix(r.URL.Path, "/1.0/") {
		s.serveAPI(w, r, h)
		return
	}
	calls := map[string]func(http.ResponseWriter, *http.Request, host){
		"POST /auth/register":   s.serveRegister,
		"POST /auth/token":      s.serveToken,
		"POST /auth/deregister": s.serveDeregister,
		"GET /user/profile":     s.serveProfile,

		"POST /auth/o2/token":    s.serveLWAToken,
		"GET /auth/o2/tokeninfo": s.serveLWATokenInfo,
	}
	if call, ok := calls[r.Method+" "+r.URL.Path]; ok {
		call(w, r, h)
		return
	}
	http.NotFound(w, r)
}
