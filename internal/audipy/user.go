package audipy

import "time"

// UserID names a person who uses AudiPy. It is a UUIDv7 in text form.
type UserID string

// LocalEmail is the address of the one implicit person of the command line.
const LocalEmail = "me@localhost"

// Role is what a person may do beyond their own data.
type Role string

// The roles.
const (
	Member        Role = "member" // nothing
	Administrator Role = "admin"  // see how the server does, and manage people
)

// User is a person who uses AudiPy.
type User struct {
	// ID is given by the store.
	ID UserID `json:"id"`
	// Email is unique and never empty.
	Email string `json:"email"`
	// Name is what the person wants to be called; it may be empty.
	Name string `json:"name,omitempty"`
	// Role says what the person may do beyond their own data.
	Role Role `json:"role"`
	// IsActive is false for a disabled person.
	IsActive bool `json:"is_active"`
	// CreatedAt and UpdatedAt are UTC with microseconds.
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Preferences are a person's wishes; each changes what they see.
type Preferences struct {
	// PreferredLanguage keeps suggestions to one language, as Audible names
	// it ("english"). Empty means every language.
	PreferredLanguage string `json:"preferred_language"`
	// Marketplace is the store that advice and prices come from.
	Marketplace string `json:"marketplace"`
	// MaxPrice is the highest cash price worth paying instead of a credit
	// in that store.
	MaxPrice Money `json:"max_price"`
	// Limits are the same for the other stores, by country code; a store
	// that is missing has no limit set.
	Limits map[string]Money `json:"limits,omitempty"`
	// NotificationsEnabled turns notices off when false.
	NotificationsEnabled bool `json:"notifications_enabled"`
	// HouseholdShelf lets the others on the server who chose it too see that
	// this person owns a title that is suggested to them, and the reverse.
	HouseholdShelf bool `json:"household_shelf"`
}

// DefaultPreferences are what a person has before they choose: English, the
// US store and 12.66 USD, the price of one credit when three are bought
// together.
func DefaultPreferences() Preferences {
	return Preferences{
		PreferredLanguage:    "english",
		Marketplace:          "us",
		MaxPrice:             Money{Minor: 1266, Currency: "USD"},
		NotificationsEnabled: true,
	}
}

// LimitFor returns the highest cash price worth paying in a store. The second
// result is false when the person has set none for it.
func (p Preferences) LimitFor(marketplace string) (Money, bool) {
	if marketplace == p.Marketplace && p.MaxPrice.IsKnown() {
		return p.MaxPrice, true
	}
	limit, ok := p.Limits[marketplace]
	return limit, ok
}

// Mark is a person's word on a suggestion.
type Mark struct {
	// ASIN and Marketplace name the suggested product.
	ASIN        string `json:"asin"`
	Marketplace string `json:"marketplace"`
	// Until is when a snoozed suggestion comes back; the zero time means
	// dismissed for good.
	Until time.Time `json:"until,omitzero"`
	// Elsewhere says that the person has the work outside of Audible, on CD or
	// from another shop: it is owned rather than unwanted. Until is zero then.
	Elsewhere bool `json:"elsewhere,omitempty"`
}

// Hides reports whether the mark hides its suggestion at the given time.
func (m Mark) Hides(now time.Time) bool { return m.Until.IsZero() || now.Before(m.Until) }
