package account

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

const (
	// doorProgram is the door of links that a program proposed, and
	// programBrowser what stands for a browser there: no browser's hash is so,
	// so none goes on with it but by ConfirmProposal.
	doorProgram    = "program"
	programBrowser = "program"
)

// Proposal is an Audible account that a program proposes.
type Proposal struct {
	// Proposer and ProposerName are the id and the name of the program.
	Proposer, ProposerName string
	// File is a credential file with one account.
	File []byte
	// Shared says that the program keeps its copy.
	Shared bool
}

// Proposed is a proposal as its program and its person may see it.
type Proposed struct {
	store.LinkProposal
	// Login is what the account is signed in with, masked, and the others as in
	// LinkAccount; they are known while the proposal waits.
	Login                           string
	IsLinked, IsShared, IsElsewhere bool
}

// IsExpired reports whether nobody decided in time.
func (p Proposed) IsExpired(now time.Time) bool {
	return p.Outcome == "" && !now.Before(p.ExpiresAt)
}

// ProposeLink seals the credentials that a program proposes, for the person to
// confirm. Nothing is linked by it. Files are refused as ImportLink does, and
// those with several accounts.
func (s *Service) ProposeLink(ctx context.Context, user audipy.UserID, p Proposal) (Proposed, error) {
	if err := s.admitLink(ctx, user); err != nil {
		return Proposed{}, err
	}
	if err := s.attempt(ctx, user, attemptImport, s.links.Imports, "files"); err != nil {
		return Proposed{}, err
	}
	offers, err := s.readFile(ctx, p.File, "")
	if err != nil {
		return Proposed{}, err
	}
	if len(offers) != 1 {
		return Proposed{}, audipy.Fail(audipy.Invalid, "a proposal is for one account", nil).WithCode("file_not_usable")
	}
	offers[0].Shared = p.Shared
	ks, err := s.keyset(ctx, user)
	if err != nil {
		return Proposed{}, err
	}
	h := &held{user: user, ks: ks, state: linkState{Offers: offers}}
	if err := s.refuseLinked(ctx, h); err != nil {
		return Proposed{}, err
	}
	if h.state.Offers[0], err = s.tryOffer(ctx, offers[0]); err != nil {
		return Proposed{}, err
	}
	c, offer, err := h.offer()
	if err != nil {
		return Proposed{}, err
	}
	name := cmp.Or(cmp.Or(c.Customer.Name, offer.Label), cmp.Or(offer.Login, strings.ToUpper(c.Marketplace)))
	row, err := s.store.CreatePendingLink(ctx, user, store.NewPendingLink{
		Door: doorProgram, Marketplace: c.Marketplace, Step: StepConfirm, Browser: programBrowser, TTL: pendingTime,
		Seal: h.state.seal(ks), Most: s.links.Open,
		Proposal: &store.NewProposal{Proposer: p.Proposer, ProposerName: p.ProposerName, AccountName: name},
	}, audit.Event{Action: audit.LinkStarted, Outcome: audit.Succeeded, Target: doorProgram})
	if err != nil {
		return Proposed{}, err
	}
	kept, err := s.store.LinkProposal(ctx, user, row.ID)
	return Proposed{LinkProposal: kept}, err
}

// ProposalOf returns a proposal for the program that made it, and NotFound for
// every other.
func (s *Service) ProposalOf(ctx context.Context, user audipy.UserID, id, proposer string) (Proposed, error) {
	kept, err := s.store.LinkProposal(ctx, user, id)
	if err == nil && kept.Proposer != proposer {
		err = audipy.Fail(audipy.NotFound, "there is no such proposal", nil)
	}
	if err != nil {
		return Proposed{}, err
	}
	return Proposed{LinkProposal: kept}, nil
}

// Proposals returns what waits for the person, the newest first.
func (s *Service) Proposals(ctx context.Context, user audipy.UserID) ([]Proposed, error) {
	kept, err := s.store.LinkProposals(ctx, user)
	if err != nil {
		return nil, err
	}
	var all []Proposed
	for _, one := range kept {
		h, err := s.openHeld(ctx, user, one.ID, programBrowser)
		if audipy.KindOf(err) == audipy.NotFound {
			continue // decided on a moment ago
		}
		if err != nil {
			return nil, err
		}
		link, err := s.view(ctx, h)
		if err != nil {
			return nil, err
		}
		all = append(all, Proposed{
			LinkProposal: one, Login: link.Account.Login, IsLinked: link.Account.IsLinked, IsShared: link.Account.IsShared,
			IsElsewhere: link.Account.IsElsewhere,
		})
	}
	return all, nil
}

// ConfirmProposal links the account of a proposal that the person names. Another
// name is Invalid with the code name_mismatch: a program may propose what the
// person doesn't know.
func (s *Service) ConfirmProposal(ctx context.Context, user audipy.UserID, id, name string) (Linked, error) {
	kept, err := s.store.LinkProposal(ctx, user, id)
	if err != nil {
		return Linked{}, err
	}
	if !strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(kept.AccountName)) {
		return Linked{}, audipy.Fail(audipy.Invalid, "this is not the name of the account", nil).WithCode("name_mismatch").
			WithHint("type it as the page shows it")
	}
	return s.ConfirmLink(ctx, user, id, programBrowser)
}

// RefuseProposal throws a proposal away. The program's own copy stays good.
func (s *Service) RefuseProposal(ctx context.Context, user audipy.UserID, id string) error {
	return s.AbandonLink(ctx, user, id, programBrowser)
}
