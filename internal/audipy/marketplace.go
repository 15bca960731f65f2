package audipy

import "slices"

// Marketplaces lists the country codes of Audible's eleven stores, the
// largest first.
func Marketplaces() []string {
	return []string{"us", "uk", "de", "fr", "ca", "it", "au", "in", "jp", "es", "br"}
}

// IsMarketplace reports whether code names one of Audible's stores.
func IsMarketplace(code string) bool { return slices.Contains(Marketplaces(), code) }

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
