package audible

import "slices"

// apiHost is where the API of a store lives.
func apiHost(m Marketplace) string { return "api.audible." + m.TLD }

// tokenHost is where a registration is made, refreshed and ended: at Amazon,
// and at Audible for user names (protocol 1, 5).
func tokenHost(m Marketplace, userName bool) string {
	if userName {
		return apiHost(m)
	}
	return "api.amazon." + m.TLD
}

// activationHost gives activation bytes for every store (protocol 11).
const activationHost = "www.audible.com"

// isKnownHost reports whether a host is one that this package talks to: the
// four of each store, and the hosts of captcha images and covers (protocol 1,
// 3.6).
func isKnownHost(host string) bool {
	if slices.Contains([]string{
		"m.media-amazon.com", "images-na.ssl-images-amazon.com", "opfcaptcha-prod.s3.amazonaws.com",
	}, host) {
		return true
	}
	for _, m := range Marketplaces() {
		for _, name := range []string{"www.amazon.", "api.amazon.", "www.audible.", "api.audible."} {
			if host == name+m.TLD {
				return true
			}
		}
	}
	return false
}
