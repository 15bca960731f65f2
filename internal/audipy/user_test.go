package audipy_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

func TestDefaultLimitIsForTheUSStoreOnly(t *testing.T) {
	t.Parallel()
	prefs := audipy.DefaultPreferences()
	if limit, ok := prefs.LimitFor("us"); !ok || limit.String() != "$12.66" {
		t.Errorf("LimitFor(us) = %v, %v, want $12.66", limit, ok)
	}
	if limit, ok := prefs.LimitFor("de"); ok {
		t.Errorf("LimitFor(de) = %v, want none set", limit)
	}
	prefs.Limits = map[string]audipy.Money{"de": {Minor: 995, Currency: "EUR"}}
	if limit, ok := prefs.LimitFor("de"); !ok || limit.String() != "€9.95" {
		t.Errorf("LimitFor(de) = %v, %v, want €9.95", limit, ok)
	}
}

func TestEveryStoreHasACurrency(t *testing.T) {
	t.Parallel()
	if n := len(audipy.Marketplaces()); n != 11 {
		t.Errorf("%d stores, want 11", n)
	}
	for _, code := range audipy.Marketplaces() {
		if audipy.CurrencyOf(code) == "" || !audipy.IsMarketplace(code) {
			t.Errorf("store %q has no currency or is not known", code)
		}
	}
	if audipy.CurrencyOf("xx") != "" || audipy.IsMarketplace("US") {
		t.Error("an unknown code was taken for a store")
	}
}

func TestSnoozedMarksEndAndDismissedOnesStay(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	if !(audipy.Mark{}).Hides(now) {
		t.Error("a dismissed suggestion shows")
	}
	snoozed := audipy.Mark{Until: now.Add(time.Hour)}
	if !snoozed.Hides(now) || snoozed.Hides(now.Add(time.Hour)) {
		t.Error("a snoozed suggestion must hide until its time, and not longer")
	}
}
