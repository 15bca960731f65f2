package audible

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// codeKey is the query parameter in which a landing address carries the
// authorization code (protocol 3.7).
const codeKey = "openid.oa2.authorization_code"

// landingPath is where Amazon sends the browser at the end of a sign-in.
const landingPath = "/ap/maplanding"

// newVerifier draws a PKCE code verifier: 32 random bytes as base64url without
// padding (protocol 3.1, vector pkce).
func newVerifier(random io.Reader) (string, error) {
	var raw [32]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a code verifier: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw[:]), nil
}

// codeChallenge is the S256 challenge: over the verifier's text, not over the
// bytes it stands for.
func codeChallenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// signInHost is where an account signs in. Accounts from before 2008 have
// their pages on Audible's own host (protocol 1).
func signInHost(m Marketplace, userName bool) string {
	if userName {
		return "www.audible." + m.TLD
	}
	return "www.amazon." + m.TLD
}

// isSignInHost reports whether a host name carries sign-in pages of the
// marketplace. Nothing of a sign-in is ever sent to any other.
func isSignInHost(m Marketplace, host string) bool {
	return host == "www.amazon."+m.TLD || host == "www.audible."+m.TLD
}

// authorizeURL is the start address of a sign-in. Amazon does not mind the
// order of the parameters; it is that of the vectors (login-vectors.json,
// oauth_url), so that the two can be compared as text.
func authorizeURL(m Marketplace, userName bool, verifier, serial string) string {
	const identifier = "http://specs.openid.net/auth/2.0/identifier_select"
	host := signInHost(m, userName)
	handle, pageID := "amzn_audible_ios_"+m.Code, "amzn_audible_ios"
	if userName {
		handle, pageID = "amzn_audible_ios_lap_"+m.Code, "amzn_audible_ios_privatepool"
	}
	parameters := [][2]string{
		{"openid.oa2.response_type", "code"},
		{"openid.oa2.code_challenge_method", "S256"},
		{"openid.oa2.code_challenge", codeChallenge(verifier)},
		{"openid.return_to", "https://" + host + landingPath},
		{"openid.assoc_handle", handle},
		{"openid.identity", identifier},
		{"pageId", pageID},
		{"accountStatusPolicy", "P1"},
		{"openid.claimed_id", identifier},
		{"openid.mode", "checkid_setup"},
		{"openid.ns.oa2", "http://www.amazon.com/ap/ext/oauth/2"},
		{"openid.oa2.client_id", "device:" + clientID(serial, deviceType)},
		{"openid.ns.pape", "http://specs.openid.net/extensions/pape/1.0"},
		{"marketPlaceId", m.ID},
		{"openid.oa2.scope", "device_auth_access"},
		{"forceMobileLayout", "true"},
		{"openid.ns", "http://specs.openid.net/auth/2.0"},
		{"openid.pape.max_auth_age", "0"},
	}
	return "https://" + host + "/ap/signin?" + encodePairs(parameters)
}

// encodePairs is url.Values.Encode with the order kept: forms are posted in
// the order of the page, as a browser does.
func encodePairs(pairs [][2]string) string {
	var out strings.Builder
	for i, pair := range pairs {
		if i > 0 {
			out.WriteByte('&')
		}
		out.WriteString(url.QueryEscape(pair[0]))
		out.WriteByte('=')
		out.WriteString(url.QueryEscape(pair[1]))
	}
	return out.String()
}
