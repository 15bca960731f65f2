package recommend

import (
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Key names a product: ASINs differ between stores, and so do prices.
type Key struct {
	// Marketplace is the country code of the store, such as "us".
	Marketplace string
	// ASIN is Amazon's id of the edition.
	ASIN string
}

// Input is all that advice is made from. Every list may be nil, and none of
// them needs an order.
type Input struct {
	// Library holds the items of all accounts and stores of one person. Items
	// with ItemGone are not owned; they are here for the warning that the
	// person once had them.
	Library []audipy.Item
	// Members are the catalogue's rows of the series that Wanted names.
	Members []audipy.SeriesMember
	// Products are catalogue facts and prices: of series members, and what
	// searches for authors and narrators found. A member without a product is
	// one that nobody asked about yet.
	Products map[Key]audipy.Product
	// History holds the prices seen of a product.
	History map[Key][]audipy.PricePoint
	// Marks are the person's words on suggestions. A mark with Elsewhere makes
	// the work owned, in whatever edition it was said of.
	Marks []audipy.Mark
	// Elsewhere is what the person has outside of Audible. What is sure enough
	// to be a work of the catalogue makes that work owned.
	Elsewhere audipy.ElsewhereShelf
	// Household holds what the others of the household own. It changes no
	// suggestion; it says at each who has the work already.
	Household []audipy.HouseholdCopy
	// Preferences are the person's; without a Marketplace every store of
	// Products is advised on.
	Preferences audipy.Preferences
	// Now decides what is unreleased and which snoozes are over.
	Now time.Time
}
