package canary

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Tap carries requests to Amazon and takes down every secret that goes by:
// those that Amazon gives and those that we make up.
type Tap struct {
	next http.RoundTripper

	mu      sync.Mutex
	secrets map[string][]string // by kind
}

// NewTap returns a Tap in front of a transport, which in tests is the
// simulator's.
func NewTap(next http.RoundTripper) *Tap { return &Tap{next: next, secrets: map[string][]string{}} }

// secretMembers are the members of JSON and the fields of forms that hold
// secrets, and what to call them.
func secretMembers() map[string]string {
	return map[string]string{
		"access_token": "access token", "refresh_token": "refresh token", "adp_token": "ADP token",
		"source_token": "refresh token", "device_private_key": "device key",
		"authorization_code": "authorization code", "code_verifier": "PKCE verifier",
		"openid.oa2.authorization_code": "authorization code", "cookie": "store cookie", "Value": "website cookie",
	}
}

// RoundTrip passes a request on and looks at both sides of it.
func (w *Tap) RoundTrip(r *http.Request) (*http.Response, error) {
	isAuth := strings.HasPrefix(r.URL.Path, "/auth/")
	if isAuth && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.Look(body)
	}
	for name, value := range map[string]string{
		"access token": r.Header.Get("X-Amz-Access-Token"), "ADP token": r.Header.Get("X-Adp-Token"),
	} {
		w.Note(name, value)
	}
	response, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	for _, cookie := range response.Cookies() {
		w.Note("sign-in cookie "+cookie.Name, cookie.Value)
	}
	if ended, err := url.Parse(response.Header.Get("Location")); err == nil {
		w.Note("authorization code", ended.Query().Get("openid.oa2.authorization_code"))
	}
	if isAuth {
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		response.Body = io.NopCloser(bytes.NewReader(body))
		w.Look(body)
	}
	return response, nil
}

// Look takes down the secrets that a body in JSON or of a form holds.
func (w *Tap) Look(body []byte) {
	var document any
	if json.Unmarshal(body, &document) == nil {
		w.walk(document)
		return
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return
	}
	for name, kind := range secretMembers() {
		w.Note(kind, form.Get(name))
	}
}

func (w *Tap) walk(value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if text, ok := member.(string); ok {
				if kind := secretMembers()[name]; kind != "" {
					w.Note(kind, text)
				}
			}
			w.walk(member)
		}
	case []any:
		for _, member := range value {
			w.walk(member)
		}
	}
}

// shortest is how long a text must be to be a secret that can be told from
// anything else.
const shortest = 12

// Note takes a secret down under its kind. A short text, which could stand
// anywhere, is not taken.
func (w *Tap) Note(kind, secret string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(secret) >= shortest && !slices.Contains(w.secrets[kind], secret) {
		w.secrets[kind] = append(w.secrets[kind], secret)
	}
}

// Heard returns how many secrets of a kind went by.
func (w *Tap) Heard(kind string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.secrets[kind])
}

// Canaries returns what to search for to find any of them.
func (w *Tap) Canaries() []Canary {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []Canary
	for kind, secrets := range w.secrets {
		for _, secret := range secrets {
			all = append(all, Of(kind, secret)...)
		}
	}
	return all
}
