package audible

import (
	"strings"
	"time"
)

// Product is a title as Audible describes it: an item of a library, an entry
// of the catalogue or of the wish list. Which fields are filled depends on the
// response groups that were asked for (protocol 9.1); what the server leaves
// out or sends as null has the zero value.
type Product struct {
	// ASIN is Amazon's id of the edition; it differs between stores.
	ASIN string
	// Title may be blank: Audible has such items.
	Title    string
	Subtitle string
	// Authors and Narrators are in Audible's order, which is not stable.
	Authors   []Contributor
	Narrators []Contributor
	// Series lists the places the title has in series.
	Series []SeriesPlace
	// Publisher is the publisher's name.
	Publisher string
	// Language is the lower-case English name, such as "english".
	Language string
	// RuntimeMinutes is 0 when unknown, as for an unreleased title.
	RuntimeMinutes int
	// ReleaseDate and IssueDate are "YYYY-MM-DD", or whatever the server
	// sent in their place.
	ReleaseDate string
	IssueDate   string
	// PublishedAt is when the title is released to the minute; zero when
	// unknown.
	PublishedAt time.Time
	// CoverURL is the largest cover in the answer and CoverSize its width
	// in pixels.
	CoverURL  string
	CoverSize int
	// DeliveryType, ContentType and Format are Audible's words
	// (SinglePartBook, Product, unabridged, …): open sets, protocol 9.10.
	DeliveryType string
	ContentType  string
	Format       string
	// Price is nil when the server named none.
	Price *Price
	// Plans are the subscriptions that hold the title.
	Plans []Plan
	// Relationships are filled by the groups relationships and
	// relationships_v2.
	Relationships []Relationship
	// Availability is what the catalogue says about buying.
	Availability Availability
	// Ownership is what only a library item has.
	Ownership Ownership
	// WishedAt is when the title was put on the wish list.
	WishedAt time.Time
	// Hollow is true when the answer named an ASIN and nothing else: the
	// catalogue's way to say that there is no such product (protocol 9.4).
	Hollow bool
}

// Contributor is an author or a narrator.
type Contributor struct {
	// ASIN is the person's page; mostly absent for narrators.
	ASIN string
	Name string
}

// SeriesPlace is the place of a title in a series.
type SeriesPlace struct {
	// ASIN and Title name the series.
	ASIN  string
	Title string
	// Sequence is text: "3", "2.5", "1-6" for a box set, or "".
	Sequence string
}

// Relationship ties a title to another: a volume to its series, an episode to
// its show, a part to its book.
type Relationship struct {
	// ASIN is the other title.
	ASIN  string
	Title string
	// Kind is "series", "episode", "season", "component", …
	Kind string
	// Role is what the other title is to this one: "child" or "parent".
	Role string
	// Sequence is as in SeriesPlace.
	Sequence string
	// Sort is the display order, from 1; omnibus volumes shift it. 0 when
	// unknown.
	Sort int
}

// Price is what a title costs in one store.
type Price struct {
	// List is the price without membership, Lowest what this account would
	// pay in cash now, and Whispersync the price beside an owned Kindle
	// edition. An Amount without a currency is absent.
	List        Amount
	Lowest      Amount
	Whispersync Amount
	// Credits is how many credits it costs; 0 when the server names none.
	Credits float64
}

// Amount is one price.
type Amount struct {
	// Base is in major units and a float32 that was widened: round it to
	// the currency's minor unit before use (29.950000762939453 is 29.95).
	Base float64
	// Currency is an ISO 4217 code.
	Currency string
	// Type is "list", "member", "sale", "ws4v_upsell", …
	Type string
}

// Plan is a subscription that holds a title.
type Plan struct {
	// Name is Audible's, such as "US Minerva" or "AccessViaMusic".
	Name string
	// End is when the title leaves the plan; zero when unknown. Far dates
	// (2099) mean that none is set.
	End time.Time
}

// Availability is what the catalogue says about buying a title.
type Availability struct {
	// State is AVAILABLE, AVAILABLE_FOR_PREORDER, NOT_AVAILABLE_FOR_PURCHASE
	// or "" (group customer_rights).
	State string
	// Buyable, Preorderable, Suppressed and Listenable are the flags
	// is_buyable, is_preorderable, is_purchasability_suppressed and
	// is_listenable.
	Buyable      Flag
	Preorderable Flag
	Suppressed   Flag
	Listenable   Flag
}

// Ownership is what a library says about an item of its own.
type Ownership struct {
	// Status is "Active", "Revoked" or "".
	Status string
	// PurchasedAt is zero when unknown; Audible also sends 1970 for that.
	PurchasedAt time.Time
	// AddedAt is when the item came into the library.
	AddedAt time.Time
	// Origin is how: Purchase, Subscription, AudibleComplimentaryOriginal, …
	Origin string
	// Borrowed is true for a title of the Plus catalogue (is_ayce).
	Borrowed Flag
	// ConsumableUntil is when the right to listen ends; zero for never or
	// unknown (group customer_rights).
	ConsumableUntil time.Time
	// Visible is false when the item was removed (library_status).
	Visible Flag
	// Finished, with FinishedAt when known, PercentComplete (0 to 100) and
	// SecondsLeft are as of this answer: they change without the state
	// token noticing.
	Finished        Flag
	FinishedAt      time.Time
	PercentComplete float64
	SecondsLeft     int
}

// IsGone reports whether a library item is no longer in the library: returned
// or revoked, or hidden by its status (protocol 9.1).
func (p Product) IsGone() bool {
	return strings.EqualFold(p.Ownership.Status, "Revoked") || p.Ownership.Visible.IsFalse()
}

// InPlus reports whether the title is in the Plus catalogue: borrowed from it,
// or in one of its plans. AccessViaMusic, which every title has, does not
// count (protocol 9.4).
func (p Product) InPlus() bool {
	if p.Ownership.Borrowed.IsTrue() {
		return true
	}
	for _, plan := range p.Plans {
		if plan.IsPlus() {
			return true
		}
	}
	return false
}

// PlusUntil returns when the title leaves the Plus catalogue, and the zero
// time when it isn't in it or no end is known.
func (p Product) PlusUntil() time.Time {
	var last time.Time
	for _, plan := range p.Plans {
		if plan.IsPlus() && plan.End.After(last) {
			last = plan.End
		}
	}
	if last.IsZero() && p.Ownership.Borrowed.IsTrue() {
		last = p.Ownership.ConsumableUntil
	}
	if last.Year() >= 2099 {
		return time.Time{}
	}
	return last
}

// IsPlus reports whether the plan gives titles to members for nothing, by its
// name: Minerva, AYCL or Free (protocol 9.4).
func (p Plan) IsPlus() bool {
	for _, word := range []string{"minerva", "aycl", "free"} {
		if strings.Contains(strings.ToLower(p.Name), word) {
			return true
		}
	}
	return false
}
