package audiblesim

import (
	"net/http"
	"strconv"
)

// serveToken turns a refresh token into an access token (protocol 6.1).
func (s *Sim) serveToken(w http.ResponseWriter, r *http.Request, h host) {
	form, err := readForm(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.registry.byRefresh[form.Get("source_token")]
	switch {
	case err != nil || form.Get("source_token_type") != "refresh_token":
		s.tokenError(w, "source_token_type")
	case form.Get("requested_token_type") != "access_token":
		s.tokenError(w, "requested_token_type")
	case form.Get("app_name") == "":
		s.tokenError(w, "app_name")
	case !s.refreshable(d):
		s.counts.RefusedRefreshes++
		s.tokenError(w, "source_token")
	case d.owner.UserName && h.service != serviceAudibleAPI:
		s.counts.RefusedRefreshes++
		credentialError(w, h, "/auth/token")
	default:
		s.counts.Refreshes++
		s.writeAccess(w, d)
	}
}

// refreshable reports whether the registration's refresh token works now.
func (s *Sim) refreshable(d *device) bool {
	if d == nil {
		return false
	}
	s.age(d)
	return d.refreshOK
}

// writeAccess gives a new access token; no new refresh token ever comes with
// it (protocol 6.1).
func (s *Sim) writeAccess(w http.ResponseWriter, d *device) {
	seconds := int(accessLife.Seconds())
	answer := map[string]any{"token_type": "bearer", "expires_in": seconds}
	if s.opts.ExpiresInText {
		answer["expires_in"] = strconv.Itoa(seconds)
	}
	if s.opts.ActorTokens {
		answer["actor_access_token"] = s.newAccess(d)
	} else {
		answer["access_token"] = s.newAccess(d)
	}
	writeJSON(w, http.StatusOK, answer)
}

// tokenError is the refusal of /auth/token. No capture of a revoked token's
// answer is public; this shape is what readers of the service expect
// (protocol 6.1), and a choice.
func (s *Sim) tokenError(w http.ResponseWriter, parameter string) {
	writeJSON(w, http.StatusBadRequest, map[string]string{
		"error_index":       s.opaque(24),
		"error_description": "The request has an invalid parameter : " + parameter,
		"error":             "invalid_token",
	})
}
