package notify

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/token"
)

const (
	// calendarPast is how long a release stays in the calendar.
	calendarPast = 60 * day
	// maxFolded is how many bytes a line of a calendar has at most.
	maxFolded = 75
)

// MakeCalendar makes the person's calendar of releases readable under a new
// token, which is told this once; the one before ends.
func (s *Service) MakeCalendar(ctx context.Context, user audipy.UserID) (string, error) {
	text, hash := token.New()
	return text, s.store.SetCalendarFeed(ctx, user, hash, audit.Event{
		Action: audit.CalendarMade, Outcome: audit.Succeeded,
	})
}

// EndCalendar has nobody read the person's calendar any more.
func (s *Service) EndCalendar(ctx context.Context, user audipy.UserID) error {
	return s.store.SetCalendarFeed(ctx, user, nil, audit.Event{Action: audit.CalendarEnded, Outcome: audit.Succeeded})
}

// Calendar returns the releases in the series of whoever made the token, as an
// iCalendar of RFC 5545: those to come, and those of the last two months. A token
// that isn't good is NotFound.
func (s *Service) Calendar(ctx context.Context, text string) ([]byte, error) {
	if !token.Is(text) {
		return nil, audipy.Fail(audipy.NotFound, "There is no such calendar.", nil)
	}
	user, err := s.store.CalendarFeedOwner(ctx, token.Hash(text))
	if err != nil {
		return nil, err
	}
	advised, err := s.advice.For(ctx, user)
	if err != nil {
		return nil, err
	}
	c := calendar{now: s.now().UTC()}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//AudiPy//Releases//EN")
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.line("X-WR-CALNAME", "AudiPy releases")
	c.line("REFRESH-INTERVAL;VALUE=DURATION", "PT12H")
	c.line("X-PUBLISHED-TTL", "PT12H")
	for _, list := range [][]recommend.Suggestion{advised.Upcoming, advised.Next} {
		for i := range list {
			c.release(&list[i])
		}
	}
	c.line("END", "VCALENDAR")
	return []byte(c.text.String()), nil
}

// calendar is an iCalendar that is being written.
type calendar struct {
	text strings.Builder
	now  time.Time
}

// release writes the event of a volume with a date.
func (c *calendar) release(one *recommend.Suggestion) {
	p := &one.Product
	date, err := time.Parse(time.DateOnly, p.ReleaseDate)
	if one.Kind != recommend.KindNext && one.Kind != recommend.KindGap || err != nil || c.now.Sub(date) > calendarPast {
		return
	}
	c.line("BEGIN", "VEVENT")
	c.line("UID", escaped(p.Marketplace+"-"+p.ASIN+"@audipy"))
	c.line("DTSTAMP", p.SeenAt.UTC().Format("20060102T150405Z"))
	c.line("DTSTART;VALUE=DATE", date.Format("20060102"))
	c.line("DTEND;VALUE=DATE", date.AddDate(0, 0, 1).Format("20060102"))
	c.line("SUMMARY", escaped(named(p, one.Series, one.Number)))
	if len(p.Authors) > 0 {
		c.line("DESCRIPTION", escaped("By "+line(p.Authors[0].Name)))
	}
	c.line("TRANSP", "TRANSPARENT")
	c.line("END", "VEVENT")
}

// escaped is text as the value of a line.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`, "\r", "").Replace(text)
}

// line writes a line, folded where it is longer than 75 bytes and between
// characters alone.
func (c *calendar) line(name, value string) {
	text, room := name+":"+value, maxFolded
	for len(text) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(text[cut]) {
			cut--
		}
		c.text.WriteString(text[:cut] + "\r\n ")
		text, room = text[cut:], maxFolded-1 // the space counts
	}
	c.text.WriteString(text + "\r\n")
}
