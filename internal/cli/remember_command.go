package cli

import (
	"context"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
)

// rememberCmd keeps an Amazon password, and an authenticator's seed where that
// is asked for too, or deletes them.
type rememberCmd struct {
	Account string `arg:"" optional:"" help:"The account; needed when several are linked."`
	Forget  bool   `help:"Delete the login, the password and the seed that are kept." xor:"what"`
	Seed    bool   `help:"Keep the authenticator's seed, beside a password that is kept." xor:"what"`
	NoSeed  bool   `name:"forget-seed" help:"Delete the seed alone." xor:"what"`
}

// Run does what was asked for.
func (c rememberCmd) Run(ctx context.Context, a *app) error {
	one, err := a.selectAccount(ctx, c.Account)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	switch {
	case c.Forget:
		if err := accounts.ForgetPassword(ctx, a.user.ID, one.ID); err != nil {
			return err
		}
		return a.remembered(one, "nothing of the sign-in is kept")
	case c.NoSeed:
		if err := accounts.ForgetSeed(ctx, a.user.ID, one.ID); err != nil {
			return err
		}
		return a.remembered(one, "no seed is kept")
	}
	if err := a.mayRemember(ctx); err != nil {
		return err
	}
	if c.Seed {
		return a.rememberSeed(ctx, one)
	}
	return a.remember(ctx, one)
}

// mayRemember is an error where the setting does not let passwords be kept.
func (a *app) mayRemember(ctx context.Context) error {
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	if accounts.StoresSignIns() {
		return nil
	}
	return audipy.Fail(audipy.Invalid, "no Amazon passwords are kept here", nil).
		WithHint(`set stored_passwords = "yes" in the configuration, or AUDIPY_STORED_PASSWORDS=yes, if you want that`)
}

// remember asks for the login and the password of the account's owner, once they
// have said that they want them kept, and then for the seed.
func (a *app) remember(ctx context.Context, one audipy.Account) error {
	a.out.note("AudiPy can keep your Amazon login and password, sealed with your key. When Amazon ends the link,")
	a.out.note("it signs in with them by itself, five times a month at most. They open your whole Amazon account:")
	a.out.note("whoever has this computer's data and its key has them too. A wrong password is deleted at once.")
	if !a.confirm(ctx, "Keep the password of "+accountName(one)+"?") {
		return a.remembered(one, "nothing was kept")
	}
	login, err := a.ask(ctx, "E-mail or user name at Amazon")
	if err != nil {
		return err
	}
	password, err := a.askSecret(ctx, "Password at Amazon (not shown)")
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	if err := accounts.StorePassword(ctx, a.user.ID, one.ID, login, password); err != nil {
		return err
	}
	if err := a.remembered(one, "the password is kept"); err != nil {
		return err
	}
	a.out.note(`if Amazon asks you for codes of an authenticator app, "audipy remember --seed" lets AudiPy answer those too`)
	return nil
}

// rememberSeed asks for the seed of the owner's authenticator app, once they have
// said that they want it kept.
func (a *app) rememberSeed(ctx context.Context, one audipy.Account) error {
	a.out.note("With the seed of your authenticator app beside the password AudiPy can answer for both factors:")
	a.out.note("whoever has this computer's data and its key can then sign in to your Amazon account, and nothing asks you.")
	if !a.confirm(ctx, "Keep the seed of "+accountName(one)+" too?") {
		return a.remembered(one, "no seed was kept")
	}
	seed, err := a.askSecret(ctx, "Seed, as Amazon shows it beside the QR code (not shown)")
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	if err := accounts.StoreSeed(ctx, a.user.ID, one.ID, seed); err != nil {
		return err
	}
	return a.remembered(one, "the seed is kept")
}

// remembered says what is kept now.
func (a *app) remembered(one audipy.Account, what string) error {
	return a.out.result(map[string]string{"account": string(one.ID), "done": what}, func() {
		a.out.line("%s: %s", clean(accountName(one)), what)
	})
}

// repair signs in to an account by what is kept of its owner's sign-in, if that
// is wanted and due.
func (a *app) repair(ctx context.Context, one audipy.Account) error {
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	if _, err := accounts.Repair(ctx, a.user.ID, one.ID); err != nil {
		return err
	}
	opened, user, err := a.database(ctx)
	if err != nil {
		return err
	}
	now, err := opened.AccountByID(ctx, user, one.ID)
	if err != nil {
		return fmt.Errorf("look at a repaired account: %w", err)
	}
	if now.State == audipy.StateHealthy {
		a.out.note("%s: signed in again with the stored password", clean(accountName(one)))
	}
	return nil
}
