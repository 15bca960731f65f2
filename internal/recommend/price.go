package recommend

import (
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Verdict is how to get a product.
type Verdict string

// The verdicts.
const (
	VerdictPlus        Verdict = "in_plus"       // in the Plus catalogue: nothing to pay
	VerdictCash        Verdict = "cash"          // free, or cheaper than the person's limit
	VerdictCredit      Verdict = "credit"        // a credit is worth more than the cash price, or as much
	VerdictAboveLimit  Verdict = "above_limit"   // not below the limit, and not sold for credits
	VerdictLimitNotSet Verdict = "limit_not_set" // the person set no limit in this currency
	VerdictPreorder    Verdict = "preorder"      // not out yet; it can be ordered
	VerdictUnbuyable   Verdict = "unbuyable"     // the store no longer sells it
	VerdictUnknown     Verdict = "unknown"       // no price is known
)

// PriceAdvice is how to pay for a product, in its store's currency.
type PriceAdvice struct {
	// Verdict is the advice and Reason the same in plain words; never empty.
	Verdict Verdict `json:"verdict"`
	Reason  string  `json:"reason"`
	// Pay is the cash price today, whatever its kind; no price when unknown.
	// Zero minor units are free.
	Pay audipy.Money `json:"pay"`
	// PayKind is Audible's word for it: "member", "sale", …; "list" when the
	// store names no lower one; empty when Pay is unknown.
	PayKind string `json:"pay_kind,omitempty"`
	// List is the price without membership.
	List audipy.Money `json:"list"`
	// Whispersync is the price beside an owned Kindle edition, known only
	// when it is lower than Pay or Pay is unknown. The person is never
	// assumed to own one.
	Whispersync audipy.Money `json:"whispersync"`
	// CreditHundredths is the price in hundredths of a credit; 0 when it is
	// not sold for credits or nobody said.
	CreditHundredths int `json:"credit_hundredths,omitempty"`
	// SavingPercent is how far Pay is below List, 0 to 100, rounded down.
	SavingPercent int `json:"saving_percent,omitempty"`
	// LowestSeen is the lowest cash price in the history and LowestDay the
	// last day ("YYYY-MM-DD") it was asked; no price and empty without one.
	LowestSeen audipy.Money `json:"lowest_seen"`
	LowestDay  string       `json:"lowest_day,omitempty"`
}

// PriceOf advises how to pay for a product. The history may hold points of
// other products, days and currencies; those are left out. The limit that
// counts is the one of the product's store, and only in the currency of the
// price: amounts in different currencies are never compared.
func PriceOf(p audipy.Product, prefs audipy.Preferences, history []audipy.PricePoint, now time.Time) PriceAdvice {
	today := day(now)
	a := PriceAdvice{
		List:             p.Prices.List,
		Pay:              p.Prices.Lowest,
		PayKind:          p.Prices.LowestKind,
		CreditHundredths: max(p.Prices.CreditHundredths, 0),
	}
	if !a.Pay.IsKnown() && a.List.IsKnown() {
		a.Pay, a.PayKind = a.List, "list"
	}
	a.Whispersync = whispersyncBelow(a.Pay, p.Prices.Whispersync)
	a.SavingPercent = savingPercent(a.List, a.Pay)
	a.LowestSeen, a.LowestDay = lowestSeen(p, a.Pay.Currency, history, today)

	limit := limitIn(prefs, p.Marketplace, a.Pay.Currency)
	a.Verdict, a.Reason = a.judge(p, limit, isUnreleased(&p, today))
	switch a.Verdict {
	case VerdictUnbuyable:
	case VerdictPlus, VerdictCash, VerdictCredit, VerdictAboveLimit, VerdictLimitNotSet, VerdictPreorder, VerdictUnknown:
		a.Reason += a.kindleWords() + a.historyWords()
	}
	return a
}

// judge lets what can be had come before what it costs: Plus costs nothing
// even where the product is not sold, and a price of what is not sold or not
// out yet is no advice to pay it.
func (a PriceAdvice) judge(p audipy.Product, limit audipy.Money, unreleased bool) (Verdict, string) {
	verdict, reason := a.cashOrCredit(p.Marketplace, limit)
	switch {
	case p.InPlus:
		return VerdictPlus, "in the Plus catalogue: nothing to pay with a membership that includes it"
	case p.Availability == audipy.Unbuyable:
		return VerdictUnbuyable, "the store no longer sells it"
	case unreleased && verdict == VerdictUnknown:
		return VerdictPreorder, "not released yet, and the store names no price" + onDay(p.ReleaseDate)
	case unreleased:
		return VerdictPreorder, "pre-order" + onDay(p.ReleaseDate) + ": " + reason
	}
	return verdict, reason
}

func onDay(date string) string {
	if date == "" {
		return ""
	}
	return " (out on " + date + ")"
}

// cashOrCredit weighs the cash price against the limit for as many credits as
// the product costs.
func (a PriceAdvice) cashOrCredit(marketplace string, limit audipy.Money) (Verdict, string) {
	credits := creditWords(a.CreditHundredths)
	switch {
	case !a.Pay.IsKnown() && a.CreditHundredths > 0:
		return VerdictCredit, "the store names no cash price; it costs " + credits
	case !a.Pay.IsKnown():
		return VerdictUnknown, "no price is known"
	case a.Pay.Minor == 0:
		return VerdictCash, "free"
	case !limit.IsKnown():
		return VerdictLimitNotSet, fmt.Sprintf("%s; set your limit for %s in the %s store to be told whether a credit is better",
			a.payWords(), a.Pay.Currency, marketplace)
	}
	worth, limitWords := limit, "your limit of "+limit.String()
	if a.CreditHundredths > 0 && a.CreditHundredths != oneCredit {
		worth.Minor = limit.Minor * int64(a.CreditHundredths) / oneCredit
		limitWords = fmt.Sprintf("%s, your limit for %s", worth, credits)
	}
	switch {
	case a.Pay.Minor < worth.Minor:
		return VerdictCash, a.payWords() + " is below " + limitWords + ": pay cash"
	case a.CreditHundredths == 0 && a.Pay.Minor == worth.Minor:
		return VerdictAboveLimit, a.payWords() + " is not below " + limitWords + ", and it isn't sold for credits"
	case a.CreditHundredths == 0:
		return VerdictAboveLimit, a.payWords() + " is above " + limitWords + ", and it isn't sold for credits"
	case a.Pay.Minor == worth.Minor:
		return VerdictCredit, a.payWords() + " is exactly " + limitWords + ": cash saves nothing, use " + credits
	}
	return VerdictCredit, a.payWords() + " is above " + limitWords + ": use " + credits
}

// oneCredit is one credit in hundredths.
const oneCredit = 100

// creditWords names a price in credits.
func creditWords(hundredths int) string {
	if hundredths == oneCredit {
		return "a credit"
	}
	if hundredths%oneCredit == 0 {
		return fmt.Sprintf("%d credits", hundredths/oneCredit)
	}
	return fmt.Sprintf("%d.%02d credits", hundredths/oneCredit, hundredths%oneCredit)
}

// payWords names the price with its kind. Kinds are an open set, and only
// those are said whose words mean something to a person.
func (a PriceAdvice) payWords() string {
	switch a.PayKind {
	case "member", "sale", "list":
		return a.PayKind + " price " + a.Pay.String()
	}
	return a.Pay.String()
}

// kindleWords mentions the Whispersync price; it never decides, for nobody
// knows whether the person has the Kindle book.
func (a PriceAdvice) kindleWords() string {
	if !a.Whispersync.IsKnown() || a.Verdict == VerdictPlus {
		return ""
	}
	return fmt.Sprintf("; or %s with the Kindle book", a.Whispersync)
}

// historyWords compares today's price with the lowest seen.
func (a PriceAdvice) historyWords() string {
	switch {
	case !a.LowestSeen.IsKnown() || !a.Pay.IsKnown() || a.Verdict == VerdictPlus:
		return ""
	case a.LowestSeen.Minor < a.Pay.Minor:
		return fmt.Sprintf("; it was %s on %s", a.LowestSeen, a.LowestDay)
	case a.LowestSeen.Minor > a.Pay.Minor:
		return "; the lowest price seen"
	}
	return ""
}

// limitIn returns the person's limit in a store if it is in the currency, and
// no price otherwise.
func limitIn(prefs audipy.Preferences, marketplace, currency string) audipy.Money {
	limit, ok := prefs.LimitFor(marketplace)
	if !ok || limit.Currency != currency {
		return audipy.Money{}
	}
	return limit
}

// whispersyncBelow returns the Whispersync price if it is worth a word.
func whispersyncBelow(pay, whispersync audipy.Money) audipy.Money {
	comparable := !pay.IsKnown() || pay.Currency == whispersync.Currency && whispersync.Minor < pay.Minor
	if whispersync.IsKnown() && comparable {
		return whispersync
	}
	return audipy.Money{}
}

// savingPercent rounds down, so that no saving is overstated.
func savingPercent(list, pay audipy.Money) int {
	if !pay.IsKnown() || list.Currency != pay.Currency || list.Minor <= pay.Minor {
		return 0
	}
	return int((list.Minor - pay.Minor) * 100 / list.Minor)
}

// lowestSeen searches the history of the product up to today; of several days
// with the same price the last counts.
func lowestSeen(p audipy.Product, currency string, history []audipy.PricePoint, today string) (audipy.Money, string) {
	var lowest audipy.PricePoint
	for _, point := range history {
		if point.ASIN != p.ASIN || point.Marketplace != p.Marketplace || point.Day > today ||
			!point.Lowest.IsKnown() || currency != "" && point.Lowest.Currency != currency {
			continue
		}
		better := point.Lowest.Minor < lowest.Lowest.Minor ||
			point.Lowest.Minor == lowest.Lowest.Minor && point.Day > lowest.Day
		if !lowest.Lowest.IsKnown() || better {
			lowest = point
		}
	}
	return lowest.Lowest, lowest.Day
}

// isUnreleased reports whether a product is announced only: by the store's
// word, or by a release date after today, which is a day in UTC.
func isUnreleased(p *audipy.Product, today string) bool {
	return p.Availability == audipy.Preorder || p.ReleaseDate > today
}

// day is how release dates and price points write a day.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
