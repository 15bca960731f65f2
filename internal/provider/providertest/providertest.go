// Package providertest is an OpenID Connect provider for tests: it serves on
// the loopback interface, keeps to the standard, and breaks it on request.
//
// It shares no code with package provider, which it is to prove.
package providertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	_ "embed" // the key
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// The client that every provider knows.
const (
	ClientID     = "audipy-client"
	ClientSecret = "a made-up client secret"
)

// key is the provider's RSA key, kept because making one takes long.
//
//go:embed key.txt
var key []byte

// Person is somebody at the provider.
type Person struct {
	Subject, Email, Name string
	// Methods are how they proved themselves (amr).
	Methods []string
}

// Faults are what the provider gets wrong. The zero value is none.
type Faults struct {
	// Claims and Header change an ID token before it is signed.
	Claims, Header func(map[string]any)
	// Token changes the signed token.
	Token func(string) string
	// Signer signs instead of the provider's own key, by the algorithm Alg.
	Signer crypto.Signer
	Alg    string
	// Metadata changes what the provider says of itself.
	Metadata func(map[string]any)
	// Answer takes the place of the token endpoint.
	Answer http.HandlerFunc
	// Keys changes the published keys.
	Keys func([]map[string]any) []map[string]any
	// IgnoresPKCE redeems codes whatever the verifier is.
	IgnoresPKCE bool
}

// Server is a provider. Make one with New.
type Server struct {
	now    func() time.Time
	server *httptest.Server

	mu     sync.Mutex
	keys   map[string]crypto.Signer // by algorithm
	faults Faults
	codes  map[string]grant
	// redeemed and asked count calls of the token endpoint and of the keys.
	redeemed, asked int
}

// grant is what a code stands for.
type grant struct {
	person Person
	query  url.Values
	at     time.Time
}

// New starts a provider with a clock; it ends with the test.
func New(t testing.TB, now func() time.Time) *Server {
	t.Helper()
	s := &Server{now: now, keys: map[string]crypto.Signer{}, codes: map[string]grant{}}
	block, _ := pem.Decode(key)
	private, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s.keys["RS256"], s.keys["ES256"], s.keys["EdDSA"] = private, curve, edwards
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", s.metadata)
	mux.HandleFunc("GET /keys", s.published)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("GET /authorize", s.authorize)
	s.server = httptest.NewServer(mux)
	t.Cleanup(s.server.Close)
	return s
}

// Issuer is its address.
func (s *Server) Issuer() string { return s.server.URL }

// Break lets the provider get things wrong from now on.
func (s *Server) Break(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Redeemed returns how often a code was handed in, right or not.
func (s *Server) Redeemed() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.redeemed
}

// KeysAsked returns how often the keys were asked for.
func (s *Server) KeysAsked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked
}

// Key is the public half of the provider's RSA key.
func (s *Server) Key() *rsa.PublicKey {
	return s.keys["RS256"].Public().(*rsa.PublicKey)
}

// SignIn is what a person does in the browser that was sent to an address of
// the provider: it returns what the browser comes back with.
func (s *Server) SignIn(t testing.TB, location string, p Person) url.Values {
	t.Helper()
	u, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	return s.grant(u.Query(), p)
}

func (s *Server) grant(query url.Values, p Person) url.Values {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := rand.Text()
	s.codes[code] = grant{p, query, s.now()}
	return url.Values{"code": {code}, "state": {query.Get("state")}, "iss": {s.server.URL}}
}

// authorize sends a browser back at once, signed in as Robin.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	back := s.grant(query, Person{Subject: "subject-1", Email: "robin@example.org", Name: "Robin"})
	w.Header().Set("Location", query.Get("redirect_uri")+"?"+back.Encode())
	w.WriteHeader(http.StatusSeeOther)
}

func (s *Server) metadata(w http.ResponseWriter, _ *http.Request) {
	m := map[string]any{
		"issuer": s.server.URL, "authorization_endpoint": s.server.URL + "/authorize", "token_endpoint": s.server.URL + "/token",
		"jwks_uri": s.server.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "ES256", "EdDSA"},
		"authorization_response_iss_parameter_supported": true, "response_types_supported": []string{"code"},
		"subject_types_supported": []string{"public"},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.Metadata != nil {
		s.faults.Metadata(m)
	}
	write(w, http.StatusOK, m)
}

func (s *Server) published(w http.ResponseWriter, _ *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	rs, es := s.Key(), s.keys["ES256"].Public().(*ecdsa.PublicKey)
	point, err := es.Bytes()
	if err != nil {
		http.Error(w, "no key", http.StatusInternalServerError)
		return
	}
	keys := []map[string]any{
		{"kty": "RSA", "kid": "RS256", "use": "sig", "n": b64(rs.N.Bytes()), "e": b64(big.NewInt(int64(rs.E)).Bytes())},
		{"kty": "EC", "kid": "ES256", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:])},
		{"kty": "OKP", "kid": "EdDSA", "crv": "Ed25519", "x": b64(s.keys["EdDSA"].Public().(ed25519.PublicKey))},
	}
	if s.faults.Keys != nil {
		keys = s.faults.Keys(keys)
	}
	write(w, http.StatusOK, map[string]any{"keys": keys})
}

// token redeems a code, once, for whom and with what it was asked for.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.redeemed++
	if s.faults.Answer != nil {
		s.faults.Answer(w, r)
		return
	}
	id, secret, _ := r.BasicAuth()
	if id == "" {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	} else {
		secret, _ = url.QueryUnescape(secret)
	}
	if id != ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(ClientSecret)) != 1 {
		write(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	g, ok := s.codes[r.FormValue("code")]
	delete(s.codes, r.FormValue("code"))
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	proven := g.query.Get("code_challenge_method") == "S256" && g.query.Get("code_challenge") == b64(challenge[:])
	if !ok || g.query.Get("redirect_uri") != r.FormValue("redirect_uri") || !proven && !s.faults.IgnoresPKCE {
		write(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	raw, err := s.sign(g)
	if err != nil {
		http.Error(w, "no token", http.StatusInternalServerError)
		return
	}
	write(w, http.StatusOK, map[string]any{
		"access_token": "access-" + rand.Text(), "refresh_token": "refresh-" + rand.Text(), "token_type": "Bearer",
		"expires_in": 3600, "id_token": raw,
	})
}

func write(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // who hung up misses nothing
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
