package cli

import (
	"context"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/recommend"
)

// advise makes advice from what is stored, every part of it, after bringing the catalogue up to
// date unless offline is set. When the catalogue can't be asked the advice
// comes from what is there, and a note says so.
func (a *app) advise(ctx context.Context, _ adviceParts, offline bool) (recommend.Advice, error) {
	if err := a.needTitles(ctx); err != nil {
		return recommend.Advice{}, err
	}
	if !offline {
		if err := a.refreshCatalog(ctx); err != nil {
			if ctx.Err() != nil {
				return recommend.Advice{}, err
			}
			message, _ := describe(err)
			a.out.note("prices and series are as of the last look: %s", message)
		}
		a.refreshShelf(ctx)
	}
	found, err := a.advisor().For(ctx, a.user.ID)
	return found.Advice, err
}

// advisor gives advice from what is stored. It can ask the catalogue once
// services has been called.
func (a *app) advisor() *advice.Service {
	return advice.New(advice.Options{Store: a.store, Syncs: a.syncs, Now: a.env.Now})
}

// refreshCatalog brings what advice is made from up to date.
func (a *app) refreshCatalog(ctx context.Context) error {
	if _, _, err := a.services(ctx); err != nil {
		return err
	}
	bar := a.progress("catalogue")
	defer bar.end()
	return a.advisor().RefreshCatalog(ctx, a.user.ID, bar.report)
}
