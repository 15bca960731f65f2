package audiblesim

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// answer takes a posted form; s.mu is held.
func (s *Sim) answer(w http.ResponseWriter, r *http.Request, f *flow, form url.Values) {
	f.notice = notice{}
	if f.step() == "" {
		s.refusePage(w, r, f.auth.host, http.StatusBadRequest, "This sign-in is over.")
		return
	}
	if r.URL.Path != f.shown.path || !f.shown.echoes(form) {
		s.counts.BrokenForms++
		s.refusePage(w, r, f.auth.host, http.StatusBadRequest, "We're sorry, the form was not sent back as we gave it to you.")
		return
	}
	if problem := s.checkMetadata(f, form); problem != "" {
		s.refusePage(w, r, f.auth.host, http.StatusBadRequest, problem)
		return
	}
	s.take(f, form)
	s.setSession(w, r, f, false)
	s.show(w, r, f)
}

// take judges the answer to the current step: it passes the step or leaves a
// notice for the same page.
func (s *Sim) take(f *flow, form url.Values) {
	switch f.step() {
	case stepSignIn:
		s.takeCredentials(f, form)
	case stepClaim:
		s.takeClaim(f, form)
	case stepPassword:
		s.takePassword(f, form.Get("password"))
	default:
		s.takeChallenge(f, form)
	}
}

// takeCredentials judges the page that asks for both. An unknown login gets
// the words of a wrong password, so that nobody learns who has an account.
func (s *Sim) takeCredentials(f *flow, form url.Values) {
	s.takeLogin(f, form)
	s.takePassword(f, form.Get("password"))
}

// takeLogin looks for the account of the posted login. Who is unknown is told
// apart from a wrong password only on split pages, as Amazon does.
func (s *Sim) takeLogin(f *flow, form url.Values) {
	f.login = strings.TrimSpace(form.Get("email"))
	a := s.accounts[loginKey(f.login)]
	if a == nil || a.UserName != f.auth.userName || (a.UserName && a.home != f.auth.host.store) {
		f.account = nil
		return
	}
	f.recognise(a)
}

// takeClaim judges the page that asks for the login alone. A password that
// comes along is left aside: the next page asks for it.
func (s *Sim) takeClaim(f *flow, form url.Values) {
	s.takeLogin(f, form)
	if f.account == nil {
		f.notice = notice{"There was a problem", "We cannot find an account with that email address"}
		return
	}
	f.pass()
}

// takePassword passes the step when the password is the account's.
func (s *Sim) takePassword(f *flow, password string) {
	if f.account != nil {
		s.countPrompt(f)
	}
	if f.account != nil && (password == f.account.Password || s.takesBoth(f, password)) {
		f.pass()
		return
	}
	s.counts.WrongPasswords++
	f.notice = notice{"There was a problem", "Your password is incorrect"}
	if f.account != nil && f.account.escalates() {
		f.steps[f.at] = ChallengeCaptcha
		f.notice = importantMessage()
	}
}

// takesBoth accepts a password with the one-time password right behind it,
// where that is asked next (protocol 3.6), and asks for it no more.
func (s *Sim) takesBoth(f *flow, password string) bool {
	next := f.at + 1
	if next >= len(f.steps) || f.steps[next] != ChallengeOTP {
		return false
	}
	code, ok := strings.CutPrefix(password, f.account.Password)
	if !ok || !f.acceptsOTP(s, code) {
		return false
	}
	f.steps = slices.Delete(f.steps, next, next+1)
	return true
}

// countPrompt counts a sign-in once for its account.
func (s *Sim) countPrompt(f *flow) {
	if !f.asked {
		f.asked = true
		f.account.prompts++
	}
}
