package httpapi

import (
	"cmp"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// NoticeSettings are when and where a person is told what.
type NoticeSettings struct {
	Enabled       bool            `json:"enabled" doc:"Whether the person wants notices at all; a preference."`
	CanMail       bool            `json:"can_mail" doc:"Whether this server can send mails."`
	Email         string          `json:"email" doc:"Where mails go."`
	Times         NoticeTimes     `json:"times"`
	Kinds         []string        `json:"kinds" doc:"Every kind of notice, in order."`
	Channels      []NoticeChannel `json:"channels" doc:"E-mail first."`
	CalendarSince time.Time       `json:"calendar_since,omitzero" doc:"Since when calendars can read the releases; absent when they can't."`
}

// NoticeTimes are when a person is told.
type NoticeTimes struct {
	TimeZone   string `json:"time_zone" maxLength:"64" doc:"An IANA name, such as Europe/Berlin."`
	QuietFrom  string `json:"quiet_from,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$" doc:"From when nobody is told; absent, as is the end, for no quiet hours."`
	QuietUntil string `json:"quiet_until,omitempty" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
	DigestDay  int    `json:"digest_day" minimum:"0" maximum:"6" doc:"The day of the weekly digest; 0 is Sunday."`
	DigestTime string `json:"digest_time" pattern:"^([01][0-9]|2[0-3]):[0-5][0-9]$"`
}

func noticeTimesOf(n audipy.NoticeSettings) NoticeTimes {
	t := NoticeTimes{TimeZone: n.TimeZone, DigestDay: int(n.DigestDay), DigestTime: clock(n.DigestMinute)}
	if n.Quiet.From != n.Quiet.Until {
		t.QuietFrom, t.QuietUntil = clock(n.Quiet.From), clock(n.Quiet.Until)
	}
	return t
}

// settings reads the times. Half a pair of quiet hours is Invalid.
func (t NoticeTimes) settings() (audipy.NoticeSettings, error) {
	n := audipy.NoticeSettings{TimeZone: t.TimeZone, DigestDay: time.Weekday(t.DigestDay), DigestMinute: minuteOf(t.DigestTime)}
	if (t.QuietFrom == "") != (t.QuietUntil == "") {
		return n, audipy.Fail(audipy.Invalid, "Quiet hours have a beginning and an end.", nil)
	}
	if t.QuietFrom != "" {
		n.Quiet = audipy.QuietHours{From: minuteOf(t.QuietFrom), Until: minuteOf(t.QuietUntil)}
	}
	return n, nil
}

// clock is a minute of the day as HH:MM.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// minuteOf reads HH:MM, whose form was checked.
func minuteOf(text string) int {
	at, err := time.Parse("15:04", text)
	if err != nil {
		return -1
	}
	return at.Hour()*60 + at.Minute()
}

// NoticeChannel is a place where a person is told.
type NoticeChannel struct {
	ID    string       `json:"id" doc:"email for the one that everybody has."`
	Kind  string       `json:"kind" enum:"email,ntfy,apprise,webhook"`
	Name  string       `json:"name"`
	Host  string       `json:"host,omitempty" doc:"Where it leads to; the rest of the address is told nobody."`
	Modes ChannelModes `json:"modes"`
}

func channelOf(c store.NoticeChannel, host string) NoticeChannel {
	wire := NoticeChannel{ID: c.ID, Kind: string(c.Kind), Name: c.Name, Host: host}
	for kind, mode := range wire.Modes.byKind() {
		*mode = string(c.Mode(kind))
	}
	return wire
}

// NewNoticeChannel is a channel that a person asks for.
type NewNoticeChannel struct {
	Kind  string `json:"kind" enum:"ntfy,apprise,webhook"`
	Name  string `json:"name" minLength:"1" maxLength:"60"`
	URL   string `json:"url" minLength:"1" maxLength:"2000" doc:"The address of an ntfy topic, of an Apprise configuration (…/notify/KEY), or of a webhook."`
	Token string `json:"token,omitempty" maxLength:"200" pattern:"^[!-~]*$" doc:"An access token of ntfy."`
}

// AddedChannel is a channel that was just made.
type AddedChannel struct {
	NoticeChannel
	Secret string `json:"secret,omitempty" doc:"Signs the requests of a webhook."`
}

// ChannelChange is what of a channel may be changed.
type ChannelChange struct {
	Name  string       `json:"name" maxLength:"60" doc:"That of e-mail is never shown."`
	Modes ChannelModes `json:"modes"`
}

// ChannelModes say what a channel does with each kind of notice. One that is
// left out is told at once.
type ChannelModes struct {
	SignInNeeded    string `json:"sign_in_needed,omitempty" enum:"at_once,weekly,off"`
	SyncFailing     string `json:"sync_failing,omitempty" enum:"at_once,weekly,off"`
	NewSession      string `json:"new_session,omitempty" enum:"at_once,weekly,off"`
	PriceBelowLimit string `json:"price_below_limit,omitempty" enum:"at_once,weekly,off"`
	NewRelease      string `json:"new_release,omitempty" enum:"at_once,weekly,off"`
	LeavingPlus     string `json:"leaving_plus,omitempty" enum:"at_once,weekly,off"`
	TitleGone       string `json:"title_gone,omitempty" enum:"at_once,weekly,off"`
	TitleDelisted   string `json:"title_delisted,omitempty" enum:"at_once,weekly,off"`
}

// byKind is where the mode of each kind stands.
func (m *ChannelModes) byKind() map[audipy.NoticeKind]*string {
	return map[audipy.NoticeKind]*string{
		audipy.NoticeSignIn: &m.SignInNeeded, audipy.NoticeSyncing: &m.SyncFailing,
		audipy.NoticeSession: &m.NewSession, audipy.NoticePrice: &m.PriceBelowLimit,
		audipy.NoticeRelease: &m.NewRelease, audipy.NoticeLeaving: &m.LeavingPlus,
		audipy.NoticeGone: &m.TitleGone, audipy.NoticeDelisted: &m.TitleDelisted,
	}
}

func (m *ChannelModes) kept() map[audipy.NoticeKind]audipy.NoticeMode {
	modes := map[audipy.NoticeKind]audipy.NoticeMode{}
	for kind, mode := range m.byKind() {
		if *mode != "" {
			modes[kind] = audipy.NoticeMode(*mode)
		}
	}
	return modes
}

// CalendarAddress is where a calendar is read.
type CalendarAddress struct {
	Path string `json:"path" doc:"To be put behind the server's own address. It is told this once."`
}

// NoticeList are the latest notices.
type NoticeList struct {
	Items []Notice `json:"items"`
}

// Notice is something that a person was told.
type Notice struct {
	ID          string           `json:"id"`
	Kind        string           `json:"kind" enum:"sign_in_needed,sync_failing,new_session,price_below_limit,new_release,leaving_plus,title_gone,title_delisted"`
	Title       string           `json:"title"`
	Text        string           `json:"text"`
	Marketplace string           `json:"marketplace,omitempty"`
	ASIN        string           `json:"asin,omitempty"`
	AccountID   string           `json:"account_id,omitempty"`
	At          time.Time        `json:"at"`
	Deliveries  []NoticeDelivery `json:"deliveries" doc:"By which channels it goes; none when it is told on this page alone."`
}

// NoticeDelivery is what became of a notice by one channel.
type NoticeDelivery struct {
	Kind     string    `json:"kind" enum:"email,ntfy,apprise,webhook,removed"`
	Channel  string    `json:"channel" doc:"Its name; empty for e-mail and for one that was removed."`
	Digest   bool      `json:"digest"`
	State    string    `json:"state" enum:"waiting,sent,failed"`
	DueAt    time.Time `json:"due_at"`
	EndedAt  time.Time `json:"ended_at,omitzero"`
	Attempts int       `json:"attempts"`
	Error    string    `json:"error,omitempty" doc:"Why the latest attempt failed, for a person."`
}

func noticeListOf(told []store.TrackedNotice, channels []store.NoticeChannel) NoticeList {
	kinds, names := map[string]string{}, map[string]string{}
	for _, one := range channels {
		kinds[one.ID], names[one.ID] = string(one.Kind), one.Name
	}
	list := NoticeList{Items: []Notice{}}
	for _, one := range told {
		n := Notice{
			ID: one.ID, Kind: string(one.Kind), Title: one.Title, Text: one.Text, Marketplace: one.Marketplace,
			ASIN: one.ASIN, AccountID: string(one.Account), At: one.CreatedAt, Deliveries: []NoticeDelivery{},
		}
		for _, d := range one.Deliveries {
			n.Deliveries = append(n.Deliveries, NoticeDelivery{
				Kind: cmp.Or(kinds[d.Channel], "removed"), Channel: names[d.Channel], Digest: d.Digest, State: string(d.State), DueAt: d.DueAt, EndedAt: d.EndedAt,
				Attempts: d.Attempts, Error: d.Error,
			})
		}
		list.Items = append(list.Items, n)
	}
	return list
}
