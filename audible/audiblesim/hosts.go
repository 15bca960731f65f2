package audiblesim

import (
	"net"
	"strings"
)

// service is what a host name stands for.
type service int

const (
	serviceNone       service = iota // not one of Amazon's as far as the simulator knows
	serviceAmazonWeb                 // www.amazon.{tld}
	serviceAudibleWeb                // www.audible.{tld}
	serviceAmazonAPI                 // api.amazon.{tld}
	serviceAudibleAPI                // api.audible.{tld}
	serviceCaptcha                   // opfcaptcha-prod.s3.amazonaws.com
	serviceCover                     // the two hosts of pictures
	serviceSidecar                   // cde-ta-g7g.amazon.com
	serviceIdentity                  // Login with Amazon's regional pages
)

// host is a host name read.
type host struct {
	name    string
	service service
	store   store
}

const (
	captchaHost = "opfcaptcha-prod.s3.amazonaws.com"
	sidecarHost = "cde-ta-g7g.amazon.com"
)

// parseHost reads a host name with or without a port; case does not matter.
func parseHost(name string) host {
	name = strings.ToLower(name)
	if bare, _, err := net.SplitHostPort(name); err == nil {
		name = bare
	}
	switch name {
	case captchaHost:
		return host{name: name, service: serviceCaptcha}
	case "m.media-amazon.com", "images-na.ssl-images-amazon.com":
		return host{name: name, service: serviceCover}
	case sidecarHost:
		return host{name: name, service: serviceSidecar}
	case "na.account.amazon.com", "eu.account.amazon.com", "apac.account.amazon.com":
		return host{name: name, service: serviceIdentity}
	}
	for _, f := range families() {
		if tld, ok := strings.CutPrefix(name, f.prefix); ok {
			if st, known := storeByTLD(tld); known {
				return host{name: name, service: f.service, store: st}
			}
		}
	}
	return host{name: name}
}

// family is the hosts that share a beginning, one for each store.
type family struct {
	prefix  string
	service service
}

// families are four hosts per store: a website and a service for each brand.
func families() []family {
	return []family{
		{"www.amazon.", serviceAmazonWeb},
		{"www.audible.", serviceAudibleWeb},
		{"api.amazon.", serviceAmazonAPI},
		{"api.audible.", serviceAudibleAPI},
	}
}

// Hosts returns the names that the simulator answers for: 44 of the stores,
// the hosts of captcha images and covers, of bookmarks, and of Login with
// Amazon in its three regions.
func Hosts() []string {
	names := make([]string, 0, 52)
	for _, f := range families() {
		for _, st := range stores() {
			names = append(names, f.prefix+st.tld)
		}
	}
	return append(names, captchaHost, "m.media-amazon.com", "images-na.ssl-images-amazon.com", sidecarHost,
		"na.account.amazon.com", "eu.account.amazon.com", "apac.account.amazon.com")
}
