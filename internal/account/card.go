package account

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// Card is what a person wants to know of a link, without asking Amazon.
type Card struct {
	// Account is as it is kept, but for the state: it may be refreshing, and
	// credentials that can't be opened count.
	Account audipy.Account
	// Condition is that of the stored credentials.
	Condition Condition
	// NextStep says what the person can do; empty when there is nothing to do.
	NextStep string
	// Token is what is known of the access token.
	Token TokenFacts
	// Forecast says when the person will be asked to sign in again.
	Forecast Forecast
	// Budget is what may still be asked of Audible.
	Budget BudgetFacts
	// Stored is what is known of a stored sign-in; its zero value where none
	// is, or the operator has not switched storing on.
	Stored audipy.StoredSignIn
	// ErrorAt and ErrorText are the last failure, in words; zero for none.
	ErrorAt   time.Time
	ErrorText string
}

// TokenFacts are those of an access token. Zero times are unknown or never.
type TokenFacts struct {
	// IssuedAt is when it came, ValidUntil when it ends.
	IssuedAt, ValidUntil time.Time
	// RefreshedAt is the last renewal, NextRefreshAt the earliest time at
	// which a call renews it.
	RefreshedAt, NextRefreshAt time.Time
	// CanRefresh and CanSign say what the credentials can do.
	CanRefresh, CanSign bool
	// Renewals counts the renewals.
	Renewals int64
}

// Forecast says when the next sign-in is to be expected, and why.
type Forecast struct {
	// At is when; the zero time when none is expected.
	At     time.Time
	Reason string
}

// BudgetFacts say how many calls an account may still make.
type BudgetFacts struct {
	// LeftToday of Daily calls are left of the day (UTC).
	LeftToday, Daily int
	// IsSlowed is true while Audible's complaints slow the pace down.
	IsSlowed bool
}

const (
	// refreshAhead is how long before its end a call renews a token.
	refreshAhead = 10 * time.Minute

	reasonRepairing = "Amazon no longer accepts the sign-in; AudiPy signs in again by itself"

	stepSignIn = "sign in again: it takes a minute, and the library stays as it is"
	stepKey    = "put the key back that was in use when the account was linked, or sign in again"
	stepRelink = "link the account again"
)

// Card returns what is known of a link.
func (s *Service) Card(ctx context.Context, user audipy.UserID, id audipy.AccountID) (Card, error) {
	health, err := s.Health(ctx, user, id)
	if err != nil {
		return Card{}, err
	}
	known, err := s.store.TokenState(ctx, user, id)
	if err != nil {
		return Card{}, err
	}
	budget, err := s.store.AccountBudget(ctx, user, id)
	if err != nil {
		return Card{}, err
	}
	card := Card{
		Account: health.Account, Condition: health.Condition,
		Token: TokenFacts{
			IssuedAt: known.IssuedAt, ValidUntil: health.AccessUntil, RefreshedAt: known.RefreshedAt,
			CanRefresh: health.CanRefresh, CanSign: health.CanSign, Renewals: known.Renewals,
		},
		Budget: BudgetFacts{
			LeftToday: max(s.rate.Daily-budget.UsedToday, 0), Daily: s.rate.Daily, IsSlowed: budget.Slowdown > 1,
		},
		ErrorAt: known.ErrorAt, ErrorText: known.ErrorText,
	}
	if card.Token.CanRefresh && !health.AccessUntil.IsZero() {
		card.Token.NextRefreshAt = later(health.AccessUntil.Add(-refreshAhead), known.Pace.RestUntil)
	}
	if s.storesSignIns {
		if card.Stored, err = s.store.StoredSignIn(ctx, user, id); err != nil {
			return Card{}, err
		}
	}
	card.judge(health.Condition, known, s.now())
	return card, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// judge completes the card by what needs the whole of it.
func (c *Card) judge(found Condition, known store.TokenState, now time.Time) {
	switch found { //nolint:exhaustive // the others are told by the state
	case Corrupt:
		c.Account.State, c.Account.StateReason = audipy.StateNeedsSignIn, "the stored credentials can't be read: they were damaged or moved"
	case KeyUnreadable:
		c.Account.State, c.Account.StateReason = audipy.StateDegraded, "the key is not the one that the credentials were sealed with"
		c.NextStep = stepKey
	}
	if c.Account.State == audipy.StateHealthy && !known.HeldUntil.IsZero() {
		c.Account.State = audipy.StateRefreshing
	}
	switch c.Account.State {
	case audipy.StateNeedsSignIn:
		c.NextStep = stepSignIn
		switch {
		case c.IsRepairing(now):
			c.NextStep, c.Account.StateReason = "", reasonRepairing
		case c.Stored.Stopped != "":
			c.Account.StateReason = c.Stored.Stopped.Sentence()
		}
	case audipy.StateRevoked:
		c.NextStep = stepRelink
	case audipy.StateHealthy, audipy.StateRefreshing, audipy.StateDegraded:
	}
	c.Forecast = forecast(c, known.Pace, now)
}

// IsRepairing reports whether the link needs a sign-in that AudiPy makes by
// itself.
func (c *Card) IsRepairing(now time.Time) bool {
	return c.Account.State == audipy.StateNeedsSignIn && c.Stored.IsRepairing(now)
}

// forecast says when the next sign-in is to be expected. Neither a refresh
// token nor a device's key has an end that anybody knows (protocol 6.6).
func forecast(c *Card, p store.TokenPace, now time.Time) Forecast {
	switch {
	case c.Account.State == audipy.StateRevoked:
		return Forecast{Reason: "none while it is unlinked"}
	case c.IsRepairing(now):
		return Forecast{Reason: "none while AudiPy can sign in by itself"}
	case c.Account.State == audipy.StateNeedsSignIn:
		return Forecast{now, "Amazon wants it now"}
	case c.NextStep == stepKey:
		return Forecast{Reason: "none once the right key is back"}
	case c.Account.StateReason == reasonRefusedOnce:
		return Forecast{later(c.Account.StateAt.Add(believed), now), "if Amazon refuses again by then"}
	case p.IsSure:
		return Forecast{Reason: "none expected while the device's key works; when Amazon refuses it too"}
	case !p.UnknownAt.IsZero() && !c.Token.CanSign:
		return Forecast{later(p.UnknownAt.Add(unknownLimit), now), "if Amazon has not renewed the token by then"}
	case c.Token.CanRefresh && c.Token.CanSign:
		return Forecast{Reason: "none expected: neither the refresh token nor the device's key has a known end"}
	case c.Token.CanRefresh:
		return Forecast{Reason: "none expected: the refresh token has no known end"}
	}
	return Forecast{Reason: "none expected: the device's key has no known end"}
}
