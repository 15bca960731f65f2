package account

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/audipy/audipy/audible"
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

// BeginRefresh waits until nobody else refreshes the account: in this process
// first, so that its clients don't poll each other, then in the others. It
// returns how the token service has answered them all.
func (c *credentialStore) BeginRefresh(
	ctx context.Context, patience time.Duration,
) (audible.TokenPace, func(audible.TokenPace), error) {
	leave, err := c.enter(ctx, patience)
	if err != nil {
		return audible.TokenPace{}, nil, err
	}
	lease, err := c.acquireRefresh(ctx, patience)
	if err != nil {
		leave()
		return audible.TokenPace{}, nil, err
	}
	// A process that was told to end still keeps what Amazon said.
	detached := context.WithoutCancel(ctx)
	release := func() {
		// A lease that can't be given back ends by itself.
		_ = c.service.store.ReleaseLease(detached, c.user, lease)
		leave()
	}
	known, err := c.service.store.TokenState(ctx, c.user, c.account)
	if err != nil {
		release()
		return audible.TokenPace{}, nil, err
	}
	c.fence.Store(lease.Fence)
	return toPace(known.Pace), func(after audible.TokenPace) {
		c.fence.Store(0)
		c.learn(detached, known, after)
		release()
	}, nil
}

// enter takes the account's place in this process.
func (c *credentialStore) enter(ctx context.Context, patience time.Duration) (leave func(), err error) {
	place := c.service.refreshPlace(c.account)
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case place <- struct{}{}:
		return func() { <-place }, nil
	case <-waiting.Done():
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, audible.ErrRefreshing
	}
}

func (c *credentialStore) acquireRefresh(ctx context.Context, patience time.Duration) (store.Lease, error) {
	// An account's own budget doesn't count calls for tokens.
	if err := c.service.instanceBudget(ctx); err != nil {
		return store.Lease{}, err
	}
	request := store.LeaseRequest{
		Account: c.account, Kind: store.LeaseRefresh, Owner: rand.Text(), TTL: refreshLease,
	}
	for waited := time.Duration(0); ; waited += refreshPoll {
		lease, err := c.service.store.AcquireLease(ctx, c.user, request)
		if _, held := errors.AsType[*store.HeldError](err); !held {
			return lease, err
		}
		if waited >= patience {
			return store.Lease{}, fmt.Errorf("%w: %w", audible.ErrRefreshing, err)
		}
		if err := c.service.wait(ctx, refreshPoll); err != nil {
			return store.Lease{}, err
		}
	}
}

// learn keeps how a refresh went, for all processes, and what it says about the
// link. A token was kept when it was saved. What can't be kept costs one more
// question at Amazon.
func (c *credentialStore) learn(ctx context.Context, known store.TokenState, after audible.TokenPace) {
	var err error
	switch {
	case after.Failures > known.Pace.Failures:
		err = c.service.store.SetTokenFailure(ctx, c.user, store.TokenFailure{
			Account: c.account, Version: known.Version, Pace: fromPace(after), Text: tokenText(after.Err),
		})
	case after.Failures == known.Pace.Failures:
		return
	}
	if err == nil {
		err = c.service.settle(ctx, c.user, c.account, c.canSign.Load())
	}
	if err != nil {
		c.service.log.LogAttrs(ctx, slog.LevelWarn, "the outcome of a refresh was not kept",
			slog.String("account", string(c.account)), slog.Int("kind", int(audipy.KindOf(err))))
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
