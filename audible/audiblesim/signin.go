package audiblesim

import (
	"net/http"
	"strings"
	"time"
)

const (
	sessionCookie = "session-id"
	// maxForm bounds a posted form; a real one has about 10 KB.
	maxForm = 256 << 10
	// maxFlows is how many sign-ins are kept before those that began an
	// hour ago or earlier are dropped.
	maxFlows = 4096
)

// serveWeb answers on www.amazon and www.audible.
func (s *Sim) serveWeb(w http.ResponseWriter, r *http.Request, h host) {
	switch path := r.URL.Path; {
	case path == "/ap/oa":
		s.serveConsent(w, r)
	case path == "/ap/maplanding":
		s.serveLanding(w, r, h)
	case path == "/ap/exchangetoken/cookies":
		s.serveExchange(w, r, h)
	case path == "/ap/signin" && r.Method == http.MethodGet && len(r.URL.Query()) > 0:
		s.beginSignIn(w, r, h)
	case strings.HasPrefix(path, captchaPath):
		s.serveCaptcha(w, r)
	case strings.HasPrefix(path, "/ap/"):
		s.continueSignIn(w, r, h)
	default:
		s.serveSite(w, r, h)
	}
}

// beginSignIn answers the sign-in address with the first page, or with an
// error page when a parameter is not as Amazon wants it.
func (s *Sim) beginSignIn(w http.ResponseWriter, r *http.Request, h host) {
	s.mu.Lock()
	defer s.mu.Unlock()
	auth, err := parseAuthorization(h, r.URL.Query())
	if err != nil {
		s.counts.BadAuthorizations++
		s.refusePage(w, r, h, http.StatusBadRequest, "We're sorry, that address isn't one we can sign you in with: "+err.Error()+".")
		return
	}
	s.counts.SignIns++
	f := s.newFlow(auth, r)
	s.setSession(w, r, f, true)
	s.show(w, r, f)
}

// newFlow begins a sign-in. Each sign-in address opened begins another, with
// a session number of its own; older ones of the same browser are lost with
// their cookies.
func (s *Sim) newFlow(auth authorization, r *http.Request) *flow {
	now := s.now()
	if len(s.flows) >= maxFlows {
		for id, old := range s.flows {
			if now.Sub(old.began) >= time.Hour {
				delete(s.flows, id)
			}
		}
	}
	f := &flow{id: s.amazonNumber(), auth: auth, began: now, bare: !hasAppCookies(r)}
	f.steps = []string{stepSignIn}
	if s.splits(auth.userName) {
		f.steps = []string{stepClaim, stepPassword}
	}
	s.flows[f.id] = f
	return f
}

// splits reports whether any account that could sign in here wants two pages.
func (s *Sim) splits(userName bool) bool {
	for _, a := range s.accounts {
		if a.SplitPages && a.UserName == userName {
			return true
		}
	}
	return false
}

// hasAppCookies reports whether the client looks like the app's own web view
// (protocol 3.2): fingerprint and map-md are common to both platforms.
func hasAppCookies(r *http.Request) bool {
	for _, name := range []string{"frc", "map-md"} {
		if c, err := r.Cookie(name); err != nil || c.Value == "" {
			return false
		}
	}
	return true
}

// setSession sends the session's cookies; session-token is new every time.
func (s *Sim) setSession(w http.ResponseWriter, r *http.Request, f *flow, first bool) {
	l := linksOf(r)
	expires := s.now().AddDate(1, 0, 0)
	cookies := []webCookie{{name: "session-token", value: s.padded(96), httpOnly: true}}
	if first {
		cookies = append(cookies,
			webCookie{name: sessionCookie, value: f.id},
			webCookie{name: "session-id-time", value: "2082787201l"},
			webCookie{name: "ubid-" + f.auth.host.store.cookieSuffix(), value: s.amazonNumber()})
	}
	for _, c := range cookies {
		c.expires = expires
		l.cookie(w, f.auth.host, c)
	}
}

// continueSignIn answers everything below /ap/ that belongs to a sign-in
// under way: a GET shows the current page again, a POST answers it.
func (s *Sim) continueSignIn(w http.ResponseWriter, r *http.Request, h host) {
	form, err := readForm(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.flowOf(r, h)
	switch {
	case f == nil:
		s.counts.LostSessions++
		s.refusePage(w, r, h, http.StatusOK, "Please Enable Cookies to Continue. To continue shopping, please enable cookies in your Web browser.")
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		s.revisit(w, r, f)
	case r.Method != http.MethodPost:
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	case err != nil:
		s.refusePage(w, r, h, http.StatusBadRequest, "The form could not be read.")
	default:
		s.answer(w, r, f, form)
	}
}

// flowOf finds the sign-in by its cookies; s.mu is held. The number in the
// path, where there is one, must be that of the session.
func (s *Sim) flowOf(r *http.Request, h host) *flow {
	session, err := r.Cookie(sessionCookie)
	if err != nil {
		return nil
	}
	f := s.flows[session.Value]
	if f == nil || f.auth.host.name != h.name {
		return nil
	}
	for _, name := range []string{"session-token", "ubid-" + f.auth.host.store.cookieSuffix()} {
		if _, err := r.Cookie(name); err != nil {
			return nil
		}
	}
	if number, ok := strings.CutPrefix(r.URL.Path, "/ap/signin/"); ok && number != f.id && number != "verify" {
		return nil
	}
	return f
}

// refusePage writes an error page that belongs to no sign-in step.
func (s *Sim) refusePage(w http.ResponseWriter, r *http.Request, h host, status int, text string) {
	l := linksOf(r)
	s.render(w, status, page{
		Kind:  "error",
		Title: "Sorry",
		Error: notice{"There was a problem", text},
		Links: pageLinks{Search: l.to(h.name, "/s"), Cancel: l.to(h.name, "/")},
	})
}
