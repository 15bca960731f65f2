package cli

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// refreshCmd renews the access token now.
type refreshCmd struct {
	Account string `placeholder:"NAME" help:"Renew one account only."`
}

// Run renews the token of every account that is asked for.
func (c refreshCmd) Run(ctx context.Context, a *app) error {
	linked, err := a.selectAccounts(ctx, c.Account)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	type renewal struct {
		ID    audipy.AccountID `json:"id"`
		Until time.Time        `json:"access_until,omitzero"`
	}
	var renewed []renewal
	var first error
	for _, one := range linked {
		until, err := accounts.Refresh(ctx, a.user.ID, one.ID)
		if err == nil {
			renewed = append(renewed, renewal{one.ID, until})
			continue
		}
		if first == nil {
			first = err
		}
	}
	if first != nil && len(renewed) == 0 {
		return first
	}
	err = a.out.result(map[string]any{"renewed": renewed}, func() {
		for _, r := range renewed {
			a.out.line("renewed: valid until %s", day(r.Until))
		}
	})
	return quiet(err, first)
}

// quiet returns the first error there is.
func quiet(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
