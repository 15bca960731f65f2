package audiblesim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// credentialFile is the plain file of the Python library: these twelve
// members in this order (protocol 8.1).
type credentialFile struct {
	Cookies     map[string]string `json:"website_cookies"`
	ADPToken    string            `json:"adp_token"`
	Access      string            `json:"access_token"`
	Refresh     string            `json:"refresh_token"`
	Key         string            `json:"device_private_key"`
	StoreCookie *storeCookie      `json:"store_authentication_cookie"`
	Device      deviceInfo        `json:"device_info"`
	Customer    customerInfo      `json:"customer_info"`
	Expires     float64           `json:"expires"`
	Locale      string            `json:"locale_code"`
	UserName    bool              `json:"with_username"`
	Activation  *string           `json:"activation_bytes"`
}

// storeCookie wraps the cookie in an object, as the file has it.
type storeCookie struct {
	Cookie string `json:"cookie"`
}

// CredentialFile registers a device for an account in a store without any
// sign-in, and returns it as the plain credential file of the Python library:
// ASCII, indented by 4, without a newline at the end. It is for tests and
// demonstrations.
func (s *Sim) CredentialFile(login, marketplace string) ([]byte, error) {
	st, ok := storeByCode(marketplace)
	if !ok {
		return nil, fmt.Errorf("%q is not a marketplace", marketplace)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, err := s.find(login)
	if err != nil {
		return nil, err
	}
	if owner.UserName && st != owner.home {
		return nil, fmt.Errorf("user name %q exists in %q only", login, owner.home.code)
	}
	d := s.enrol(owner, st, deviceRequest{
		serial: strings.ToUpper(fmt.Sprintf("%x", s.bytes(16))),
		typ:    iPhoneType,
		name:   "%FIRST_NAME%%FIRST_NAME_POSSESSIVE_STRING%%DUPE_STRATEGY_1ST%Audible for iPhone",
	})
	file := credentialFile{
		ADPToken: d.adpToken, Access: s.newAccess(d), Refresh: d.refresh, Key: d.key.pem(),
		Device: d.info(), Customer: owner.info(), Locale: st.code, UserName: owner.UserName,
		Expires: float64(s.now().Add(accessLife).UnixMicro()) / float64(time.Second/time.Microsecond),
	}
	if s.givesCookies(owner) {
		file.StoreCookie = &storeCookie{s.opaque(120)}
		file.Cookies = make(map[string]string)
		for _, c := range s.websiteCookies(owner, st) {
			file.Cookies[c.name] = strings.Trim(c.value, `"`)
		}
	}
	return encodePython(file)
}

// encodePython writes JSON as Python's json.dumps(indent=4) does.
func encodePython(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "    ")
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encode the credential file: %w", err)
	}
	var out bytes.Buffer
	for _, r := range strings.TrimSuffix(text.String(), "\n") {
		switch {
		case r < 0x80:
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	return out.Bytes(), nil
}

// givenName is the first word of the owner's name.
func (a *account) givenName() string {
	first, _, _ := strings.Cut(a.Name, " ")
	return first
}
