package audipy_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/internal/audipy"
)

func TestMoneyFromFloatRoundsWhatAudibleSends(t *testing.T) {
	t.Parallel()
	cases := []struct {
		amount   float64
		currency string
		want     audipy.Money
	}{
		{29.950000762939453, "USD", audipy.Money{Minor: 2995, Currency: "USD"}},
		{20.959999084472656, "USD", audipy.Money{Minor: 2096, Currency: "USD"}},
		{0, "EUR", audipy.Money{Minor: 0, Currency: "EUR"}},
		{1500, "JPY", audipy.Money{Minor: 1500, Currency: "JPY"}},
		{12.5, "", audipy.Money{}},
		{-1, "USD", audipy.Money{}},
		{math.NaN(), "USD", audipy.Money{}},
		{math.Inf(1), "USD", audipy.Money{}},
		{1e300, "USD", audipy.Money{}},
	}
	for _, c := range cases {
		if got := audipy.MoneyFromFloat(c.amount, c.currency); got != c.want {
			t.Errorf("MoneyFromFloat(%v, %q) = %+v, want %+v", c.amount, c.currency, got, c.want)
		}
	}
}

func TestMoneyPrintsAsItsCountryDoes(t *testing.T) {
	t.Parallel()
	cases := map[string]audipy.Money{
		"$12.66":    {Minor: 1266, Currency: "USD"},
		"£0.05":     {Minor: 5, Currency: "GBP"},
		"€9.95":     {Minor: 995, Currency: "EUR"},
		"¥1500":     {Minor: 1500, Currency: "JPY"},
		"₹199.00":   {Minor: 19900, Currency: "INR"},
		"R$19.90":   {Minor: 1990, Currency: "BRL"},
		"CA$14.95":  {Minor: 1495, Currency: "CAD"},
		"A$16.45":   {Minor: 1645, Currency: "AUD"},
		"12.66 CHF": {Minor: 1266, Currency: "CHF"},
		"unknown":   {},
	}
	for want, m := range cases {
		if got := m.String(); got != want {
			t.Errorf("%+v.String() = %q, want %q", m, got, want)
		}
	}
}

func TestParseMoneyReadsBackWhatDecimalWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := audipy.Money{
			Minor:    rapid.Int64Range(0, 1_000_000_000).Draw(t, "minor"),
			Currency: rapid.SampledFrom([]string{"USD", "EUR", "JPY"}).Draw(t, "currency"),
		}
		got, err := audipy.ParseMoney(m.Decimal(), m.Currency)
		if err != nil || got != m {
			t.Fatalf("ParseMoney(%q) = %+v, %v, want %+v", m.Decimal(), got, err, m)
		}
	})
}

func FuzzParseMoney(f *testing.F) {
	for _, seed := range []string{"12.66", "12,66", "-1", "1e308", "NaN", "", ".5", "5.", "1.234", "00.10", " 1", "٣"} {
		f.Add(seed, "USD")
		f.Add(seed, "JPY")
	}
	f.Fuzz(func(t *testing.T, text, currency string) {
		m, err := audipy.ParseMoney(text, currency)
		if err != nil {
			if audipy.KindOf(err) != audipy.Invalid {
				t.Errorf("ParseMoney(%q) fails with kind %v, want Invalid", text, audipy.KindOf(err))
			}
			return
		}
		if m.Minor < 0 {
			t.Errorf("ParseMoney(%q) = %+v: negative", text, m)
		}
		again, err := audipy.ParseMoney(m.Decimal(), currency)
		if err != nil || again != m {
			t.Errorf("%q reads as %+v, but %q as %+v, %v", text, m, m.Decimal(), again, err)
		}
	})
}

func TestParseMoneyRefusesWhatIsNotAnAmount(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "12,66", "-1", "+1", "1e3", "NaN", ".5", "5.", "1.234", "99999999999", "12.6x"} {
		if m, err := audipy.ParseMoney(text, "USD"); err == nil {
			t.Errorf("ParseMoney(%q) = %+v, want an error", text, m)
		}
	}
	if _, err := audipy.ParseMoney("1.5", "JPY"); err == nil {
		t.Error("half a yen was accepted")
	}
}
