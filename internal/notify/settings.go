package notify

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// CanMail reports whether the server can send mails.
func (s *Service) CanMail() bool { return s.mail != nil }

// SaveSettings keeps when a person wants to be told; a time zone that nobody
// knows and minutes that no day has are Invalid.
func (s *Service) SaveSettings(ctx context.Context, user audipy.UserID, n audipy.NoticeSettings) error {
	if _, err := time.LoadLocation(n.TimeZone); err != nil || n.TimeZone == "" || n.TimeZone == "Local" {
		return audipy.Fail(audipy.Invalid, "There is no time zone of this name.", nil).
			WithHint("It looks like Europe/Berlin.")
	}
	for _, minute := range []int{n.Quiet.From, n.Quiet.Until, n.DigestMinute} {
		if minute < 0 || minute >= minutesOfDay {
			return audipy.Fail(audipy.Invalid, "No day has such a minute.", nil)
		}
	}
	return s.store.SaveNoticeSettings(ctx, user, n, audit.Event{
		Action: audit.NoticesChanged, Outcome: audit.Succeeded, Target: "times",
	})
}

// ChangeChannel renames a channel and says what it does with each kind of
// notice; NotFound when the person has no such channel.
func (s *Service) ChangeChannel(ctx context.Context, user audipy.UserID, c store.ChannelChange) error {
	c.Name = line(c.Name)
	return s.store.ChangeNoticeChannel(ctx, user, c, audit.Event{Action: audit.ChannelChanged, Outcome: audit.Succeeded})
}

// RemoveChannel forgets a channel with its target, and what waits to go by it.
func (s *Service) RemoveChannel(ctx context.Context, user audipy.UserID, id string) error {
	return s.store.DeleteNoticeChannel(ctx, user, id, audit.Event{Action: audit.ChannelRemoved, Outcome: audit.Succeeded})
}
