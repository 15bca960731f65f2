package cli

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// accountsCmd lists the linked accounts.
type accountsCmd struct{}

// accountRow is one account as the list shows it.
type accountRow struct {
	audipy.Account
	Titles int                   `json:"titles"`
	Stores []audipy.AccountStore `json:"stores"`
}

// Run prints every account with its stores and titles.
func (accountsCmd) Run(ctx context.Context, a *app) error {
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	rows, err := d.accountRows(ctx)
	if err != nil {
		return err
	}
	return a.out.result(map[string]any{"accounts": rows}, func() {
		if len(rows) == 0 {
			a.out.line("no account is linked; %s", d.howToLink())
			return
		}
		cells := make([][]string, len(rows))
		for i, r := range rows {
			cells[i] = []string{accountName(r.Account), stateText(r.State), thousands(r.Titles), day(r.LastSync), r.DeviceName}
		}
		a.out.table([]column{
			{title: "ACCOUNT", grow: true},
			{title: "STATE"},
			{title: "TITLES", right: true},
			{title: "LAST SYNC"},
			{title: "DEVICE", grow: true},
		}, cells)
	})
}

// accountRows counts what each account has.
func (a *app) accountRows(ctx context.Context) ([]accountRow, error) {
	all, err := a.allAccounts(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]accountRow, 0, len(all))
	for _, one := range all {
		row := accountRow{Account: one}
		if row.Stores, err = a.store.AccountStores(ctx, a.user.ID, one.ID); err != nil {
			return nil, err
		}
		row.Titles, err = a.store.CountItems(ctx, a.user.ID, store.ItemFilter{Account: one.ID, Status: audipy.ItemActive})
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// stateText is the state of a link for a person.
func stateText(s audipy.AccountState) string {
	switch s {
	case audipy.StateHealthy:
		return "linked"
	case audipy.StateRefreshing:
		return "renewing"
	case audipy.StateDegraded:
		return "in doubt"
	case audipy.StateNeedsSignIn:
		return "sign in again"
	case audipy.StateRevoked:
		return "unlinked"
	}
	return string(s)
}

// day writes a time as a day and minute, "never" for the zero time.
func day(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Local().Format("2006-01-02 15:04")
}
