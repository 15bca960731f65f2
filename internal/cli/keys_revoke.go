package cli

import (
	"context"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/rotation"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// keysRevokeCmd is for the day on which key and database were stolen.
type keysRevokeCmd struct {
	Yes bool `help:"Do it without asking."`
}

// revoked is what was done.
type revoked struct {
	Sessions     int              `json:"sessions_ended"`
	Deregistered int              `json:"devices_signed_out"`
	LeftBehind   []string         `json:"devices_left"`
	Accounts     []revokedAccount `json:"accounts"`
	// Servers are those elsewhere that let this computer in, and ServersLeft those
	// of them that could not be told that it is over.
	Servers     int      `json:"servers_ended"`
	ServersLeft []string `json:"servers_left"`
	Key         string   `json:"key"`
	Anew        int      `json:"sealed_anew"`
}

type revokedAccount struct {
	Person     string           `json:"person"`
	ID         audipy.AccountID `json:"id"`
	LeftBehind string           `json:"left_behind,omitempty"`
}

// Run revokes everything, what opens most first. Broken off, it goes on by being
// run again.
func (c keysRevokeCmd) Run(ctx context.Context, a *app) error {
	opened, key, err := a.sealed(ctx)
	if err != nil {
		return err
	}
	a.out.note("every Audible account is unlinked, every session ends, and every key is made new; libraries stay")
	if !c.Yes && !a.confirm(ctx, "Revoke everything?") {
		return audipy.Fail(audipy.Invalid, "nothing was revoked", nil).WithHint("answer yes, or add --yes")
	}
	if err := rotation.Check(ctx, opened, key); err != nil {
		return err
	}
	people, err := opened.Users(ctx)
	if err != nil {
		return err
	}
	accounts := account.New(account.Options{
		Store: opened, Key: key, Transport: a.env.Transport, Now: a.env.Now, Wait: a.env.Wait, Rate: a.env.Rate, Log: a.log,
	})
	r := revoked{LeftBehind: []string{}, ServersLeft: []string{}, Accounts: []revokedAccount{}}
	for _, one := range people {
		if err := r.person(ctx, opened, accounts, one); err != nil {
			return err
		}
		if err := r.servers(ctx, opened, accounts, one.ID); err != nil {
			return err
		}
	}
	if err := r.keys(ctx, opened, key); err != nil {
		return err
	}
	return a.out.result(r, func() { r.print(a) })
}

// person ends the sessions of somebody and signs their devices out.
func (r *revoked) person(ctx context.Context, s *store.Store, accounts *account.Service, who audipy.User) error {
	n, err := s.EndSessions(ctx, who.ID, "", audit.Event{Action: audit.SessionsEnded, Outcome: audit.Succeeded})
	if err != nil {
		return err
	}
	r.Sessions += n
	linked, err := s.Accounts(ctx, who.ID)
	if err != nil {
		return err
	}
	for _, one := range linked {
		if one.State == audipy.StateRevoked {
			continue
		}
		gone, err := accounts.Unlink(ctx, who.ID, one.ID, account.UnlinkOptions{SignOutShared: true})
		if err != nil {
			return err
		}
		if gone.Deregistered {
			r.Deregistered++
		} else {
			r.LeftBehind = append(r.LeftBehind, gone.LeftBehind)
		}
		r.Accounts = append(r.Accounts, revokedAccount{who.Email, one.ID, gone.LeftBehind})
	}
	return nil
}

// servers ends what lets this computer in elsewhere in somebody's name, and
// forgets it.
func (r *revoked) servers(ctx context.Context, s *store.Store, accounts *account.Service, who audipy.UserID) error {
	all, err := s.Servers(ctx, who)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := endGrant(ctx, accounts, who, one); err != nil {
			r.ServersLeft = append(r.ServersLeft, one.URL)
		} else {
			r.Servers++
		}
		err := s.DeleteServer(ctx, who, one.ID, audit.Event{Action: audit.ServerRemoved, Outcome: audit.Succeeded})
		if err != nil {
			return err
		}
	}
	return nil
}

// keys makes the root secret and every key new.
func (r *revoked) keys(ctx context.Context, s *store.Store, key *vault.Key) error {
	if err := auth.RenewRoot(ctx, s, key); err != nil {
		return err
	}
	var err error
	if r.Anew, err = rotation.Rotate(ctx, s, key); err != nil {
		return err
	}
	r.Key = key.ID()
	e := audit.Event{Action: audit.KeysRevoked, Outcome: audit.Succeeded, Target: r.Key, Counts: map[string]int{
		"sessions": r.Sessions, "devices": r.Deregistered, "devices_left": len(r.LeftBehind),
	}}
	return s.RecordSystem(ctx, e)
}

func (r *revoked) print(a *app) {
	a.out.line("signed out at Amazon: %s; ended: %s; sealed anew by key %s: %s",
		counted(r.Deregistered, "device", "devices"), counted(r.Sessions, "session", "sessions"), r.Key,
		counted(r.Anew, "keyset or root secret", "keysets and root secrets"))
	for _, name := range r.LeftBehind {
		a.leftBehind(name)
	}
	if r.Servers > 0 {
		a.out.line("ended elsewhere: %s", counted(r.Servers, "server lets this computer in no longer", "servers let this computer in no longer"))
	}
	for _, address := range r.ServersLeft {
		a.out.line("could not be told: %s; end what lets this computer in on its page Programs", clean(address))
	}
	a.out.line("Start every server anew. Let everybody set a new password (\"audipy user reset-password\") and link their accounts again.")
	a.out.line("Whoever has an authenticator app sets it up anew on the page Security: its seed opens with what was stolen.")
	a.out.line("Delete the earlier keys beside the new one; what was stolen opens with them.")
	a.out.line("Renew where they were made, since AudiPy can't: Amazon passwords that were kept, API keys of audiobookshelf,")
	a.out.line("addresses and tokens of ntfy and Apprise, webhooks' secrets; and if the server's settings were read,")
	a.out.line("the client secrets of providers and the passwords of mail server and database.")
}
