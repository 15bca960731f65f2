package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// LinkProposal is an Audible account that a program proposed to link. Its
// credentials are in the pending link of the same id.
type LinkProposal struct {
	ID string
	// Proposer is the id of the program or token, and ProposerName its name at
	// the time.
	Proposer, ProposerName string
	// AccountName is what the person confirms it by.
	AccountName, Marketplace string
	// Outcome is empty as long as nobody has decided.
	Outcome ProposalOutcome
	// Account is what it became when it was confirmed, and Relinked whether it
	// was linked before.
	Account              audipy.AccountID
	Relinked             bool
	CreatedAt, ExpiresAt time.Time
}

// ProposalOutcome says what became of a proposal.
type ProposalOutcome string

// The outcomes of a proposal.
const (
	ProposalConfirmed ProposalOutcome = "confirmed"
	ProposalRefused   ProposalOutcome = "refused"
)

// NewProposal is what CreatePendingLink needs to know of a proposal.
type NewProposal struct{ Proposer, ProposerName, AccountName string }

const proposalColumns = `id, proposer, proposer_name, account_name, marketplace, outcome, account_id, is_relinked, created_at, expires_at`

func proposalFields(p *LinkProposal) []any {
	return []any{
		&p.ID, &p.Proposer, &p.ProposerName, &p.AccountName, &p.Marketplace, &p.Outcome, &p.Account, &p.Relinked,
		at(&p.CreatedAt), at(&p.ExpiresAt),
	}
}

// LinkProposals returns what was proposed to the person and waits for them, the
// newest first.
func (s *Store) LinkProposals(ctx context.Context, user audipy.UserID) ([]LinkProposal, error) {
	q := s.of(user)
	all, err := list(ctx, q, proposalFields, `
		SELECT `+proposalColumns+` FROM link_proposals
		WHERE user_id = $1 AND outcome = '' AND expires_at > $2 ORDER BY created_at DESC, id DESC`, string(user), micros(q.now))
	return all, wrap(err, "list proposals")
}

// LinkProposal returns a proposal of the last day, decided on or not, or
// NotFound.
func (s *Store) LinkProposal(ctx context.Context, user audipy.UserID, id string) (LinkProposal, error) {
	var p LinkProposal
	err := s.of(user).one(ctx, proposalFields(&p),
		`SELECT `+proposalColumns+` FROM link_proposals WHERE user_id = $1 AND id = $2`, string(user), id)
	return p, absent(err, "read proposal", "proposal")
}

// propose keeps who proposed a pending link.
func (c *change) propose(ctx context.Context, p PendingLink, n NewProposal) error {
	_, err := c.exec(ctx, `
		INSERT INTO link_proposals (user_id, `+proposalColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, '', '', FALSE, $7, $8)`,
		string(c.user), p.ID, n.Proposer, n.ProposerName, n.AccountName, p.Marketplace, micros(p.CreatedAt), micros(p.ExpiresAt))
	return wrap(err, "keep proposal")
}

// settleProposal notes what became of a proposal, if the link was one.
func (c *change) settleProposal(ctx context.Context, id string, linked Linked) error {
	outcome, account := ProposalRefused, linked.Account.ID
	if account != "" {
		outcome = ProposalConfirmed
	}
	_, err := c.exec(ctx, `
		UPDATE link_proposals SET outcome = $3, account_id = $4, is_relinked = $5 WHERE user_id = $1 AND id = $2`,
		string(c.user), id, string(outcome), string(account), linked.Relinked)
	return wrap(err, "settle proposal")
}
