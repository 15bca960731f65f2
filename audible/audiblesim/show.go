package audiblesim

import (
	"net/http"
)

// show writes the page of the current step, or ends the sign-in when there is
// none left; s.mu is held.
func (s *Sim) show(w http.ResponseWriter, r *http.Request, f *flow) {
	step := f.step()
	if step == "" {
		s.finish(w, r, f)
		return
	}
	l := linksOf(r)
	p := s.newPage(f, l, step)
	s.furnish(&p, f, l, step)
	text := s.execute(p)
	if s.opts.Mutate {
		changed, extra := s.mutate(text, f, step)
		text, p.Fields = changed, append(p.Fields, extra...)
	}
	f.shown = p
	s.counts.Pages[step]++
	writePage(w, http.StatusOK, text)
}

// newPage is what all steps have in common.
func (s *Sim) newPage(f *flow, l links, step string) page {
	name := f.auth.host.name
	signIn := "/ap/signin/" + f.id
	return page{
		Kind:     step,
		Title:    "Amazon Sign-In",
		path:     signIn,
		Action:   l.to(name, signIn),
		Error:    f.notice,
		Login:    f.login,
		UserName: f.auth.userName,
		Links: pageLinks{
			Self:   l.to(name, signIn),
			Search: l.to(name, "/s"),
			Cancel: l.to(name, "/ap/signin/"+f.id+"?cancel=1"),
		},
		Fields: []field{
			{"appActionToken", s.opaque(24) + "j3D"},
			{"appAction", "SIGNIN"},
			{"openid.return_to", ape("https://" + f.auth.returnTo.name + "/ap/maplanding")},
			{"prevRID", ape(upperLetters(s.bytes(20)))},
			{"workflowState", s.workflowState()},
		},
	}
}

// furnish adds what only the page of one step has.
func (s *Sim) furnish(p *page, f *flow, l links, step string) {
	switch step {
	case stepSignIn:
		p.add("subPageType", "SignInSingleAuthPage")
		p.add("encryptedPasswordExpected", "")
	case stepClaim:
		p.set("appAction", "SIGNIN_PWD_COLLECT")
		p.add("subPageType", "SignInClaimCollect")
	case stepPassword:
		p.set("appAction", "SIGNIN_PWD_COLLECT")
		p.add("subPageType", "SignInPwdCollect")
		p.add("encryptedPasswordExpected", "")
	default:
		s.furnishChallenge(p, f, l, step)
	}
}

// add gives the form one more hidden field.
func (p *page) add(name, value string) { p.Fields = append(p.Fields, field{name, value}) }

// set changes a hidden field that every page has.
func (p *page) set(name, value string) {
	for i := range p.Fields {
		if p.Fields[i].Name == name {
			p.Fields[i].Value = value
		}
	}
}

// to points the page's form somewhere else than back to the sign-in.
func (p *page) to(f *flow, l links, path string) {
	p.path = path
	p.Action = l.to(f.auth.host.name, path)
}

// revisit answers a GET of a page of the sign-in.
func (s *Sim) revisit(w http.ResponseWriter, r *http.Request, f *flow) {
	if r.URL.Query().Get("cancel") != "" {
		delete(s.flows, f.id)
		s.counts.Cancelled++
		redirect(w, f.landing(linksOf(r))+"?openid.mode=cancel")
		return
	}
	s.revisitChallenge(f, r)
	s.show(w, r, f)
}
