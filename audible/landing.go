package audible

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// LandingProblem says what is wrong with a pasted address. Its text is stable,
// for programs; a LandingError has the words for people.
type LandingProblem string

// What can be wrong with a pasted address, in the order it is looked for.
const (
	LandingEmpty            LandingProblem = "empty"             // nothing was pasted
	LandingTooLong          LandingProblem = "too_long"          // longer than any landing address
	LandingNotAddress       LandingProblem = "not_address"       // not an address at all
	LandingNamespace        LandingProblem = "namespace"         // the openid.ns.oa2 part of the start address
	LandingNotHTTPS         LandingProblem = "not_https"         // http or another scheme
	LandingUserInfo         LandingProblem = "user_info"         // something before an @ in front of the host
	LandingPort             LandingProblem = "port"              // a port after the host
	LandingWrongMarketplace LandingProblem = "wrong_marketplace" // the sign-in host of another store
	LandingLookAlike        LandingProblem = "look_alike"        // a host that only resembles Amazon's
	LandingForeignHost      LandingProblem = "foreign_host"      // any other host
	LandingStartAddress     LandingProblem = "start_address"     // the address that opens the sign-in
	LandingUnfinished       LandingProblem = "unfinished"        // a page in the middle of the sign-in
	LandingHomePage         LandingProblem = "home_page"         // the shop's home page
	LandingPath             LandingProblem = "path"              // another page of Amazon
	LandingFragment         LandingProblem = "fragment"          // the code, or anything, behind a #
	LandingCancelled        LandingProblem = "cancelled"         // Amazon says that the sign-in was cancelled
	LandingCutOff           LandingProblem = "cut_off"           // the end is missing
	LandingNoCode           LandingProblem = "no_code"           // whole, but without a code
	LandingTwoCodes         LandingProblem = "two_codes"         // more than one code
	LandingBadCode          LandingProblem = "bad_code"          // a code that Amazon would not make
)

// LandingError is why a pasted address can't finish a sign-in. Its text says
// what was pasted and what to do, and holds nothing of the address but the
// host.
type LandingError struct {
	Problem LandingProblem
	text    string
}

// Error is a sentence for the person who pasted the address.
func (e *LandingError) Error() string { return e.text }

// errLanding makes the error of a problem; host is what was pasted, or empty.
func errLanding(p LandingProblem, m Marketplace, host string) error {
	return &LandingError{Problem: p, text: landingText(p, m, host)}
}

// Bounds of a pasted address; real ones have about 1,500 characters and codes
// of 24 letters (protocol 3.7).
const (
	maxLanding = 16 << 10
	maxCode    = 1024
)

// A terminal in line mode on macOS cuts what is pasted at 1,024 characters,
// the last of which may be the line end (protocol 4).
const terminalLine = 1024

// ParseLanding takes the authorization code out of the address that a browser
// shows at the end of a sign-in in the marketplace. It is strict: https, the
// exact host www.amazon or www.audible of the marketplace, the path
// /ap/maplanding and one code in the query. White space around the address,
// and the line breaks that a terminal or a mail put into it, are taken out.
// Every error is a *LandingError. The address is only read, never fetched.
// Source: protocol 4.
func ParseLanding(m Marketplace, pasted string) (code string, err error) {
	if len(pasted) > maxLanding {
		return "", errLanding(LandingTooLong, m, "")
	}
	text := joinLines(pasted)
	if text == "" {
		return "", errLanding(LandingEmpty, m, "")
	}
	u, err := url.Parse(text)
	if err != nil && isCutInEscape(text) {
		return "", errLanding(LandingCutOff, m, "")
	}
	if err != nil || u.Scheme == "" || u.Host == "" {
		return "", errLanding(LandingNotAddress, m, "")
	}
	if problem := checkLandingHost(m, u); problem != "" {
		return "", errLanding(problem, m, u.Hostname())
	}
	if problem := checkLandingPath(u, text); problem != "" {
		return "", errLanding(problem, m, u.Hostname())
	}
	return landingCode(m, u, len(text))
}

// joinLines takes out the white space that pasting adds. An address has none
// of its own.
func joinLines(pasted string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B' {
			return -1
		}
		return r
	}, pasted)
}

// checkLandingHost looks at everything before the path. The order matters to
// the person: a forged address is named as such before its scheme is.
func checkLandingHost(m Marketplace, u *url.URL) LandingProblem {
	host := u.Hostname()
	switch {
	case u.Path == "/ap/ext/oauth/2":
		return LandingNamespace
	case u.User != nil:
		return LandingUserInfo
	case !isSignInHost(m, host):
		return foreignLanding(m, host)
	case u.Scheme != "https":
		return LandingNotHTTPS
	case u.Host != host:
		return LandingPort
	}
	return ""
}

// foreignLanding tells an honest mistake (another store) from a trap (a host
// that resembles Amazon's) and from anything else.
func foreignLanding(m Marketplace, host string) LandingProblem {
	for _, other := range Marketplaces() {
		if other.Code != m.Code && isSignInHost(other, strings.ToLower(host)) {
			return LandingWrongMarketplace
		}
	}
	lower := strings.ToLower(host)
	resembles := strings.Contains(lower, "amazon") || strings.Contains(lower, "audible") || strings.Contains(lower, "xn--")
	if resembles || strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		return LandingLookAlike
	}
	return LandingForeignHost
}

// checkLandingPath looks at where on Amazon the browser was. A path that needs
// unescaping is not Amazon's: a decoded slash or dot would hide the real one.
func checkLandingPath(u *url.URL, text string) LandingProblem {
	switch {
	case u.EscapedPath() != u.Path:
		return LandingPath
	case u.Path == landingPath && u.Fragment != "":
		return LandingFragment
	case u.Path == landingPath:
		return ""
	case u.Path == "/ap/signin" && strings.Contains(text, "openid.oa2.code_challenge"):
		return LandingStartAddress
	case strings.HasPrefix(landingPath, u.Path) && len(u.Path) > len("/ap/") && u.RawQuery == "":
		return LandingCutOff
	case u.Path == "/" || u.Path == "":
		return LandingHomePage
	case strings.HasPrefix(u.Path, "/ap/") && !strings.Contains(u.Path, ".."):
		for _, step := range []string{"/ap/signin", "/ap/mfa", "/ap/cvf", "/ap/challenge", "/ap/accountfixup", "/ap/forgotpassword"} {
			if u.Path == step || strings.HasPrefix(u.Path, step+"/") {
				return LandingUnfinished
			}
		}
	}
	return LandingPath
}

// landingCode takes the one code out of the query. The length is that of the
// whole address: a code at the very end of an address as long as a terminal's
// line may be half a code.
func landingCode(m Marketplace, u *url.URL, length int) (string, error) {
	query, err := url.ParseQuery(u.RawQuery)
	codes := query[codeKey]
	last := strings.LastIndexByte(u.RawQuery, '&') < strings.Index(u.RawQuery, codeKey+"=")
	atLimit := length == terminalLine || length == terminalLine-1
	switch {
	case isCutInEscape(u.RawQuery) || len(codes) > 0 && last && atLimit:
		return "", errLanding(LandingCutOff, m, "")
	case query.Get("openid.mode") == "cancel":
		return "", errLanding(LandingCancelled, m, "")
	case len(codes) == 0 && strings.Contains(u.RawQuery, "openid."):
		return "", errLanding(LandingCutOff, m, "")
	case len(codes) == 0:
		return "", errLanding(LandingNoCode, m, "")
	case len(codes) > 1:
		return "", errLanding(LandingTwoCodes, m, "")
	case err != nil || !isCode(codes[0]):
		return "", errLanding(LandingBadCode, m, "")
	}
	return codes[0], nil
}

// isCutInEscape reports whether a text ends within a percent escape.
func isCutInEscape(text string) bool {
	return strings.HasSuffix(text, "%") || len(text) > 1 && text[len(text)-2] == '%'
}

// isCode reports whether Amazon could have made a code: letters, digits and
// the unreserved signs, bounded. Codes are otherwise opaque.
func isCode(code string) bool {
	if code == "" || len(code) > maxCode {
		return false
	}
	const made = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~|"
	return !strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune(made, r) })
}

// codeOf returns the authorization code of an address met on the way, when it
// is a landing address of the marketplace.
func codeOf(m Marketplace, u *url.URL) (string, bool) {
	code, err := ParseLanding(m, u.String())
	return code, err == nil
}

// isCancelled reports whether an address says that the person declined.
func isCancelled(m Marketplace, u *url.URL) bool {
	_, err := ParseLanding(m, u.String())
	var landing *LandingError
	return errors.As(err, &landing) && landing.Problem == LandingCancelled
}

// landingText is what a person reads about a problem.
func landingText(p LandingProblem, m Marketplace, host string) string {
	const whole = `copy the whole address from the browser's address line, from "https://" to its end`
	lands := fmt.Sprintf(`the address that ends a sign-in begins with "https://www.amazon.%s/ap/maplanding?"`, m.TLD)
	host = bounded(host)
	home := "the browser ended on the home page, so the code is gone: sign out of Amazon there (or use a private window), " +
		"then open the start address again"
	if m.Code == "br" {
		home = `Amazon in Brazil goes on to its home page at once: find the address with "/ap/maplanding" in the browser's ` +
			"history and paste that"
	}
	texts := map[LandingProblem]string{
		LandingEmpty:      "nothing was pasted: " + whole,
		LandingTooLong:    "what was pasted is longer than any address: " + whole,
		LandingNotAddress: "what was pasted is not a whole address: " + whole,
		LandingNamespace: "this is a part of the start address, not the address at the end: open the start address, sign in, then " +
			whole,
		LandingNotHTTPS: `the address does not begin with "https://", so it is not the one that Amazon made: ` + whole,
		LandingUserInfo: "the address has a name in front of its host, which is how forged addresses hide where they lead: " + lands,
		LandingPort:     "the address names a port, which Amazon's never does: " + lands,
		LandingWrongMarketplace: fmt.Sprintf("the address is of %q, and this sign-in was started for www.amazon.%s: "+
			"start again with the right marketplace", host, m.TLD),
		LandingLookAlike:   fmt.Sprintf("%q only looks like Amazon; do not enter a password there: %s", host, lands),
		LandingForeignHost: fmt.Sprintf("%q is not Amazon: %s", host, lands),
		LandingStartAddress: "this is the address that starts the sign-in: open it, sign in, and paste the address that the " +
			"browser shows after that",
		LandingUnfinished: "the sign-in is not finished: go on in the browser until it shows a page that was not found, then " + whole,
		LandingHomePage:   home,
		LandingPath:       "this is another page of Amazon: " + lands,
		LandingFragment:   `the address has a "#" with something behind it, which Amazon's does not: ` + whole,
		LandingCancelled:  "Amazon says that the sign-in was cancelled: start again",
		LandingCutOff:     "the end of the address is missing: " + whole,
		LandingNoCode:     "the address has no authorization code: " + whole,
		LandingTwoCodes:   "the address has more than one authorization code: sign in again and " + whole,
		LandingBadCode:    "the authorization code in the address is damaged: sign in again and " + whole,
	}
	return texts[p]
}

// bounded cuts what comes from outside before it is shown.
func bounded(text string) string {
	const limit = 80
	if len(text) > limit {
		return text[:limit] + "…"
	}
	return text
}
