package cli

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// refreshCmd renews the access token now.
type refreshCmd struct {
	Account string `placeholder:"NAME" help:"Renew one account only."`
}

// Run renews the token of every account that is asked for.
func (c refreshCmd) Run(ctx context.Context, a *app) error {
	linked, err := accountsIn(ctx, a, c.Account)
	if err != nil {
		return err
	}
	accounts, _, err := a.services(ctx)
	if err != nil {
		return err
	}
	type renewal struct {
		ID     audipy.AccountID    `json:"id"`
		Result account.RenewResult `json:"result"`
		Until  time.Time           `json:"access_until,omitzero"`
		Text   string              `json:"text"`
	}
	var renewed []renewal
	var first error
	for _, one := range linked {
		got, err := accounts.RenewNow(ctx, a.user.ID, one.ID)
		if err == nil {
			err = renewError(got)
		}
		if err == nil {
			renewed = append(renewed, renewal{one.ID, got.Result, got.Until, got.Text})
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
			if r.Until.IsZero() {
				a.out.line("not renewed: %s", clean(r.Text))
				continue
			}
			a.out.line("%s: valid until %s", strings.ReplaceAll(string(r.Result), "_", " "), day(r.Until))
		}
	})
	return cmp.Or(err, first)
}

// renewError is the failure of a renewal that left nothing that works.
func renewError(r account.Renewal) error {
	switch r.Result {
	case account.RenewRefused:
		return audipy.Fail(audipy.ActionRequired, "Amazon no longer accepts this account's sign-in", nil).
			WithHint(`run "audipy login" to sign in again; the library stays as it is`)
	case account.RenewOutage:
		return audipy.Fail(audipy.Unavailable, r.Text, nil)
	case account.Renewed, account.StillValid, account.KeyOnly:
	}
	return nil
}
