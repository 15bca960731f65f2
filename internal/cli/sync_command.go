package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
)

// syncCmd pulls libraries.
type syncCmd struct {
	Account string        `placeholder:"NAME" help:"Sync one account only."`
	Store   []string      `placeholder:"CODE" help:"Sync these stores only, such as us,de."`
	Full    bool          `help:"Pull the whole listing even where what changed would do."`
	Every   time.Duration `placeholder:"TIME" help:"Keep going: sync, wait this long, sync again. At least 1h."`
}

// Validate refuses what makes no sense before anything is opened.
func (c syncCmd) Validate() error {
	if c.Every != 0 && c.Every < time.Hour {
		return fmt.Errorf("--every must be at least 1h: Audible's limits are not ours to test")
	}
	for _, code := range c.Store {
		if !audipy.IsMarketplace(code) {
			return fmt.Errorf("%q is not a store of Audible", code)
		}
	}
	return nil
}

// Run syncs, once or for as long as it may.
func (c syncCmd) Run(ctx context.Context, a *app) error {
	if a.server != "" && (len(c.Store) > 0 || c.Every != 0) {
		return audipy.Fail(audipy.Invalid, "a server syncs every store of an account, and by itself", nil).
			WithHint("leave --store and --every out")
	}
	for {
		receipts, err := c.once(ctx, a)
		if printed := a.out.result(receipts, func() { receipts.print(a.out) }); printed != nil {
			return printed
		}
		if c.Every == 0 {
			return err
		}
		if err != nil {
			a.out.failure(err)
		}
		a.out.note("the next sync is at %s", a.env.Now().Add(c.Every).Format("15:04 on 2 January"))
		if err := a.env.Wait(ctx, c.Every); err != nil {
			return err
		}
	}
}

// once syncs every account that is asked for.
func (c syncCmd) once(ctx context.Context, a *app) (receipts, error) {
	if a.server != "" {
		return c.onServer(ctx, a)
	}
	accounts, err := accountsIn(ctx, a, c.Account)
	if err != nil {
		return receipts{}, err
	}
	var all receipts
	var first error
	for _, one := range accounts {
		if one.State == audipy.StateNeedsSignIn {
			if err := a.repair(ctx, one); err != nil {
				return receipts{}, err
			}
		}
		runs, err := c.syncAccount(ctx, a, one)
		if audipy.KindOf(err) == audipy.ActionRequired && a.offerSignIn(ctx, one) {
			runs, err = c.syncAccount(ctx, a, one)
		}
		all.Accounts = append(all.Accounts, receipt{Account: accountName(one), Runs: runs})
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return all, first
	}
	return all, c.notice(ctx, a, &all)
}

// notice adds the notices. While it keeps going, sync looks at series and
// prices too: nobody else asks for them then.
func (c syncCmd) notice(ctx context.Context, a *app, all *receipts) error {
	if c.Every != 0 {
		if err := a.refreshCatalog(ctx); err != nil && audipy.KindOf(err) != audipy.NotFound {
			return err
		}
	}
	notices, err := a.notices(ctx)
	all.Notices = notices
	return err
}

// syncAccount syncs one account. When another process is at it, this one waits
// for its turn.
func (c syncCmd) syncAccount(ctx context.Context, a *app, one audipy.Account) ([]audipy.SyncRun, error) {
	_, syncs, err := a.services(ctx)
	if err != nil {
		return nil, err
	}
	bar := a.progress(accountName(one))
	defer bar.end()
	request := librarysync.Request{
		User: a.user.ID, Account: one.ID, Full: c.Full, Marketplaces: c.Store, Progress: bar.report,
	}
	for {
		runs, err := syncs.Sync(ctx, request)
		wait, held := heldFor(err, a.env.Now())
		if !held {
			return runs, err
		}
		a.out.note("another sync of %s is running; waiting for it", clean(accountName(one)))
		if err := a.env.Wait(ctx, wait); err != nil {
			return runs, err
		}
	}
}
