package audiblesim

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// LWAApp is a security profile of Login with Amazon: what an operator registers
// in Amazon's console.
type LWAApp struct {
	ClientID, ClientSecret string
	// ReturnURLs are the addresses that browsers may be sent back to.
	ReturnURLs []string
}

// LWAFaults are what Login with Amazon gets wrong, beside what faults of any
// request can do. The zero value is none.
type LWAFaults struct {
	// Scope is granted in the place of what was asked for; empty means that.
	Scope string
	// Token, TokenInfo and Profile change the answers before they are sent.
	Token, TokenInfo, Profile func(map[string]any)
	// IgnoresPKCE redeems codes whatever the verifier is.
	IgnoresPKCE bool
}

// How long a code is good, and an access token.
const (
	lwaCodeLife  = 5 * time.Minute
	lwaTokenLife = time.Hour
)

// lwa is the state of Login with Amazon.
type lwa struct {
	apps   map[string]LWAApp
	codes  map[string]lwaCode
	tokens map[string]lwaToken
	faults LWAFaults
}

// lwaCode is what a code stands for.
type lwaCode struct {
	owner *account
	asked url.Values
	scope string
	at    time.Time
}

// lwaToken is what an access token stands for.
type lwaToken struct {
	owner *account
	app   string
	scope string
	at    time.Time
}

// AddLWAApp makes a security profile known.
func (s *Sim) AddLWAApp(app LWAApp) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lwa.apps == nil {
		s.lwa = lwa{apps: map[string]LWAApp{}, codes: map[string]lwaCode{}, tokens: map[string]lwaToken{}}
	}
	s.lwa.apps[app.ClientID] = app
}

// BreakLWA lets Login with Amazon get things wrong from now on.
func (s *Sim) BreakLWA(f LWAFaults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lwa.faults = f
}

// consent is Amazon's page where a person signs in and agrees.
const consent = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Login with Amazon</title>
<link rel="icon" href="data:,">
<h1>Login with Amazon</h1>
<p>{{.Client}} would like to know your name and e-mail address.</p>
{{if .Wrong}}<p role="alert">To better protect your account, please re-enter your password.</p>{{end}}
<form method="post">
<label>E-mail <input name="email" type="email" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button name="consent" value="allow">Allow</button>
<button name="consent" value="deny">Cancel</button>
</form>
</html>
`

// serveConsent answers /ap/oa. A client or an address that isn't known gets a
// page, and never a redirect.
func (s *Sim) serveConsent(w http.ResponseWriter, r *http.Request) {
	form, err := readForm(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	q := r.URL.Query()
	app, known := s.lwa.apps[q.Get("client_id")]
	if err != nil || !known || !slices.Contains(app.ReturnURLs, q.Get("redirect_uri")) {
		http.Error(w, "We're sorry! An error occurred when we tried to process your request.", http.StatusBadRequest)
		return
	}
	if problem := lwaProblem(q); problem != "" {
		lwaBack(w, q, url.Values{"error": {problem}, "error_description": {"The request is not valid"}})
		return
	}
	owner := s.accounts[loginKey(form.Get("email"))]
	right := owner != nil && owner.Password == form.Get("password")
	switch {
	case form.Get("consent") == "deny":
		lwaBack(w, q, url.Values{"error": {"access_denied"}, "error_description": {"Access not permitted."}})
	case form.Get("consent") == "allow" && right:
		code := s.opaque(18)
		scope := q.Get("scope")
		if s.lwa.faults.Scope != "" {
			scope = s.lwa.faults.Scope
		}
		s.lwa.codes[code] = lwaCode{owner, q, scope, s.now()}
		lwaBack(w, q, url.Values{"code": {code}, "scope": {scope}})
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		page := template.Must(template.New("consent").Parse(consent))
		_ = page.Execute(w, map[string]any{"Client": app.ClientID, "Wrong": form.Get("consent") != ""}) // fails only when the client has gone
	}
}

// lwaProblem is the error of a request that can't be one.
func lwaProblem(q url.Values) string {
	if q.Get("response_type") != "code" {
		return "unsupported_response_type"
	}
	for scope := range strings.FieldsSeq(q.Get("scope")) {
		if scope != "profile" && scope != "profile:user_id" && scope != "postal_code" {
			return "invalid_scope"
		}
	}
	if q.Get("scope") == "" || q.Has("code_challenge_method") && q.Get("code_challenge_method") != "S256" && q.Get("code_challenge_method") != "plain" {
		return "invalid_request"
	}
	return ""
}

func lwaBack(w http.ResponseWriter, asked, answer url.Values) {
	if state := asked.Get("state"); state != "" {
		answer.Set("state", state)
	}
	w.Header().Set("Location", asked.Get("redirect_uri")+"?"+answer.Encode())
	w.WriteHeader(http.StatusFound)
}

// serveLWAToken redeems a code, once.
func (s *Sim) serveLWAToken(w http.ResponseWriter, r *http.Request, _ host) {
	form, err := readForm(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	app, known := s.lwa.apps[id]
	code, open := s.lwa.codes[form.Get("code")]
	switch {
	case err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded":
		s.lwaError(w, http.StatusBadRequest, "invalid_request", "Malformed request")
	case !known || app.ClientSecret != secret:
		s.lwaError(w, http.StatusUnauthorized, "invalid_client", "Client authentication failed")
	case form.Get("grant_type") != "authorization_code":
		s.lwaError(w, http.StatusBadRequest, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server")
	case form.Get("code") == "":
		s.lwaError(w, http.StatusBadRequest, "invalid_request", "The request is missing a required parameter : code")
	case !open || code.asked.Get("client_id") != id || s.now().Sub(code.at) >= lwaCodeLife:
		s.lwaError(w, http.StatusBadRequest, "invalid_grant", "The request has an invalid grant parameter : code")
	case code.asked.Get("redirect_uri") != form.Get("redirect_uri"):
		s.lwaError(w, http.StatusBadRequest, "invalid_grant", "The request has an invalid grant parameter : redirect_uri")
	case !s.lwa.faults.IgnoresPKCE && !lwaProven(code.asked, form.Get("code_verifier")):
		s.lwaError(w, http.StatusBadRequest, "invalid_grant", "The request has an invalid grant parameter : code_verifier")
	default:
		s.writeLWAToken(w, id, code)
	}
	delete(s.lwa.codes, form.Get("code"))
}

// lwaProven reports whether a verifier fits its challenge. Without a method the
// challenge is the verifier itself.
func lwaProven(asked url.Values, verifier string) bool {
	challenge := asked.Get("code_challenge")
	if challenge == "" {
		return verifier == ""
	}
	if asked.Get("code_challenge_method") == "S256" {
		sum := sha256.Sum256([]byte(verifier))
		verifier = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return challenge == verifier
}

func (s *Sim) writeLWAToken(w http.ResponseWriter, id string, code lwaCode) {
	token := "Atza|" + s.opaque(300)
	s.lwa.tokens[token] = lwaToken{code.owner, id, code.scope, s.now()}
	answer := map[string]any{
		"access_token": token, "refresh_token": "Atzr|" + s.opaque(300), "token_type": "bearer", "expires_in": int(lwaTokenLife.Seconds()),
	}
	if s.lwa.faults.Token != nil {
		s.lwa.faults.Token(answer)
	}
	writeJSON(w, http.StatusOK, answer)
}

func (s *Sim) lwaError(w http.ResponseWriter, status int, code, description string) {
	writeJSON(w, status, map[string]string{"error": code, "error_description": description, "request_id": s.opaque(12)})
}

// lwaHolder is whose access token a request bears.
func (s *Sim) lwaHolder(r *http.Request) (lwaToken, bool) {
	token := r.Header.Get("x-amz-access-token")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = bearer
	}
	held, ok := s.lwa.tokens[token]
	return held, ok && s.now().Sub(held.at) < lwaTokenLife
}

// lwaUserID is made for one developer's apps, so that it is not the customer's.
func lwaUserID(owner *account) string {
	sum := sha256.Sum256([]byte("lwa " + owner.customerID))
	return "amzn1.account." + strings.ToUpper(base64.RawURLEncoding.EncodeToString(sum[:16]))
}

// serveLWATokenInfo says what a token is. Its exp is how many seconds are left.
func (s *Sim) serveLWATokenInfo(w http.ResponseWriter, r *http.Request, _ host) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held, ok := s.lwaHolder(r)
	if !ok {
		s.lwaError(w, http.StatusBadRequest, "invalid_token", "The request has an invalid parameter : access_token")
		return
	}
	answer := map[string]any{
		"iss": "https://www.amazon.com", "user_id": lwaUserID(held.owner), "aud": held.app, "app_id": "amzn1.application.made-up",
		"iat": held.at.Unix(), "exp": int((lwaTokenLife - s.now().Sub(held.at)).Seconds()),
	}
	if s.lwa.faults.TokenInfo != nil {
		s.lwa.faults.TokenInfo(answer)
	}
	writeJSON(w, http.StatusOK, answer)
}

// serveLWAProfile says who a token's person is, as far as the scope goes. It
// reports false for a token of another kind.
func (s *Sim) serveLWAProfile(w http.ResponseWriter, r *http.Request) bool {
	held, ok := s.lwaHolder(r)
	if !ok {
		return false
	}
	answer := map[string]any{"user_id": lwaUserID(held.owner)}
	if slices.Contains(strings.Fields(held.scope), "profile") {
		answer["name"], answer["email"] = held.owner.Name, held.owner.Login
	}
	if s.lwa.faults.Profile != nil {
		s.lwa.faults.Profile(answer)
	}
	writeJSON(w, http.StatusOK, answer)
	return true
}
