package audiblesim

import (
	"bytes"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"io"
	"net/http"
	"strings"
)

// maxAPIBody bounds the body of an API call, which is read for its signature.
const maxAPIBody = 1 << 20

// refusal is an answer to bad credentials.
type refusal struct {
	status  int
	message string
	code    string // "error" of the body, empty for none
}

// The bodies of protocol 6.5. The status of an expired token is a choice, as
// 401 and 403 are both reported.
const (
	notAuthenticated = "Request could not be authenticated"
	wrongClientID    = "The provided access token does not correspond to the specified Client-ID."
	tokenIsInvalid   = "The access token provided is expired, revoked, malformed, or invalid for other reasons."
)

// write sends the refusal as the API words its errors: "message" always,
// "error" where the layer in front of the API answered.
func (f *refusal) write(w http.ResponseWriter) {
	body := map[string]string{"message": f.message}
	if f.code != "" {
		body["error"] = f.code
		body["error_description"] = f.message
	}
	writeJSON(w, f.status, body)
}

// serveAPI admits or refuses a call of the Audible API.
func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request, h host) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAPIBody))
	if err != nil {
		writeJSON(w, http.StatusRequestEntityTooLarge, map[string]string{"message": "Request body is too large"})
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	who, refused := s.admit(r, body)
	if refused != nil {
		s.mu.Lock()
		s.counts.RefusedCalls++
		s.mu.Unlock()
		refused.write(w)
		return
	}
	s.markFront(w.Header())
	if id := r.Header.Get("X-Amzn-RequestId"); id != "" {
		w.Header().Set("x-amzn-RequestId", id)
	}
	c := caller{marketplace: h.store.code}
	if who != nil {
		c.accountID = who.customerID
	}
	s.world.serveAPI(w, r, c)
}

// markFront sets what the front end was seen to add to every answer of the
// API (protocol 9.0). Nobody needs it; who stores headers meets it.
func (s *Sim) markFront(header http.Header) {
	d := newDice(s.opts.Seed, 12, s.served.Add(1))
	id := make([]byte, 0, 24)
	for range 3 {
		id = binary.LittleEndian.AppendUint64(id, d.next())
	}
	header.Set("x-amz-rid", upperLetters(id[:20]))
	header.Set("Vary", "Content-Type,Accept-Encoding,User-Agent")
	header.Set("Strict-Transport-Security", "max-age=47474747; includeSubDomains; preload")
	header.Set("X-Cache", "Miss from cloudfront")
}

// admit finds who makes a call. A nil account without refusal is an anonymous
// reader of the catalogue. What was sent must be right: a bad signature is
// refused even where none was needed.
func (s *Sim) admit(r *http.Request, body []byte) (*account, *refusal) {
	switch header := r.Header; {
	case header.Get("x-adp-token") != "" || header.Get("x-adp-signature") != "":
		return s.admitSigned(r, body)
	case header.Get("x-amz-access-token") != "":
		return s.admitToken(header.Get("x-amz-access-token"))
	case header.Get("Authorization") != "":
		return s.admitBearer(header)
	case strings.HasPrefix(r.URL.Path, "/1.0/catalog/"):
		s.mu.Lock()
		s.counts.AnonymousCalls++
		s.mu.Unlock()
		return nil, nil
	}
	return nil, &refusal{status: http.StatusForbidden, message: notAuthenticated}
}

// admitSigned admits by signature. The check takes the longest of all and
// needs no state, so it is made without the lock.
func (s *Sim) admitSigned(r *http.Request, body []byte) (*account, *refusal) {
	bad := &refusal{status: http.StatusForbidden, message: notAuthenticated}
	owner, key := s.signer(r.Header.Get("x-adp-token"))
	if owner == nil {
		return nil, bad
	}
	if err := verifySignature(r, body, key, s.now()); err != nil {
		return nil, bad
	}
	s.mu.Lock()
	s.counts.SignedCalls++
	s.mu.Unlock()
	return owner, nil
}

// signer returns the owner and key of a living ADP token.
func (s *Sim) signer(adpToken string) (*account, *rsa.PublicKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.registry.byADP[adpToken]
	if d == nil {
		return nil, nil
	}
	s.age(d)
	if !d.keyOK {
		return nil, nil
	}
	return d.owner, d.key.public()
}

// admitToken admits by access token. The store does not matter: one
// registration is good in all of them (protocol 1).
func (s *Sim) admitToken(token string) (*account, *refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.holder(token)
	if err != nil {
		return nil, &refusal{http.StatusUnauthorized, tokenIsInvalid, "invalid_token"}
	}
	s.counts.TokenCalls++
	return owner, nil
}

// holder returns the account of a token that works now; s.mu is held.
func (s *Sim) holder(token string) (*account, error) {
	t := s.registry.access[token]
	if t == nil || !s.now().Before(t.expires) {
		return nil, errors.New("no such token, or its hour is over")
	}
	return t.owner, nil
}

// admitBearer is the old way, refused since 2025 and with a client id since
// mid-2026 (protocol 6.5, 7.2) unless AcceptOldBearer says otherwise.
func (s *Sim) admitBearer(header http.Header) (*account, *refusal) {
	s.mu.Lock()
	accept := s.rules.oldBearer
	s.mu.Unlock()
	switch {
	case accept:
		return s.admitToken(strings.TrimPrefix(header.Get("Authorization"), "Bearer "))
	case header.Get("client-id") != "":
		return nil, &refusal{http.StatusBadRequest, wrongClientID, ""}
	}
	return nil, &refusal{http.StatusForbidden, notAuthenticated, ""}
}
