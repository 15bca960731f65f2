package audiblesim

import (
	"fmt"
	"maps"
	"regexp"
	"time"
)

// accessLife is how long an access token lives: 60 minutes (protocol 6.1).
const accessLife = time.Hour

// maxAccess is how many access tokens are kept before the ones that ended are
// forgotten.
const maxAccess = 10_000

// registry is every device registration and its tokens; Sim.mu guards it.
type registry struct {
	byADP     map[string]*device
	byRefresh map[string]*device
	access    map[string]*accessToken
	cookies   map[string]*account // values of at-… cookies
	made      int
	hypotheses
}

// device is one registration.
type device struct {
	owner     *account
	home      store
	serial    string
	typ       string
	name      string
	adpToken  string
	refresh   string
	key       *deviceKey
	created   time.Time
	refreshOK bool // the refresh token still works
	keyOK     bool // the ADP token and key still work
}

// accessToken outlives its device: after a deregistration it works to the end
// of its hour (protocol 6.3).
type accessToken struct {
	owner   *account
	device  *device
	expires time.Time
}

// newRegistry returns an empty registry under the hypothesis that
// registrations live for ever.
func newRegistry() registry {
	return registry{
		byADP:     make(map[string]*device),
		byRefresh: make(map[string]*device),
		access:    make(map[string]*accessToken),
		cookies:   make(map[string]*account),
	}
}

// alive reports whether anything of the registration still works.
func (d *device) alive() bool { return d.refreshOK || d.keyOK }

// deviceRequest is what a registration asks for.
type deviceRequest struct{ serial, typ, name string }

// enrol makes a registration; s.mu is held.
func (s *Sim) enrol(owner *account, home store, want deviceRequest) *device {
	reg := &s.registry
	d := &device{
		owner: owner, home: home, serial: want.serial, typ: want.typ, created: s.now(),
		key: s.keys.at(reg.made), refreshOK: true, keyOK: true,
	}
	d.name = deviceName(want.name, owner)
	d.adpToken = fmt.Sprintf("{enc:%s}{key:%s}{iv:%s}{name:QURQVG9rZW5FbmNyeXB0aW9uS2V5}{serial:Mg==}",
		s.padded(300), s.padded(256), s.padded(16))
	d.refresh = "Atnr|" + s.opaque(240)
	reg.made++
	reg.byADP[d.adpToken] = d
	reg.byRefresh[d.refresh] = d
	owner.devices = append(owner.devices, d)
	s.counts.Registrations++
	s.retireSurplus(owner)
	return d
}

// newAccess issues an access token.
func (s *Sim) newAccess(d *device) string {
	now := s.now()
	if len(s.registry.access) >= maxAccess {
		maps.DeleteFunc(s.registry.access, func(_ string, old *accessToken) bool { return now.After(old.expires) })
	}
	token := "Atna|" + s.opaque(240)
	s.registry.access[token] = &accessToken{owner: d.owner, device: d, expires: now.Add(accessLife)}
	return token
}

// kill ends a registration's refresh token, ADP token and key at once.
func (d *device) kill() { d.refreshOK, d.keyOK = false, false }

var templatePattern = regexp.MustCompile(`%[A-Z0-9_]+%`)

// deviceName fills the template of a name: first name, possessive, and an
// ordinal when the owner has a device of that name (protocol 2.1). A name
// without template is taken as it is.
func deviceName(template string, owner *account) string {
	if !templatePattern.MatchString(template) {
		return template
	}
	first := owner.givenName()
	for n := 1; ; n++ {
		name := templatePattern.ReplaceAllStringFunc(template, func(hole string) string {
			switch hole {
			case "%FIRST_NAME%":
				return first
			case "%FIRST_NAME_POSSESSIVE_STRING%":
				return "'s "
			case "%DUPE_STRATEGY_1ST%":
				return ordinal(n)
			}
			return ""
		})
		if n > len(owner.devices) || !owner.hasDevice(name) {
			return name
		}
	}
}

// hasDevice reports whether a living registration has the name; the name of a
// dead one is free again.
func (a *account) hasDevice(name string) bool {
	for _, d := range a.devices {
		if d.alive() && d.name == name {
			return true
		}
	}
	return false
}

// ordinal is empty for the first and "2nd ", "3rd ", "11th " after it.
func ordinal(n int) string {
	if n == 1 {
		return ""
	}
	suffix := "th"
	if tens := n / 10 % 10; tens != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s ", n, suffix)
}
