package audiblesim

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
)

// registerRequest is the part of a registration that the server looks at
// (protocol 5.1); other members are taken without a word.
type registerRequest struct {
	RequestedTokenType  []string `json:"requested_token_type"`
	RequestedExtensions []string `json:"requested_extensions"`
	Cookies             struct {
		Domain string `json:"domain"`
	} `json:"cookies"`
	RegistrationData struct {
		Domain          string `json:"domain"`
		AppVersion      string `json:"app_version"`
		DeviceSerial    string `json:"device_serial"`
		DeviceType      string `json:"device_type"`
		DeviceName      string `json:"device_name"`
		OSVersion       string `json:"os_version"`
		SoftwareVersion string `json:"software_version"`
		DeviceModel     string `json:"device_model"`
		AppName         string `json:"app_name"`
	} `json:"registration_data"`
	AuthData struct {
		ClientID      string `json:"client_id"`
		Code          string `json:"authorization_code"`
		Verifier      string `json:"code_verifier"`
		CodeAlgorithm string `json:"code_algorithm"`
		ClientDomain  string `json:"client_domain"`
	} `json:"auth_data"`
}

// valid reports whether every field holds something a server can use.
func (q *registerRequest) valid() bool {
	data := &q.RegistrationData
	filled := !slices.Contains([]string{
		data.AppVersion, data.DeviceSerial, data.DeviceName, data.OSVersion, data.SoftwareVersion,
		data.DeviceModel, data.AppName, q.AuthData.Code, q.AuthData.Verifier,
	}, "")
	return filled && len(q.RequestedTokenType) > 0 &&
		(data.Domain == "Device" || data.Domain == "DeviceLegacy") &&
		(data.DeviceType == iPhoneType || data.DeviceType == androidType) &&
		q.AuthData.CodeAlgorithm == "SHA-256" && q.AuthData.ClientDomain == "DeviceLegacy" &&
		q.AuthData.ClientID == hex.EncodeToString([]byte(data.DeviceSerial+"#"+data.DeviceType))
}

// serveRegister turns an authorization code into a device registration.
func (s *Sim) serveRegister(w http.ResponseWriter, r *http.Request, h host) {
	var q registerRequest
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm)).Decode(&q)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil || !q.valid() {
		s.registerError(w, http.StatusBadRequest, "InvalidValue", "One or more provided values are invalid.")
		return
	}
	code := s.codes[q.AuthData.Code]
	switch {
	case code == nil || code.used || !s.now().Before(code.expires) || code.auth.host.store != h.store:
		s.registerError(w, http.StatusBadRequest, "InvalidToken", "One or more tokens are invalid.")
	case code.auth.userName != (h.service == serviceAudibleAPI):
		credentialError(w, h, "/auth/register")
	case code.auth.clientID != q.AuthData.ClientID:
		s.registerError(w, http.StatusBadRequest, "InvalidValue", "One or more provided values are invalid.")
	case !verifies(q.AuthData.Verifier, code.auth.challenge):
		code.used = true
		credentialError(w, h, "/auth/register")
	default:
		code.used = true
		data := q.RegistrationData
		d := s.enrol(code.account, h.store, deviceRequest{data.DeviceSerial, data.DeviceType, data.DeviceName})
		writeJSON(w, http.StatusOK, s.registered(d, &q))
	}
}

// verifies reports whether the verifier's S256 is the challenge (RFC 7636).
func verifies(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	got := base64.RawURLEncoding.EncodeToString(sum[:])
	return subtle.ConstantTimeCompare([]byte(got), []byte(challenge)) == 1
}

// registerError writes an error in the shape of protocol 5.3.
func (s *Sim) registerError(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]any{
		"response":   map[string]any{"error": map[string]string{"code": code, "index": s.opaque(24), "message": message}},
		"request_id": s.uuid(),
	})
}

// credentialError is the answer to credentials of the other brand (protocol
// 5.3), and, as a choice, to a wrong verifier.
func credentialError(w http.ResponseWriter, h host, path string) {
	challenge := `Basic realm="` + h.name + path + `", error="CredentialError", error_description="The input credential is invalid."`
	w.Header().Set("WWW-Authenticate", challenge)
	w.Header().Set("x-amzn-Remapped-WWW-Authenticate", challenge)
	w.WriteHeader(http.StatusUnauthorized)
}

// writeJSON writes a value that always encodes.
func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // fails only when the client has gone
}
