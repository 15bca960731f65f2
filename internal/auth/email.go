package auth

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/audipy/audipy/internal/audipy"
)

// The bounds of an address in bytes (RFC 5321, 4.5.3.1).
const (
	maxEmail = 254
	maxLocal = 64
)

var (
	// localForm is the part before the @ without quotes: what people have.
	localForm = regexp.MustCompile("^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$")
	// lastLabel keeps out addresses of machines, such as 127.0.0.1.
	lastLabel = regexp.MustCompile(`\.[a-z][a-z0-9-]*[a-z0-9]$`)
)

// CanonicalEmail returns the one spelling of an address: in lower case, its
// domain in ASCII. Invalid with the code email_invalid is everything that is
// not a plain address with a domain of two labels or more; a space around it
// counts too.
func CanonicalEmail(text string) (string, error) {
	local, domain, ok := strings.Cut(text, "@")
	local = lowerASCII(local)
	if !ok || !utf8.ValidString(text) || len(text) > 2*maxEmail || len(local) > maxLocal || !localForm.MatchString(local) {
		return "", notEmail()
	}
	names := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckHyphens(true), idna.StrictDomainName(true),
		idna.VerifyDNSLength(true), idna.Transitional(false))
	ascii, err := names.ToASCII(domain)
	if err != nil || strings.HasSuffix(ascii, ".") || !lastLabel.MatchString(ascii) {
		return "", notEmail()
	}
	email := local + "@" + ascii
	if len(email) > maxEmail {
		return "", notEmail()
	}
	return email, nil
}

func notEmail() error {
	return audipy.Fail(audipy.Invalid, "This is not an e-mail address.", nil).WithCode("email_invalid")
}

func lowerASCII(text string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, text)
}
