package authfile

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/audipy/audipy/audible"
)

// The proper forms of what Amazon gives (protocol 8.1). The Python library
// refuses a file that breaks the first three. All are printable ASCII without
// space, for they end up in header fields.
var (
	adpTokenForm     = regexp.MustCompile(`^\{enc:[!-z|~]+\}\{key:[!-z|~]+\}\{iv:[!-z|~]+\}\{name:[!-z|~]+\}\{serial:Mg==\}$`)
	accessTokenForm  = regexp.MustCompile(`^Atna\|[!-~]+$`)
	refreshTokenForm = regexp.MustCompile(`^Atnr\|[!-~]+$`)
	identifierForm   = regexp.MustCompile(`^[!-~]{0,128}$`)
	opaqueForm       = regexp.MustCompile(`^[!-~]*$`)
	activationForm   = regexp.MustCompile(`^[0-9A-Fa-f]{8}$`)
	quotableForm     = regexp.MustCompile(`^[A-Za-z][A-Za-z _-]{0,24}$`)
)

// amazonPool is the account pool of everybody who signs in with Amazon, and
// userNamePool begins that of an account from before 2008 (protocol 1).
const (
	amazonPool   = "Amazon"
	userNamePool = "pool-"
)

// complete brings credentials as read from a file into the form that
// audible.Credentials promises, and checks them.
func complete(c audible.Credentials) (audible.Credentials, error) {
	market, err := marketplace(c.Marketplace)
	if err != nil {
		return audible.Credentials{}, err
	}
	c.UserName = c.UserName || strings.HasPrefix(c.Customer.AccountPool, userNamePool)
	if c.Customer.AccountPool == "" {
		c.Customer.AccountPool = defaultPool(c.UserName, market)
	}
	c.Device.Name = printable(c.Device.Name)
	c.Customer.Name = printable(c.Customer.Name)
	c.Customer.GivenName = printable(c.Customer.GivenName)
	c.ActivationBytes = strings.ToLower(c.ActivationBytes)
	if !activationForm.MatchString(c.ActivationBytes) {
		c.ActivationBytes = "" // Amazon gives them again; not worth refusing the file for
	}
	c.Cookies = soundCookies(c.Cookies)
	if c.DeviceKey != "" {
		if c.DeviceKey, err = audible.NormalizeKey(c.DeviceKey); err != nil {
			return audible.Credentials{}, faulty("device_private_key", "is not an RSA key of 2048 to 4096 bits in PKCS#1 or PKCS#8")
		}
	}
	return c, check(c)
}

// defaultPool is the account pool of an account whose file names none, as
// audible-rs gives it to files that it imports (protocol 8.4).
func defaultPool(userName bool, market audible.Marketplace) string {
	if userName {
		return userNamePool + market.ID
	}
	return amazonPool
}

// marketplace names an unknown code only if it looks like one: a damaged file
// may have a token in that place.
func marketplace(code string) (audible.Marketplace, error) {
	if code == "" {
		return audible.Marketplace{}, faulty("locale_code", "is missing")
	}
	market, err := audible.ParseMarketplace(code)
	if err == nil {
		return market, nil
	}
	if quotableForm.MatchString(code) {
		return audible.Marketplace{}, faulty("locale_code", fmt.Sprintf("names an unknown marketplace, %q", code))
	}
	return audible.Marketplace{}, faulty("locale_code", "names an unknown marketplace")
}

// check reports the first value that is not in its proper form.
func check(c audible.Credentials) error {
	for _, rule := range []struct {
		field, value string
		form         *regexp.Regexp
		problem      string
	}{
		{"adp_token", c.ADPToken, adpTokenForm, "is not {enc:…}{key:…}{iv:…}{name:…}{serial:Mg==}"},
		{"access_token", c.AccessToken, accessTokenForm, `does not start with "Atna|"`},
		{"refresh_token", c.RefreshToken, refreshTokenForm, `does not start with "Atnr|"`},
		{"device_serial_number", c.Device.Serial, identifierForm, "is not an identifier"},
		{"device_type", c.Device.Type, identifierForm, "is not an identifier"},
		{"user_id", c.Customer.ID, identifierForm, "is not an identifier"},
		{"account_pool", c.Customer.AccountPool, identifierForm, "is not an identifier"},
		{"home_region", c.Customer.HomeRegion, identifierForm, "is not an identifier"},
		{"store_authentication_cookie", c.StoreAuthCookie, opaqueForm, "holds a space or a character that is not ASCII"},
	} {
		if rule.value != "" && !rule.form.MatchString(rule.value) {
			return faulty(rule.field, rule.problem)
		}
	}
	if !c.CanSign() && !c.CanRefresh() {
		return fmt.Errorf("%w: it holds neither a refresh token nor a device key with its token", ErrNotCredentials)
	}
	return nil
}

// maxName bounds names that people see, in characters.
const maxName = 256

// printable takes control characters out of a name, which may end up on a
// terminal, and cuts it to maxName.
func printable(name string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	return string(runes[:min(len(runes), maxName)])
}
