package account

import (
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

const (
	// pendingTable holds sign-ins between two answers.
	pendingTable = "pending_links"
	// pendingTime is how long a sign-in waits for its next answer to come
	// from any process. What lies there can hold a password.
	pendingTime = 10 * time.Minute
	// doorQuestions is the door of sign-ins whose questions we ask.
	doorQuestions = "questions"
)

// Pending is a sign-in that waits for an answer. Its state lies sealed in the
// store, so that any process can go on with it.
type Pending struct {
	SignIn *audible.SignIn
	// StartedAt is when it began, and Marketplace where.
	StartedAt   time.Time
	Marketplace string

	id      string
	version int64
}

// linkID is the row of the sign-in, empty for none.
func (p *Pending) linkID() string {
	if p == nil {
		return ""
	}
	return p.id
}

func pendingCell(id string, version int64) vault.Binding {
	return vault.Binding{Table: pendingTable, Column: "sealed", Row: id, Version: version}
}

// stateSealer returns the function that seals the sign-in's present state.
func stateSealer(ks *vault.Keyset, signIn *audible.SignIn) store.SealState {
	return func(id string, version int64) ([]byte, error) {
		state, err := signIn.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("write the sign-in's state: %w", err)
		}
		defer clear(state)
		return ks.Seal(pendingCell(id, version), state)
	}
}

// Hold keeps a sign-in that waits for its first answer.
func (s *Service) Hold(
	ctx context.Context, user audipy.UserID, marketplace string, signIn *audible.SignIn,
) (*Pending, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return nil, err
	}
	kept, err := s.store.CreatePendingLink(ctx, user, store.NewPendingLink{
		Door: doorQuestions, Marketplace: marketplace, Step: string(signIn.Step().Kind),
		TTL: pendingTime, Seal: stateSealer(ks, signIn),
	}, audit.Event{Action: audit.LinkStarted, Outcome: audit.Succeeded, Target: marketplace})
	if err != nil {
		return nil, err
	}
	return &Pending{
		SignIn: signIn, StartedAt: kept.CreatedAt, Marketplace: marketplace, id: kept.ID, version: kept.Version,
	}, nil
}

// Advance keeps the sign-in's state after an answer. It is a Conflict when
// another process has answered meanwhile.
func (s *Service) Advance(ctx context.Context, user audipy.UserID, p *Pending) error {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return err
	}
	step := string(p.SignIn.Step().Kind)
	kept, err := s.store.AdvanceLink(ctx, user, store.Advance{
		ID: p.id, From: p.version, Step: step, Seal: stateSealer(ks, p.SignIn),
	}, audit.Event{Action: audit.LinkStepped, Outcome: audit.Succeeded, Target: step})
	if err != nil {
		return err
	}
	p.version = kept.Version
	return nil
}

// Resume returns the newest sign-in that still waits for an answer, and nil
// when there is none. Those whose time is over are deleted.
func (s *Service) Resume(ctx context.Context, user audipy.UserID) (*Pending, error) {
	if _, err := s.store.DeleteExpiredLinks(ctx); err != nil {
		return nil, err
	}
	links, err := s.store.PendingLinks(ctx, user)
	if err != nil {
		return nil, err
	}
	for _, link := range links {
		if link.Door != doorQuestions || !link.ClaimedAt.IsZero() {
			continue
		}
		return s.reopen(ctx, user, link)
	}
	return nil, nil
}

func (s *Service) reopen(ctx context.Context, user audipy.UserID, link store.PendingLink) (*Pending, error) {
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return nil, err
	}
	state, err := ks.Open(pendingCell(link.ID, link.Version), link.Sealed)
	if err != nil {
		return nil, unreadable(err)
	}
	defer clear(state)
	signIn, err := s.StartSignIn(link.Marketplace, false)
	if err != nil {
		return nil, err
	}
	if err := signIn.UnmarshalBinary(state); err != nil {
		return nil, unreadable(err)
	}
	return &Pending{
		SignIn: signIn, StartedAt: link.CreatedAt, Marketplace: link.Marketplace, id: link.ID, version: link.Version,
	}, nil
}

// Drop ends a pending sign-in and deletes its state. One that has ended
// already is as good.
func (s *Service) Drop(ctx context.Context, user audipy.UserID, p *Pending) error {
	err := s.store.DeletePendingLink(ctx, user, p.id, audit.Event{Action: audit.LinkFailed, Outcome: audit.Failed})
	if audipy.KindOf(err) == audipy.NotFound {
		return nil
	}
	return err
}
