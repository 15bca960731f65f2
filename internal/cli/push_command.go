package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/audipy/audipy/audible/authfile"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/remote"
	"github.com/audipy/audipy/internal/store"
)

// pushPoll is how often a server is asked whether the person has answered.
const pushPoll = 3 * time.Second

// pushCmd hands the link of an account to a server.
type pushCmd struct {
	Account string `arg:"" optional:"" help:"The account; needed when several are linked."`
	Keep    bool   `help:"Keep the link here too: both share its device at Amazon."`
}

// pushing is a push under way.
type pushing struct {
	app    *app
	server *serverData
	saved  store.Server
	one    audipy.Account
	keeps  bool
	// resumed is set when an earlier run has begun it.
	resumed bool
}

// Run proposes the link to the server, waits until the person has confirmed it
// there, and then deletes it here or, with --keep, shares it. Broken off at any
// point it goes on by being run again.
func (c pushCmd) Run(ctx context.Context, a *app) error {
	if a.server == "" {
		return audipy.Fail(audipy.Invalid, "to which server?", nil).
			WithHint(`add --server NAME; "audipy server list" shows them`)
	}
	saved, err := a.savedServer(ctx, a.server)
	if err != nil {
		return err
	}
	if a.cfg.get("server_token") != "" {
		return audipy.Fail(audipy.Invalid, "a token of AUDIPY_SERVER_TOKEN can't be used for this", nil).
			WithHint(`leave it out; "audipy server add" lets this computer in`)
	}
	server, err := a.onServer(ctx)
	if err != nil {
		return err
	}
	one, err := a.selectAccount(ctx, c.Account)
	if err != nil {
		return err
	}
	p := pushing{app: a, server: server, saved: saved, one: one, keeps: c.Keep}
	proposal, err := p.proposal(ctx)
	if err != nil {
		return err
	}
	if proposal, err = p.await(ctx, proposal); err != nil {
		return err
	}
	return p.end(ctx, proposal)
}

// proposal returns the proposal of an earlier run that is still good for
// something, or else makes one.
func (p *pushing) proposal(ctx context.Context) (remote.Proposal, error) {
	before, err := p.app.store.Push(ctx, p.app.user.ID, p.one.ID)
	switch {
	case audipy.KindOf(err) == audipy.NotFound:
		return p.propose(ctx)
	case err != nil:
		return remote.Proposal{}, err
	case before.Server != p.saved.ID:
		return remote.Proposal{}, audipy.Fail(audipy.Conflict, "the account is on its way to another server", nil).
			WithHint("name that server, and let the push end")
	}
	p.resumed = true
	if before.Proposal == "" {
		return p.propose(ctx)
	}
	proposal, err := p.server.client.Proposal(ctx, before.Proposal)
	switch {
	case audipy.KindOf(err) == audipy.NotFound: // a day is over
		return p.propose(ctx)
	case err != nil:
		return remote.Proposal{}, err
	case proposal.Status == remote.ProposalConfirmed, proposal.Status == remote.ProposalPending:
		p.keeps = before.Keeps // what the server was told
		return proposal, nil
	case proposal.Status == remote.ProposalExpired, proposal.Status == remote.ProposalRefused:
	}
	return p.propose(ctx)
}

// propose hands the credentials over. From before that on the device counts as
// shared, so that nothing here can sign out what the server may have.
func (p *pushing) propose(ctx context.Context) (remote.Proposal, error) {
	a := p.app
	file, err := p.credentials(ctx)
	if err != nil {
		return remote.Proposal{}, err
	}
	err = a.store.BeginPush(ctx, a.user.ID, store.Push{Account: p.one.ID, Server: p.saved.ID, Keeps: p.keeps},
		audit.Event{Action: audit.PushBegun, Outcome: audit.Succeeded})
	if err != nil {
		return remote.Proposal{}, err
	}
	made, err := p.server.client.Propose(ctx, file, p.keeps)
	if err != nil {
		return p.refused(ctx, err)
	}
	return made, a.store.NotePush(context.WithoutCancel(ctx), a.user.ID, p.one.ID, made.ID)
}

// credentials are the account's, as a file for another program.
func (p *pushing) credentials(ctx context.Context) (string, error) {
	accounts, _, err := p.app.services(ctx)
	if err != nil {
		return "", err
	}
	credentials, err := accounts.Export(ctx, p.app.user.ID, p.one.ID, string(authfile.AudibleRS))
	if err != nil {
		return "", err
	}
	var file strings.Builder
	err = writeCredentials(&file, authfile.AudibleRS, authfile.Account{Credentials: credentials, Label: p.one.Name}, authfile.WriteOptions{})
	return file.String(), err
}

// refused takes back what a server has not taken. Where it has the account
// already and an earlier run was broken off before it knew its proposal, that one
// has arrived. Where it could not be reached, nobody knows, and the push stays
// begun.
func (p *pushing) refused(ctx context.Context, err error) (remote.Proposal, error) {
	known, _ := errors.AsType[*audipy.Error](err)
	if known != nil && known.Code == "already_linked" && p.resumed {
		return remote.Proposal{Status: remote.ProposalConfirmed}, nil
	}
	switch audipy.KindOf(err) {
	case audipy.Invalid, audipy.Conflict, audipy.Forbidden:
		return remote.Proposal{}, errors.Join(err, p.drop(ctx))
	case audipy.Internal, audipy.NotFound, audipy.Unauthorized, audipy.ActionRequired, audipy.Busy, audipy.Unavailable:
	}
	return remote.Proposal{}, err
}

// drop ends a push whose link the server does not have.
func (p *pushing) drop(ctx context.Context) error {
	return p.app.store.EndPush(context.WithoutCancel(ctx), p.app.user.ID, p.one.ID, false,
		audit.Event{Action: audit.PushDropped, Outcome: audit.Succeeded})
}

// await waits until the person has answered in the browser.
func (p *pushing) await(ctx context.Context, proposal remote.Proposal) (remote.Proposal, error) {
	a := p.app
	if proposal.Status == remote.ProposalPending {
		a.out.note("open %s in a browser and confirm the account there", clean(proposal.Address))
		a.out.qrCode(proposal.Address)
		a.out.note("nothing is deleted here before that; stop and run it again to go on later")
	}
	for proposal.Status == remote.ProposalPending {
		if err := a.env.Wait(ctx, pushPoll); err != nil {
			return proposal, err
		}
		var err error
		if proposal, err = p.server.client.Proposal(ctx, proposal.ID); err != nil {
			return proposal, err
		}
	}
	switch proposal.Status {
	case remote.ProposalRefused:
		return proposal, errors.Join(p.drop(ctx), audipy.Fail(audipy.Forbidden, "the account was refused in the browser", nil).
			WithHint("it stays linked here; run the command again if that was a mistake"))
	case remote.ProposalExpired:
		return proposal, errors.Join(p.drop(ctx), audipy.Fail(audipy.ActionRequired, "nobody confirmed the account within ten minutes", nil).
			WithHint("it stays linked here; run the command again, and confirm in the browser"))
	case remote.ProposalConfirmed, remote.ProposalPending:
	}
	return proposal, nil
}

// pushed says what became of the account.
type pushed struct {
	Account  string `json:"account"`
	Server   string `json:"server"`
	Kept     bool   `json:"kept"`
	Relinked bool   `json:"relinked"`
}

// end deletes the link here or shares it. The device is the server's now, and is
// never signed out from here.
func (p *pushing) end(ctx context.Context, proposal remote.Proposal) error {
	a, ctx := p.app, context.WithoutCancel(ctx)
	arrived := audit.Event{Action: audit.PushArrived, Outcome: audit.Succeeded, Account: p.one.ID, Target: p.saved.ID}
	if p.keeps {
		if err := a.store.EndPush(ctx, a.user.ID, p.one.ID, true, arrived); err != nil {
			return err
		}
	} else {
		if err := a.store.Record(ctx, a.user.ID, arrived); err != nil {
			return err
		}
		if _, err := a.accounts.Unlink(ctx, a.user.ID, p.one.ID, account.UnlinkOptions{}); err != nil {
			return err
		}
	}
	done := pushed{Account: accountName(p.one), Server: p.saved.Name, Kept: p.keeps, Relinked: proposal.Relinked}
	return a.out.result(done, func() {
		a.out.line("%s is linked at %s.", clean(done.Account), clean(done.Server))
		if p.keeps {
			a.out.line("  it stays linked here too; both are one device at Amazon, which neither signs out")
			return
		}
		a.out.line("  the link here is deleted, and the library stays; see it with: audipy library --server %s", clean(done.Server))
	})
}
