package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// DeliveryState says how a delivery is.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryWaiting DeliveryState = "waiting" // for its time, or for another attempt
	DeliverySent    DeliveryState = "sent"    // the other side took it
	DeliveryFailed  DeliveryState = "failed"  // it was given up
)

// Delivery is one message to a person by one channel.
type Delivery struct {
	// ID is a UUIDv7 given by the store. Every attempt bears it, so that the
	// other side can tell a repetition.
	ID      string
	Channel string
	Digest  bool
	State   DeliveryState
	// Attempts counts the beginnings.
	Attempts         int
	CreatedAt, DueAt time.Time
	// TriedAt is the latest attempt, and EndedAt when it was sent or given up.
	TriedAt, EndedAt time.Time
	// Error says in words why the latest attempt failed; empty when it did not.
	Error string
	// Notices are what it carries, the oldest first.
	Notices []audipy.Notice
}

const deliveryColumns = `id, channel_id, is_digest, state, attempts, created_at, due_at, tried_at, ended_at, error_text`

func deliveryFields(d *Delivery) []any {
	return []any{
		&d.ID, &d.Channel, &d.Digest, &d.State, &d.Attempts, at(&d.CreatedAt), at(&d.DueAt), at(&d.TriedAt),
		at(&d.EndedAt), &d.Error,
	}
}

// StartDelivery begins an attempt at a delivery that waits, and returns it.
// From then on nothing is added to it. One that has ended is a Conflict.
func (s *Store) StartDelivery(ctx context.Context, user audipy.UserID, id string) (Delivery, error) {
	var d Delivery
	err := s.transactOf(ctx, user, func(q session) error {
		// The lock that those who add notices take too.
		if _, err := q.lockChain(ctx, user); err != nil {
			return err
		}
		err := q.one(ctx, deliveryFields(&d), `
			UPDATE notice_deliveries SET attempts = attempts + 1, tried_at = $3
			WHERE user_id = $1 AND id = $2 RETURNING `+deliveryColumns, string(user), id, micros(q.now))
		if err != nil {
			return absent(err, "begin delivery", "delivery")
		}
		if d.State != DeliveryWaiting {
			return audipy.Fail(audipy.Conflict, "this delivery has ended already", nil)
		}
		d.Notices, err = q.carried(ctx, user, id)
		return err
	})
	if err != nil {
		return Delivery{}, err
	}
	return d, nil
}

// carried returns the notices of a delivery.
func (q session) carried(ctx context.Context, user audipy.UserID, delivery string) ([]audipy.Notice, error) {
	all, err := list(ctx, q, noticeFields, `
		SELECT `+noticeColumns+` FROM notices WHERE user_id = $1 AND id IN (
			SELECT notice_id FROM notice_parts WHERE user_id = $1 AND delivery_id = $2) ORDER BY created_at, id`,
		string(user), delivery)
	return all, wrap(err, "read the notices of a delivery")
}

// DeliveryEnd says how an attempt ended.
type DeliveryEnd struct {
	// State is DeliveryWaiting when there is to be another attempt.
	State DeliveryState
	// Error says in words what failed; empty when nothing did.
	Error string
}

// EndDelivery notes how an attempt ended.
func (s *Store) EndDelivery(ctx context.Context, user audipy.UserID, id string, end DeliveryEnd) error {
	return s.transactOf(ctx, user, func(q session) error {
		var ended any
		if end.State != DeliveryWaiting {
			ended = micros(q.now)
		}
		err := q.touch(ctx, `
			UPDATE notice_deliveries SET state = $3, error_text = $4, ended_at = $5
			WHERE user_id = $1 AND id = $2 AND state = $6`,
			string(user), id, string(end.State), end.Error, ended, string(DeliveryWaiting))
		return absent(err, "end delivery", "delivery that waits")
	})
}

// DelayDelivery notes that a delivery has not begun and waits for a time.
func (s *Store) DelayDelivery(ctx context.Context, user audipy.UserID, id string, due time.Time) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `UPDATE notice_deliveries SET due_at = $3 WHERE user_id = $1 AND id = $2 AND state = $4`,
			string(user), id, micros(due), string(DeliveryWaiting))
		return absent(err, "put off delivery", "delivery that waits")
	})
}

// DeliveriesSince counts the deliveries of each channel that were made then or
// later, digests apart.
func (s *Store) DeliveriesSince(ctx context.Context, user audipy.UserID, since time.Time) (map[string]int, error) {
	made := map[string]int{}
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var channel string
		var n int
		if err := rows.Scan(&channel, &n); err != nil {
			return fmt.Errorf("scan deliveries: %w", err)
		}
		made[channel] = n
		return nil
	}, `
		SELECT channel_id, count(*) FROM notice_deliveries
		WHERE user_id = $1 AND created_at >= $2 AND NOT is_digest GROUP BY channel_id`, string(user), micros(since))
	return made, wrap(err, "count deliveries")
}

// TrackedNotice is a notice and what became of it.
type TrackedNotice struct {
	audipy.Notice
	// Deliveries are those that carry it, by channel; their Notices are nil.
	Deliveries []Delivery
}

// Notices returns what a person was told, the newest first, at most limit.
func (s *Store) Notices(ctx context.Context, user audipy.UserID, limit int) ([]TrackedNotice, error) {
	var all []TrackedNotice
	err := s.snapshotOf(ctx, user, func(q session) error {
		found, err := list(ctx, q, noticeFields, `
			SELECT `+noticeColumns+` FROM notices WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`,
			string(user), limit)
		if err != nil {
			return wrap(err, "list notices")
		}
		place := make(map[string]int, len(found))
		for i, one := range found {
			place[one.ID] = i
			all = append(all, TrackedNotice{Notice: one})
		}
		err = q.each(ctx, func(rows *sql.Rows) error {
			var notice string
			var d Delivery
			if err := rows.Scan(append([]any{&notice}, deliveryFields(&d)...)...); err != nil {
				return fmt.Errorf("scan delivery: %w", err)
			}
			if i, ok := place[notice]; ok {
				all[i].Deliveries = append(all[i].Deliveries, d)
			}
			return nil
		}, `
			SELECT p.notice_id, d.id, d.channel_id, d.is_digest, d.state, d.attempts, d.created_at, d.due_at, d.tried_at,
				d.ended_at, d.error_text
			FROM notice_parts p JOIN notice_deliveries d ON d.user_id = p.user_id AND d.id = p.delivery_id
			WHERE p.user_id = $1 AND p.notice_id IN (
				SELECT id FROM notices WHERE user_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2)
			ORDER BY d.created_at, d.id`, string(user), limit)
		return wrap(err, "list deliveries")
	})
	return all, err
}
