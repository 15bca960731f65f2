package audiblesim

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// authorization is a sign-in address that passed every check: what the code
// at its end will be bound to.
type authorization struct {
	host      host
	userName  bool
	challenge string // S256 of the verifier, base64url
	clientID  string // hex of serial#type, without "device:"
	returnTo  host
	handle    string
}

const (
	identifierSelect = "http://specs.openid.net/auth/2.0/identifier_select"
	openIDNamespace  = "http://specs.openid.net/auth/2.0"
	oauthNamespace   = "http://www.amazon.com/ap/ext/oauth/2" // .com in every store
	papeNamespace    = "http://specs.openid.net/extensions/pape/1.0"

	iPhoneType  = "A2CZJZGLK2JJVM"
	androidType = "A10KISP2GWF0E4"
)

// fixedParameters have one value in every sign-in address (protocol 3.1).
func fixedParameters() map[string]string {
	return map[string]string{
		"openid.oa2.response_type":         "code",
		"openid.oa2.code_challenge_method": "S256",
		"openid.identity":                  identifierSelect,
		"openid.claimed_id":                identifierSelect,
		"accountStatusPolicy":              "P1",
		"openid.mode":                      "checkid_setup",
		"openid.ns":                        openIDNamespace,
		"openid.ns.oa2":                    oauthNamespace,
		"openid.ns.pape":                   papeNamespace,
		"openid.pape.max_auth_age":         "0",
		"openid.oa2.scope":                 "device_auth_access",
	}
}

var languagePattern = regexp.MustCompile(`^[a-z]{2}_[A-Z]{2}$`)

// parseAuthorization checks a sign-in address of host h. The error names the
// first parameter that is wrong; Amazon itself says less.
func parseAuthorization(h host, q url.Values) (authorization, error) {
	for name, values := range q {
		if len(values) > 1 {
			return authorization{}, fmt.Errorf("parameter %q comes %d times", name, len(values))
		}
	}
	for name, want := range fixedParameters() {
		if got := q.Get(name); got != want {
			return authorization{}, fmt.Errorf("parameter %q is %q, not %q", name, got, want)
		}
	}
	if err := checkOptional(q); err != nil {
		return authorization{}, err
	}
	auth := authorization{host: h, userName: h.service == serviceAudibleWeb, handle: q.Get("openid.assoc_handle")}
	platform, err := auth.checkApp(q)
	if err != nil {
		return authorization{}, err
	}
	if auth.challenge, err = parseChallenge(q.Get("openid.oa2.code_challenge")); err != nil {
		return authorization{}, err
	}
	if auth.clientID, err = parseClientID(q.Get("openid.oa2.client_id"), platform); err != nil {
		return authorization{}, err
	}
	if id := q.Get("marketPlaceId"); id != h.store.id {
		return authorization{}, fmt.Errorf("parameter %q is %q, not %q as for %s", "marketPlaceId", id, h.store.id, h.name)
	}
	auth.returnTo, err = parseReturnTo(q.Get("openid.return_to"), auth)
	return auth, err
}

// checkOptional checks the parameters that only some apps send.
func checkOptional(q url.Values) error {
	if v, sent := q["forceMobileLayout"]; sent && v[0] != "true" {
		return fmt.Errorf("parameter %q is %q", "forceMobileLayout", v[0])
	}
	if v, sent := q["disableLoginPrepopulate"]; sent && v[0] != "1" {
		return fmt.Errorf("parameter %q is %q", "disableLoginPrepopulate", v[0])
	}
	if v, sent := q["language"]; sent && !languagePattern.MatchString(v[0]) {
		return fmt.Errorf("parameter %q is %q", "language", v[0])
	}
	return nil
}

// app is one of the apps that sign in (protocol 2.1); "{cc}" in its values is
// the country code.
type app struct {
	deviceType string
	handle     string
	pages      []string
}

// amazonApps are the apps that sign in on www.amazon: two profiles for iPhone
// share a handle, and two for Android each have their own. The letters "us"
// before the country in the last page are as seen in the wild.
func amazonApps() []app {
	return []app{
		{iPhoneType, "amzn_audible_ios_{cc}", []string{"amzn_audible_ios", "amzn_audible_ios_v2_light_{cc}"}},
		{androidType, "amzn_audible_android_experiment_{cc}", []string{"amzn_audible_android_aui_v2_dark_{cc}"}},
		{androidType, "amzn_audible_android_aui_{cc}", []string{"amzn_audible_android_aui_v2_dark_us{cc}"}},
	}
}

// userNameApps are the same apps where they sign in on www.audible; "lap" in
// a handle is what tells Amazon to look among the user names.
func userNameApps() []app {
	return []app{
		{iPhoneType, "amzn_audible_ios_lap_{cc}", []string{"amzn_audible_ios_privatepool"}},
		{androidType, "amzn_audible_android_experiment_lap_{cc}", []string{"amzn_audible_android_privatepool"}},
		{androidType, "amzn_audible_android_aui_lap_{cc}", []string{"amzn_audible_android_privatepool_aui_v2_dark_{cc}"}},
	}
}

// checkApp checks assoc_handle and pageId against the apps of the host and
// returns the device type of the app.
func (a authorization) checkApp(q url.Values) (string, error) {
	apps := amazonApps()
	if a.userName {
		apps = userNameApps()
	}
	for _, known := range apps {
		if a.fill(known.handle) != a.handle {
			continue
		}
		page := q.Get("pageId")
		if slices.ContainsFunc(known.pages, func(p string) bool { return a.fill(p) == page }) {
			return known.deviceType, nil
		}
		return "", fmt.Errorf("parameter %q is %q, which is no page of %q", "pageId", page, a.handle)
	}
	return "", fmt.Errorf("parameter %q is %q, which is no app of %s", "openid.assoc_handle", a.handle, a.host.name)
}

// fill puts the store's country code into a template.
func (a authorization) fill(template string) string {
	return strings.ReplaceAll(template, "{cc}", a.host.store.code)
}

// parseChallenge takes the S256 of a verifier: 32 bytes, base64url, unpadded.
func parseChallenge(text string) (string, error) {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(sum) != 32 {
		return "", fmt.Errorf("parameter %q is %q, not a SHA-256 in base64url", "openid.oa2.code_challenge", text)
	}
	return text, nil
}

// parseClientID takes "device:" and the hex of serial#type.
func parseClientID(text, deviceType string) (string, error) {
	id, ok := strings.CutPrefix(text, "device:")
	if !ok {
		return "", fmt.Errorf("parameter %q is %q, without \"device:\"", "openid.oa2.client_id", text)
	}
	raw, err := hex.DecodeString(id)
	if err != nil || strings.ToLower(id) != id {
		return "", fmt.Errorf("parameter %q is %q, not lower-case hex", "openid.oa2.client_id", text)
	}
	serial, typ, ok := strings.Cut(string(raw), "#")
	if !ok || serial == "" || typ != deviceType {
		return "", fmt.Errorf("parameter %q names the device %q, not a serial and %q",
			"openid.oa2.client_id", raw, deviceType)
	}
	return id, nil
}

// parseReturnTo takes the landing page. Accounts of Amazon may land on either
// brand since the Android app does so (protocol 3.1); user names only on
// Audible.
func parseReturnTo(text string, a authorization) (host, error) {
	for _, brand := range []string{"www.amazon.", "www.audible."} {
		name := brand + a.host.store.tld
		landing := parseHost(name)
		if text == "https://"+name+"/ap/maplanding" && (!a.userName || landing.service == serviceAudibleWeb) {
			return landing, nil
		}
	}
	return host{}, fmt.Errorf("parameter %q is %q, not a landing page of %s", "openid.return_to", text, a.host.name)
}
