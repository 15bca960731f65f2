package audiblesim

import (
	"slices"
	"strconv"
)

// registered is the answer to a registration (protocol 5.2).
func (s *Sim) registered(d *device, q *registerRequest) map[string]any {
	tokens := make(map[string]any)
	for _, kind := range q.RequestedTokenType {
		switch kind {
		case "bearer":
			tokens[kind] = map[string]string{
				"access_token": s.newAccess(d), "refresh_token": d.refresh, "expires_in": "3600",
			}
		case "mac_dms":
			tokens[kind] = map[string]string{"device_private_key": d.keyText(), "adp_token": d.adpToken}
		case "website_cookies":
			if s.givesCookies(d.owner) {
				tokens[kind] = registrationCookies(s.websiteCookies(d.owner, d.home), s.cookieDomain(d))
			}
		case "store_authentication_cookie":
			if s.givesCookies(d.owner) {
				tokens[kind] = map[string]string{"cookie": s.opaque(120)}
			}
		}
	}
	extensions := make(map[string]any)
	if slices.Contains(q.RequestedExtensions, "device_info") {
		extensions["device_info"] = d.info()
	}
	if slices.Contains(q.RequestedExtensions, "customer_info") {
		extensions["customer_info"] = d.owner.info()
	}
	success := map[string]any{"extensions": extensions, "tokens": tokens, "customer_id": d.owner.customerID}
	return map[string]any{"response": map[string]any{"success": success}, "request_id": s.uuid()}
}

// givesCookies is false for user names, which the real service sends none.
func (s *Sim) givesCookies(a *account) bool { return !a.UserName && !s.opts.NoCookies }

// cookieDomain is Amazon's even where the app asked for Audible's; single
// sign-on carries the cookies over (protocol 6.2).
func (s *Sim) cookieDomain(d *device) string { return ".amazon." + d.home.tld }

// keyText is the device key in the form of its platform (protocol 5.2).
func (d *device) keyText() string {
	if d.typ == androidType {
		return d.key.bare()
	}
	return d.key.pem()
}

// info is device_info, in the order that clients write it.
func (d *device) info() deviceInfo { return deviceInfo{d.name, d.serial, d.typ} }

// deviceInfo is device_info of a registration and of credential files.
type deviceInfo struct {
	Name   string `json:"device_name"`
	Serial string `json:"device_serial_number"`
	Type   string `json:"device_type"`
}

// customerInfo is customer_info of a registration and of credential files.
type customerInfo struct {
	Pool      string `json:"account_pool"`
	ID        string `json:"user_id"`
	Region    string `json:"home_region"`
	Name      string `json:"name"`
	GivenName string `json:"given_name"`
}

// info is customer_info; the pool tells user names apart (protocol 1).
func (a *account) info() customerInfo {
	pool := "Amazon"
	if a.UserName {
		pool = "pool-" + a.home.id
	}
	return customerInfo{pool, a.customerID, a.home.region(), a.Name, a.givenName()}
}

// websiteCookies are the cookies of a signed-in browser; values are quoted as
// Amazon quotes them.
func (s *Sim) websiteCookies(owner *account, st store) []webCookie {
	suffix := st.cookieSuffix()
	at := "Atza|" + s.opaque(180)
	s.registry.cookies[at] = owner
	cookies := []webCookie{
		{name: sessionCookie, value: s.amazonNumber()},
		{name: "ubid-" + suffix, value: s.amazonNumber()},
		{name: "x-" + suffix, value: `"` + s.padded(48) + `"`, secure: true},
		{name: "at-" + suffix, value: `"` + at + `"`, secure: true, httpOnly: true},
		{name: "sess-at-" + suffix, value: `"` + s.padded(32) + `"`, secure: true, httpOnly: true},
		{name: "session-token", value: `"` + s.padded(96) + `"`, secure: true},
	}
	for i := range cookies {
		cookies[i].expires = s.now().AddDate(20, 0, 0)
	}
	return cookies
}

// cookieDate is the form of dates in cookies given as JSON (protocol 5.2).
const cookieDate = "02 Jan 2006 15:04:05 GMT"

// registrationCookies writes Secure and HttpOnly as text, unlike the cookie
// exchange (protocol 5.2, 6.2).
func registrationCookies(cookies []webCookie, domain string) []map[string]string {
	out := make([]map[string]string, 0, len(cookies))
	for _, c := range cookies {
		out = append(out, map[string]string{
			"Name": c.name, "Value": c.value, "Path": "/", "Domain": domain,
			"Secure": strconv.FormatBool(c.secure), "HttpOnly": strconv.FormatBool(c.httpOnly),
			"Expires": c.expires.UTC().Format(cookieDate),
		})
	}
	return out
}
