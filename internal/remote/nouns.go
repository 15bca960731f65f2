package remote

import (
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/recommend"
)

// moneyOf reads an amount; a price that nobody knows is left out of answers.
func moneyOf(m *httpapi.Money) audipy.Money {
	if m == nil {
		return audipy.Money{}
	}
	return audipy.Money{Minor: m.Minor, Currency: m.Currency}
}

func editionOf(e *httpapi.Edition) audipy.Edition {
	edition := audipy.Edition{
		ASIN: e.ASIN, Title: e.Title, Subtitle: e.Subtitle, Authors: contributorsOf(e.Authors),
		Narrators: contributorsOf(e.Narrators), Publisher: e.Publisher, Language: e.Language,
		RuntimeMinutes: e.RuntimeMinutes, ReleaseDate: e.ReleaseDate, CoverURL: e.Cover,
		ContentType: e.ContentType, Format: e.Format,
	}
	for _, p := range e.Series {
		edition.Series = append(edition.Series, audipy.SeriesPlace{ASIN: p.ASIN, Title: p.Title, Sequence: p.Sequence})
	}
	return edition
}

func contributorsOf(people []httpapi.Person) []audipy.Contributor {
	var all []audipy.Contributor
	for _, p := range people {
		all = append(all, audipy.Contributor{ASIN: p.ASIN, Name: p.Name})
	}
	return all
}

func itemOf(i *httpapi.Item) audipy.Item {
	return audipy.Item{
		Edition: editionOf(&i.Edition), AccountID: audipy.AccountID(i.AccountID), Marketplace: i.Marketplace,
		Status: audipy.ItemStatus(i.Status), PurchasedAt: i.PurchasedAt, Plus: i.Plus, PlusUntil: i.PlusUntil,
		Finished: i.Finished, PercentComplete: i.PercentComplete, AddedAt: i.AddedAt, GoneAt: i.GoneAt,
	}
}

// productOf reads a product; its prices stand in the advice on it.
func productOf(p *httpapi.Product, price *httpapi.Price) audipy.Product {
	product := audipy.Product{
		Edition: editionOf(&p.Edition), Marketplace: p.Marketplace, Availability: audipy.Availability(p.Availability),
		InPlus: p.InPlus, SeenAt: p.SeenAt,
	}
	if price != nil {
		product.Prices = audipy.Prices{
			List: moneyOf(price.List), Lowest: moneyOf(price.Pay), LowestKind: price.PayKind,
			Whispersync: moneyOf(price.Whispersync), CreditHundredths: price.CreditHundredths,
		}
	}
	return product
}

func priceOf(p *httpapi.Price) recommend.PriceAdvice {
	if p == nil {
		return recommend.PriceAdvice{}
	}
	return recommend.PriceAdvice{
		Verdict: recommend.Verdict(p.Verdict), Reason: p.Reason, Pay: moneyOf(p.Pay), PayKind: p.PayKind,
		List: moneyOf(p.List), Whispersync: moneyOf(p.Whispersync), CreditHundredths: p.CreditHundredths,
		SavingPercent: p.SavingPercent, LowestSeen: moneyOf(p.LowestSeen), LowestDay: p.LowestDay,
	}
}

func suggestionOf(s *httpapi.Suggestion) recommend.Suggestion {
	one := recommend.Suggestion{
		Product: productOf(&s.Product, &s.Price), Kind: recommend.Kind(s.Kind), Reasons: s.Reasons,
		Warnings: orNil(s.Warnings), Series: s.Series, Number: s.Number, Price: priceOf(&s.Price), Unreleased: s.Unreleased,
	}
	for _, owner := range s.Household {
		one.Household = append(one.Household, recommend.HouseholdOwner(owner))
	}
	return one
}

// orNil makes an empty list an absent one, as it is where advice is made.
func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

func seriesOf(s *httpapi.SeriesCard) recommend.Series {
	one := recommend.Series{
		ASIN: s.ASIN, Title: s.Title, Also: orNil(s.Also), Note: s.Note, Volumes: []recommend.Volume{},
		Owned: s.Owned, Total: s.Total, Unreleased: s.Unreleased, LastActivity: s.LastActivity,
	}
	for i := range s.Volumes {
		v := &s.Volumes[i]
		volume := recommend.Volume{
			Number: v.Number, OtherNumbers: orNil(v.OtherNumbers), ASIN: v.ASIN, Marketplace: v.Marketplace,
			Title: v.Title, State: recommend.VolumeState(v.State), Hidden: recommend.Reason(v.Hidden),
			ReleaseDate: v.ReleaseDate, Editions: v.Editions, Note: v.Note,
		}
		if v.Number == "" {
			one.Unnumbered = append(one.Unnumbered, volume)
			continue
		}
		one.Volumes = append(one.Volumes, volume)
	}
	return one
}

// AccountOf reads an account. What servers don't tell stays empty: whose it is,
// and what Amazon calls the customer.
func AccountOf(c *httpapi.AccountCard) audipy.Account {
	return audipy.Account{
		ID: audipy.AccountID(c.ID), Name: c.Name, Marketplace: c.Marketplace, DeviceName: c.DeviceName,
		SharedDevice: c.SharedDevice, State: audipy.AccountState(c.State), StateReason: c.StateReason,
		StateAt: c.StateSince, SignIns: c.SignIns, SyncMinutes: c.SyncIntervalMinutes, LastSync: c.LastSyncAt,
		CreatedAt: c.LinkedAt,
	}
}

func runOf(r *httpapi.SyncRun) audipy.SyncRun {
	run := audipy.SyncRun{
		ID: r.ID, AccountID: audipy.AccountID(r.AccountID), Marketplace: r.Marketplace, Kind: audipy.SyncKind(r.Kind),
		State: audipy.RunState(r.State), Phase: r.Phase, Done: r.Done, Total: r.Total, StartedAt: r.StartedAt,
		AudibleCount: r.AudibleCount, ItemCount: r.ItemCount, Added: r.Added, Updated: r.Updated, Gone: r.Gone,
		Calls: r.Calls, Warning: r.Warning, Failure: r.Failure,
	}
	if r.EndedAt != nil {
		run.EndedAt = *r.EndedAt
	}
	for _, c := range r.Changes {
		run.Changes = append(run.Changes, audipy.SyncChange{ASIN: c.ASIN, Title: c.Title, Kind: audipy.ChangeKind(c.Kind)})
	}
	return run
}

func preferencesOf(p *httpapi.Preferences) audipy.Preferences {
	prefs := audipy.Preferences{
		PreferredLanguage: p.Language, Marketplace: p.Marketplace, NotificationsEnabled: p.Notifications,
		HouseholdShelf: p.HouseholdShelf, Limits: map[string]audipy.Money{},
	}
	for _, limit := range p.Limits {
		if limit.Marketplace == p.Marketplace {
			prefs.MaxPrice = audipy.Money(limit.MaxPrice)
			continue
		}
		prefs.Limits[limit.Marketplace] = audipy.Money(limit.MaxPrice)
	}
	return prefs
}

func wireOf(p audipy.Preferences) httpapi.Preferences {
	wire := httpapi.Preferences{
		Language: p.PreferredLanguage, Marketplace: p.Marketplace, Notifications: p.NotificationsEnabled,
		HouseholdShelf: p.HouseholdShelf, Limits: []httpapi.Limit{},
	}
	if p.MaxPrice.IsKnown() {
		wire.Limits = append(wire.Limits, httpapi.Limit{Marketplace: p.Marketplace, MaxPrice: httpapi.Money(p.MaxPrice)})
	}
	for _, code := range audipy.Marketplaces() {
		if limit, ok := p.Limits[code]; ok && code != p.Marketplace {
			wire.Limits = append(wire.Limits, httpapi.Limit{Marketplace: code, MaxPrice: httpapi.Money(limit)})
		}
	}
	return wire
}

// Book is what a server knows of one title of a store.
type Book struct {
	Copies []audipy.Item
	// Product is nil for a title that was never seen in the catalogue.
	Product *audipy.Product
	Price   recommend.PriceAdvice
	History []audipy.PricePoint
	// Mark is nil for a title without one.
	Mark *audipy.Mark
}

func bookOf(b *httpapi.Book, marketplace, asin string) Book {
	book := Book{Price: priceOf(b.Price)}
	for i := range b.Owned {
		book.Copies = append(book.Copies, itemOf(&b.Owned[i]))
	}
	if b.Price != nil {
		product := productOf(&b.Product, b.Price)
		book.Product = &product
	}
	for _, p := range b.PriceHistory {
		book.History = append(book.History, audipy.PricePoint{
			ASIN: asin, Marketplace: marketplace, Day: p.Day, Lowest: audipy.Money(p.Price), LowestKind: p.Kind,
		})
	}
	if b.Mark != nil {
		book.Mark = &audipy.Mark{ASIN: asin, Marketplace: marketplace, Until: b.Mark.Until, Elsewhere: b.Mark.Elsewhere}
	}
	return book
}

// Wish is a title on a wish list.
type Wish struct {
	audipy.Product
	Account  audipy.AccountID
	WishedAt time.Time
	Owned    bool
	Price    recommend.PriceAdvice
	Notice   string
}

func wishOf(w *httpapi.Wish) Wish {
	return Wish{
		Product: productOf(&w.Product, &w.Price), Account: audipy.AccountID(w.AccountID), WishedAt: w.WishedAt,
		Owned: w.Owned, Price: priceOf(&w.Price), Notice: w.Notice,
	}
}
