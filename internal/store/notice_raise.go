package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Condition is something that holds at present and that a person is told when
// it begins. Kind and key name it; the notice has no id and no time.
type Condition struct {
	Key    string
	Notice audipy.Notice
}

// Conditions are all that hold of some kinds.
type Conditions struct {
	// Kinds are those that were looked at: what was told of them and is
	// neither among Hold nor Unknown has ended, and is told again when it
	// begins anew.
	Kinds []audipy.NoticeKind
	Hold  []Condition
	// Unknown are keys of conditions of which nobody can say at present
	// whether they hold: they stay what they were.
	Unknown map[string]bool
	// Silent notes what holds without telling anybody.
	Silent bool
}

// NoteConditions keeps what holds now, and makes a notice of each condition
// that has begun. It returns these notices.
func (s *Store) NoteConditions(ctx context.Context, user audipy.UserID, n Conditions) ([]audipy.Notice, error) {
	var told []audipy.Notice
	err := s.transactOf(ctx, user, func(q session) error {
		if _, err := q.lockChain(ctx, user); err != nil {
			return err
		}
		known, err := q.conditions(ctx, user, n.Kinds)
		if err != nil {
			return err
		}
		for _, one := range n.Hold {
			id := [2]string{string(one.Notice.Kind), one.Key}
			if _, ok := known[id]; ok {
				known[id] = true
				continue
			}
			known[id] = true
			_, err := q.exec(ctx, `INSERT INTO notice_conditions (user_id, kind, key, since) VALUES ($1, $2, $3, $4)`,
				string(user), id[0], id[1], micros(q.now))
			if err != nil {
				return wrap(err, "note condition")
			}
			if n.Silent {
				continue
			}
			told = append(told, one.Notice)
			if err := q.addNotice(ctx, user, one.Notice); err != nil {
				return err
			}
		}
		return q.endConditions(ctx, user, known, n.Unknown)
	})
	return told, err
}

// conditions returns what is known to hold, by kind and key. The values are
// false.
func (q session) conditions(ctx context.Context, user audipy.UserID, kinds []audipy.NoticeKind) (map[[2]string]bool, error) {
	known := map[[2]string]bool{}
	for _, kind := range kinds {
		err := q.each(ctx, func(rows *sql.Rows) error {
			var key string
			if err := rows.Scan(&key); err != nil {
				return fmt.Errorf("scan condition: %w", err)
			}
			known[[2]string{string(kind), key}] = false
			return nil
		}, `SELECT key FROM notice_conditions WHERE user_id = $1 AND kind = $2`, string(user), string(kind))
		if err != nil {
			return nil, wrap(err, "read conditions")
		}
	}
	return known, nil
}

// endConditions forgets what no longer holds.
func (q session) endConditions(ctx context.Context, user audipy.UserID, known map[[2]string]bool, unknown map[string]bool) error {
	for id, holds := range known {
		if holds || unknown[id[1]] {
			continue
		}
		_, err := q.exec(ctx, `DELETE FROM notice_conditions WHERE user_id = $1 AND kind = $2 AND key = $3`,
			string(user), id[0], id[1])
		if err != nil {
			return wrap(err, "end condition")
		}
	}
	return nil
}

const noticeColumns = `id, kind, title, text, marketplace, asin, account_id, created_at`

func noticeFields(n *audipy.Notice) []any {
	return []any{&n.ID, &n.Kind, &n.Title, &n.Text, &n.Marketplace, &n.ASIN, &n.Account, at(&n.CreatedAt)}
}

// addNotice keeps a notice; which channels carry it is settled later.
func (q session) addNotice(ctx context.Context, user audipy.UserID, n audipy.Notice) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = q.exec(ctx, `
		INSERT INTO notices (user_id, `+noticeColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(user), id, string(n.Kind), n.Title, n.Text, n.Marketplace, n.ASIN, string(n.Account), micros(q.now))
	return wrap(err, "add notice")
}

// noticesDue has somebody look at once at what there is to tell a person.
func (q session) noticesDue(ctx context.Context, user audipy.UserID) error {
	return q.dueNow(ctx, user, Job{Kind: JobNotices, Key: string(user)})
}

// RequestNotices has somebody look at once at what there is to tell a person.
func (s *Store) RequestNotices(ctx context.Context, user audipy.UserID) error {
	return s.transactOf(ctx, user, func(q session) error {
		if err := q.mustExist(ctx, user); err != nil {
			return err
		}
		return q.noticesDue(ctx, user)
	})
}

// UnroutedNotices returns the notices of which it is not settled by which
// channels they go, the oldest first.
func (s *Store) UnroutedNotices(ctx context.Context, user audipy.UserID) ([]audipy.Notice, error) {
	all, err := list(ctx, s.of(user), noticeFields, `
		SELECT `+noticeColumns+` FROM notices WHERE user_id = $1 AND routed_at IS NULL ORDER BY created_at, id`, string(user))
	return all, wrap(err, "list notices")
}

// Route is how notices go to a person by one channel.
type Route struct {
	Channel string
	// Digest waits for DueAt with whatever else comes until then.
	Digest  bool
	DueAt   time.Time
	Notices []string
}

// RouteNotices settles by which deliveries notices go: each by one delivery of
// a channel, whoever else does the same. A delivery that waits for its time
// takes on what is due no earlier. Notices of no route go nowhere.
func (s *Store) RouteNotices(ctx context.Context, user audipy.UserID, notices []string, routes []Route) error {
	return s.transactOf(ctx, user, func(q session) error {
		if _, err := q.lockChain(ctx, user); err != nil {
			return err
		}
		open := map[string]bool{}
		for _, id := range notices {
			n, err := q.exec(ctx, `UPDATE notices SET routed_at = $3 WHERE user_id = $1 AND id = $2 AND routed_at IS NULL`,
				string(user), id, micros(q.now))
			if err != nil {
				return wrap(err, "route notice")
			}
			open[id] = n > 0
		}
		for _, route := range routes {
			if err := q.route(ctx, user, route, open); err != nil {
				return err
			}
		}
		return nil
	})
}

func (q session) route(ctx context.Context, user audipy.UserID, r Route, open map[string]bool) error {
	delivery := ""
	for _, notice := range r.Notices {
		if !open[notice] {
			continue
		}
		var err error
		if delivery == "" {
			if delivery, err = q.openDelivery(ctx, user, r); err != nil {
				return err
			}
		}
		_, err = q.exec(ctx, `
			INSERT INTO notice_parts (user_id, notice_id, channel_id, delivery_id) VALUES ($1, $2, $3, $4)`,
			string(user), notice, r.Channel, delivery)
		if err != nil {
			return wrap(err, "route notice")
		}
	}
	return nil
}

// openDelivery returns a delivery that waits for its time, or makes one.
func (q session) openDelivery(ctx context.Context, user audipy.UserID, r Route) (string, error) {
	var id string
	err := q.one(ctx, []any{&id}, `
		SELECT id FROM notice_deliveries
		WHERE user_id = $1 AND channel_id = $2 AND is_digest = $3 AND state = $4 AND attempts = 0
			AND due_at > $5 AND due_at <= $6 ORDER BY due_at, id LIMIT 1`,
		string(user), r.Channel, r.Digest, string(DeliveryWaiting), micros(q.now), micros(r.DueAt))
	if !errors.Is(err, sql.ErrNoRows) {
		return id, wrap(err, "look for a delivery")
	}
	if id, err = newID(); err != nil {
		return "", err
	}
	_, err = q.exec(ctx, `
		INSERT INTO notice_deliveries (user_id, id, channel_id, is_digest, state, created_at, due_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(user), id, r.Channel, r.Digest, string(DeliveryWaiting), micros(q.now), micros(r.DueAt))
	if err != nil {
		return "", wrap(err, "make delivery")
	}
	return id, q.dueNow(ctx, user, Job{Kind: JobDeliver, Key: id, DueAt: r.DueAt})
}
