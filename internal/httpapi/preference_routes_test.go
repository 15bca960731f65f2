package httpapi_test

import (
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/httpapi"
)

func TestPreferencesShowAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		var p httpapi.Preferences
		one.get(t, "/api/v1/preferences").into(t, http.StatusOK, &p)
		want := []httpapi.Limit{{Marketplace: "us", MaxPrice: httpapi.Money{Minor: 1266, Currency: "USD"}}}
		if p.Marketplace != "us" || p.Language != "english" || !p.Notifications || !slices.Equal(p.Limits, want) {
			t.Errorf("a new person has %+v", p)
		}
		s := one.suggestions(t, "limit=500")
		i := slices.IndexFunc(s.Items, func(s httpapi.Suggestion) bool { return s.Price.Verdict == "cash" && s.Price.Pay.Minor > 0 })
		if i < 0 {
			t.Fatal("nothing is worth its cash price in this world")
		}
		p.Limits = []httpapi.Limit{
			{Marketplace: "us", MaxPrice: httpapi.Money{Minor: 1, Currency: "USD"}},
			{Marketplace: "de", MaxPrice: httpapi.Money{Minor: 900, Currency: "EUR"}},
		}
		var saved httpapi.Preferences
		one.do(t, http.MethodPut, "/api/v1/preferences", p).into(t, http.StatusOK, &saved)
		if !slices.Equal(saved.Limits, p.Limits) {
			t.Errorf("saved limits %+v", saved.Limits)
		}
		for _, s := range one.suggestions(t, "limit=500").Items {
			if s.Price.Verdict == "cash" && s.Price.Pay.Minor > 1 {
				t.Errorf("%s is still worth %d in cash", s.Product.Title, s.Price.Pay.Minor)
			}
		}
		p.Language = "german"
		one.do(t, http.MethodPut, "/api/v1/preferences", p).into(t, http.StatusOK, &saved)
		if page := one.suggestions(t, "limit=500"); page.Hidden.Language == 0 {
			t.Error("the language hides nothing")
		}
	})
}

func TestPreferencesThatCountNowhereAreRefused(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	one := r.setUp(t)
	limit := func(store, currency string, minor any) map[string]any {
		return map[string]any{"marketplace": store, "max_price": map[string]any{"minor": minor, "currency": currency}}
	}
	for name, change := range map[string]map[string]any{
		"another currency": {"limits": []any{limit("us", "EUR", 1)}},
		"two for a store":  {"limits": []any{limit("us", "USD", 1), limit("us", "USD", 2)}},
		"a negative limit": {"limits": []any{limit("us", "USD", -1)}},
		"a limit as text":  {"limits": []any{limit("us", "USD", "12,66")}},
		"an unknown store": {"marketplace": "xx"},
		"no such language": {"language": "klingon"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body := map[string]any{"language": "english", "marketplace": "us", "notifications_enabled": true, "limits": []any{}}
			maps.Copy(body, change)
			if got := one.do(t, http.MethodPut, "/api/v1/preferences", body); got.status != http.StatusUnprocessableEntity {
				t.Errorf("answered %d %s", got.status, got.body)
			}
			var p httpapi.Preferences
			one.get(t, "/api/v1/preferences").into(t, http.StatusOK, &p)
			if p.Language != "english" || p.Limits[0].MaxPrice.Minor != 1266 {
				t.Errorf("a refused change changed %+v", p)
			}
		})
	}
}
