package store_test

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// withoutFactors leaves the person the password alone.
func withoutFactors(ctx context.Context, s *store.Store, p person) error {
	return s.RemoveFactors(ctx, p.id, event(audit.FactorsRemoved))
}

func factorOperations() map[string]operation {
	return map[string]operation{
		"AddAuthenticator": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.AddAuthenticator(ctx, as, time.Minute, sealSeed)
			return nil, err
		}},
		"ConfirmAuthenticator": {foreign: true, action: audit.AuthenticatorAdded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.ConfirmAuthenticator(ctx, as, store.NewFactor{ID: p.setUp.ID, Step: 30, Session: p.session.ID}, event(audit.AuthenticatorAdded))
		}},
		"RemoveAuthenticator": {foreign: true, action: audit.AuthenticatorRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.RemoveAuthenticator(ctx, as, p.session.ID, event(audit.AuthenticatorRemoved)))
		}},
		"ReplaceRecoveryCodes": {foreign: true, action: audit.RecoveryCodesMade, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.ReplaceRecoveryCodes(ctx, as, store.RecoveryCodes{Hashes: [][]byte{[]byte("x")}}, event(audit.RecoveryCodesMade)))
		}},
		"RemoveFactors": {foreign: true, action: audit.FactorsRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.RemoveFactors(ctx, as, event(audit.FactorsRemoved)))
		}},
		"RemoveFactorsDue": {foreign: true, action: audit.FactorsRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.RemoveFactorsDue(ctx, as, event(audit.FactorsRemoved)))
		}},
		"CountFactorFailure": {action: audit.SecondFactorRefused, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			err := s.CountFactorFailure(ctx, as, 100, event(audit.SecondFactorRefused))
			return nil, err
		}},
		"EnsurePasskeyHandle": {writes: true, foreign: false, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, err := s.EnsurePasskeyHandle(ctx, as, []byte("handle of "+string(as)))
			return nil, err
		}},
		"AddPasskey": {action: audit.PasskeyAdded, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			_, _, err := s.AddPasskey(ctx, as, newPasskey("another of "+string(as), ""), event(audit.PasskeyAdded))
			return nil, err
		}},
		"RenamePasskey": {foreign: true, action: audit.PasskeyRenamed, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.RenamePasskey(ctx, as, p.passkey.ID, "Laptop", event(audit.PasskeyRenamed)))
		}},
		"RemovePasskey": {foreign: true, action: audit.PasskeyRemoved, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.RemovePasskey(ctx, as, p.passkey.ID, "", nil, event(audit.PasskeyRemoved)))
		}},
		"StartPasskeySession": {foreign: true, action: audit.SessionStarted, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartPasskeySession(ctx, as, store.PasskeyUse{ID: p.passkey.ID, SignCount: 8}, newSession("by key of "+p.hash), event(audit.SessionStarted))
		}},
		"AddChallenge": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.AddChallenge(ctx, as, store.Challenge{Hash: []byte("next of " + as), Purpose: store.CodePasskeyAdd}, time.Minute))
		}},
		"TakeChallenge": {writes: true, foreign: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.TakeChallenge(ctx, as, p.challenge))
		}},
		"StartPendingSignIn": {foreign: true, action: audit.SecondFactorAsked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartPendingSignIn(ctx, as, p.hash, newPending("next of "+p.hash), event(audit.SecondFactorAsked))
		}},
		"TakeTry": {foreign: true, writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.TakeTry(ctx, as, p.pending.ID, 5))
		}},
		"FinishSignIn": {foreign: true, action: audit.SessionStarted, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			made, _, err := s.FinishSignIn(ctx, as, store.FinishSignIn{
				Pending: p.pending.ID, Proof: p.totp(20), Session: newSession("finished of " + p.hash),
			}, event(audit.SessionStarted))
			return made, err
		}},
	}
}
