package httpapi

import (
	"net/http"
	"time"

	"github.com/audipy/audipy/internal/auth"
)

// The cookies. Browsers take the prefix as a promise that they enforce: set by
// this host over a safe connection, for the whole host and for no script.
const (
	securePrefix  = "__Host-Http-"
	sessionCookie = "audipy"
	deviceCookie  = "audipy-dev"
	// pendingCookie holds the token of a sign-in whose second factor is owed.
	pendingCookie = "audipy-pending"
	// providerCookie holds what a browser that was sent to a provider must
	// bring back, for providerLife.
	providerCookie = "audipy-tx"
	providerLife   = 10 * time.Minute
)

// cookieName is the name of a cookie; over plain HTTP on a private address
// browsers would refuse the prefix.
func (a *api) cookieName(name string) string {
	if a.Insecure {
		return name
	}
	return securePrefix + name
}

func (a *api) cookie(name, value string, age time.Duration) http.Cookie {
	return http.Cookie{ //nolint:gosec // without Secure only where the operator allows plain HTTP
		Name: a.cookieName(name), Value: value, Path: "/", MaxAge: int(age.Seconds()),
		Secure: !a.Insecure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
}

// cookies are those of somebody who has just signed in. The session's goes
// with the browser unless the person wants to stay signed in.
func (a *api) cookies(g auth.Grant) []http.Cookie {
	if g.Pending != nil {
		return []http.Cookie{a.cookie(pendingCookie, g.Token, g.Pending.ExpiresAt.Sub(a.Now()))}
	}
	age := time.Duration(0) // as long as the browser is open
	if g.Actor.Remembered {
		age = g.Actor.EndsAt.Sub(a.Now())
	}
	all := []http.Cookie{a.cookie(sessionCookie, g.Token, age)}
	if g.Device != "" {
		all = append(all, a.cookie(deviceCookie, g.Device, auth.DeviceLife))
	}
	return all
}

// noPending deletes the cookie of a sign-in that is done.
func (a *api) noPending() http.Cookie { return a.cookie(pendingCookie, "", -time.Second) }

// noAttempt deletes the cookie of a sign-in at a provider that is done.
func (a *api) noAttempt() http.Cookie { return a.cookie(providerCookie, "", -time.Second) }

// noSession deletes the session's cookie.
func (a *api) noSession() []http.Cookie {
	return []http.Cookie{a.cookie(sessionCookie, "", -time.Second)}
}

func (a *api) cookieValue(r *http.Request, name string) string {
	c, err := r.Cookie(a.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}
