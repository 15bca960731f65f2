package librarysync

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// A lease outlives three missed renewals. A process that dies leaves its
// account to the next one after leaseTime at the latest.
const (
	leaseTime  = 45 * time.Second
	leaseRenew = 15 * time.Second
)

// errLeaseLost ends a sync whose lease went to another process.
var errLeaseLost = errors.New("the right to sync this account was lost to another process")

// withLease runs work while holding the account's sync lease, and gives the
// lease back whatever happens. When the lease can't be renewed the context
// that work is given ends with errLeaseLost as its cause.
func (s *Service) withLease(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, work func(context.Context, store.Lease) error,
) error {
	lease, err := s.store.AcquireLease(ctx, user, store.LeaseRequest{
		Account: account, Kind: store.LeaseSync, Owner: rand.Text(), TTL: leaseTime,
	})
	if err != nil {
		return err
	}
	held, stop := context.WithCancelCause(ctx)
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		s.renew(held, user, lease, stop)
	}()
	err = work(held, lease)
	stop(nil)
	<-renewed
	if lost := context.Cause(held); errors.Is(lost, errLeaseLost) {
		return audipy.Fail(audipy.Busy, "another process took over the sync of this account", lost)
	}
	// The lease goes back even when the person has pressed Ctrl-C.
	back := s.store.ReleaseLease(context.WithoutCancel(ctx), user, lease)
	if err == nil && back != nil && audipy.KindOf(back) != audipy.Conflict {
		return fmt.Errorf("give the sync lease back: %w", back)
	}
	return err
}

// renew keeps the lease until ctx ends.
func (s *Service) renew(ctx context.Context, user audipy.UserID, lease store.Lease, stop context.CancelCauseFunc) {
	ticker := time.NewTicker(leaseRenew)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if _, err := s.store.RenewLease(ctx, user, lease, leaseTime); err != nil && ctx.Err() == nil {
			stop(errLeaseLost)
			return
		}
	}
}
