package audipy

import "time"

// NoticeKind says what a notice is about.
type NoticeKind string

// The kinds of notice.
const (
	NoticeSignIn   NoticeKind = "sign_in_needed"    // Amazon no longer accepts a link
	NoticeSyncing  NoticeKind = "sync_failing"      // an account could not be synced for a day
	NoticePrice    NoticeKind = "price_below_limit" // a missing or wished title costs less than the person's limit
	NoticeRelease  NoticeKind = "new_release"       // a volume came out in a series of the person's
	NoticeLeaving  NoticeKind = "leaving_plus"      // a borrowed title leaves the Plus catalogue
	NoticeGone     NoticeKind = "title_gone"        // an owned title left the library
	NoticeDelisted NoticeKind = "title_delisted"    // the store no longer sells an owned title
	NoticeSession  NoticeKind = "new_session"       // a sign-in to AudiPy from a browser not seen before, or a program let in
)

// NoticeKinds returns every kind, in the order in which people see them.
func NoticeKinds() []NoticeKind {
	return []NoticeKind{
		NoticeSignIn, NoticeSyncing, NoticeSession, NoticePrice, NoticeRelease, NoticeLeaving, NoticeGone, NoticeDelisted,
	}
}

// Notice is something that a person is told unasked.
type Notice struct {
	// ID is a UUIDv7 given by the store.
	ID   string
	Kind NoticeKind
	// Title is one line, and Text whole sentences.
	Title, Text string
	// Marketplace and ASIN name the title it is about, and Account the linked
	// account; empty where it is about none.
	Marketplace, ASIN string
	Account           AccountID
	CreatedAt         time.Time
}

// NoticeMode says what a channel does with a kind of notice.
type NoticeMode string

// The modes.
const (
	NoticeAtOnce NoticeMode = "at_once" // told as soon as it isn't quiet
	NoticeWeekly NoticeMode = "weekly"  // told with the others of the week
	NoticeOff    NoticeMode = "off"     // not told
)

// ChannelKind says by what means a channel tells.
type ChannelKind string

// The kinds of channel.
const (
	ChannelEmail   ChannelKind = "email"   // the person's own address
	ChannelNtfy    ChannelKind = "ntfy"    // a topic of an ntfy server
	ChannelApprise ChannelKind = "apprise" // a configuration of an Apprise API
	ChannelWebhook ChannelKind = "webhook" // a signed request to an address
)

// EmailChannel is the id of the one channel that everybody has.
const EmailChannel = "email"

// QuietHours are when nobody is told anything, in minutes after midnight; they
// pass midnight when From is above Until, and are none when both are the same.
type QuietHours struct{ From, Until int }

// NoticeSettings say when a person is told.
type NoticeSettings struct {
	// TimeZone is an IANA name, such as "Europe/Berlin".
	TimeZone string
	// Quiet is the zero value for somebody who may be told at any time.
	Quiet QuietHours
	// The digest of a week is told on DigestDay, DigestMinute minutes after
	// midnight.
	DigestDay    time.Weekday
	DigestMinute int
}

// DefaultNoticeSettings know no quiet hours, and a digest on Sundays at nine.
func DefaultNoticeSettings() NoticeSettings {
	return NoticeSettings{TimeZone: "UTC", DigestDay: time.Sunday, DigestMinute: 9 * 60}
}
