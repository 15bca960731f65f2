package audipy

import "time"

// Edition is what describes one recording of a book, wherever it is listed.
// Another narrator, an abridged version or a dramatisation is another
// edition, with an ASIN of its own.
type Edition struct {
	// ASIN is Amazon's id of the edition; it differs between stores.
	ASIN string `json:"asin"`
	// Title may be empty: Audible has such items.
	Title string `json:"title"`
	// Subtitle is empty when there is none.
	Subtitle string `json:"subtitle,omitempty"`
	// Authors and Narrators are in Audible's order and may be nil.
	Authors   []Contributor `json:"authors,omitempty"`
	Narrators []Contributor `json:"narrators,omitempty"`
	// Series lists the places the edition has in series; nil for none.
	Series []SeriesPlace `json:"series,omitempty"`
	// Publisher is empty when unknown.
	Publisher string `json:"publisher,omitempty"`
	// Language is Audible's lower-case English name, such as "english".
	Language string `json:"language,omitempty"`
	// RuntimeMinutes is 0 when unknown, as for an unreleased book.
	RuntimeMinutes int `json:"runtime_minutes,omitempty"`
	// ReleaseDate is "YYYY-MM-DD", or empty when unknown.
	ReleaseDate string `json:"release_date,omitempty"`
	// CoverURL is the largest cover known, or empty.
	CoverURL string `json:"cover_url,omitempty"`
	// DeliveryType, ContentType and Format are Audible's words
	// (SinglePartBook, Product, unabridged, …); open sets.
	DeliveryType string `json:"delivery_type,omitempty"`
	ContentType  string `json:"content_type,omitempty"`
	Format       string `json:"format,omitempty"`
}

// Contributor is an author or a narrator.
type Contributor struct {
	// ASIN is the person's page, empty where Audible gives none.
	ASIN string `json:"asin,omitempty"`
	// Name is in whatever script Audible lists it.
	Name string `json:"name"`
}

// SeriesPlace is the place of an edition in a series.
type SeriesPlace struct {
	// ASIN is the id of the series itself.
	ASIN string `json:"asin,omitempty"`
	// Title is the name of the series.
	Title string `json:"title"`
	// Sequence is text: "3", "2.5", "1-6" for a box set, or empty for a
	// member without a number.
	Sequence string `json:"sequence,omitempty"`
}

// ItemStatus says whether an item is in the library.
type ItemStatus string

// The states of an item.
const (
	ItemActive ItemStatus = "active" // in the library
	ItemGone   ItemStatus = "gone"   // returned, revoked or no longer listed; kept for its history
)

// Item is one title in the library of an account in one store.
type Item struct {
	Edition
	// AccountID and Marketplace say in whose library and which store.
	AccountID   AccountID `json:"account_id"`
	Marketplace string    `json:"marketplace"`
	// Status is ItemActive unless the title has left the library.
	Status ItemStatus `json:"status"`
	// PurchasedAt is the zero time when Audible does not say.
	PurchasedAt time.Time `json:"purchased_at,omitzero"`
	// Plus tells a title borrowed from the Plus catalogue from a bought one.
	Plus bool `json:"plus,omitempty"`
	// PlusUntil is when a Plus title leaves, the zero time when unknown.
	PlusUntil time.Time `json:"plus_until,omitzero"`
	// Finished and PercentComplete (0 to 100) are as of the listing that
	// last had the title: listening alone puts it into no delta.
	Finished        bool    `json:"finished,omitempty"`
	PercentComplete float64 `json:"percent_complete,omitempty"`
	// AddedAt is when a sync first saw the title, and GoneAt when one first
	// counted it as gone; the zero time while it is there.
	AddedAt time.Time `json:"added_at,omitzero"`
	GoneAt  time.Time `json:"gone_at,omitzero"`
}

// Availability says whether a product can be bought.
type Availability string

// The kinds of availability. The empty value means that nobody asked yet.
const (
	AvailabilityUnknown Availability = ""
	Available           Availability = "available"
	Preorder            Availability = "preorder"
	Unbuyable           Availability = "unbuyable"
)

// Product is an edition in the catalogue of one store, with its prices.
type Product struct {
	Edition
	// Marketplace is the store.
	Marketplace string `json:"marketplace"`
	// Availability is as the store says.
	Availability Availability `json:"availability,omitempty"`
	// InPlus is true when the product is in the Plus catalogue.
	InPlus bool `json:"in_plus,omitempty"`
	// Prices are as of SeenAt.
	Prices Prices `json:"prices"`
	// SeenAt is when the catalogue was last asked for it.
	SeenAt time.Time `json:"seen_at,omitzero"`
}

// Prices are what a product costs. A Money without a currency means that the
// store named no such price.
type Prices struct {
	// List is the price without membership.
	List Money `json:"list"`
	// Lowest is what this account would pay in cash now.
	Lowest Money `json:"lowest"`
	// LowestKind is Audible's word for Lowest: "member", "sale", …
	LowestKind string `json:"lowest_kind,omitempty"`
	// Whispersync is the price beside an owned Kindle edition.
	Whispersync Money `json:"whispersync"`
	// CreditHundredths is the price in hundredths of a credit; 0 means that
	// it can't be bought with credits or that nobody said.
	CreditHundredths int `json:"credit_hundredths,omitempty"`
}

// PricePoint is what a product cost on one day: of several looks on a day the
// lowest.
type PricePoint struct {
	// ASIN and Marketplace name the product.
	ASIN        string `json:"asin"`
	Marketplace string `json:"marketplace"`
	// Day is "YYYY-MM-DD" in UTC.
	Day string `json:"day"`
	// Lowest and LowestKind are as in Prices.
	Lowest     Money  `json:"lowest"`
	LowestKind string `json:"lowest_kind,omitempty"`
}

// SeriesMember is one row of a series as the catalogue of a store lists it.
type SeriesMember struct {
	// Marketplace is the store.
	Marketplace string `json:"marketplace"`
	// SeriesASIN and SeriesTitle name the series.
	SeriesASIN  string `json:"series_asin"`
	SeriesTitle string `json:"series_title"`
	// ASIN is the member.
	ASIN string `json:"asin"`
	// Sequence is as in SeriesPlace.
	Sequence string `json:"sequence,omitempty"`
	// Sort is Audible's display order, from 1; box sets shift it.
	Sort int `json:"sort,omitempty"`
}

// HouseholdCopy is a title that somebody else of the household owns: what it
// takes to know the work again, and nothing of how they came to it or how far
// they are in it.
type HouseholdCopy struct {
	// Owner is what that person is called; it may be empty.
	Owner string
	// Marketplace is the store whose library holds it.
	Marketplace string
	Edition
}

// ElsewhereCopy is a title that a person has outside of Audible, as the server
// that holds it describes it.
type ElsewhereCopy struct {
	// ID is that server's.
	ID string `json:"id"`
	// Edition has names and places in series alone, and an ASIN where the
	// server knows one.
	Edition
}

// ElsewhereShelf is what of a person's titles outside of Audible counts.
type ElsewhereShelf struct {
	Copies []ElsewhereCopy
	// CountsLikely says that a title counts that matches by name and author
	// alone.
	CountsLikely bool
}
