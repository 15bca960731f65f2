package audiblesim

import "time"

// person is an author or narrator. The ASIN is empty for many narrators and
// some authors, as at Audible.
type person struct{ name, asin string }

// seriesRecord is a series object of the catalogue with its members in display
// order.
type seriesRecord struct {
	asin, name string
	language   uint8
	members    []seriesMember
}

// seriesMember is one title in a series. The sequence is text: "3", "2.5",
// "1-3" for a box set, "" for a member without number.
type seriesMember struct {
	title    int32
	sequence string
}

// membership is a title's own view of a series it belongs to.
type membership struct {
	series   *seriesRecord
	sequence string
}

// title is one product of a store. Titles are shared by all requests and
// never change: a control replaces the title by an altered copy.
type title struct {
	asin, name, subtitle string
	publisher            string
	authors, narrators   []*person    // never empty; shared between titles
	series               []membership // nil for a book that stands alone
	children             []int32      // parts of a book or episodes of a show
	price                price
	index                int32 // its own number in the catalogue
	franchise            int32 // the number of its franchise
	parent               int32 // the show or book it is a part of, or -1
	released             int32 // days since 1970, UTC
	minutes              int16 // 0 for shows
	volume               int16 // place in the franchise, or -1 for box sets and parts
	language             uint8 // into languageNames
	genre                uint8 // into the world's ladders
	delivery             delivery
	content              content
	format               format
	plus                 bool // the membership includes it
	original             bool // an Audible Original
	delisted             bool // known, but no longer sold
}

// price is what a title costs in its store, in the currency's minor unit.
type price struct {
	list int32 // 0 = no price at all
	sale int32 // 0 = no promotion
	ws4v int32 // price beside an owned Kindle edition, 0 = none
	// noCredit is true for titles that can't be bought with a credit.
	noCredit bool
}

// delivery is the wire's content_delivery_type (protocol 9.10).
type delivery uint8

const (
	deliverySingle delivery = iota
	deliveryMulti
	deliveryPart
	deliveryShow
	deliveryEpisode
)

// String returns the word on the wire.
func (d delivery) String() string {
	return [...]string{"SinglePartBook", "MultiPartBook", "AudioPart", "PodcastParent", "PodcastEpisode"}[d]
}

// content is the wire's content_type.
type content uint8

const (
	contentProduct content = iota
	contentLecture
	contentPerformance
	contentPodcast
)

// String returns the word on the wire.
func (c content) String() string {
	return [...]string{"Product", "Lecture", "Performance", "Podcast"}[c]
}

// format is the wire's format_type.
type format uint8

const (
	formatUnabridged format = iota
	formatAbridged
	formatOriginal
)

// String returns the word on the wire.
func (f format) String() string {
	return [...]string{"unabridged", "abridged", "original_recording"}[f]
}

const daySeconds = 24 * 60 * 60

// isReleased reports whether the title is out. Release days begin at 07:00
// UTC, as in the samples.
func (t *title) isReleased(now time.Time) bool {
	return int64(t.released)*daySeconds+7*60*60 <= now.Unix()
}

// hash returns bits that follow from the title, for details that need no
// memory of their own.
func (t *title) hash() uint64 { return hashText(t.asin) }

// isBook reports whether the title is something a person looks for by itself:
// no part of a book and no episode.
func (t *title) isBook() bool { return t.delivery != deliveryPart && t.delivery != deliveryEpisode }
