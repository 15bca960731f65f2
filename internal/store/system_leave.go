package store

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: how somebody leaves, by
// their own wish or an administrator's. What is theirs goes at once; what their
// devices need to be signed out stays until they are, and then goes too.

// Leaving is what Leave needs to know.
type Leaving struct {
	// By is who wants it: an administrator, the person, or empty for the
	// server's operator.
	By audipy.UserID
	// User is who leaves.
	User audipy.UserID
	// Depart says what becomes of the device of an account, by the
	// credentials that are deleted; nil leaves it. It is called inside the
	// transaction: it must not call the store.
	Depart func(audipy.AccountID, SealedCredentials) *NewDeparture
}

// kept are the tables whose rows outlive Leave: the person's own, emptied, and
// what devices need to leave.
func kept() []string {
	return []string{"users", "user_keysets", "departing_devices", "audit_heads", "audit_records"}
}

// dropped are the tables whose rows of the person Leave deletes, each before
// those that it refers to.
func dropped() []string {
	var names []string
	for _, table := range copiedTables() {
		names = append(names, table.name)
	}
	names = append(names, passingTables()...)
	slices.Reverse(names)
	return slices.DeleteFunc(names, func(name string) bool {
		return slices.Contains(kept(), name) || slices.Contains(instanceTables(), name)
	})
}

// Leave deletes everything of a person but what their devices need to be
// signed out at Amazon, and makes the job that does so and then calls
// DeleteUser. Their name and address are gone with it and the address is free.
// The last administrator is a Conflict, a second call NotFound.
func (s *Store) Leave(ctx context.Context, l Leaving, e audit.Event) error {
	a := Act{By: l.By, On: l.User}
	if l.By == l.User {
		a.self = true
	}
	return s.act(ctx, a, e, func(c *change) error {
		if err := c.keepsAdministrator(ctx); err != nil {
			return err
		}
		n, err := c.exec(ctx, `
			UPDATE users SET email = id || '@leaving.invalid', name = '', role = $2, is_active = FALSE, password_hash = NULL,
				security_epoch = security_epoch + 1, leaving_at = CAST($3 AS BIGINT), updated_at = CAST($3 AS BIGINT)
			WHERE id = $1 AND leaving_at IS NULL`, string(l.User), string(audipy.Member), micros(c.now))
		if err != nil {
			return wrap(err, "let person leave")
		}
		if n == 0 {
			return audipy.Fail(audipy.NotFound, "there is no such person", nil)
		}
		if err := c.departAll(ctx, l); err != nil {
			return err
		}
		for _, table := range dropped() {
			if _, err := c.exec(ctx, `DELETE FROM `+table+` WHERE user_id = $1`, string(l.User)); err != nil {
				return wrap(err, "empty "+table)
			}
		}
		_, err = c.exec(ctx, `
			INSERT INTO jobs (kind, key, due_at, priority) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, key) DO NOTHING`,
			string(JobLeave), string(l.User), micros(c.now), priorityUsual)
		return wrap(err, "make leaving job")
	})
}

// departAll sends the devices of all accounts away, and those that waited for a
// link to be confirmed.
func (c *change) departAll(ctx context.Context, l Leaving) error {
	accounts, err := list(ctx, c.session, accountFields,
		`SELECT `+accountColumns+` FROM user_audible_accounts WHERE user_id = $1`, string(c.user))
	if err != nil {
		return wrap(err, "list accounts")
	}
	for _, account := range accounts {
		deleted, err := c.credentials(ctx, c.user, account.ID)
		if audipy.KindOf(err) == audipy.NotFound || err == nil && len(deleted.Device) == 0 {
			continue
		}
		if err != nil {
			return err
		}
		leaving := l.Depart(account.ID, deleted)
		if leaving == nil {
			continue
		}
		if _, err := c.depart(ctx, *leaving, "", c.now); err != nil {
			return err
		}
	}
	_, err = c.exec(ctx, `UPDATE departing_devices SET link_id = '', due_at = $2 WHERE user_id = $1 AND link_id <> ''`,
		string(c.user), micros(c.now))
	return wrap(err, "send devices away")
}

// LeavingPerson is somebody who left and whose devices are being signed out.
type LeavingPerson struct {
	ID    audipy.UserID
	Since time.Time
	// Devices are those that are not signed out yet, Attempts counts what was
	// tried for the most stubborn, and NextAt is when the next try is due.
	Devices, Attempts int
	NextAt            time.Time
}

// LeavingPeople returns who has left and is not gone yet, the first first.
func (s *Store) LeavingPeople(ctx context.Context) ([]LeavingPerson, error) {
	all, err := list(ctx, s.reading(), func(p *LeavingPerson) []any {
		return []any{&p.ID, at(&p.Since), &p.Devices, &p.Attempts, at(&p.NextAt)}
	}, `
		SELECT u.id, u.leaving_at, count(d.id), COALESCE(max(d.attempts), 0), min(d.due_at)
		FROM users u LEFT JOIN departing_devices d ON d.user_id = u.id
		WHERE u.leaving_at IS NOT NULL GROUP BY u.id, u.leaving_at ORDER BY u.leaving_at, u.id`)
	return all, wrap(err, "list who is leaving")
}

// DeleteUser deletes a person and every row that is theirs, the keyset and the
// audit chain included: nothing stays that a record could stand in. What stays
// is a record in the system chain with the end of that chain and with how many
// devices were not signed out. A second call is NotFound.
func (s *Store) DeleteUser(ctx context.Context, user audipy.UserID) error {
	e := audit.Event{Action: audit.UserDeleted, Outcome: audit.Succeeded}
	return s.systemChange(ctx, e, func(c *change) error {
		prev, err := c.lockChain(ctx, user)
		if err != nil {
			return err
		}
		devices := 0
		err = c.one(ctx, []any{&devices}, `SELECT count(*) FROM departing_devices WHERE user_id = $1`, string(user))
		if err != nil {
			return wrap(err, "count departing devices")
		}
		c.event.Target = hex.EncodeToString(prev.Hash)
		c.event.Counts = map[string]int{"records": int(prev.Seq), "devices_left": devices}
		if _, err := c.exec(ctx, `DELETE FROM users WHERE id = $1`, string(user)); err != nil {
			return wrap(err, "delete person")
		}
		_, err = c.exec(ctx, `DELETE FROM jobs WHERE kind = $1 AND key = $2 AND lease_until <= $3`,
			string(JobLeave), string(user), micros(c.now)) // who holds it gives it back
		return wrap(err, "end leaving job")
	})
}
