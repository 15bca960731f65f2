package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// proposalPath is the page where a person decides on a proposal.
const proposalPath = "/link-proposals/"

// LinkProposal is an Audible account that a program proposed to link.
type LinkProposal struct {
	ID          string    `json:"id"`
	Status      string    `json:"status" enum:"pending,confirmed,refused,expired"`
	AccountName string    `json:"account_name" doc:"What the person confirms it by."`
	Marketplace string    `json:"marketplace"`
	ExpiresAt   time.Time `json:"expires_at" doc:"Until when the person may decide."`
	ConfirmURI  string    `json:"confirm_uri" doc:"The page where the person decides."`
	AccountID   string    `json:"account_id,omitempty" doc:"What it became, once it is confirmed."`
	Relinked    bool      `json:"relinked,omitempty" doc:"The account was linked before."`
}

// OpenProposal is a proposal for the person who decides on it.
type OpenProposal struct {
	LinkProposal
	Program       string `json:"program" doc:"The name of the program that proposed it."`
	MaskedEmail   string `json:"masked_email,omitempty"`
	AlreadyLinked bool   `json:"already_linked" doc:"It is linked: it keeps its library and gets new credentials."`
	SharedDevice  bool   `json:"shared_device" doc:"The program keeps its copy."`
	Elsewhere     bool   `json:"linked_elsewhere" doc:"Somebody else on this server has linked it too."`
}

func (a *api) proposalOf(ctx context.Context, p account.Proposed) LinkProposal {
	status := "pending"
	switch {
	case p.Outcome != "":
		status = string(p.Outcome)
	case p.IsExpired(a.Now()):
		status = "expired"
	}
	return LinkProposal{
		ID: p.ID, Status: status, AccountName: p.AccountName, Marketplace: p.Marketplace, ExpiresAt: p.ExpiresAt,
		ConfirmURI: requestOf(ctx).origin + proposalPath + p.ID, AccountID: string(p.Account), Relinked: p.Relinked,
	}
}

func (a *api) registerProposals() {
	const proposals, one = "/link-proposals", "/link-proposals/{id}"
	register(a, huma.Operation{
		OperationID: "proposeLink", Method: http.MethodPost, Path: proposals, DefaultStatus: http.StatusCreated,
		Summary: "Propose credentials of an Audible account, as a program; the person decides.",
	}, a.proposeLink)
	register(a, huma.Operation{
		OperationID: "getProposal", Method: http.MethodGet, Path: one, Summary: "What became of a proposal, for the program that made it.",
	}, a.getProposal)
	register(a, huma.Operation{
		OperationID: "listProposals", Method: http.MethodGet, Path: proposals, Summary: "What programs proposed and nobody decided on.",
	}, a.listProposals)
	register(a, huma.Operation{
		OperationID: "confirmProposal", Method: http.MethodPost, Path: one + "/confirm", DefaultStatus: http.StatusCreated,
		Summary: "Link the account of a proposal by naming it.",
	}, a.confirmProposal)
	register(a, huma.Operation{
		OperationID: "refuseProposal", Method: http.MethodDelete, Path: one, DefaultStatus: http.StatusNoContent,
		Summary: "Throw a proposal away.",
	}, a.refuseProposal)
}

type proposeLinkInput struct {
	Body struct {
		File   string `json:"file" minLength:"2" doc:"The text of a credential file with one account."`
		Shared bool   `json:"shared,omitempty" doc:"The program keeps its copy."`
	}
}

// proposer is the program that asks. Only programs propose and look.
func proposer(ctx context.Context) (id, name string, err error) {
	p := actorFrom(ctx).Program
	if p == nil {
		return "", "", audipy.Fail(audipy.NotFound, "There is no such proposal of yours: you are no program.", nil)
	}
	return p.ID, p.Name, nil
}

func (a *api) proposeLink(ctx context.Context, in *proposeLinkInput) (*struct{ Body LinkProposal }, error) {
	id, name, err := proposer(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.limitLinking(ctx, "links", a.Limits.AddressLinks); err != nil {
		return nil, err
	}
	file := []byte(in.Body.File)
	defer clear(file)
	made, err := a.Accounts.ProposeLink(ctx, actorFrom(ctx).UserID, account.Proposal{
		Proposer: id, ProposerName: name, File: file, Shared: in.Body.Shared,
	})
	if err != nil {
		return nil, err
	}
	return &struct{ Body LinkProposal }{a.proposalOf(ctx, made)}, nil
}

type proposalInput struct {
	ID string `path:"id" maxLength:"64"`
}

func (a *api) getProposal(ctx context.Context, in *proposalInput) (*struct{ Body LinkProposal }, error) {
	id, _, err := proposer(ctx)
	if err != nil {
		return nil, err
	}
	found, err := a.Accounts.ProposalOf(ctx, actorFrom(ctx).UserID, in.ID, id)
	if err != nil {
		return nil, err
	}
	return &struct{ Body LinkProposal }{a.proposalOf(ctx, found)}, nil
}

type proposalsOutput struct {
	Body struct {
		Items []OpenProposal `json:"items"`
	}
}

func (a *api) listProposals(ctx context.Context, _ *struct{}) (*proposalsOutput, error) {
	open, err := a.Accounts.Proposals(ctx, actorFrom(ctx).UserID)
	if err != nil {
		return nil, err
	}
	out := &proposalsOutput{}
	out.Body.Items = []OpenProposal{}
	for _, p := range open {
		out.Body.Items = append(out.Body.Items, OpenProposal{
			LinkProposal: a.proposalOf(ctx, p), Program: p.ProposerName, MaskedEmail: p.Login,
			AlreadyLinked: p.IsLinked, SharedDevice: p.IsShared, Elsewhere: p.IsElsewhere,
		})
	}
	return out, nil
}

type confirmProposalInput struct {
	ID   string `path:"id" maxLength:"64"`
	Body struct {
		Name string `json:"name" minLength:"1" maxLength:"200" doc:"The name of the account, as the page shows it."`
	}
}

func (a *api) confirmProposal(ctx context.Context, in *confirmProposalInput) (*linkedOutput, error) {
	linked, err := a.Accounts.ConfirmProposal(ctx, actorFrom(ctx).UserID, in.ID, in.Body.Name)
	if err != nil {
		return nil, err
	}
	return linkedAnswer(linked), nil
}

func (a *api) refuseProposal(ctx context.Context, in *proposalInput) (*struct{}, error) {
	return nil, a.Accounts.RefuseProposal(ctx, actorFrom(ctx).UserID, in.ID)
}
