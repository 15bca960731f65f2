package authfile

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/audipy/audipy/audible"
)

// maxCookies is far above the dozen that Amazon sets; a file with more does
// not come from a sign-in. maxCookieValue bounds one value, in bytes.
const (
	maxCookies     = 100
	maxCookieValue = 4096
)

var (
	cookieNameForm  = regexp.MustCompile(`^[!#$%&'*+.^_|~0-9A-Za-z-]{1,128}$`)
	cookieValueForm = regexp.MustCompile(`^[!-~]+$`)
)

// soundCookies returns the cookies that can be sent in a header field, and
// nil when there is none or when there are more than maxCookies. The client
// can get cookies again, so unsound ones are dropped without an error.
func soundCookies(cookies map[string]string) map[string]string {
	if len(cookies) > maxCookies {
		return nil
	}
	sound := map[string]string{}
	for name, value := range cookies {
		value = strings.Trim(value, `"`)
		if cookieNameForm.MatchString(name) && len(value) <= maxCookieValue && cookieValueForm.MatchString(value) {
			sound[name] = value
		}
	}
	if len(sound) == 0 {
		return nil
	}
	return sound
}

// cookieDomains are the domains of an account's own website cookies, none for
// an unknown store; those of a user name account may be at audible (protocol
// 6.2).
func cookieDomains(c audible.Credentials) []string {
	market, err := audible.ParseMarketplace(c.Marketplace)
	if err != nil {
		return nil
	}
	return []string{".amazon." + market.TLD, ".audible." + market.TLD}
}

// cookieOrder returns the names in the order in which Amazon's registration
// answer lists them (protocol 5.2), others after them by name, so that a file
// that is read and written again keeps its bytes.
func cookieOrder(cookies map[string]string) []string {
	return slices.SortedFunc(maps.Keys(cookies), func(a, b string) int {
		return cmp.Or(cmp.Compare(cookieRank(a), cookieRank(b)), cmp.Compare(a, b))
	})
}

// cookieRank is the place of a cookie among Amazon's; the names end with the
// store ("-main", "-acbde"), so they are known by how they begin.
func cookieRank(name string) int {
	prefixes := []string{"session-id", "ubid-", "x-", "at-", "sess-at-", "session-token"}
	for rank, prefix := range prefixes {
		if strings.HasPrefix(name, prefix) {
			return rank
		}
	}
	return len(prefixes)
}
