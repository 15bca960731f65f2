package authfile

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/audipy/audipy/audible"
)

// Expiry times outside these years are not times of access tokens: before is
// taken as unknown (some programs write their smallest date), after is
// refused, for it would keep a dead token in use.
const (
	firstYear = 2005
	lastYear  = 2100
)

// expiredLongAgo is written where a format can't say that the expiry is
// unknown: its readers then refresh the token before they use it. Zero would
// do for most, but the Python library takes it for a missing value.
const expiredLongAgo = "1.0"

// parseExpiry reads seconds, or with unit time.Millisecond milliseconds,
// since 1970, a decimal number. "" and times before 2005 give the zero time.
func parseExpiry(text string, unit time.Duration) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	float, err := strconv.ParseFloat(text, 64)
	isTime := err == nil && float >= 0 && float < 1e15 && len(text) <= 40
	if !isTime {
		return time.Time{}, faulty("expires", "is not a time in seconds since 1970")
	}
	if strings.Trim(text, ".0123456789") != "" {
		// Without exponents big.Rat has little to do; 1e-999999 would be
		// written out.
		text = strconv.FormatFloat(float, 'f', -1, 64)
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return time.Time{}, faulty("expires", "is not a time in seconds since 1970")
	}
	exact.Mul(exact, new(big.Rat).SetInt64(int64(unit)))
	nanoseconds := new(big.Int).Div(exact.Num(), exact.Denom())
	seconds, rest := new(big.Int).DivMod(nanoseconds, big.NewInt(int64(time.Second)), new(big.Int))
	return boundExpiry(time.Unix(seconds.Int64(), rest.Int64()).UTC())
}

// parseDate reads a date as .NET writes it: with Z, with an offset, or with
// no zone, which means UTC.
func parseDate(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if date, err := time.Parse(layout, text); err == nil {
			return boundExpiry(date.UTC())
		}
	}
	return time.Time{}, faulty("Expires", "is not a date")
}

// boundExpiry keeps microseconds, which every format can hold; a float of
// today's seconds has no more.
func boundExpiry(t time.Time) (time.Time, error) {
	switch {
	case t.Year() < firstYear:
		return time.Time{}, nil
	case t.Year() >= lastYear:
		return time.Time{}, faulty("expires", fmt.Sprintf("is after the year %d", lastYear-1))
	}
	return t.Truncate(time.Microsecond), nil
}

// formatExpiry writes the time as Python writes a float: the shortest text
// that reads back the same, with at least one decimal.
func formatExpiry(t time.Time) string {
	if t.IsZero() {
		return expiredLongAgo
	}
	float, err := strconv.ParseFloat(fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond()), 64)
	if err != nil {
		return expiredLongAgo
	}
	text := strconv.FormatFloat(float, 'f', -1, 64)
	if float == float64(int64(float)) {
		text += ".0"
	}
	return text
}

// formatDate writes the time as .NET reads it. An unknown one is .NET's
// smallest date, which Libation itself writes for a token that is spent.
func formatDate(t time.Time) string {
	if t.IsZero() {
		return "0001-01-01T00:00:00"
	}
	return t.UTC().Format("2006-01-02T15:04:05.9999999Z")
}

// finish adds the expiry, in whole units since 1970, to credentials that were
// read from f and the objects beside it, and checks them all.
func (f fields) finish(c audible.Credentials, expiry string, unit time.Duration) (audible.Credentials, error) {
	if err := f.err(); err != nil {
		return c, err
	}
	var err error
	if c.AccessTokenExpires, err = parseExpiry(expiry, unit); err != nil {
		return c, err
	}
	return complete(c)
}
