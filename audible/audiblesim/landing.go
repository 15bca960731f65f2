package audiblesim

import (
	"net/http"
	"net/url"
	"time"
)

// codeLife is how long an authorization code can be redeemed: about five
// minutes (protocol 3.7).
const codeLife = 5 * time.Minute

// authCode is what a sign-in ends with.
type authCode struct {
	account *account
	auth    authorization
	expires time.Time
	used    bool
}

// finish sends the app to its landing page with a code; s.mu is held.
func (s *Sim) finish(w http.ResponseWriter, r *http.Request, f *flow) {
	code := "AN" + upperLetters(s.bytes(22))
	now := s.now()
	s.codes[code] = &authCode{account: f.account, auth: f.auth, expires: now.Add(codeLife)}
	s.dropCodes(now)
	s.counts.SignInsFinished++
	delete(s.flows, f.id)
	identity := "https://" + f.auth.host.name + "/ap/id/" + f.account.customerID
	query := url.Values{
		"openid.assoc_handle":           {f.auth.handle},
		"openid.claimed_id":             {identity},
		"openid.identity":               {identity},
		"openid.mode":                   {"id_res"},
		"openid.ns":                     {openIDNamespace},
		"openid.op_endpoint":            {"https://" + f.auth.host.name + "/ap/signin"},
		"openid.response_nonce":         {now.UTC().Format("2006-01-02T15:04:05Z") + s.decimal(19)},
		"openid.return_to":              {"https://" + f.auth.returnTo.name + "/ap/maplanding"},
		"openid.signed":                 {"assoc_handle,claimed_id,identity,mode,ns,op_endpoint,response_nonce,return_to,ns.pape,pape.auth_policies,pape.auth_time,ns.oa2,oa2.authorization_code,signed"},
		"openid.ns.pape":                {papeNamespace},
		"openid.pape.auth_policies":     {openIDNamespace + "/none"},
		"openid.pape.auth_time":         {now.UTC().Format("2006-01-02T15:04:05Z")},
		"openid.sig":                    {s.padded(32)},
		"openid.ns.oa2":                 {oauthNamespace},
		"openid.oa2.authorization_code": {code},
		"serial":                        {""},
	}
	if f.letters {
		query.Set("captcha_verified", "1")
	}
	redirect(w, f.landing(linksOf(r))+"?"+query.Encode())
}

// dropCodes forgets codes that were dead for long, so that a year of sign-ins
// needs no memory.
func (s *Sim) dropCodes(now time.Time) {
	for code, c := range s.codes {
		if now.Sub(c.expires) > time.Hour {
			delete(s.codes, code)
		}
	}
}

// serveLanding answers the page that ends a sign-in: a "page not found",
// which is the success, and in Brazil a redirect to the home page (protocol
// 3.7). In prefix mode a person reads it, so it shows the canonical address.
func (s *Sim) serveLanding(w http.ResponseWriter, r *http.Request, h host) {
	l := linksOf(r)
	if h.store.code == "br" && !l.prefix {
		redirect(w, l.to(h.name, "/?ref_=nav_landing"))
		return
	}
	shown := page{Kind: "landing"}
	if l.prefix && r.URL.RawQuery != "" {
		shown.Address = "https://" + h.name + "/ap/maplanding?" + r.URL.RawQuery
	}
	s.render(w, http.StatusNotFound, shown)
}

// upperLetters turns bytes into capital letters.
func upperLetters(from []byte) string {
	out := make([]byte, len(from))
	for i, b := range from {
		out[i] = 'A' + b%26
	}
	return string(out)
}
