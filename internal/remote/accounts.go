package remote

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
)

func accountPath(id audipy.AccountID) string { return "/accounts/" + url.PathEscape(string(id)) }

// Accounts returns everything about the linked accounts.
func (c *Client) Accounts(ctx context.Context) ([]httpapi.AccountCard, error) {
	var wire httpapi.AccountList
	err := c.do(ctx, call{method: http.MethodGet, path: "/accounts", list: true}, &wire)
	return wire.Items, err
}

// Account returns everything about one.
func (c *Client) Account(ctx context.Context, id audipy.AccountID) (httpapi.AccountCard, error) {
	var card httpapi.AccountCard
	err := c.do(ctx, call{method: http.MethodGet, path: accountPath(id)}, &card)
	return card, err
}

// StartSync has the server sync an account before others.
func (c *Client) StartSync(ctx context.Context, id audipy.AccountID, full bool) error {
	body := httpapi.SyncRequest{Full: full}
	return c.do(ctx, call{method: http.MethodPost, path: accountPath(id) + "/sync", body: body}, nil)
}

// RunPage is a part of the receipts, the newest first.
type RunPage struct {
	Runs []audipy.SyncRun
	Next string
}

// Runs returns a page of receipts, of one account or of all.
func (c *Client) Runs(ctx context.Context, account audipy.AccountID, cursor string, limit int) (RunPage, error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if account != "" {
		query.Set("account", string(account))
	}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	var wire httpapi.SyncRunPage
	err := c.do(ctx, call{method: http.MethodGet, path: "/sync-runs", query: query, list: true}, &wire)
	page := RunPage{Runs: make([]audipy.SyncRun, len(wire.Items)), Next: wire.Next}
	for i := range wire.Items {
		page.Runs[i] = runOf(&wire.Items[i])
	}
	return page, err
}

// Run returns one receipt with the titles that came and went.
func (c *Client) Run(ctx context.Context, id string) (audipy.SyncRun, error) {
	var wire httpapi.SyncRun
	err := c.do(ctx, call{method: http.MethodGet, path: "/sync-runs/" + url.PathEscape(id)}, &wire)
	return runOf(&wire), err
}

// RecordPage is a part of the person's trail, the newest first. The chain of
// hashes stays at the server.
type RecordPage struct {
	Records []audit.Record
	Next    string
}

// Activity returns a page of the person's trail.
func (c *Client) Activity(ctx context.Context, cursor string, limit int) (RecordPage, error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if cursor != "" {
		query.Set("cursor", cursor)
	}
	var wire httpapi.ActivityPage
	err := c.do(ctx, call{method: http.MethodGet, path: "/activity", query: query, list: true}, &wire)
	page := RecordPage{Records: make([]audit.Record, len(wire.Items)), Next: wire.Next}
	for i := range wire.Items {
		a := &wire.Items[i]
		page.Records[i] = audit.Record{Seq: a.Seq, At: a.At, Event: audit.Event{
			Action: audit.Action(a.Action), Outcome: audit.Outcome(a.Outcome), Target: a.Target,
			Account: audipy.AccountID(a.AccountID), Counts: a.Counts,
		}}
	}
	return page, err
}

// ProposalStatus says what became of a proposal.
type ProposalStatus string

// What may become of a proposal.
const (
	ProposalPending   ProposalStatus = "pending"
	ProposalConfirmed ProposalStatus = "confirmed"
	ProposalRefused   ProposalStatus = "refused"
	ProposalExpired   ProposalStatus = "expired"
)

// Proposal is credentials of an Audible account that wait for the person.
type Proposal struct {
	ID          string         `json:"id"`
	Status      ProposalStatus `json:"status"`
	AccountName string         `json:"account_name"`
	Marketplace string         `json:"marketplace"`
	ExpiresAt   time.Time      `json:"expires_at"`
	// Address is the page on which the person decides.
	Address string `json:"confirm_uri"`
	// AccountID is what the server calls the account, and Relinked whether it
	// had it before; once it is confirmed.
	AccountID string `json:"account_id"`
	Relinked  bool   `json:"relinked"`
}

// Propose hands a credential file over. Shared says that it stays in use here.
func (c *Client) Propose(ctx context.Context, file string, shared bool) (Proposal, error) {
	body := struct {
		File   string `json:"file"`
		Shared bool   `json:"shared"`
	}{file, shared}
	var p Proposal
	err := c.do(ctx, call{method: http.MethodPost, path: "/link-proposals", body: body, list: true}, &p)
	return p, err
}

// Proposal returns what became of a proposal of this computer's; for a day.
func (c *Client) Proposal(ctx context.Context, id string) (Proposal, error) {
	var p Proposal
	err := c.do(ctx, call{method: http.MethodGet, path: "/link-proposals/" + url.PathEscape(id)}, &p)
	return p, err
}
