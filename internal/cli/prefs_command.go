package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// prefsCmd shows and changes what the person wants.
type prefsCmd struct {
	Show  prefsShowCmd  `cmd:"" default:"1" help:"Show your preferences, and what each does."`
	Set   prefsSetCmd   `cmd:"" help:"Change a preference."`
	Reset prefsResetCmd `cmd:"" help:"Go back to the preferences of a new person."`
}

// prefsShowCmd shows the preferences.
type prefsShowCmd struct{}

// Run prints every preference and what it does.
func (prefsShowCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	prefs, err := d.preferences(ctx)
	if err != nil {
		return err
	}
	return a.printPrefs(prefs)
}

func (a *app) printPrefs(prefs audipy.Preferences) error {
	return a.out.result(prefs, func() {
		limit := "none set: cash and credit are not compared"
		if prefs.MaxPrice.IsKnown() {
			limit = prefs.MaxPrice.String() + ": up to this, cash is better than a credit"
		}
		currency := audipy.CurrencyOf(prefs.Marketplace)
		a.out.preference("marketplace", prefs.Marketplace+": prices and new titles come from this store")
		a.out.preference("max-price", limit)
		if c := prefs.MaxPrice.Currency; c != "" && c != currency {
			a.out.preference("", fmt.Sprintf("it counts nowhere: the %s store charges in %s; set it again, or the currency", prefs.Marketplace, currency))
		}
		for _, code := range audipy.Marketplaces() {
			if limit, ok := prefs.Limits[code]; ok && code != prefs.Marketplace {
				a.out.preference("", limit.String()+" in the "+code+" store")
			}
		}
		a.out.preference("currency", cmp.Or(prefs.MaxPrice.Currency, currency)+": that of the limit")
		language := "every language: suggestions come in all of them"
		if prefs.PreferredLanguage != "" {
			language = prefs.PreferredLanguage + ": suggestions come in this language"
		}
		a.out.preference("language", language)
		notices := "off"
		if prefs.NotificationsEnabled {
			notices = "on: sync and the wish list say when a price falls, a book comes out or leaves Plus"
		}
		a.out.preference("notifications", notices)
	})
}

func (p *printer) preference(name, value string) { p.prose(15, "%-13s  %s", name, clean(value)) }

// prefsSetCmd changes one preference.
type prefsSetCmd struct {
	MaxPrice      prefsMaxPriceCmd      `cmd:"" help:"Set the highest cash price that is better than a credit."`
	Marketplace   prefsMarketplaceCmd   `cmd:"" help:"Set the store that prices and new titles come from."`
	Currency      prefsCurrencyCmd      `cmd:"" help:"Set the currency of the limit; the amount stays."`
	Language      prefsLanguageCmd      `cmd:"" help:"Set the language of suggestions, or any."`
	Notifications prefsNotificationsCmd `cmd:"" help:"Turn notices on or off."`
}

// changePrefs changes the stored preferences and shows them.
func (a *app) changePrefs(ctx context.Context, target string, change func(*audipy.Preferences) error) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	prefs, err := d.preferences(ctx)
	if err != nil {
		return err
	}
	if prefs.Limits == nil {
		prefs.Limits = map[string]audipy.Money{}
	}
	if err := change(&prefs); err != nil {
		return err
	}
	if err := d.savePreferences(ctx, prefs, target); err != nil {
		return err
	}
	return a.printPrefs(prefs)
}

// preferences returns what is kept here.
func (a *app) preferences(ctx context.Context) (audipy.Preferences, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return audipy.Preferences{}, err
	}
	return opened.Preferences(ctx, user)
}

// savePreferences keeps preferences here.
func (a *app) savePreferences(ctx context.Context, p audipy.Preferences, target string) error {
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	return opened.SavePreferences(ctx, user, p, audit.Event{
		Action: audit.PreferencesChanged, Outcome: audit.Succeeded, Target: target,
	})
}

// prefsMaxPriceCmd sets a limit.
type prefsMaxPriceCmd struct {
	Amount string `arg:"" help:"The amount in the store's currency, such as 12.66; none for no limit."`
	Store  string `placeholder:"CODE" help:"The store that it is for; your preferred one if left out."`
}

// Run sets the limit of a store in that store's own currency.
func (c prefsMaxPriceCmd) Run(ctx context.Context, a *app) error {
	if c.Store != "" && !audipy.IsMarketplace(c.Store) {
		return noSuchStore(c.Store)
	}
	return a.changePrefs(ctx, "max-price", func(prefs *audipy.Preferences) error {
		marketplace := cmp.Or(c.Store, prefs.Marketplace)
		var limit audipy.Money
		if c.Amount != "none" {
			var err error
			if limit, err = audipy.ParseMoney(c.Amount, audipy.CurrencyOf(marketplace)); err != nil {
				return err
			}
		}
		switch {
		case marketplace == prefs.Marketplace:
			prefs.MaxPrice = limit
			delete(prefs.Limits, marketplace)
		case limit.IsKnown():
			prefs.Limits[marketplace] = limit
		default:
			delete(prefs.Limits, marketplace)
		}
		return nil
	})
}

// prefsMarketplaceCmd sets the preferred store.
type prefsMarketplaceCmd struct {
	Store string `arg:"" help:"The store's code: us, uk, de, fr, ca, it, au, in, jp, es or br."`
}

// Run sets the store. Each store keeps its limit; a store that has none takes
// over the present one, which then counts only if the currency is the same.
func (c prefsMarketplaceCmd) Run(ctx context.Context, a *app) error {
	code := strings.ToLower(c.Store)
	if !audipy.IsMarketplace(code) {
		return noSuchStore(c.Store)
	}
	return a.changePrefs(ctx, "marketplace", func(prefs *audipy.Preferences) error {
		if code == prefs.Marketplace {
			return nil
		}
		if prefs.MaxPrice.Currency == audipy.CurrencyOf(prefs.Marketplace) {
			prefs.Limits[prefs.Marketplace] = prefs.MaxPrice
		}
		if own, ok := prefs.Limits[code]; ok {
			prefs.MaxPrice = own
			delete(prefs.Limits, code)
		}
		prefs.Marketplace = code
		return nil
	})
}

// prefsCurrencyCmd sets the currency of the limit.
type prefsCurrencyCmd struct {
	Code string `arg:"" help:"The currency's code, such as EUR."`
}

// Run restates the limit in the currency, the amount unchanged. A currency
// that the preferred store does not charge in would make the limit void.
func (c prefsCurrencyCmd) Run(ctx context.Context, a *app) error {
	code := strings.ToUpper(c.Code)
	return a.changePrefs(ctx, "currency", func(prefs *audipy.Preferences) error {
		var stores []string
		for _, m := range audipy.Marketplaces() {
			if audipy.CurrencyOf(m) == code {
				stores = append(stores, m)
			}
		}
		charged := audipy.CurrencyOf(prefs.Marketplace)
		switch {
		case len(stores) == 0:
			return audipy.Fail(audipy.Invalid, fmt.Sprintf("no store of Audible charges in %q", c.Code), nil).
				WithHint("the currencies are USD, GBP, EUR, CAD, AUD, INR, JPY and BRL")
		case code != charged:
			return audipy.Fail(audipy.Invalid, fmt.Sprintf("the %s store charges in %s: a limit in %s would count nowhere", prefs.Marketplace, charged, code), nil).
				WithHint(fmt.Sprintf("choose a store that does: audipy prefs set marketplace %s", stores[0]))
		case !prefs.MaxPrice.IsKnown():
			return audipy.Fail(audipy.Invalid, "there is no limit to restate", nil).
				WithHint("set one: audipy prefs set max-price 12.66")
		}
		amount, _, _ := strings.Cut(prefs.MaxPrice.Decimal(), ".")
		if code != "JPY" {
			amount = prefs.MaxPrice.Decimal()
		}
		var err error
		prefs.MaxPrice, err = audipy.ParseMoney(amount, code)
		return err
	})
}

// prefsLanguageCmd sets the preferred language.
type prefsLanguageCmd struct {
	Language string `arg:"" help:"The language as Audible names it, such as german; any for all of them."`
}

// Run sets the language. It must be one that Audible is known to use, or that
// the library has titles in, since a misspelt one would hide every suggestion.
func (c prefsLanguageCmd) Run(ctx context.Context, a *app) error {
	language := strings.ToLower(strings.TrimSpace(c.Language))
	return a.changePrefs(ctx, "language", func(prefs *audipy.Preferences) error {
		if language == "any" {
			prefs.PreferredLanguage = ""
			return nil
		}
		known := slices.Contains(audipy.Languages(), language)
		if !known {
			d, err := a.data(ctx)
			if err != nil {
				return err
			}
			page, err := d.titlePage(ctx, store.ItemFilter{Language: language}, 1)
			if err != nil {
				return err
			}
			known = page.Total > 0
		}
		if !known {
			return audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not a language that Audible names", c.Language), nil).
				WithHint("write its English name, such as english, german or japanese; any shows all")
		}
		prefs.PreferredLanguage = language
		return nil
	})
}

// prefsNotificationsCmd turns notices on or off.
type prefsNotificationsCmd struct {
	State string `arg:"" enum:"on,off" help:"on or off."`
}

// Run turns notices on or off.
func (c prefsNotificationsCmd) Run(ctx context.Context, a *app) error {
	return a.changePrefs(ctx, "notifications", func(prefs *audipy.Preferences) error {
		prefs.NotificationsEnabled = c.State == "on"
		return nil
	})
}

// prefsResetCmd goes back to the defaults.
type prefsResetCmd struct{}

// Run replaces every preference by its default.
func (prefsResetCmd) Run(ctx context.Context, a *app) error {
	return a.changePrefs(ctx, "all", func(prefs *audipy.Preferences) error {
		*prefs = audipy.DefaultPreferences()
		return nil
	})
}
