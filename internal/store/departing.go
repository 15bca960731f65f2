package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// DepartingDevice is a device that AudiPy has registered and that is to be
// deregistered at Amazon.
type DepartingDevice struct {
	// ID is a UUIDv7 given by the store.
	ID string
	// Account is the account that it belonged to; empty for one that never
	// became an account. Link is the pending link that may still make it one.
	Account audipy.AccountID
	Link    string
	// DeviceName is what Amazon's list of devices shows.
	DeviceName string
	// Sealed are its credentials (table departing_devices, column sealed),
	// bound to ID.
	Sealed []byte
	// Attempts counts the deregistrations that were tried.
	Attempts         int
	CreatedAt, DueAt time.Time
	// RefusedAt is since when Amazon refuses the credentials; the zero time
	// when it doesn't.
	RefusedAt time.Time
}

// NewDeparture is a device that is to leave.
type NewDeparture struct {
	Account    audipy.AccountID
	DeviceName string
	// RefusedAt is since when Amazon refuses the credentials; the zero time
	// when it isn't known to.
	RefusedAt time.Time
	// Seal seals the device's credentials for its row. It is called inside
	// the transaction: it must not call the store.
	Seal func(id string) ([]byte, error)
}

const departingColumns = `id, account_id, link_id, device_name, sealed, attempts, created_at, due_at, refused_at`

func departingFields(d *DepartingDevice) []any {
	return []any{
		&d.ID, &d.Account, &d.Link, &d.DeviceName, &d.Sealed, &d.Attempts, at(&d.CreatedAt), at(&d.DueAt), at(&d.RefusedAt),
	}
}

// AddDeparture keeps a device that is to be deregistered now, and returns the
// id of its row.
func (s *Store) AddDeparture(ctx context.Context, user audipy.UserID, n NewDeparture, e audit.Event) (string, error) {
	var id string
	err := s.change(ctx, user, e, func(c *change) error {
		var err error
		id, err = c.depart(ctx, n, "", c.now)
		return err
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// depart keeps a device that is to leave at a time, unless the link makes it
// an account before.
func (c *change) depart(ctx context.Context, n NewDeparture, link string, due time.Time) (string, error) {
	id, err := newID()
	if err != nil {
		return "", err
	}
	sealed, err := n.Seal(id)
	if err != nil {
		return "", wrap(err, "seal departing device")
	}
	_, err = c.exec(ctx, `
		INSERT INTO departing_devices (`+departingColumns+`, user_id)
		VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9)`,
		id, string(n.Account), link, n.DeviceName, sealed, micros(c.now), micros(due), micros(n.RefusedAt), string(c.user))
	if err != nil {
		return "", wrap(err, "keep departing device")
	}
	return id, c.dueNow(ctx, c.user, Job{Kind: JobDeregister, Key: id, DueAt: due})
}

// DepartingDevices returns the person's devices that are to leave, the oldest
// first; those that wait for a link to be confirmed are not among them.
func (s *Store) DepartingDevices(ctx context.Context, user audipy.UserID) ([]DepartingDevice, error) {
	devices, err := list(ctx, s.of(user), departingFields, `
		SELECT `+departingColumns+` FROM departing_devices
		WHERE user_id = $1 AND link_id = '' ORDER BY created_at, id`, string(user))
	return devices, wrap(err, "list departing devices")
}

// departureLease is how long one attempt keeps others from the same device.
const departureLease = 2 * time.Minute

// StartDeparture begins an attempt at a device that is due, and returns it. A
// pending link that might still have made it an account ends with this. One
// that isn't due, or is being tried, is Busy, with its time in RetryAfter.
func (s *Store) StartDeparture(ctx context.Context, user audipy.UserID, id string) (DepartingDevice, error) {
	var d DepartingDevice
	err := s.transactOf(ctx, user, func(q session) error {
		// The end of the chain is the lock that confirming a link takes too.
		if _, err := q.lockChain(ctx, user); err != nil {
			return err
		}
		err := q.one(ctx, departingFields(&d), `
			SELECT `+departingColumns+` FROM departing_devices WHERE user_id = $1 AND id = $2`, string(user), id)
		if err != nil {
			return absent(err, "look at departing device", "departing device")
		}
		if d.DueAt.After(q.now) {
			busy := audipy.Fail(audipy.Busy, "the device is not due", nil)
			busy.RetryAfter = d.DueAt.Sub(q.now)
			return busy
		}
		_, err = q.exec(ctx, `DELETE FROM pending_links WHERE user_id = $1 AND id = $2`, string(user), d.Link)
		if err != nil {
			return wrap(err, "end the link of a departing device")
		}
		d.Attempts++
		_, err = q.exec(ctx, `
			UPDATE departing_devices SET attempts = attempts + 1, link_id = '', due_at = $3
			WHERE user_id = $1 AND id = $2`, string(user), id, micros(q.now.Add(departureLease)))
		return wrap(err, "begin departure")
	})
	if err != nil {
		return DepartingDevice{}, err
	}
	return d, nil
}

// DelayDeparture notes that an attempt has failed, and when the next one is
// due. With refused Amazon refused the credentials.
func (s *Store) DelayDeparture(ctx context.Context, user audipy.UserID, id string, due time.Time, refused bool) error {
	return s.transactOf(ctx, user, func(q session) error {
		err := q.touch(ctx, `
			UPDATE departing_devices SET due_at = $3,
				refused_at = CASE WHEN $4 THEN coalesce(refused_at, CAST($5 AS BIGINT)) END
			WHERE user_id = $1 AND id = $2`, string(user), id, micros(due), refused, micros(q.now))
		return absent(err, "put off departure", "departing device")
	})
}

// EndDeparture forgets a device that is gone, with its credentials.
func (s *Store) EndDeparture(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		err := c.one(ctx, []any{&c.event.Account}, `
			DELETE FROM departing_devices WHERE user_id = $1 AND id = $2 RETURNING account_id`, string(user), id)
		return absent(err, "end departure", "departing device")
	})
}

// keepDevice forgets that the device of a link is to leave, because it became
// an account. A link from a file has none.
func (c *change) keepDevice(ctx context.Context, link string) error {
	var id string
	err := c.one(ctx, []any{&id}, `
		DELETE FROM departing_devices WHERE user_id = $1 AND link_id = $2 RETURNING id`, string(c.user), link)
	if lost(err) {
		return nil
	}
	if err != nil {
		return wrap(err, "keep the device of a link")
	}
	return c.endJob(ctx, c.user, JobDeregister, id)
}

// leaveNow makes the device of a link that ended leave now, and returns the id
// of its row; empty when there is none.
func (c *change) leaveNow(ctx context.Context, link string) (string, error) {
	var id string
	err := c.one(ctx, []any{&id}, `
		UPDATE departing_devices SET link_id = '', due_at = $3
		WHERE user_id = $1 AND link_id = $2 RETURNING id`, string(c.user), link, micros(c.now))
	if lost(err) {
		return "", nil
	}
	if err != nil {
		return "", wrap(err, "send the device of a link away")
	}
	return id, c.dueNow(ctx, c.user, Job{Kind: JobDeregister, Key: id})
}
