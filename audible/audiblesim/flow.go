package audiblesim

import (
	"time"
)

// flow is one sign-in under way, found by its session-id cookie.
type flow struct {
	id    string
	auth  authorization
	began time.Time

	steps   []string // what is to be passed, the current one at index at
	at      int
	account *account // nil until a login was recognised
	login   string   // as typed
	bare    bool     // came without the app's start cookies or metadata1

	// shown is the page that waits for an answer.
	shown page
	// notice is what the next page says about the last answer.
	notice notice
	// polls counts fetches of an approval page, otpFrom is the chosen source
	// of one-time passwords.
	polls   int
	otpFrom string
	asked   bool // counted as a prompt of its account
	letters bool // a captcha was solved
}

// step is the current step; it is empty when all are passed.
func (f *flow) step() string {
	if f.at >= len(f.steps) {
		return ""
	}
	return f.steps[f.at]
}

// pass goes on to the next step.
func (f *flow) pass() {
	f.at++
	f.notice = notice{}
	f.polls = 0
}

// recognise ties the flow to an account and appends its challenges.
func (f *flow) recognise(a *account) {
	if f.account == a {
		return
	}
	first := []string{stepSignIn}
	if f.steps[0] == stepClaim {
		first = []string{stepClaim, stepPassword}
	}
	f.account = a
	f.steps = append(first, challengeSteps(a, f.bare)...)
}

// landing is the link of the page that the app waits for.
func (f *flow) landing(l links) string { return l.to(f.auth.returnTo.name, "/ap/maplanding") }
