package librarysync

import (
	"math"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
)

// toEdition keeps of a title what describes it.
func toEdition(p *audible.Product) audipy.Edition {
	e := audipy.Edition{
		ASIN: p.ASIN, Title: p.Title, Subtitle: p.Subtitle,
		Authors: toContributors(p.Authors), Narrators: toContributors(p.Narrators),
		Publisher: p.Publisher, Language: p.Language, RuntimeMinutes: p.RuntimeMinutes,
		ReleaseDate: p.ReleaseDate, CoverURL: p.CoverURL,
		DeliveryType: p.DeliveryType, ContentType: p.ContentType, Format: p.Format,
	}
	if e.ReleaseDate == "" {
		e.ReleaseDate = p.IssueDate
	}
	if len(p.Series) > 0 {
		e.Series = make([]audipy.SeriesPlace, len(p.Series))
		for i, s := range p.Series {
			e.Series[i] = audipy.SeriesPlace(s)
		}
	}
	return e
}

func toContributors(people []audible.Contributor) []audipy.Contributor {
	if len(people) == 0 {
		return nil
	}
	out := make([]audipy.Contributor, len(people))
	for i, person := range people {
		out[i] = audipy.Contributor(person)
	}
	return out
}

// toItem keeps of a library item what the library shows.
func toItem(p *audible.Product) audipy.Item {
	item := audipy.Item{
		Edition:     toEdition(p),
		PurchasedAt: p.Ownership.PurchasedAt,
		Plus:        p.Ownership.Borrowed.IsTrue(),
		Finished:    p.Ownership.Finished.IsTrue(),
	}
	if item.Plus {
		item.PlusUntil = p.PlusUntil()
	}
	if item.PurchasedAt.IsZero() {
		item.PurchasedAt = p.Ownership.AddedAt
	}
	// Whole percents: the fraction changes with every minute listened, and
	// would have every sync rewrite every started title.
	item.PercentComplete = math.Round(p.Ownership.PercentComplete)
	return item
}

// toProduct keeps of a catalogue entry what advice needs.
func toProduct(p *audible.Product, marketplace string) audipy.Product {
	return audipy.Product{
		Edition: toEdition(p), Marketplace: marketplace,
		Availability: availability(p), InPlus: p.InPlus(), Prices: toPrices(p.Price),
	}
}

// availability reads what the store says about buying. A product that says
// nothing is as unknown as one without prices.
func availability(p *audible.Product) audipy.Availability {
	a := p.Availability
	switch {
	case a.State == "NOT_AVAILABLE_FOR_PURCHASE", a.Suppressed.IsTrue(), a.Buyable.IsFalse() && !a.Preorderable.IsTrue():
		return audipy.Unbuyable
	case a.State == "AVAILABLE_FOR_PREORDER", a.Preorderable.IsTrue():
		return audipy.Preorder
	case a.State == "AVAILABLE", a.Buyable.IsTrue(), p.Price != nil:
		return audipy.Available
	}
	return audipy.AvailabilityUnknown
}

func toPrices(p *audible.Price) audipy.Prices {
	if p == nil {
		return audipy.Prices{}
	}
	return audipy.Prices{
		List:             audipy.MoneyFromFloat(p.List.Base, p.List.Currency),
		Lowest:           audipy.MoneyFromFloat(p.Lowest.Base, p.Lowest.Currency),
		LowestKind:       p.Lowest.Type,
		Whispersync:      audipy.MoneyFromFloat(p.Whispersync.Base, p.Whispersync.Currency),
		CreditHundredths: int(math.Round(p.Credits * 100)),
	}
}
