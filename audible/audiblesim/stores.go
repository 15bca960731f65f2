package audiblesim

// store is one of Audible's country stores.
type store struct {
	// code is the country code that clients use ("us", "uk").
	code string
	// tld is the ending of the store's hosts ("com", "co.uk").
	tld string
	// id is Amazon's marketplace id.
	id string
	// language is the store's own, as in Accept-Language.
	language string
	// userNames is true where accounts from before 2008 sign in by name.
	userNames bool
}

// stores returns the eleven stores. Source: protocol 1.
func stores() []store {
	return []store{
		{"us", "com", "AF2M0KC94RCEA", "en-US", true},
		{"uk", "co.uk", "A2I9A3Q2GNFNGQ", "en-GB", true},
		{"de", "de", "AN7V1F1VY261K", "de-DE", true},
		{"fr", "fr", "A2728XDNODOQ8T", "fr-FR", false},
		{"ca", "ca", "A2CQZ5RBY40XE", "en-CA", false},
		{"it", "it", "A2N7FU2W2BU2ZC", "it-IT", false},
		{"au", "com.au", "AN7EY7DTAW63G", "en-AU", false},
		{"in", "in", "AJO3FBRUE6J4S", "en-IN", false},
		{"jp", "co.jp", "A1QAP3MOU4173J", "ja-JP", false},
		{"es", "es", "ALMIKO4SZCSAR", "es-ES", false},
		{"br", "com.br", "A10J1VAYUDTYRN", "pt-BR", false},
	}
}

// storeByCode finds a store by its country code.
func storeByCode(code string) (store, bool) {
	for _, st := range stores() {
		if st.code == code {
			return st, true
		}
	}
	return store{}, false
}

// storeByTLD finds a store by the ending of its hosts.
func storeByTLD(tld string) (store, bool) {
	for _, st := range stores() {
		if st.tld == tld {
			return st, true
		}
	}
	return store{}, false
}

// region is Amazon's word for where the store's accounts live. NA and EU were
// seen; FE for Japan and Australia is likely (protocol 5.2).
func (st store) region() string {
	switch st.code {
	case "us", "ca", "br":
		return "NA"
	case "jp", "au":
		return "FE"
	}
	return "EU"
}

// cookieSuffix ends the names of the store's account cookies: "main" for .com
// and "acb" with the country elsewhere (protocol 5.2).
func (st store) cookieSuffix() string {
	if st.tld == "com" {
		return "main"
	}
	return "acb" + st.code
}
