package cli

import (
	"context"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// logoutCmd unlinks an account.
type logoutCmd struct {
	Account string `placeholder:"NAME" help:"The account; needed when several are linked."`
	Shared  bool   `help:"Also sign out the device when another program shares it."`
	Forget  bool   `help:"Delete the account's library and history too."`
}

// Run signs the device out at Amazon and deletes the credentials here.
func (c logoutCmd) Run(ctx context.Context, a *app) error {
	one, err := a.selectAccount(ctx, c.Account)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	gone, err := accounts.Unlink(ctx, a.user.ID, one.ID, account.UnlinkOptions{
		SignOutShared: c.Shared, ForgetLibrary: c.Forget,
	})
	if err != nil {
		return err
	}
	type document struct {
		ID           audipy.AccountID `json:"id"`
		Deregistered bool             `json:"deregistered"`
		Kept         bool             `json:"device_kept"`
		LeftBehind   string           `json:"left_behind,omitempty"`
	}
	return a.out.result(document{one.ID, gone.Deregistered, gone.Kept, gone.LeftBehind}, func() {
		a.out.line("unlinked: %s; the credentials are deleted here", clean(accountName(one)))
		switch {
		case gone.Deregistered:
			a.out.line("  its device is signed out at Amazon")
		case gone.Kept:
			a.out.line("  its device stays: another program uses it (--shared would have signed it out)")
		case gone.LeftBehind != "":
			a.leftBehind(gone.LeftBehind)
		}
		if !c.Forget {
			a.out.line("  its library stays on this computer (--forget would have deleted it)")
		}
	})
}
