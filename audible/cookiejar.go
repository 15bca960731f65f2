package audible

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Bounds of a sign-in's cookies. Amazon's pages set about a dozen.
const (
	maxCookies    = 64
	maxCookieSize = 4096
)

// cookie is one cookie of a sign-in. It is data, because a sign-in is stored
// between two steps.
type cookie struct {
	Name  string `json:"n"`
	Value string `json:"v"`
	// Domain is without a leading dot. With HostOnly it is the one host that
	// gets the cookie, else every host below it.
	Domain   string `json:"d"`
	HostOnly bool   `json:"h,omitempty"`
	Path     string `json:"p"`
	// Expires is the zero time for a cookie of the session.
	Expires time.Time `json:"e,omitzero"`
}

// cookieJar keeps the cookies of one sign-in. It knows one marketplace: what
// other domains set is dropped, so that it can't carry anything anywhere else.
type cookieJar struct {
	cookies []cookie
	// set are the cookies that answers have set, in order, those included
	// that only remove one.
	set []cookie
}

// cookieDomains are the domains below which a sign-in keeps cookies.
func cookieDomains(m Marketplace) []string {
	return []string{"amazon." + m.TLD, "audible." + m.TLD}
}

// header returns the Cookie header for a request. Every address of a sign-in
// is https, so that the attribute Secure makes no difference.
func (j *cookieJar) header(u *url.URL, now time.Time) string {
	var out strings.Builder
	for _, c := range j.cookies {
		if !c.matches(u) || c.isExpired(now) {
			continue
		}
		if out.Len() > 0 {
			out.WriteString("; ")
		}
		out.WriteString(c.Name + "=" + c.Value)
	}
	return out.String()
}

// store keeps the cookies of an answer from u. A cookie whose time has come
// is removed, as RFC 6265 5.3 asks for.
func (j *cookieJar) store(m Marketplace, u *url.URL, answer *http.Response, now time.Time) {
	for _, set := range answer.Cookies() {
		c, ok := acceptCookie(m, u, set, now)
		if !ok {
			continue
		}
		j.put(c, now)
		j.set = append(j.set, c)
	}
}

// put replaces the cookie of that name and place.
func (j *cookieJar) put(c cookie, now time.Time) {
	j.cookies = slices.DeleteFunc(j.cookies, func(old cookie) bool {
		return old.Name == c.Name && old.Domain == c.Domain && old.Path == c.Path
	})
	if !c.isExpired(now) && len(j.cookies) < maxCookies {
		j.cookies = append(j.cookies, c)
	}
}

// acceptCookie reads a cookie that a page of u set. The second result is false
// for one of another domain, of a domain above Amazon's (which would be sent to
// strangers), or larger than any of Amazon's.
func acceptCookie(m Marketplace, u *url.URL, set *http.Cookie, now time.Time) (cookie, bool) {
	c := cookie{Name: set.Name, Value: set.Value, Domain: u.Hostname(), HostOnly: true, Path: set.Path, Expires: set.Expires}
	if set.Quoted {
		c.Value = `"` + set.Value + `"`
	}
	if domain := strings.ToLower(strings.TrimPrefix(set.Domain, ".")); domain != "" {
		c.Domain, c.HostOnly = domain, false
	}
	if !strings.HasPrefix(c.Path, "/") {
		c.Path = "/"
	}
	switch {
	case set.MaxAge < 0:
		c.Expires = now
	case set.MaxAge > 0:
		c.Expires = now.Add(time.Duration(min(set.MaxAge, 1<<31)) * time.Second)
	}
	below := slices.ContainsFunc(cookieDomains(m), func(domain string) bool {
		return isSameOrBelow(c.Domain, domain)
	})
	return c, below && c.matchesHost(u.Hostname()) && len(c.Name)+len(c.Value) <= maxCookieSize
}

// isExpired reports whether a cookie's time has come. A cookie without a time
// lives as long as the sign-in.
func (c cookie) isExpired(now time.Time) bool { return !c.Expires.IsZero() && !now.Before(c.Expires) }

// matchesHost is the domain match of RFC 6265 5.1.3, host-only cookies included.
func (c cookie) matchesHost(host string) bool {
	return c.Domain == host || !c.HostOnly && isSameOrBelow(host, c.Domain)
}

// matches adds the path match of RFC 6265 5.1.4: a cookie of /ap goes to /ap
// and below it, not to /apple.
func (c cookie) matches(u *url.URL) bool {
	path := strings.TrimSuffix(c.Path, "/")
	return c.matchesHost(u.Hostname()) && (u.Path == path || strings.HasPrefix(u.Path, path+"/"))
}

// isSameOrBelow reports whether a host name is the domain or ends in it.
func isSameOrBelow(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain)
}
