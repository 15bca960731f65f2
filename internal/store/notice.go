package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// NoticeSettings returns when a person wants to be told; who never chose has
// audipy.DefaultNoticeSettings.
func (s *Store) NoticeSettings(ctx context.Context, user audipy.UserID) (audipy.NoticeSettings, error) {
	n := audipy.DefaultNoticeSettings()
	var from, until sql.NullInt64
	err := s.of(user).one(ctx, []any{&n.TimeZone, &from, &until, &n.DigestDay, &n.DigestMinute}, `
		SELECT time_zone, quiet_from, quiet_until, digest_day, digest_minute
		FROM notice_settings WHERE user_id = $1`, string(user))
	if errors.Is(err, sql.ErrNoRows) {
		return n, nil
	}
	n.Quiet = audipy.QuietHours{From: int(from.Int64), Until: int(until.Int64)}
	return n, wrap(err, "read notice settings")
}

// SaveNoticeSettings replaces when a person wants to be told.
func (s *Store) SaveNoticeSettings(
	ctx context.Context, user audipy.UserID, n audipy.NoticeSettings, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		var from, until any
		if n.Quiet.From != n.Quiet.Until {
			from, until = n.Quiet.From, n.Quiet.Until
		}
		_, err := c.exec(ctx, `
			INSERT INTO notice_settings (user_id, time_zone, quiet_from, quiet_until, digest_day, digest_minute, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (user_id) DO UPDATE SET
				time_zone = excluded.time_zone, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
				digest_day = excluded.digest_day, digest_minute = excluded.digest_minute, updated_at = excluded.updated_at`,
			string(user), n.TimeZone, from, until, int(n.DigestDay), n.DigestMinute, micros(c.now))
		return wrap(err, "save notice settings")
	})
}

// NoticeChannel is a way to tell a person.
type NoticeChannel struct {
	// ID is a UUIDv7 given by the store, or audipy.EmailChannel.
	ID   string
	Kind audipy.ChannelKind
	// Name is what the person calls it.
	Name string
	// Sealed is the target (table notice_channels, column sealed), bound to ID;
	// nil for e-mail.
	Sealed []byte
	// Modes say what happens to kinds of notice; those that are missing are
	// told at once.
	Modes     map[audipy.NoticeKind]audipy.NoticeMode
	CreatedAt time.Time
}

// Mode is what the channel does with a kind of notice.
func (c NoticeChannel) Mode(kind audipy.NoticeKind) audipy.NoticeMode {
	if mode := c.Modes[kind]; mode != "" {
		return mode
	}
	return audipy.NoticeAtOnce
}

// NewNoticeChannel is a channel that is to be made.
type NewNoticeChannel struct {
	Kind audipy.ChannelKind
	Name string
	// Seal seals the target for the channel's id. It is called inside the
	// transaction: it must not call the store.
	Seal func(id string) ([]byte, error)
	// Limit is how many channels a person may have.
	Limit int
}

const channelColumns = `id, kind, name, sealed, modes, created_at`

func channelFields(c *NoticeChannel) []any {
	return []any{&c.ID, &c.Kind, &c.Name, &c.Sealed, jsonText{&c.Modes}, at(&c.CreatedAt)}
}

// NoticeChannels returns the channels of a person: e-mail, which everybody has,
// and then the others in the order in which they were made.
func (s *Store) NoticeChannels(ctx context.Context, user audipy.UserID) ([]NoticeChannel, error) {
	all, err := list(ctx, s.of(user), channelFields, `
		SELECT `+channelColumns+` FROM notice_channels WHERE user_id = $1
		ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END, created_at, id`, string(user), audipy.EmailChannel)
	if err != nil {
		return nil, wrap(err, "list notice channels")
	}
	if len(all) == 0 || all[0].ID != audipy.EmailChannel {
		all = append([]NoticeChannel{{ID: audipy.EmailChannel, Kind: audipy.ChannelEmail}}, all...)
	}
	return all, nil
}

// AddNoticeChannel makes a channel. It is a Conflict with the code
// too_many_channels when the person has as many as they may.
func (s *Store) AddNoticeChannel(
	ctx context.Context, user audipy.UserID, n NewNoticeChannel, e audit.Event,
) (NoticeChannel, error) {
	made := NoticeChannel{Kind: n.Kind, Name: n.Name}
	err := s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		var have int
		err := c.one(ctx, []any{&have},
			`SELECT count(*) FROM notice_channels WHERE user_id = $1 AND id <> $2`, string(user), audipy.EmailChannel)
		if err != nil {
			return wrap(err, "count notice channels")
		}
		if have >= n.Limit {
			return audipy.Fail(audipy.Conflict, "There are as many channels as there may be.", nil).
				WithCode("too_many_channels").WithHint("Remove one first.")
		}
		if made.ID, err = newID(); err != nil {
			return err
		}
		if made.Sealed, err = n.Seal(made.ID); err != nil {
			return err
		}
		made.CreatedAt, c.event.Target = c.now, made.ID
		_, err = c.exec(ctx, `
			INSERT INTO notice_channels (user_id, `+channelColumns+`) VALUES ($1, $2, $3, $4, $5, '{}', $6)`,
			string(user), made.ID, string(made.Kind), made.Name, made.Sealed, micros(c.now))
		return wrap(err, "add notice channel")
	})
	if err != nil {
		return NoticeChannel{}, err
	}
	return made, nil
}

// ChannelChange is what of a channel may be changed.
type ChannelChange struct {
	ID, Name string
	Modes    map[audipy.NoticeKind]audipy.NoticeMode
}

// ChangeNoticeChannel renames a channel and says what it does with each kind of
// notice; NotFound when the person has no such channel.
func (s *Store) ChangeNoticeChannel(ctx context.Context, user audipy.UserID, n ChannelChange, e audit.Event) error {
	modes, err := toJSON(n.Modes)
	if err != nil {
		return err
	}
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, n.ID
		if n.ID == audipy.EmailChannel {
			_, err := c.exec(ctx, `
				INSERT INTO notice_channels (user_id, id, kind, name, modes, created_at) VALUES ($1, $2, $3, '', $4, $5)
				ON CONFLICT (user_id, id) DO UPDATE SET modes = excluded.modes`,
				string(user), n.ID, string(audipy.ChannelEmail), modes, micros(c.now))
			return wrap(err, "change notice channel")
		}
		err := c.touch(ctx, `UPDATE notice_channels SET name = $3, modes = $4 WHERE user_id = $1 AND id = $2`,
			string(user), n.ID, n.Name, modes)
		return absent(err, "change notice channel", "channel")
	})
}

// DeleteNoticeChannel removes a channel and what waits to go by it.
func (s *Store) DeleteNoticeChannel(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen, c.event.Target = true, id
		err := c.touch(ctx, `DELETE FROM notice_channels WHERE user_id = $1 AND id = $2 AND kind <> $3`,
			string(user), id, string(audipy.ChannelEmail))
		if err != nil {
			return absent(err, "remove notice channel", "channel")
		}
		_, err = c.exec(ctx, `
			DELETE FROM jobs WHERE user_id = $1 AND kind = $3 AND key IN (
				SELECT id FROM notice_deliveries WHERE user_id = $1 AND channel_id = $2 AND state = $4)`,
			string(user), id, string(JobDeliver), string(DeliveryWaiting))
		if err != nil {
			return wrap(err, "forget deliveries")
		}
		_, err = c.exec(ctx, `DELETE FROM notice_deliveries WHERE user_id = $1 AND channel_id = $2 AND state = $3`,
			string(user), id, string(DeliveryWaiting))
		return wrap(err, "forget deliveries")
	})
}

// SetCalendarFeed makes the person's calendar readable under a new token, or
// under none when hash is nil. The one before ends.
func (s *Store) SetCalendarFeed(ctx context.Context, user audipy.UserID, hash []byte, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		c.unseen = true
		if hash == nil {
			_, err := c.exec(ctx, `DELETE FROM calendar_feeds WHERE user_id = $1`, string(user))
			return wrap(err, "end calendar feed")
		}
		_, err := c.exec(ctx, `
			INSERT INTO calendar_feeds (user_id, token_hash, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (user_id) DO UPDATE SET token_hash = excluded.token_hash, created_at = excluded.created_at`,
			string(user), hash, micros(c.now))
		return wrap(err, "make calendar feed")
	})
}

// CalendarFeedSince returns since when a person's calendar is readable; the
// zero time when it isn't.
func (s *Store) CalendarFeedSince(ctx context.Context, user audipy.UserID) (time.Time, error) {
	var since time.Time
	err := s.of(user).one(ctx, []any{at(&since)}, `SELECT created_at FROM calendar_feeds WHERE user_id = $1`, string(user))
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return since, wrap(err, "read calendar feed")
}
