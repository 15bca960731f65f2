package store_test

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// waitingFor is an identity that waits under a token to be linked in the session
// of a person.
func waitingFor(token string, p person) store.NewProviderSignIn {
	return store.NewProviderSignIn{
		TokenHash: []byte(token), Purpose: store.ProviderLink, Session: p.session.ID, Issuer: "https://id.example.org",
		Subject: "subject of " + token, Label: "kim@example.org", TTL: 10 * time.Minute,
	}
}

// asked is a browser that was sent to a provider with a token and a state.
func asked(token, state string) store.NewProviderSignIn {
	return store.NewProviderSignIn{
		TokenHash: []byte(token), StateHash: []byte(state), Purpose: store.ProviderSignIn, Issuer: "https://id.example.org", TTL: 10 * time.Minute,
	}
}

func providerOperations() map[string]operation {
	return map[string]operation{
		"Identities": {call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return s.Identities(ctx, as)
		}},
		"KeepIdentity": {writes: true, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.KeepIdentity(ctx, as, waitingFor("another of "+string(as), p)))
		}},
		"AskProvider": {action: audit.ProviderAsked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, _ person) (any, error) {
			return nothing(s.AskProvider(ctx, as, asked("asked by "+string(as), "state of "+string(as)), nil, event(audit.ProviderAsked)))
		}},
		"LinkIdentity": {foreign: true, action: audit.IdentityLinked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.LinkIdentity(ctx, as, p.waitsFor, p.session.ID, event(audit.IdentityLinked))
		}, before: func(ctx context.Context, s *store.Store, p person) error {
			return s.UnlinkIdentity(ctx, p.id, p.identity.ID, p.session.ID, nil, event(audit.IdentityUnlinked))
		}},
		"UnlinkIdentity": {foreign: true, action: audit.IdentityUnlinked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return nothing(s.UnlinkIdentity(ctx, as, p.identity.ID, p.session.ID, nil, event(audit.IdentityUnlinked)))
		}},
		"StartProviderSession": {foreign: true, action: audit.SessionStarted, before: withoutFactors, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartProviderSession(ctx, as, store.ProviderUse{Identity: p.identity.ID}, newSession("by provider of "+p.hash), event(audit.SessionStarted))
		}},
		"StartProviderPending": {foreign: true, action: audit.SecondFactorAsked, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StartProviderPending(ctx, as, p.identity.ID, newPending("by provider of "+p.hash), event(audit.SecondFactorAsked))
		}},
		"StepUpByProvider": {foreign: true, action: audit.SteppedUp, call: func(ctx context.Context, s *store.Store, as audipy.UserID, p person) (any, error) {
			return s.StepUpByProvider(ctx, as, p.session.ID, p.identity.ID, newSession("stepped up of "+p.hash), event(audit.SteppedUp))
		}},
	}
}
