package cli

import (
	"cmp"
	"context"
	"fmt"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// loginCmd links an Audible account.
type loginCmd struct {
	Store    string `placeholder:"CODE" default:"us" help:"The store you sign in at: us, uk, de, fr, ca, it, au, in, jp, es or br."`
	UserName bool   `help:"Sign in with an Audible user name from before 2008 (us, uk, de)."`
	New      bool   `help:"Sign in at Amazon even if another program's credential file is found."`
	Paste    bool   `help:"Open the address in any browser, and paste the address it ends on." xor:"door"`
	Password bool   `help:"Answer Amazon's questions here in the terminal." xor:"door"`
	Import   string `placeholder:"FILE" type:"path" help:"Link from a credential file of audible-cli, audible-rs, Libation or OpenAudible." xor:"door"`
	Keep     bool   `name:"store-password" help:"Ask after it for the password, and keep it here, sealed, so that a dead link repairs itself."`
	KeyOf    string `name:"libation-key" placeholder:"FILE" type:"path" help:"Libation's key file, for an encrypted file of its."`
}

// Run links by the door that was asked for: another program's file where one
// is found, else a sign-in in the browser.
func (c loginCmd) Run(ctx context.Context, a *app) error {
	if !audipy.IsMarketplace(c.Store) {
		return audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not a store of Audible", c.Store), nil).
			WithHint("the stores are us, uk, de, fr, ca, it, au, in, jp, es and br")
	}
	if c.Import != "" {
		return c.importFile(ctx, a)
	}
	if c.Keep {
		if err := a.mayRemember(ctx); err != nil { // said before Amazon is asked for anything
			return err
		}
		c.New = true
	}
	if !c.New && !c.Paste && !c.Password {
		if done, err := c.importFound(ctx, a); done || err != nil {
			return err
		}
	}
	linked, err := c.signIn(ctx, a)
	if err != nil {
		return err
	}
	if err := a.printLinked([]account.Linked{linked}); err != nil || !c.Keep {
		return err
	}
	return a.remember(ctx, linked.Account)
}

// signIn signs in at Amazon and keeps the account.
func (c loginCmd) signIn(ctx context.Context, a *app) (account.Linked, error) {
	accounts, _, err := a.services(ctx)
	if err != nil {
		return account.Linked{}, err
	}
	interrupted, err := accounts.Interrupted(ctx, a.user.ID)
	if err != nil {
		return account.Linked{}, err
	}
	if interrupted {
		a.out.note("%s an earlier sign-in was cut off while Amazon registered this program", a.out.paint("33", "warning:"))
		a.out.note("hint: Amazon's list of devices may show one that nothing here uses; remove it there")
	}
	link := c.linkByBrowser
	if c.Password {
		link = c.linkByQuestions
	}
	linked, err := link(ctx, a, accounts)
	if linked.LeftBehind != "" {
		a.leftBehind(linked.LeftBehind)
	}
	return linked, err
}

// linkByBrowser has the person sign in by their browser, and links the account.
func (c loginCmd) linkByBrowser(ctx context.Context, a *app, accounts *account.Service) (account.Linked, error) {
	signIn, err := accounts.StartSignIn(c.Store, c.UserName)
	if err != nil {
		return account.Linked{}, err
	}
	var authorization audible.Authorization
	if c.Paste {
		authorization, err = a.signInByPaste(ctx, signIn)
	} else {
		authorization, err = a.signInByBrowser(ctx, accounts, signIn)
	}
	if err != nil {
		return account.Linked{}, err
	}
	a.registering()
	return accounts.Link(ctx, a.user.ID, authorization)
}

func (a *app) registering() {
	a.out.note("signed in; registering this program as a device of your account …")
}

// leftBehind tells the person of a device that they may want to remove.
func (a *app) leftBehind(device string) {
	a.out.note("%s the device %q could not be signed out at Amazon", a.out.paint("33", "warning:"), clean(device))
	a.out.note("hint: remove it on Amazon's website under Devices, in the list of Audible apps")
}

// linkedAccount is an account that was linked, as JSON says it.
type linkedAccount struct {
	ID          audipy.AccountID `json:"id"`
	Name        string           `json:"name"`
	Marketplace string           `json:"marketplace"`
	Device      string           `json:"device"`
	Shared      bool             `json:"shared_device"`
	Relinked    bool             `json:"relinked"`
}

// printLinked says which accounts were linked.
func (a *app) printLinked(linked []account.Linked) error {
	document := make([]linkedAccount, len(linked))
	for i, l := range linked {
		document[i] = linkedAccount{
			l.Account.ID, l.Account.Name, l.Account.Marketplace, l.Account.DeviceName, l.Account.SharedDevice, l.Relinked,
		}
	}
	return a.out.result(map[string]any{"linked": document}, func() {
		for _, l := range linked {
			verb := "linked"
			if l.Relinked {
				verb = "linked again"
			}
			a.out.line("%s: %s", verb, clean(accountName(l.Account)))
			if l.Account.SharedDevice {
				a.out.line("  it shares the other program's device; signing out there ends it here too")
			} else {
				a.out.line("  Amazon lists this program as %q", clean(cmp.Or(l.Account.DeviceName, "Audible for iPhone")))
			}
		}
		a.out.line(`run "audipy sync" to pull the library`)
	})
}

// offerSignIn asks, on a terminal, whether to sign in again to an account that
// Amazon refused, and does it. It reports whether the account is linked anew.
func (a *app) offerSignIn(ctx context.Context, one audipy.Account) bool {
	if !a.env.StdinIsTerminal || a.out.json || ctx.Err() != nil {
		return false
	}
	a.out.note("Amazon no longer accepts the sign-in of %s; the library is safe", clean(accountName(one)))
	if !a.confirm(ctx, "Sign in again now?") {
		return false
	}
	if _, err := (loginCmd{Store: one.Marketplace}).signIn(ctx, a); err != nil {
		a.out.failure(err)
		return false
	}
	return true
}
