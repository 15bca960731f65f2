package audible

import (
	"fmt"
	"strings"
)

// Marketplace is one of Audible's country stores.
type Marketplace struct {
	// Code is the country code in lower case ("us", "uk").
	Code string
	// TLD is the ending of its hosts ("com", "co.uk").
	TLD string
	// ID is Amazon's id of the store.
	ID string
	// Locale is its language, for Accept-Language and statistics.
	Locale string
	// UserNames is true where accounts from before Amazon bought Audible
	// (2008) can sign in with a user name.
	UserNames bool
}

// Marketplaces returns the eleven stores. Source: protocol 1, equal in three
// independent clients.
func Marketplaces() []Marketplace {
	return []Marketplace{
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

// ParseMarketplace returns the store of a country code such as "us". The code
// is matched exactly, in lower case; the error lists the codes there are.
func ParseMarketplace(code string) (Marketplace, error) {
	codes := make([]string, 0, 11)
	for _, m := range Marketplaces() {
		if m.Code == code {
			return m, nil
		}
		codes = append(codes, m.Code)
	}
	return Marketplace{}, fmt.Errorf("%q is not a marketplace; use one of %s", code, strings.Join(codes, ", "))
}
