package account

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

const (
	// refreshLease is three times the limit of one exchange, and longer than
	// the client gives a refresh with its repetitions (40 s). A process that
	// dies leaves the refresh to the next one after that.
	refreshLease = 45 * time.Second
	// refreshPoll is how often a waiter looks whether the lease is free.
	refreshPoll = 250 * time.Millisecond
)

// LockRefresh waits until nobody else refreshes the account: in this process
// first, so that its clients don't poll each other, then in the others. The
// lease is about sparing Amazon a second question, no more: what is saved is
// decided by compare and swap.
func (c *credentialStore) LockRefresh(ctx context.Context) (func(), error) {
	s, place := c.service, c.service.refreshPlace(c.account)
	select {
	case place <- struct{}{}:
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	lease, err := c.acquireRefresh(ctx)
	if err != nil {
		<-place
		return nil, err
	}
	return func() {
		// A lease that can't be given back ends by itself.
		_ = s.store.ReleaseLease(context.WithoutCancel(ctx), c.user, lease)
		<-place
	}, nil
}

func (c *credentialStore) acquireRefresh(ctx context.Context) (store.Lease, error) {
	request := store.LeaseRequest{
		Account: c.account, Kind: store.LeaseRefresh, Owner: rand.Text(), TTL: refreshLease,
	}
	for {
		lease, err := c.service.store.AcquireLease(ctx, c.user, request)
		if _, held := errors.AsType[*store.HeldError](err); !held {
			return lease, err
		}
		if err := c.service.wait(ctx, refreshPoll); err != nil {
			return store.Lease{}, err
		}
	}
}

// refreshPlace returns the place of the account's refresh in this process.
func (s *Service) refreshPlace(id audipy.AccountID) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	place := s.refreshing[id]
	if place == nil {
		place = make(chan struct{}, 1)
		s.refreshing[id] = place
	}
	return place
}
