package httpapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

func (a *api) registerPreferences() {
	register(a, huma.Operation{
		OperationID: "getPreferences", Method: http.MethodGet, Path: "/preferences",
		Summary: "What the person wants to see.",
	}, a.getPreferences)
	register(a, huma.Operation{
		OperationID: "putPreferences", Method: http.MethodPut, Path: "/preferences",
		Summary: "Replaces what the person wants to see; it shows at once.",
	}, a.putPreferences)
}

// Preferences are a person's wishes.
type Preferences struct {
	Language       string  `json:"language" maxLength:"100" doc:"The language of suggestions as Audible names it, such as english; empty for every language."`
	Marketplace    string  `json:"marketplace" enum:"us,uk,de,fr,ca,it,au,in,jp,es,br" doc:"The store that prices and new titles come from."`
	Notifications  bool    `json:"notifications_enabled"`
	HouseholdShelf bool    `json:"household_shelf" doc:"Whether the others of the household who chose it too see at a suggestion that this person owns it, and the reverse."`
	Limits         []Limit `json:"limits" maxItems:"11" doc:"Up to which price cash is better than a credit, one row per store at most. A store without a row has no limit."`
}

// Limit is the highest cash price that is better than a credit in a store.
type Limit struct {
	Marketplace string `json:"marketplace" enum:"us,uk,de,fr,ca,it,au,in,jp,es,br"`
	MaxPrice    Money  `json:"max_price" doc:"In the currency of the store."`
}

func preferencesOf(p audipy.Preferences) Preferences {
	wire := Preferences{
		Language: p.PreferredLanguage, Marketplace: p.Marketplace, Notifications: p.NotificationsEnabled,
		HouseholdShelf: p.HouseholdShelf, Limits: []Limit{},
	}
	if p.MaxPrice.IsKnown() {
		wire.Limits = append(wire.Limits, Limit{p.Marketplace, Money(p.MaxPrice)})
	}
	for _, code := range slices.Sorted(maps.Keys(p.Limits)) {
		if code != p.Marketplace {
			wire.Limits = append(wire.Limits, Limit{code, Money(p.Limits[code])})
		}
	}
	return wire
}

func (a *api) getPreferences(ctx context.Context, _ *struct{}) (*struct{ Body Preferences }, error) {
	p, err := a.Store.Preferences(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Preferences }{preferencesOf(p)}, nil
}

func (a *api) putPreferences(ctx context.Context, in *struct{ Body Preferences }) (*struct{ Body Preferences }, error) {
	user := actorFrom(ctx).UserID
	wanted := audipy.Preferences{
		PreferredLanguage: in.Body.Language, Marketplace: in.Body.Marketplace,
		NotificationsEnabled: in.Body.Notifications, HouseholdShelf: in.Body.HouseholdShelf, Limits: map[string]audipy.Money{},
	}
	if err := a.checkLanguage(ctx, user, wanted.PreferredLanguage); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, limit := range in.Body.Limits {
		if currency := audipy.CurrencyOf(limit.Marketplace); limit.MaxPrice.Currency != currency {
			return nil, audipy.Fail(audipy.Invalid, fmt.Sprintf("The %s store charges in %s: a limit in another currency would count nowhere.", limit.Marketplace, currency), nil)
		}
		if seen[limit.Marketplace] {
			return nil, audipy.Fail(audipy.Invalid, "There are two limits for one store.", nil).WithHint("Keep one of them.")
		}
		seen[limit.Marketplace] = true
		if limit.Marketplace == wanted.Marketplace {
			wanted.MaxPrice = audipy.Money(limit.MaxPrice)
			continue
		}
		wanted.Limits[limit.Marketplace] = audipy.Money(limit.MaxPrice)
	}
	event := audit.Event{Action: audit.PreferencesChanged, Outcome: audit.Succeeded, Target: "all"}
	if err := a.Store.SavePreferences(ctx, user, wanted, event); err != nil {
		return nil, err
	}
	return a.getPreferences(ctx, nil)
}

// checkLanguage refuses a language that neither Audible nor the library is
// known to have: it would hide every suggestion.
func (a *api) checkLanguage(ctx context.Context, user audipy.UserID, language string) error {
	if language == "" || slices.Contains(audipy.Languages(), language) {
		return nil
	}
	n, err := a.Store.CountItems(ctx, user, store.ItemFilter{Language: language})
	if err == nil && n == 0 {
		err = audipy.Fail(audipy.Invalid, "Audible has no language of this name.", nil).
			WithHint("Write its English name in lower case, such as german.")
	}
	return err
}
