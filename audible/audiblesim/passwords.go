package audiblesim

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// watchPasswords counts every account's password that a request carries, in
// its query or in a form, and notes those that went astray: to another host
// or path than the form that asked for it.
func (s *Sim) watchPasswords(r *http.Request) {
	values := r.URL.Query()
	if r.Method == http.MethodPost && !strings.HasPrefix(r.URL.Path, "/1.0/") {
		body, err := io.ReadAll(io.LimitReader(r.Body, maxForm+1))
		r.Body = restored{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		if err != nil {
			return
		}
		// A body that is no form gives odd values, which do no harm here.
		form, _ := url.ParseQuery(string(body))
		for name, list := range form {
			values[name] = append(values[name], list...)
		}
	}
	if len(values) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.carriesPassword(values) {
		return
	}
	h := parseHost(r.Host)
	place := h.name + " " + pathPattern(r.URL.Path)
	s.counts.Passwords[place]++
	if !s.expectsPassword(r, h) {
		s.counts.MisplacedPasswords = append(s.counts.MisplacedPasswords, place)
	}
}

// restored is a body that was read and is whole again.
type restored struct {
	io.Reader
	io.Closer
}

// carriesPassword looks for the passwords themselves and not for names of
// fields: a client that leaks one may well call it something else.
func (s *Sim) carriesPassword(values url.Values) bool {
	for _, list := range values {
		for _, value := range list {
			for _, a := range s.accounts {
				if value != "" && value == a.Password {
					return true
				}
			}
		}
	}
	return false
}

// expectsPassword reports whether the request answers a form that asks for a
// password. The page for the login alone is the sign-in's own form too, and
// older clients send both there (protocol 3.4).
func (s *Sim) expectsPassword(r *http.Request, h host) bool {
	if r.Method != http.MethodPost {
		return false
	}
	f := s.flowOf(r, h)
	if f == nil || r.URL.Path != f.shown.path {
		return false
	}
	switch f.step() {
	case stepSignIn, stepClaim, stepPassword, ChallengeCaptcha:
		return true
	}
	return false
}
