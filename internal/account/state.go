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

const (
	// believed is how long refusals must go on before the account counts as
	// signed out: a brief error of Amazon's is none.
	believed = time.Hour
	// unknownLimit is how long an answer that nobody knows is taken for a
	// whim, and awayLimit how long the token service may be away before that
	// is worth a word.
	unknownLimit = 24 * time.Hour
	awayLimit    = 4 * 24 * time.Hour
)

// The reasons of states, for the person.
const (
	reasonRefusedOnce  = "Amazon refused the sign-in; it is asked again before that is believed"
	reasonSignedOut    = "Amazon no longer accepts the sign-in"
	reasonRenewOnce    = "Amazon refused to renew the token; it is asked again before that is believed, and the device's key signs meanwhile"
	reasonKeyOnly      = "Amazon no longer renews the token; the device's key signs every request instead"
	reasonUnknown      = "Amazon gave an answer about the token that nobody knows; it is asked again"
	reasonUnknownStays = "Amazon has not renewed the token for a day, and does not say why"
	reasonAway         = "Amazon's token service has not answered for days; nothing is lost, and it is asked again"
)

// verdict is what the answers of the token service say about a link. An outage
// says nothing, for days; a refusal counts when it was seen again after an
// hour; and while the device's key can sign nobody has to do anything.
func verdict(p store.TokenPace, canSign bool, now time.Time) store.StateChange {
	degraded := func(reason string) store.StateChange {
		return store.StateChange{State: audipy.StateDegraded, Reason: reason}
	}
	signedOut := func(reason string) store.StateChange {
		return store.StateChange{State: audipy.StateNeedsSignIn, Reason: reason}
	}
	unknownStays := !p.UnknownAt.IsZero() && now.Sub(p.UnknownAt) >= unknownLimit
	switch {
	case p.IsSure && canSign:
		return degraded(reasonKeyOnly)
	case p.IsSure:
		return signedOut(reasonSignedOut)
	case !p.RefusedAt.IsZero() && canSign:
		return degraded(reasonRenewOnce)
	case !p.RefusedAt.IsZero():
		return degraded(reasonRefusedOnce)
	case unknownStays && canSign:
		return degraded(reasonKeyOnly)
	case unknownStays:
		return signedOut(reasonUnknownStays)
	case !p.UnknownAt.IsZero():
		return degraded(reasonUnknown)
	case !p.AwayAt.IsZero() && now.Sub(p.AwayAt) >= awayLimit:
		return degraded(reasonAway)
	}
	return store.StateChange{State: audipy.StateHealthy}
}

// settle brings the state of a link in line with the answers of the token
// service. While calls are refused with every proof, theirs is the last word.
func (s *Service) settle(ctx context.Context, user audipy.UserID, id audipy.AccountID, canSign bool) error {
	account, known, err := s.look(ctx, user, id)
	if err != nil || !known.CallsRefusedAt.IsZero() {
		return err
	}
	return s.setState(ctx, user, account, verdict(known.Pace, canSign, s.now()))
}

// look reads an account and what is known of its token.
func (s *Service) look(
	ctx context.Context, user audipy.UserID, id audipy.AccountID,
) (audipy.Account, store.TokenState, error) {
	account, err := s.store.AccountByID(ctx, user, id)
	if err != nil {
		return audipy.Account{}, store.TokenState{}, err
	}
	known, err := s.store.TokenState(ctx, user, id)
	return account, known, err
}

// setState keeps a state that is another one, or has another reason.
func (s *Service) setState(ctx context.Context, user audipy.UserID, account audipy.Account, to store.StateChange) error {
	if account.State == audipy.StateRevoked || account.State == to.State && account.StateReason == to.Reason {
		return nil
	}
	err := s.store.SetAccountState(ctx, user, account.ID, to, audit.Event{
		Action: audit.AccountStateChanged, Outcome: audit.Succeeded, Account: account.ID,
		Target: strings.ReplaceAll(string(to.State), "_", "-"),
	})
	if audipy.KindOf(err) == audipy.Conflict {
		return nil // unlinked in this moment
	}
	return err
}

// Note records what a call says about the link's health: an answer makes it
// healthy, as far as the token can be renewed too; a refusal degrades it and,
// when it goes on for an hour, asks for a sign-in. Other failures say nothing
// about a link and are kept as its last error. Nothing is noted of an account
// that was unlinked meanwhile. The error is the store's alone.
func (s *Service) Note(ctx context.Context, user audipy.UserID, id audipy.AccountID, outcome error) error {
	account, known, err := s.look(ctx, user, id)
	if err != nil || account.State == audipy.StateRevoked {
		return err
	}
	since := known.CallsRefusedAt
	switch {
	case errors.Is(outcome, audible.ErrRefused):
		return s.noteRefusal(ctx, user, account, since)
	case errors.Is(outcome, context.Canceled):
		return nil // somebody who stops a call says nothing about the link
	case outcome != nil:
		return s.store.NoteCall(ctx, user, id, store.CallOutcome{RefusedAt: since, Text: sentence(outcome)})
	}
	if !since.IsZero() {
		if err := s.store.NoteCall(ctx, user, id, store.CallOutcome{}); err != nil {
			return err
		}
	}
	return s.setState(ctx, user, account, verdict(known.Pace, true, s.now()))
}

// noteRefusal notes that a call was refused with every proof there is.
func (s *Service) noteRefusal(ctx context.Context, user audipy.UserID, account audipy.Account, since time.Time) error {
	now := s.now()
	if since.IsZero() {
		since = now
	}
	err := s.store.NoteCall(ctx, user, account.ID, store.CallOutcome{RefusedAt: since, Text: sentence(audible.ErrRefused)})
	if err != nil {
		return err
	}
	to := store.StateChange{State: audipy.StateDegraded, Reason: reasonRefusedOnce}
	if account.State == audipy.StateNeedsSignIn || now.Sub(since) >= believed {
		to = store.StateChange{State: audipy.StateNeedsSignIn, Reason: reasonSignedOut}
	}
	return s.setState(ctx, user, account, to)
}

// sentence is a failure in words for the person.
func sentence(err error) string {
	if known, ok := errors.AsType[*audipy.Error](Explain(err)); ok {
		return known.Msg
	}
	return "something went wrong here, not at Amazon"
}

// The words for the token service's trouble in the store.
const (
	troubleRefused = "refused"
	troubleUnknown = "unknown"
	troubleAway    = "away"
)

// fromPace is how a pace is kept.
func fromPace(p audible.TokenPace) store.TokenPace {
	kept := store.TokenPace{
		RefusedAt: p.RefusedAt, UnknownAt: p.UnknownAt, AwayAt: p.AwayAt,
		IsSure: p.IsSure, Failures: p.Failures, RestUntil: p.RestUntil,
	}
	outage, isAway := errors.AsType[*audible.OutageError](p.Err)
	switch {
	case errors.Is(p.Err, audible.ErrRefused):
		kept.Trouble = troubleRefused
	case errors.Is(p.Err, audible.ErrDegraded):
		kept.Trouble = troubleUnknown
	case isAway:
		kept.Trouble, kept.Status = troubleAway, outage.Status
	}
	return kept
}

// toPace is the pace that was kept.
func toPace(p store.TokenPace) audible.TokenPace {
	pace := audible.TokenPace{
		RefusedAt: p.RefusedAt, UnknownAt: p.UnknownAt, AwayAt: p.AwayAt,
		IsSure: p.IsSure, Failures: p.Failures, RestUntil: p.RestUntil,
	}
	switch p.Trouble {
	case troubleRefused:
		pace.Err = audible.ErrRefused
	case troubleUnknown:
		pace.Err = audible.ErrDegraded
	case troubleAway:
		pace.Err = &audible.OutageError{Endpoint: "auth/token", Status: p.Status}
	}
	return pace
}

// tokenText says in words what the token service answered.
func tokenText(err error) string {
	if errors.Is(err, audible.ErrRefused) {
		return "Amazon refused to renew the token"
	}
	if said, ok := errors.AsType[*audible.APIError](err); ok {
		return "Amazon gave an unknown answer about the token: " + said.Error()
	}
	return sentence(err)
}
