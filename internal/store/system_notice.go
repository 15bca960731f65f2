package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// The methods of this file are on the closed list of system.go.

// DeleteOldNotices deletes what people were told before a time, unless it still
// waits, and returns how much there was. What holds stays known, so that it is
// not told again.
func (s *Store) DeleteOldNotices(ctx context.Context, before time.Time) (int, error) {
	var deleted int64
	err := s.transact(ctx, func(q session) error {
		_, err := q.exec(ctx, `DELETE FROM notice_deliveries WHERE created_at < $1 AND state <> $2`,
			micros(before), string(DeliveryWaiting))
		if err != nil {
			return wrap(err, "delete old deliveries")
		}
		deleted, err = q.exec(ctx, `
			DELETE FROM notices WHERE created_at < $1 AND routed_at IS NOT NULL AND NOT EXISTS (
				SELECT 1 FROM notice_parts p WHERE p.user_id = notices.user_id AND p.notice_id = notices.id)`, micros(before))
		return wrap(err, "delete old notices")
	})
	return int(deleted), err
}

// CalendarFeedOwner returns whose calendar is read with the token of a hash, or
// NotFound; nobody reads that of somebody disabled.
func (s *Store) CalendarFeedOwner(ctx context.Context, hash []byte) (audipy.UserID, error) {
	var user audipy.UserID
	err := s.reading().one(ctx, []any{&user}, `
		SELECT f.user_id FROM calendar_feeds f JOIN users u ON u.id = f.user_id
		WHERE f.token_hash = $1 AND u.is_active`, hash)
	return user, absent(err, "look up calendar", "calendar")
}
