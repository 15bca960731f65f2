package httpapi

import (
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// Money is an amount.
type Money struct {
	Minor    int64  `json:"minor" minimum:"0" maximum:"100000000000" doc:"The amount in the currency's smallest unit: 1266 USD is $12.66."`
	Currency string `json:"currency" minLength:"3" maxLength:"3" doc:"ISO 4217."`
}

// moneyOf leaves out a price that nobody knows.
func moneyOf(m audipy.Money) *Money {
	if !m.IsKnown() {
		return nil
	}
	return &Money{Minor: m.Minor, Currency: m.Currency}
}

// Person is an author or a narrator.
type Person struct {
	Name string `json:"name"`
	ASIN string `json:"asin,omitempty" doc:"Audible's id of the person, where it gives one."`
}

// Place is a place in a series.
type Place struct {
	ASIN     string `json:"asin,omitempty"`
	Title    string `json:"title"`
	Sequence string `json:"sequence,omitempty" doc:"Text such as 3, 2.5 or 1-6."`
}

// Edition describes one recording of a book.
type Edition struct {
	ASIN           string   `json:"asin"`
	Marketplace    string   `json:"marketplace"`
	Title          string   `json:"title"`
	Subtitle       string   `json:"subtitle,omitempty"`
	Authors        []Person `json:"authors"`
	Narrators      []Person `json:"narrators"`
	Series         []Place  `json:"series"`
	Language       string   `json:"language,omitempty"`
	RuntimeMinutes int      `json:"runtime_minutes,omitempty"`
	ReleaseDate    string   `json:"release_date,omitempty" doc:"YYYY-MM-DD."`
	Publisher      string   `json:"publisher,omitempty"`
	Format         string   `json:"format,omitempty"`
	ContentType    string   `json:"content_type,omitempty"`
	Cover          string   `json:"cover,omitempty" doc:"The address of its cover here; absent when there is none."`
}

func editionOf(e *audipy.Edition, marketplace string) Edition {
	wire := Edition{
		ASIN: e.ASIN, Marketplace: marketplace, Title: e.Title, Subtitle: e.Subtitle,
		Authors: peopleOf(e.Authors), Narrators: peopleOf(e.Narrators), Series: make([]Place, len(e.Series)),
		Language: e.Language, RuntimeMinutes: e.RuntimeMinutes, ReleaseDate: e.ReleaseDate, Publisher: e.Publisher,
		Format: e.Format, ContentType: e.ContentType,
	}
	for i, p := range e.Series {
		wire.Series[i] = Place{ASIN: p.ASIN, Title: p.Title, Sequence: p.Sequence}
	}
	if e.CoverURL != "" {
		wire.Cover = coverPath(marketplace, e.ASIN)
	}
	return wire
}

// coverPath is where this server shows the cover of a title.
func coverPath(marketplace, asin string) string {
	return basePath + "/covers/" + marketplace + "/" + asin
}

func peopleOf(all []audipy.Contributor) []Person {
	wire := make([]Person, len(all))
	for i, one := range all {
		wire[i] = Person{Name: one.Name, ASIN: one.ASIN}
	}
	return wire
}

// Item is a title in the library.
type Item struct {
	Edition
	AccountID       string    `json:"account_id"`
	Status          string    `json:"status" enum:"active,gone"`
	PurchasedAt     time.Time `json:"purchased_at,omitzero"`
	AddedAt         time.Time `json:"added_at"`
	GoneAt          time.Time `json:"gone_at,omitzero"`
	Finished        bool      `json:"finished"`
	PercentComplete float64   `json:"percent_complete"`
	Plus            bool      `json:"plus" doc:"Borrowed from the Plus catalogue, not bought."`
	PlusUntil       time.Time `json:"plus_until,omitzero"`
}

func itemOf(i *audipy.Item) Item {
	return Item{
		Edition: editionOf(&i.Edition, i.Marketplace), AccountID: string(i.AccountID), Status: string(i.Status),
		PurchasedAt: i.PurchasedAt, AddedAt: i.AddedAt, GoneAt: i.GoneAt, Finished: i.Finished,
		PercentComplete: i.PercentComplete, Plus: i.Plus, PlusUntil: i.PlusUntil,
	}
}

// Product is a title in the catalogue of a store.
type Product struct {
	Edition
	Availability string    `json:"availability,omitempty" enum:"available,preorder,unbuyable"`
	InPlus       bool      `json:"in_plus"`
	SeenAt       time.Time `json:"seen_at,omitzero" doc:"When the store was last asked about it."`
}

func productOf(p *audipy.Product) Product {
	return Product{
		Edition: editionOf(&p.Edition, p.Marketplace), Availability: string(p.Availability), InPlus: p.InPlus, SeenAt: p.SeenAt,
	}
}

// Price says how to pay for a product.
type Price struct {
	Verdict          string `json:"verdict" enum:"in_plus,cash,credit,above_limit,limit_not_set,preorder,unbuyable,unknown"`
	Reason           string `json:"reason" doc:"The verdict in words."`
	Pay              *Money `json:"pay,omitempty" doc:"The cash price today."`
	PayKind          string `json:"pay_kind,omitempty" doc:"Audible's word for it, such as member or sale."`
	List             *Money `json:"list,omitempty"`
	Whispersync      *Money `json:"whispersync,omitempty" doc:"The price beside an owned Kindle edition."`
	CreditHundredths int    `json:"credit_hundredths,omitempty" doc:"The price in hundredths of a credit."`
	SavingPercent    int    `json:"saving_percent,omitempty"`
	LowestSeen       *Money `json:"lowest_seen,omitempty"`
	LowestDay        string `json:"lowest_day,omitempty" doc:"The last day on which it was asked, YYYY-MM-DD."`
}

func priceOf(p recommend.PriceAdvice) Price {
	return Price{
		Verdict: string(p.Verdict), Reason: p.Reason, Pay: moneyOf(p.Pay), PayKind: p.PayKind, List: moneyOf(p.List),
		Whispersync: moneyOf(p.Whispersync), CreditHundredths: p.CreditHundredths, SavingPercent: p.SavingPercent,
		LowestSeen: moneyOf(p.LowestSeen), LowestDay: p.LowestDay,
	}
}

// Suggestion is a title worth listening to next.
type Suggestion struct {
	Product    Product          `json:"product"`
	Kind       string           `json:"kind" enum:"next_volume,series_gap,by_author,by_narrator"`
	Reasons    []string         `json:"reasons" doc:"Why, in words, the strongest first."`
	Warnings   []string         `json:"warnings" doc:"What to know before buying."`
	Series     string           `json:"series,omitempty"`
	Number     string           `json:"number,omitempty"`
	Household  []HouseholdOwner `json:"household" doc:"Who else of the household owns it, when both sides chose to take part."`
	Price      Price            `json:"price"`
	Unreleased bool             `json:"unreleased"`
}

// HouseholdOwner is somebody of the household who owns a title.
type HouseholdOwner struct {
	Name        string `json:"name" doc:"What the person is called; empty when they never said."`
	Marketplace string `json:"marketplace" doc:"The store whose library holds it."`
}

func ownersOf(owners []recommend.HouseholdOwner) []HouseholdOwner {
	wire := make([]HouseholdOwner, len(owners))
	for i, one := range owners {
		wire[i] = HouseholdOwner(one)
	}
	return wire
}

func suggestionOf(s *recommend.Suggestion) Suggestion {
	return Suggestion{
		Product: productOf(&s.Product), Kind: string(s.Kind), Reasons: orNone(s.Reasons), Warnings: orNone(s.Warnings),
		Household: ownersOf(s.Household), Series: s.Series, Number: s.Number, Price: priceOf(s.Price), Unreleased: s.Unreleased,
	}
}

// orNone makes an absent list an empty one: a list of the API is never null.
func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
