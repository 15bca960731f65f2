package store

import (
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// PendingLink is a sign-in at Amazon that has begun and not ended: any process
// can go on with it from its sealed state.
type PendingLink struct {
	// ID is a UUIDv7 given by the store.
	ID string
	// Door says how the person signs in, Marketplace where, and Step what
	// comes next; the store knows none of their words.
	Door, Marketplace, Step string
	// Browser is a hash of the browser that began it; empty on the command
	// line.
	Browser string
	// Version rises by one with every step, from 1.
	Version int64
	// Sealed is the state of the sign-in (table pending_links, column
	// sealed), bound to ID and Version.
	Sealed []byte
	// CreatedAt and ExpiresAt; ClaimedAt is the zero time until ClaimLink.
	CreatedAt, ExpiresAt, ClaimedAt time.Time
}

// SealState seals the state of a pending link for its row and version. The
// store calls it inside the transaction: it must not call the store.
type SealState func(id string, version int64) ([]byte, error)

// NewPendingLink is what CreatePendingLink needs to know.
type NewPendingLink struct {
	Door, Marketplace, Step, Browser string
	TTL                              time.Duration
	Seal                             SealState
	// Most is how many links of the person may wait, this one included; 0
	// means any number.
	Most int
	// Proposal is set when a program proposed it.
	Proposal *NewProposal
}

const pendingColumns = `id, door, marketplace, step, browser, version, sealed, created_at, expires_at, claimed_at`

func pendingFields(p *PendingLink) []any {
	return []any{
		&p.ID, &p.Door, &p.Marketplace, &p.Step, &p.Browser, &p.Version, &p.Sealed,
		at(&p.CreatedAt), at(&p.ExpiresAt), at(&p.ClaimedAt),
	}
}

// CreatePendingLink keeps a sign-in that has just begun. It is a Conflict when
// as many as may wait do.
func (s *Store) CreatePendingLink(
	ctx context.Context, user audipy.UserID, n NewPendingLink, e audit.Event,
) (PendingLink, error) {
	id, err := newID()
	if err != nil {
		return PendingLink{}, err
	}
	p := PendingLink{ID: id, Door: n.Door, Marketplace: n.Marketplace, Step: n.Step, Browser: n.Browser, Version: 1}
	err = s.change(ctx, user, e, func(c *change) error {
		if err := c.refuseMoreLinks(ctx, user, n.Most); err != nil {
			return err
		}
		p.CreatedAt, p.ExpiresAt = c.now, c.now.Add(n.TTL).Truncate(time.Microsecond)
		if p.Sealed, err = n.Seal(id, p.Version); err != nil {
			return wrap(err, "seal pending link")
		}
		_, err := c.exec(ctx, `
			INSERT INTO pending_links (`+pendingColumns+`, user_id)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, $10)`, id, p.Door, p.Marketplace, p.Step, p.Browser,
			p.Version, p.Sealed, micros(p.CreatedAt), micros(p.ExpiresAt), string(user))
		if err != nil || n.Proposal == nil {
			return wrap(err, "keep pending link")
		}
		return c.propose(ctx, p, *n.Proposal)
	})
	if err != nil {
		return PendingLink{}, err
	}
	return p, nil
}

func (q session) refuseMoreLinks(ctx context.Context, user audipy.UserID, most int) error {
	var waiting int
	err := q.one(ctx, []any{&waiting}, `
		SELECT count(*) FROM pending_links WHERE user_id = $1 AND expires_at > $2`, string(user), micros(q.now))
	if err != nil {
		return wrap(err, "count pending links")
	}
	if most > 0 && waiting >= most {
		return TooManyLinks(waiting)
	}
	return nil
}

// TooManyLinks is the Conflict of somebody for whom as many links wait as may.
func TooManyLinks(waiting int) error {
	return audipy.Fail(audipy.Conflict, fmt.Sprintf("%d sign-ins wait to be finished already", waiting), nil).
		WithCode("too_many_links").WithHint("finish or cancel one; each ends by itself after ten minutes")
}

// PendingLink returns a link that has neither ended nor expired, else
// NotFound.
func (s *Store) PendingLink(ctx context.Context, user audipy.UserID, id string) (PendingLink, error) {
	return s.of(user).pendingLink(ctx, user, id)
}

func (q session) pendingLink(ctx context.Context, user audipy.UserID, id string) (PendingLink, error) {
	var p PendingLink
	err := q.one(ctx, pendingFields(&p), `
		SELECT `+pendingColumns+` FROM pending_links
		WHERE user_id = $1 AND id = $2 AND expires_at > $3`, string(user), id, micros(q.now))
	if err != nil {
		return PendingLink{}, absent(err, "read pending link", "pending sign-in")
	}
	return p, nil
}

// PendingLinks returns the person's links that have neither ended nor expired,
// the newest first.
func (s *Store) PendingLinks(ctx context.Context, user audipy.UserID) ([]PendingLink, error) {
	q := s.of(user)
	links, err := list(ctx, q, pendingFields, `
		SELECT `+pendingColumns+` FROM pending_links
		WHERE user_id = $1 AND expires_at > $2 ORDER BY created_at DESC, id DESC`, string(user), micros(q.now))
	return links, wrap(err, "list pending links")
}

// Advance is a step of a pending link: from the version that the caller has
// seen to a new step with a new sealed state.
type Advance struct {
	ID   string
	From int64
	Step string
	Seal SealState
	// Claim is the ClaimedAt of the caller's own claim, which ends with this
	// step; the zero time for a step of a link that nobody has claimed.
	Claim time.Time
	// Device is one that was registered in this step: unless the link is
	// confirmed in its time, it leaves. Nil for none.
	Device *NewDeparture
	// Quiet leaves no record: the step is only a part of one.
	Quiet bool
}

// AdvanceLink takes a step if nobody else took one meanwhile, and returns the
// link as it is then. A lost race, and a link that somebody has claimed, are
// Conflicts.
func (s *Store) AdvanceLink(ctx context.Context, user audipy.UserID, a Advance, e audit.Event) (PendingLink, error) {
	var p PendingLink
	err := s.change(ctx, user, e, func(c *change) error {
		c.quiet = a.Quiet
		found, err := c.pendingLink(ctx, user, a.ID)
		if err != nil {
			return err
		}
		if found.Version != a.From || !found.ClaimedAt.Equal(a.Claim) {
			return audipy.Fail(audipy.Conflict, "this sign-in was continued elsewhere", nil)
		}
		if a.Device != nil {
			if _, err := c.depart(ctx, *a.Device, a.ID, found.ExpiresAt); err != nil {
				return err
			}
		}
		sealed, err := a.Seal(a.ID, a.From+1)
		if err != nil {
			return wrap(err, "seal pending link")
		}
		err = c.one(ctx, pendingFields(&p), `
			UPDATE pending_links SET step = $3, sealed = $4, version = version + 1, claimed_at = NULL
			WHERE user_id = $1 AND id = $2 RETURNING `+pendingColumns, string(user), a.ID, a.Step, sealed)
		return absent(err, "advance pending link", "pending sign-in")
	})
	return p, err
}

// ClaimLink marks a link as being redeemed and returns it; only the first
// caller gets it, everybody after is told Conflict. A claim that is older than
// stale belongs to a process that died, and is taken over: the link then gives
// the same device serial a second time.
func (s *Store) ClaimLink(
	ctx context.Context, user audipy.UserID, id string, stale time.Duration, e audit.Event,
) (PendingLink, error) {
	var p PendingLink
	err := s.change(ctx, user, e, func(c *change) error {
		if _, err := c.pendingLink(ctx, user, id); err != nil {
			return err
		}
		err := c.one(ctx, pendingFields(&p), `
			UPDATE pending_links SET claimed_at = $3
			WHERE user_id = $1 AND id = $2 AND (claimed_at IS NULL OR claimed_at <= $4) RETURNING `+pendingColumns,
			string(user), id, micros(c.now), micros(c.now.Add(-stale)))
		if lost(err) {
			return audipy.Fail(audipy.Conflict, "this sign-in is being finished already", nil)
		}
		return wrap(err, "claim pending link")
	})
	return p, err
}

// AbandonLink ends a link without an account. A device that was registered for
// it leaves now; the result is the id of its row, empty when there is none. It
// is NotFound when the link has ended.
func (s *Store) AbandonLink(ctx context.Context, user audipy.UserID, id string, e audit.Event) (string, error) {
	var device string
	err := s.change(ctx, user, e, func(c *change) error {
		n, err := c.endPendingLink(ctx, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return audipy.Fail(audipy.NotFound, "there is no such pending sign-in", nil)
		}
		if err := c.settleProposal(ctx, id, Linked{}); err != nil {
			return err
		}
		device, err = c.leaveNow(ctx, id)
		return err
	})
	return device, err
}

// confirmLink ends a link that becomes an account, if it is still as the
// person has seen it.
func (c *change) confirmLink(ctx context.Context, id string, version int64) error {
	found, err := c.pendingLink(ctx, c.user, id)
	if err != nil {
		return err
	}
	if found.Version != version {
		return audipy.Fail(audipy.Conflict, "this sign-in was continued elsewhere", nil)
	}
	if _, err := c.endPendingLink(ctx, id); err != nil {
		return err
	}
	return c.keepDevice(ctx, id)
}

// DeletePendingLink ends a link, finished or not; NotFound when it has ended.
func (s *Store) DeletePendingLink(ctx context.Context, user audipy.UserID, id string, e audit.Event) error {
	return s.change(ctx, user, e, func(c *change) error {
		n, err := c.endPendingLink(ctx, id)
		if err == nil && n == 0 {
			return audipy.Fail(audipy.NotFound, "there is no such pending sign-in", nil)
		}
		return err
	})
}

// endPendingLink deletes a link of the person and returns how many there were.
func (c *change) endPendingLink(ctx context.Context, id string) (int64, error) {
	n, err := c.exec(ctx, `DELETE FROM pending_links WHERE user_id = $1 AND id = $2`, string(c.user), id)
	return n, wrap(err, "delete pending link")
}
