package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// This file belongs to the closed list of system.go: what administrators do to
// others. They all lock the system chain first, so that of two administrators
// who take each other's role at once one does it and the other has no right to.

// Act says who does something to whom.
type Act struct {
	// By must be an administrator, or empty for the server's operator.
	By audipy.UserID
	// On is whom it is done to.
	On audipy.UserID
	// self says that whoever it is done to does it, administrator or not.
	self bool
}

// Self is what a person does to themselves.
func Self(user audipy.UserID) Act { return Act{By: user, On: user, self: true} }

// act runs fn in a transaction that ends with the event's record in the chain
// of the person, of the administrator and of the system. Who is no
// administrator is refused as Forbidden; a person who isn't there is NotFound.
func (s *Store) act(ctx context.Context, a Act, e audit.Event, fn func(*change) error) error {
	own := e
	e.Target = audit.Handle(a.On)
	return s.systemChange(ctx, e, func(system *change) error {
		own.Target = "operator"
		switch {
		case a.self:
			own.Target = "self"
		case a.By != "":
			own.Target = "administrator"
			if err := system.checkAdministrator(ctx, a.By); err != nil {
				return err
			}
		}
		prev, err := system.lockChain(ctx, a.On)
		if err != nil {
			return err
		}
		c := &change{session: system.session, user: a.On, event: own, unseen: true}
		if err := fn(c); err != nil {
			return err
		}
		system.quiet = c.quiet
		if c.quiet {
			return nil
		}
		if err := c.appendRecord(ctx, prev, a.On, c.event, false); err != nil {
			return err
		}
		if a.By == "" || a.By == a.On {
			return nil
		}
		if prev, err = system.lockChain(ctx, a.By); err != nil {
			return err
		}
		return system.appendRecord(ctx, prev, a.By, e, false)
	})
}

// keepsAdministrator refuses what would leave the server without an
// administrator who can sign in.
func (c *change) keepsAdministrator(ctx context.Context) error {
	var last bool
	err := c.one(ctx, []any{&last}, `
		SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND role = $2 AND is_active)
			AND NOT EXISTS (SELECT 1 FROM users WHERE id <> $1 AND role = $2 AND is_active)`,
		string(c.user), string(audipy.Administrator))
	if err == nil && last {
		return audipy.Fail(audipy.Conflict, "This is the last administrator.", nil).WithCode("last_administrator").
			WithHint("Make somebody else an administrator first.")
	}
	return wrap(err, "look for another administrator")
}

// SetActive disables a person or lets them in again. Disabling ends their
// sessions and codes, and nothing is done for them in the background until
// they are let in again. The last administrator can't be disabled. What is so
// already changes nothing and is not recorded.
func (s *Store) SetActive(ctx context.Context, a Act, active bool, e audit.Event) error {
	return s.act(ctx, a, e, func(c *change) error {
		if !active {
			if err := c.keepsAdministrator(ctx); err != nil {
				return err
			}
		}
		n, err := c.exec(ctx, `
			UPDATE users SET is_active = $2, security_epoch = security_epoch + 1, updated_at = $3
			WHERE id = $1 AND is_active <> $2`, string(a.On), active, micros(c.now))
		c.quiet = n == 0
		if err != nil || n == 0 {
			return wrap(err, "disable person")
		}
		return c.endEntries(ctx)
	})
}

// endEntries ends the sessions, the one-time codes and the change of address of
// the person.
func (c *change) endEntries(ctx context.Context) error {
	return c.endOf(ctx, "sessions", "one_time_codes", "address_changes")
}

// SetRole gives a person a role, and ends their sessions: whoever has more
// rights, or fewer, signs in again. The last administrator stays one. A role
// that the person has already changes nothing and is not recorded.
func (s *Store) SetRole(ctx context.Context, a Act, role audipy.Role, e audit.Event) error {
	return s.act(ctx, a, e, func(c *change) error {
		if role != audipy.Administrator {
			if err := c.keepsAdministrator(ctx); err != nil {
				return err
			}
		}
		n, err := c.exec(ctx, `
			UPDATE users SET role = $2, security_epoch = security_epoch + 1, updated_at = $3
			WHERE id = $1 AND role <> $2`, string(a.On), string(role), micros(c.now))
		c.quiet = n == 0
		if err != nil || n == 0 {
			return wrap(err, "give role")
		}
		return c.endEntries(ctx)
	})
}

// OfferReset is AddResetCode by an administrator. A person who is disabled is a
// Conflict.
func (s *Store) OfferReset(ctx context.Context, a Act, hash []byte, ttl time.Duration, e audit.Event) error {
	return s.act(ctx, a, e, func(c *change) error {
		var one int
		err := c.one(ctx, []any{&one}, `SELECT 1 FROM users WHERE id = $1 AND is_active`, string(a.On))
		if lost(err) {
			return audipy.Fail(audipy.Conflict, "This person is disabled.", nil).WithCode("person_disabled").
				WithHint("Let them in again first.")
		}
		if err != nil {
			return wrap(err, "look at person")
		}
		return c.addResetCode(ctx, hash, ttl)
	})
}
