package audiblesim

import (
	"encoding/json"
	"net/http"
	"strings"
)

// presentedToken is the access token of a call that is not the API's. The old
// bearer header still works here (protocol 6.3, clients before 0.12).
func presentedToken(r *http.Request) string {
	if token := r.Header.Get("x-amz-access-token"); token != "" {
		return token
	}
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

// serveDeregister ends the registration of the presented access token, which
// itself lives out its hour (protocol 6.3).
func (s *Sim) serveDeregister(w http.ResponseWriter, r *http.Request, h host) {
	var q struct {
		All bool `json:"deregister_all_existing_accounts"`
	}
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm)).Decode(&q)
	s.mu.Lock()
	defer s.mu.Unlock()
	token := presentedToken(r)
	owner, tokenErr := s.holder(token)
	switch {
	case err != nil:
		s.registerError(w, http.StatusBadRequest, "InvalidValue", "One or more provided values are invalid.")
	case tokenErr != nil:
		s.registerError(w, http.StatusUnauthorized, "InvalidToken", "One or more tokens are invalid.")
	case owner.UserName && h.service != serviceAudibleAPI:
		credentialError(w, h, "/auth/deregister")
	default:
		s.deregister(s.registry.access[token].device, q.All)
		writeJSON(w, http.StatusOK, map[string]any{"response": map[string]any{"success": map[string]any{}}})
	}
}

// deregister ends a registration, and with all also the others of the same
// serial, which is what was seen live (protocol 6.3).
func (s *Sim) deregister(d *device, all bool) {
	s.counts.Deregistrations++
	d.kill()
	if !all {
		return
	}
	for _, other := range s.registry.byADP {
		if other.serial == d.serial {
			other.kill()
		}
	}
}

// serveProfile answers who a token belongs to (protocol 6.4).
func (s *Sim) serveProfile(w http.ResponseWriter, r *http.Request, _ host) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.serveLWAProfile(w, r) {
		return
	}
	owner, err := s.holder(presentedToken(r))
	if err != nil {
		(&refusal{http.StatusUnauthorized, tokenIsInvalid, "invalid_token"}).write(w)
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{
		"user_id": owner.customerID, "name": owner.Name, "email": owner.Login,
	})
}
