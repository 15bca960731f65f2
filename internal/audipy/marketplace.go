package audipy

import (
	"net/url"
	"slices"
)

// Marketplaces lists the country codes of Audible's eleven stores, the
// largest first.
func Marketplaces() []string {
	return []string{"us", "uk", "de", "fr", "ca", "it", "au", "in", "jp", "es", "br"}
}

// IsMarketplace reports whether code names one of Audible's stores.
func IsMarketplace(code string) bool { return slices.Contains(Marketplaces(), code) }

// StorePage returns the address of a title's page in a store, for a person's
// browser, and "" for an unknown store. Source: protocol 1 for the hosts; the
// page leads from the bare id to the title's own address.
func StorePage(marketplace, asin string) string {
	host := ""
	switch marketplace {
	case "us":
		host = "com"
	case "uk":
		host = "co.uk"
	case "jp":
		host = "co.jp"
	case "au":
		host = "com.au"
	case "br":
		host = "com.br"
	case "de", "fr", "ca", "it", "in", "es":
		host = marketplace
	default:
		return ""
	}
	return "https://www.audible." + host + "/pd/" + url.PathEscape(asin)
}

// CurrencyOf returns the ISO 4217 code of the currency that the store of the
// country code charges in, and "" for an unknown store.
func CurrencyOf(marketplace string) string {
	switch marketplace {
	case "us":
		return "USD"
	case "uk":
		return "GBP"
	case "de", "fr", "it", "es":
		return "EUR"
	case "ca":
		return "CAD"
	case "au":
		return "AUD"
	case "in":
		return "INR"
	case "jp":
		return "JPY"
	case "br":
		return "BRL"
	}
	return ""
}
