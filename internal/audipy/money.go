package audipy

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Money is an amount in the minor unit of a currency: 1266 USD is $12.66,
// 1500 JPY is ¥1500. A Money without a currency is "no price known".
type Money struct {
	// Minor counts the smallest unit of Currency and is never negative for
	// a price.
	Minor int64 `json:"minor"`
	// Currency is an ISO 4217 code in capitals, or empty when unknown.
	Currency string `json:"currency"`
}

// maxMinor bounds what is taken for a price: no audiobook costs ten million.
const maxMinor = 1_000_000_000

// IsKnown reports whether m is a price at all.
func (m Money) IsKnown() bool { return m.Currency != "" }

// MoneyFromFloat rounds an amount in major units to the currency's minor
// unit. Audible sends float32 values widened to float64 (29.950000762939453),
// so rounding is part of reading them. An amount that is negative, not a
// number or absurdly large gives no price.
func MoneyFromFloat(amount float64, currency string) Money {
	minor := math.Round(amount * math.Pow10(minorDigits(currency)))
	if currency == "" || math.IsNaN(minor) || minor < 0 || minor > maxMinor {
		return Money{}
	}
	return Money{Minor: int64(minor), Currency: currency}
}

// ParseMoney reads an amount such as "12.66" in the given currency. It takes
// a point as decimal mark, no sign, no exponent, and not more decimals than
// the currency has; anything else is an Invalid error.
func ParseMoney(text, currency string) (Money, error) {
	digits := minorDigits(currency)
	whole, fraction, hasPoint := strings.Cut(text, ".")
	bad := hasPoint && (fraction == "" || len(fraction) > digits)
	for len(fraction) < digits {
		fraction += "0"
	}
	minor, err := strconv.ParseUint(whole+fraction, 10, 63)
	if bad || whole == "" || err != nil || minor > maxMinor {
		return Money{}, Fail(Invalid, fmt.Sprintf("%q is not an amount of %s", text, currency), err).
			WithHint(`write it with a point, for example "12.66"`)
	}
	return Money{Minor: int64(minor), Currency: currency}, nil
}

// Decimal returns the bare amount, for example "12.66" or "1500".
func (m Money) Decimal() string {
	digits := minorDigits(m.Currency)
	if digits == 0 {
		return strconv.FormatInt(m.Minor, 10)
	}
	unit := int64(math.Pow10(digits))
	return fmt.Sprintf("%d.%0*d", m.Minor/unit, digits, m.Minor%unit)
}

// String returns the amount with its currency, for example "$12.66" or
// "12.66 CHF", and "unknown" when there is no price.
func (m Money) String() string {
	if !m.IsKnown() {
		return "unknown"
	}
	if sign, ok := currencySign(m.Currency); ok {
		return sign + m.Decimal()
	}
	return m.Decimal() + " " + m.Currency
}

// minorDigits is the number of decimals of a currency (ISO 4217). Only the
// currencies of Audible's stores matter; the yen alone has none.
func minorDigits(currency string) int {
	if currency == "JPY" {
		return 0
	}
	return 2
}

func currencySign(currency string) (string, bool) {
	switch currency {
	case "USD":
		return "$", true
	case "GBP":
		return "£", true
	case "EUR":
		return "€", true
	case "JPY":
		return "¥", true
	case "INR":
		return "₹", true
	case "BRL":
		return "R$", true
	case "CAD":
		return "CA$", true
	case "AUD":
		return "A$", true
	}
	return "", false
}
