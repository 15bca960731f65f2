package recommend

import (
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Advice is what Advise found.
type Advice struct {
	// Series holds every series the person owns something of, by title, the
	// complete ones included. Language and marks hide nothing here.
	Series []Series `json:"series"`
	// Next are the suggestions that can be listened to now, the best first.
	// No work is in it twice.
	Next []Suggestion `json:"next"`
	// Upcoming are the suggestions not yet released, the earliest first and
	// those without a date last.
	Upcoming []Suggestion `json:"upcoming"`
	// Hidden counts what was looked at and left out of both.
	Hidden Hidden `json:"hidden"`
}

// Hidden counts the works that are not suggested, by reason; one that has
// several is counted under the first of them in the order of the fields.
type Hidden struct {
	// Owned counts works found in the catalogue that the person has, in this
	// edition or another.
	Owned int `json:"owned"`
	// Dismissed and Snoozed count works with a mark.
	Dismissed int `json:"dismissed"`
	Snoozed   int `json:"snoozed"`
	// Language counts works that no store has in the preferred language.
	Language int `json:"language"`
	// Unbuyable counts works that the store lists and no longer sells.
	Unbuyable int `json:"unbuyable"`
	// OtherStore counts works by known authors and narrators in a store that
	// is not the preferred one.
	OtherStore int `json:"other_store"`
	// NotBooks counts podcasts, periodicals and the like.
	NotBooks int `json:"not_books"`
}

// VolumeState says how the person stands to a volume of a series.
type VolumeState string

// The states of a volume.
const (
	VolumeOwned      VolumeState = "owned"      // in a library, in some edition or in a box set
	VolumeMissing    VolumeState = "missing"    // released and not owned
	VolumeUnreleased VolumeState = "unreleased" // announced; never counted as missing
	VolumeListed     VolumeState = "listed"     // released, not owned, and without a number to miss
)

// Reason says why a volume that is not owned isn't suggested. The empty
// reason means that it is.
type Reason string

// The reasons for leaving something out.
const (
	ReasonDismissed Reason = "dismissed" // the person doesn't want it
	ReasonSnoozed   Reason = "snoozed"   // the person wants it later
	ReasonLanguage  Reason = "language"  // not in the preferred language
	ReasonUnbuyable Reason = "unbuyable" // the store no longer sells it
)

// Series is one series, or several series objects of the catalogue that list
// the same works, as the person stands to it.
type Series struct {
	// ASIN and Title are those of the series object whose numbers are shown.
	ASIN  string `json:"asin"`
	Title string `json:"title"`
	// Also names the other series objects that were merged into this one,
	// and Note says so in words; both are empty without a merge.
	Also []string `json:"also,omitempty"`
	Note string   `json:"note,omitempty"`
	// Volumes are the numbered volumes in order, whatever their state.
	Volumes []Volume `json:"volumes"`
	// Unnumbered are members that have no number. They are never
	// missing, only listed.
	Unnumbered []Volume `json:"unnumbered,omitempty"`
	// Owned counts the volumes the person has, Total those and the missing
	// ones, Unreleased the others, all of Volumes.
	Owned      int `json:"owned"`
	Total      int `json:"total"`
	Unreleased int `json:"unreleased"`
	// LastActivity is the latest day on which a title of it came into a
	// library; the zero time when nobody says.
	LastActivity time.Time `json:"last_activity,omitzero"`
}

// Missing returns how many released volumes the person lacks.
func (s Series) Missing() int { return s.Total - s.Owned }

// Volume is one number of a series and the edition that stands for it: the
// owned one, or the one worth buying.
type Volume struct {
	// Number is how the series counts it: "3", "2.5", or "" without one.
	Number string `json:"number,omitempty"`
	// OtherNumbers say what number it has in the other numberings of a
	// merged series, for example "2 in Narnia (Chronological)".
	OtherNumbers []string `json:"other_numbers,omitempty"`
	// ASIN, Marketplace and Title name the edition. Title is empty when
	// nobody asked the catalogue about it yet.
	ASIN        string `json:"asin,omitempty"`
	Marketplace string `json:"marketplace,omitempty"`
	Title       string `json:"title,omitempty"`
	// State is how the person stands to it.
	State VolumeState `json:"state"`
	// Hidden says why a volume that is not owned is not suggested.
	Hidden Reason `json:"hidden,omitempty"`
	// ReleaseDate is "YYYY-MM-DD", or empty when unknown.
	ReleaseDate string `json:"release_date,omitempty"`
	// Editions counts the single editions that the catalogue lists for it.
	Editions int `json:"editions"`
	// Note says in words what is special: owned in a box set or in another
	// edition, sold in a set only, once owned. Mostly empty.
	Note string `json:"note,omitempty"`
}

// Kind says what led to a suggestion.
type Kind string

// The kinds of suggestion, in the order they rank in.
const (
	KindNext     Kind = "next_volume" // carries on a series where the person stopped
	KindGap      Kind = "series_gap"  // another volume missing from a series
	KindAuthor   Kind = "by_author"   // by an author the person has books of
	KindNarrator Kind = "by_narrator" // read by a narrator the person has books of
)

// HouseholdOwner is somebody of the household who owns a work.
type HouseholdOwner struct {
	// Name is what the person is called; it may be empty.
	Name string `json:"name,omitempty"`
	// Marketplace is the store whose library holds it.
	Marketplace string `json:"marketplace"`
}

// Suggestion is one work worth listening to next, in the edition worth buying.
type Suggestion struct {
	// Product is the edition. Of a series member that nobody asked about it
	// has ids and the place in the series alone.
	Product audipy.Product `json:"product"`
	// Kind is the strongest of the reasons.
	Kind Kind `json:"kind"`
	// Reasons say in plain words why, the strongest first; never empty.
	Reasons []string `json:"reasons"`
	// Warnings say in plain words what to know before buying; mostly nil.
	Warnings []string `json:"warnings,omitempty"`
	// Series and Number are the place in a series of Advice.Series; both are
	// empty for a suggestion by author or narrator.
	Series string `json:"series,omitempty"`
	Number string `json:"number,omitempty"`
	// Household says who else of the household owns the work, by name and
	// store; nil when nobody does or the person takes no part.
	Household []HouseholdOwner `json:"household,omitempty"`
	// Price is how to pay for it.
	Price PriceAdvice `json:"price"`
	// Unreleased is true in Upcoming alone.
	Unreleased bool `json:"unreleased,omitempty"`
	// Score orders Next, the highest first; it means nothing else.
	Score int `json:"score"`
}
