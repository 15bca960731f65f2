package librarysync

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

const (
	// spread is the share of an interval by which syncs are moved at random,
	// so that accounts linked together are not synced together for ever.
	spread = 0.1
	// refusedAgain is when an account that Amazon has just refused is tried
	// again: a little later than a refusal must last to be believed.
	refusedAgain = 61 * time.Minute
	// signedOutAgain is when one that needs a sign-in is tried all the same.
	signedOutAgain = 24 * time.Hour
	// listeningMonths is as many as one request gives.
	listeningMonths = 12
)

// SyncJob does a job of kind sync: it syncs the account and returns when it is
// due again, by the account's interval. The error of an account that works is
// for a runner to put off; one that Amazon refuses, that another process is
// syncing, or whose sync was cancelled has a time of its own.
func (s *Service) SyncJob(ctx context.Context, job store.Job) (time.Time, error) {
	account, err := s.store.AccountByID(ctx, job.User, audipy.AccountID(job.Key))
	if audipy.KindOf(err) == audipy.NotFound || account.State == audipy.StateRevoked {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	_, err = s.Sync(ctx, Request{User: job.User, Account: account.ID, Full: job.Payload == store.FullSync})
	// The interval may have been changed while it ran.
	if current, read := s.store.AccountByID(ctx, job.User, account.ID); read == nil {
		account = current
	}
	next := s.now().Add(jittered(account.SyncInterval()))
	held, isHeld := errors.AsType[*store.HeldError](err)
	switch {
	case err == nil || errors.Is(err, errCancelled):
		return next, nil
	case isHeld:
		return held.Until.Add(time.Second), err
	case audipy.KindOf(err) == audipy.ActionRequired && account.State == audipy.StateNeedsSignIn:
		return s.now().Add(jittered(signedOutAgain)), err
	case audipy.KindOf(err) == audipy.ActionRequired:
		return s.now().Add(refusedAgain), err
	}
	return time.Time{}, err
}

// RefreshWishlists keeps an account's wish lists, with their prices, in every
// store that it is synced with. It returns how many requests it took.
func (s *Service) RefreshWishlists(ctx context.Context, user audipy.UserID, id audipy.AccountID) (int, error) {
	stores, err := s.store.AccountStores(ctx, user, id)
	if err != nil {
		return 0, err
	}
	calls := 0
	for _, one := range stores {
		if one.LastSync.IsZero() {
			continue
		}
		n, err := s.RefreshWishlist(ctx, CatalogRequest{User: user, Account: id, Marketplace: one.Marketplace})
		calls += n
		if err != nil {
			return calls, err
		}
	}
	return calls, nil
}

// jittered is d, a little more or less.
func jittered(d time.Duration) time.Duration {
	return d + time.Duration((2*rand.Float64()-1)*spread*float64(d)) //nolint:gosec // no secret: it only spreads work
}

// Request makes the sync of an account due now, before others; full asks for
// whole listings. It is a Conflict for an account that was unlinked.
func (s *Service) Request(ctx context.Context, user audipy.UserID, id audipy.AccountID, full bool) error {
	return s.store.RequestSync(ctx, user, id, full)
}

// Cancel stops the sync of an account in whichever process it runs, within a
// second; its receipt says so. One that has not begun is put off.
func (s *Service) Cancel(ctx context.Context, user audipy.UserID, id audipy.AccountID) error {
	return s.store.CancelSync(ctx, user, id)
}

// SetInterval sets how many minutes pass from one sync of an account to the
// next: an hour to a week, else Invalid.
func (s *Service) SetInterval(ctx context.Context, user audipy.UserID, id audipy.AccountID, minutes int) error {
	return s.store.SetSyncMinutes(ctx, user, id, minutes, audit.Event{
		Action: audit.SyncScheduleChanged, Outcome: audit.Succeeded, Account: id, Counts: map[string]int{"minutes": minutes},
	})
}

// RefreshListening keeps how long an account listened in each of the last
// twelve months, in every store that it is synced with. It returns how many
// requests it took.
func (s *Service) RefreshListening(ctx context.Context, user audipy.UserID, id audipy.AccountID) (int, error) {
	stores, err := s.store.AccountStores(ctx, user, id)
	if err != nil {
		return 0, err
	}
	calls := 0
	now := s.now().UTC()
	from := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-listeningMonths, 0)
	for _, one := range stores {
		if one.LastSync.IsZero() {
			continue
		}
		client, err := s.accounts.Client(ctx, user, id, one.Marketplace)
		if err != nil {
			return calls, err
		}
		stats, err := client.ListeningStats(ctx, audible.StatsQuery{Months: listeningMonths, From: from})
		calls++
		if err != nil {
			return calls, s.explain(ctx, Request{User: user, Account: id}, err)
		}
		months := make([]store.ListeningMonth, len(stats.Monthly))
		for i, month := range stats.Monthly {
			months[i] = store.ListeningMonth{Month: month.Interval, Listened: month.Listened}
		}
		if err := s.store.SetListening(ctx, user, id, one.Marketplace, months); err != nil {
			return calls, err
		}
	}
	return calls, nil
}
