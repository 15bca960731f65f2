package audiblesim

// shop is one country's shop as the catalogue sees it.
type shop struct {
	// code is the country code, number its place in the list.
	code   string
	number int
	// id is Amazon's id of the marketplace.
	id string
	// languages are numbers into languageNames, the main one first.
	languages []uint8
	currency  string
	// prices are usual list prices in the currency's minor unit.
	prices []int32
	// merchant is the seller named in prices.
	merchant string
	// plus is the plan name of titles that the membership includes.
	plus string
}

// shops returns the eleven shops. Ids: protocol 1. The merchant of the US
// store: samples; the others are invented.
func shops() []shop {
	dollars := []int32{1995, 2495, 2995, 1499, 3499, 2024, 699, 4990, 5999, 1050}
	euros := []int32{995, 1995, 2495, 2995, 1399, 799, 3295}
	return []shop{
		{"us", 0, "AF2M0KC94RCEA", []uint8{0, 3, 1, 2, 7, 6, 8, 9, 10}, "USD", dollars, "A2ZO8JX97D5MN9", "US Minerva"},
		{"uk", 1, "A2I9A3Q2GNFNGQ", []uint8{0, 2, 1, 3, 9}, "GBP", []int32{1499, 1999, 2499, 799, 1312}, "A1S1MUK0000001", "UK Minerva"},
		{"de", 2, "AN7V1F1VY261K", []uint8{1, 0, 2, 7}, "EUR", euros, "A1S1MDE0000001", "DE Minerva"},
		{"fr", 3, "A2728XDNODOQ8T", []uint8{2, 0, 3, 9}, "EUR", euros, "A1S1MFR0000001", "FR Minerva"},
		{"ca", 4, "A2CQZ5RBY40XE", []uint8{0, 2, 10}, "CAD", dollars, "A1S1MCA0000001", "CA Minerva"},
		{"it", 5, "A2N7FU2W2BU2ZC", []uint8{4, 0, 1}, "EUR", euros, "A1S1MIT0000001", "IT AYCL"},
		{"au", 6, "AN7EY7DTAW63G", []uint8{0, 8, 10}, "AUD", dollars, "A1S1MAU0000001", "AU Minerva"},
		{"in", 7, "AJO3FBRUE6J4S", []uint8{0, 2}, "INR", []int32{19900, 39900, 58600, 83600}, "A1S1MIN0000001", "IN AYCL"},
		{"jp", 8, "A1QAP3MOU4173J", []uint8{6, 0, 10}, "JPY", []int32{1000, 1500, 2000, 3500, 780}, "A1S1MJP0000001", "JP Free"},
		{"es", 9, "ALMIKO4SZCSAR", []uint8{3, 0, 4}, "EUR", euros, "A1S1MES0000001", "ES AYCL"},
		{"br", 10, "A10J1VAYUDTYRN", []uint8{5, 0, 3}, "BRL", []int32{1990, 2990, 4990, 7490}, "A1S1MBR0000001", "BR AYCL"},
	}
}

// minorDigits returns how many decimals the store's prices have.
func (s *shop) minorDigits() int {
	if s.currency == "JPY" {
		return 0
	}
	return 2
}
