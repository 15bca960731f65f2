package audiblesim

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// ActivationBytes returns an account's activation bytes, eight hex digits,
// the same for ever (protocol 11).
func (s *Sim) ActivationBytes(login string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%08x", binary.LittleEndian.Uint32(owner.activationKey())), nil
}

// activationKey is the four bytes that the blob begins with. They follow from
// the customer, as the real value belongs to the account and not to a device.
func (a *account) activationKey() []byte {
	sum := sha256.Sum256([]byte("activation " + a.customerID))
	return sum[:4]
}

// serveLicenseToken gives the activation blob for a signed request.
func (s *Sim) serveLicenseToken(w http.ResponseWriter, r *http.Request) {
	owner, refused := s.admitSigned(r, nil)
	query := r.URL.Query()
	if refused != nil || query.Get("player_manuf") != "Audible,iPhone" || query.Get("action") != "register" {
		_, _ = w.Write([]byte("BAD_LOGIN"))
		return
	}
	writeActivation(w, owner)
}

// writeActivation writes the blob: a header that names a group, then eight
// lines of 70 bytes whose first four are the key (protocol 11).
func writeActivation(w http.ResponseWriter, owner *account) {
	w.Header().Set("Content-Type", "application/octet-stream")
	payload := bytes.Repeat([]byte{0xA5}, 8*70)
	copy(payload, owner.activationKey())
	var blob bytes.Buffer
	blob.WriteString("(version=1)(group_id=1)(date=2026-01-01)\n")
	for line := range 8 {
		blob.Write(payload[70*line : 70*line+70])
		blob.WriteByte('\n')
	}
	_, _ = w.Write(blob.Bytes())
}

// servePlayerToken is the way by website cookies: a redirect whose address
// carries a player token.
func (s *Sim) servePlayerToken(w http.ResponseWriter, r *http.Request, h host) {
	l := linksOf(r)
	token := ""
	for _, c := range r.Cookies() {
		if strings.HasPrefix(c.Name, "at-") {
			token = strings.Trim(c.Value, `"`)
		}
	}
	s.mu.Lock()
	owner := s.registry.cookies[token]
	s.mu.Unlock()
	if owner == nil {
		redirect(w, l.to(h.name, "/sign-in"))
		return
	}
	redirect(w, l.to(h.name, "/?playerToken="+url.QueryEscape(token)))
}

// serveCustomerLicense gives the blob for a player token; "de-register" asks
// for nothing.
func (s *Sim) serveCustomerLicense(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	owner := s.registry.cookies[r.URL.Query().Get("customer_token")]
	s.mu.Unlock()
	switch {
	case owner == nil:
		_, _ = w.Write([]byte("BAD_LOGIN"))
	case r.URL.Query().Get("action") == "de-register":
		w.WriteHeader(http.StatusOK)
	default:
		writeActivation(w, owner)
	}
}
