package account

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// Client returns a client that calls Audible's store of the given country as
// the account, within its budget of calls.
func (s *Service) Client(
	ctx context.Context, user audipy.UserID, id audipy.AccountID, marketplace string,
) (*audible.Client, error) {
	m, err := audible.ParseMarketplace(marketplace)
	if err != nil {
		return nil, audipy.Fail(audipy.Invalid, err.Error(), nil)
	}
	if _, err := s.store.AccountByID(ctx, user, id); err != nil {
		return nil, err
	}
	return audible.NewClient(audible.ClientOptions{
		Credentials: &credentialStore{service: s, user: user, account: id},
		Marketplace: m,
		Transport:   s.transport,
		Now:         s.now,
		Wait:        s.wait,
		Budget:      func(ctx context.Context) error { return s.budget(ctx, user, id) },
		Observe:     func(call audible.CallInfo) { s.observe(ctx, user, id, call) },
	}), nil
}

// Refresh exchanges the refresh token for a new access token now, and returns
// until when that is valid. The client looks twice at a refusal.
func (s *Service) Refresh(ctx context.Context, user audipy.UserID, id audipy.AccountID) (time.Time, error) {
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil {
		return time.Time{}, err
	}
	client, err := s.Client(ctx, user, id, account.Marketplace)
	if err != nil {
		return time.Time{}, err
	}
	fresh, err := client.Refresh(ctx)
	if noted := s.Note(ctx, user, id, err); noted != nil {
		return time.Time{}, noted
	}
	return fresh.AccessTokenExpires, Explain(err)
}

// believed is how long refusals must go on before the account counts as
// signed out: a brief error of Amazon's is none.
const believed = time.Hour

// Note records what a call says about the link's health: success makes it
// healthy, a refusal degrades it and, when it goes on for an hour, asks for a
// sign-in. Outages say nothing about a link, and nothing is noted of an account
// that was unlinked meanwhile. The error is the store's alone.
func (s *Service) Note(ctx context.Context, user audipy.UserID, id audipy.AccountID, outcome error) error {
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil {
		return err
	}
	to := store.StateChange{State: audipy.StateHealthy}
	switch {
	case errors.Is(outcome, audible.ErrRefused):
		to = store.StateChange{State: audipy.StateDegraded, Reason: "Amazon refused the sign-in; it is tried again before that is believed"}
		if account.State == audipy.StateNeedsSignIn ||
			account.State == audipy.StateDegraded && !s.now().Before(account.StateAt.Add(believed)) {
			to = store.StateChange{State: audipy.StateNeedsSignIn, Reason: "Amazon no longer accepts the sign-in"}
		}
	case outcome != nil:
		return nil //nolint:nilerr // the outcome is what is noted; an outage says nothing about the link
	}
	if account.State == audipy.StateRevoked || account.State == to.State && account.StateReason == to.Reason {
		return nil
	}
	err = s.store.SetAccountState(ctx, user, id, to, audit.Event{
		Action: audit.AccountStateChanged, Outcome: audit.Succeeded, Account: id,
		Target: strings.ReplaceAll(string(to.State), "_", "-"),
	})
	if audipy.KindOf(err) == audipy.Conflict {
		return nil // unlinked in this moment
	}
	return err
}
