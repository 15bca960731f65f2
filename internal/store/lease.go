package store

import (
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// LeaseKind says what a lease gives the right to.
type LeaseKind string

// The kinds of lease. An account has one of each.
const (
	LeaseSync    LeaseKind = "sync"    // pull the account's libraries and write them
	LeaseRefresh LeaseKind = "refresh" // exchange its refresh token
)

// Lease is the right to work on an account until a time.
type Lease struct {
	Account audipy.AccountID
	Kind    LeaseKind
	// Owner names the holder: random, and never used for two holders.
	Owner string
	// Fence rises by one with every lease of the kind. A write that names an
	// older one than the newest is refused, so that a holder who slept
	// through the end of the lease can do no harm.
	Fence int64
	// Until is when it ends unless it is renewed.
	Until time.Time
}

// HeldError is the cause of the Busy error of AcquireLease.
type HeldError struct {
	// Until is when the lease of the other holder ends at the latest.
	Until time.Time
}

// Error says until when the lease is held.
func (e *HeldError) Error() string { return "leased until " + e.Until.Format(time.RFC3339) }

// LeaseRequest says which lease is wanted, by whom and for how long.
type LeaseRequest struct {
	Account audipy.AccountID
	Kind    LeaseKind
	Owner   string
	TTL     time.Duration
}

// AcquireLease takes a lease that is free or over. A lease that is held is a
// Busy error whose cause is a *HeldError; the holder itself gets no second one.
func (s *Store) AcquireLease(ctx context.Context, user audipy.UserID, r LeaseRequest) (Lease, error) {
	lease := Lease{Account: r.Account, Kind: r.Kind, Owner: r.Owner}
	err := s.transactOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, r.Account); err != nil {
			return err
		}
		lease.Until = q.now.Add(r.TTL).Truncate(time.Microsecond)
		err := q.one(ctx, []any{&lease.Fence}, `
			INSERT INTO account_leases (user_id, account_id, kind, owner, fence, held_until)
			VALUES ($1, $2, $3, $4, 1, $5)
			ON CONFLICT (user_id, account_id, kind) DO UPDATE SET
				owner = excluded.owner, fence = account_leases.fence + 1, held_until = excluded.held_until,
				cancelled = FALSE
			WHERE account_leases.held_until <= $6
			RETURNING fence`,
			string(user), string(r.Account), string(r.Kind), r.Owner, micros(lease.Until), micros(q.now))
		if lost(err) {
			return q.held(ctx, user, r)
		}
		return wrap(err, "acquire lease")
	})
	if err != nil {
		return Lease{}, err
	}
	return lease, nil
}

// held is the Busy error of a lease that another holds.
func (q session) held(ctx context.Context, user audipy.UserID, r LeaseRequest) error {
	var until time.Time
	err := q.one(ctx, []any{at(&until)}, `
		SELECT held_until FROM account_leases WHERE user_id = $1 AND account_id = $2 AND kind = $3`,
		string(user), string(r.Account), string(r.Kind))
	if err != nil {
		return wrap(err, "read lease")
	}
	msg := fmt.Sprintf("another process is working on this account (%s), until %s at the latest",
		r.Kind, until.Format("15:04:05 MST"))
	return audipy.Fail(audipy.Busy, msg, &HeldError{Until: until})
}

// RenewLease makes a lease last from now for ttl and returns it. It is a
// Conflict when the lease has gone to another holder or was released.
func (s *Store) RenewLease(ctx context.Context, user audipy.UserID, l Lease, ttl time.Duration) (Lease, error) {
	err := s.transactOf(ctx, user, func(q session) error {
		l.Until = q.now.Add(ttl).Truncate(time.Microsecond)
		n, err := q.exec(ctx, `
			UPDATE account_leases SET held_until = $5
			WHERE user_id = $1 AND account_id = $2 AND kind = $3 AND fence = $4 AND owner = $6 AND held_until > 0`,
			string(user), string(l.Account), string(l.Kind), l.Fence, micros(l.Until), l.Owner)
		if err == nil && n == 0 {
			return q.stale(ctx, user, l.Account)
		}
		return wrap(err, "renew lease")
	})
	if err != nil {
		return Lease{}, err
	}
	return l, nil
}

// ReleaseLease gives a lease back, so that the next holder need not wait. It
// is a Conflict when the lease has gone to another holder or was released.
func (s *Store) ReleaseLease(ctx context.Context, user audipy.UserID, l Lease) error {
	return s.transactOf(ctx, user, func(q session) error {
		n, err := q.exec(ctx, `
			UPDATE account_leases SET held_until = 0
			WHERE user_id = $1 AND account_id = $2 AND kind = $3 AND fence = $4 AND owner = $5 AND held_until > 0`,
			string(user), string(l.Account), string(l.Kind), l.Fence, l.Owner)
		if err == nil && n == 0 {
			return q.stale(ctx, user, l.Account)
		}
		return wrap(err, "release lease")
	})
}

// checkFence refuses a write under a lease that is no longer the newest or was
// released. It also locks the lease, so that nobody can take it over before
// the transaction ends. A lease that is merely over its time passes: as long as
// nobody took it, there is nobody to disturb.
func (q session) checkFence(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, kind LeaseKind, fence int64,
) error {
	n, err := q.exec(ctx, `
		UPDATE account_leases SET fence = fence
		WHERE user_id = $1 AND account_id = $2 AND kind = $3 AND fence = $4 AND held_until > 0`,
		string(user), string(account), string(kind), fence)
	if err == nil && n == 0 {
		return q.stale(ctx, user, account)
	}
	return wrap(err, "check lease")
}

// stale tells a lost lease from an account that isn't the person's.
func (q session) stale(ctx context.Context, user audipy.UserID, account audipy.AccountID) error {
	if _, err := q.account(ctx, user, account); err != nil {
		return err
	}
	return audipy.Fail(audipy.Conflict, "another process has taken over the work on this account", nil)
}
