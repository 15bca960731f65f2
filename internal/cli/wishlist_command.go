package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/recommend"
)

// wishlistCmd keeps the wish lists.
type wishlistCmd struct {
	List   wishlistListCmd   `cmd:"" default:"withargs" help:"Show the wish lists, and what to pay for each title."`
	Add    wishlistAddCmd    `cmd:"" help:"Put a title on the wish list at Audible."`
	Remove wishlistRemoveCmd `cmd:"" help:"Take a title off the wish list at Audible."`
}

// wishlistListCmd shows the wish lists.
type wishlistListCmd struct {
	Store   string `placeholder:"CODE" help:"Only the wish list of this store, such as de."`
	Account string `placeholder:"NAME" help:"Only the wish lists of this account."`
	Cash    bool   `help:"Only titles worth paying in cash."`
	Offline bool   `help:"Use the list and the prices of the last look."`
}

// wished is a title on a wish list as JSON says it.
type wished struct {
	audipy.Product
	Account   string                `json:"account"`
	AccountID audipy.AccountID      `json:"account_id"`
	WishedAt  time.Time             `json:"wished_at,omitzero"`
	Owned     bool                  `json:"owned"`
	Advice    recommend.PriceAdvice `json:"advice"`
	// Notice says in words what is new and good about the price; empty
	// when nothing is, or notifications are off.
	Notice string `json:"notice,omitempty"`
}

// Run shows the wish lists.
func (c wishlistListCmd) Run(ctx context.Context, a *app) error {
	if c.Store != "" && !audipy.IsMarketplace(c.Store) {
		return noSuchStore(c.Store)
	}
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	accounts, err := accountsIn(ctx, d, c.Account)
	if err != nil {
		return err
	}
	list, err := d.wished(ctx, accounts, c.Store, c.Offline)
	if err != nil {
		return err
	}
	if c.Cash {
		list = slices.DeleteFunc(list, func(w wished) bool { return w.Advice.Verdict != recommend.VerdictCash })
	}
	return a.out.result(map[string]any{"wishes": list}, func() { a.out.wishlist(list) })
}

// refreshWishlists asks Audible for the wish list of every store that an
// account uses.
func (a *app) refreshWishlists(ctx context.Context, accounts []audipy.Account, only string) error {
	_, syncs, err := a.services(ctx)
	if err != nil {
		return err
	}
	for _, one := range accounts {
		stores, err := a.storesOf(ctx, one)
		if err != nil {
			return err
		}
		if only != "" {
			stores = []string{only}
		}
		for _, marketplace := range stores {
			request := librarysync.CatalogRequest{User: a.user.ID, Account: one.ID, Marketplace: marketplace}
			if _, err := syncs.RefreshWishlist(ctx, request); err != nil {
				return err
			}
		}
	}
	return nil
}

// storesOf lists the stores that an account uses: its home store, and those
// with titles.
func (a *app) storesOf(ctx context.Context, one audipy.Account) ([]string, error) {
	known, err := a.store.AccountStores(ctx, a.user.ID, one.ID)
	if err != nil {
		return nil, err
	}
	stores := []string{one.Marketplace}
	for _, s := range known {
		if s.ItemCount > 0 && s.Marketplace != one.Marketplace {
			stores = append(stores, s.Marketplace)
		}
	}
	return stores, nil
}

// wished joins the stored wish lists of accounts with the catalogue and its
// prices, the newest wish first.
func (a *app) wished(
	ctx context.Context, accounts []audipy.Account, marketplace string, offline bool,
) ([]wished, error) {
	if !offline {
		if err := a.refreshWishlists(ctx, accounts, marketplace); err != nil {
			if ctx.Err() != nil || audipy.KindOf(err) == audipy.ActionRequired {
				return nil, err
			}
			message, _ := describe(err)
			a.out.note("the wish list is as of the last look: %s", message)
		}
	}
	wishes, err := a.advisor().Wishes(ctx, a.user.ID, marketplace)
	if err != nil {
		return nil, err
	}
	names := map[audipy.AccountID]string{}
	for _, one := range accounts {
		names[one.ID] = accountName(one)
	}
	list := make([]wished, 0, len(wishes))
	for _, w := range wishes {
		if names[w.Account] != "" {
			list = append(list, wished{w.Product, names[w.Account], w.Account, w.WishedAt, w.Owned, w.Price, w.Notice})
		}
	}
	return list, nil
}

// wishlist prints wishes with what to pay for each.
func (p *printer) wishlist(list []wished) {
	if len(list) == 0 {
		p.line("The wish list is empty.")
		return
	}
	for i := range list {
		w := &list[i]
		by := people(w.Authors)
		if by != "" {
			by = " by " + by
		}
		p.numbered(i+1, cmp.Or(w.Title, w.ASIN), by, w.ASIN+" "+w.Marketplace)
		switch {
		case w.Owned:
			p.below("%s", p.paint("32", "You have it"))
		default:
			p.below("%s", p.paint(verdictColour(w.Advice.Verdict), clean(capital(w.Advice.Reason))))
		}
		if w.Notice != "" {
			p.below("%s %s", p.paint("32", "notice:"), clean(w.Notice))
		}
	}
	p.line("%s", p.dim(thousands(len(list))+plural(len(list), " title.", " titles.")))
}

// wish names a title, and on whose wish list it goes.
type wish struct {
	ASIN    string `arg:"" help:"The title's ASIN."`
	Store   string `placeholder:"CODE" help:"The store; your preferred one if left out."`
	Account string `placeholder:"NAME" help:"The account; needed when several are linked."`
}

// wishlistAddCmd puts a title on the wish list.
type wishlistAddCmd struct{ wish }

// Run adds the title at Audible and reads the list again.
func (c wishlistAddCmd) Run(ctx context.Context, a *app) error {
	return a.changeWishlist(ctx, c.wish, true)
}

// wishlistRemoveCmd takes a title off the wish list.
type wishlistRemoveCmd struct{ wish }

// Run removes the title at Audible and reads the list again.
func (c wishlistRemoveCmd) Run(ctx context.Context, a *app) error {
	return a.changeWishlist(ctx, c.wish, false)
}

// changeWishlist changes the list at Audible and then keeps it as Audible has it.
func (a *app) changeWishlist(ctx context.Context, w wish, wanted bool) error {
	asin := strings.ToUpper(strings.TrimSpace(w.ASIN))
	if !isASIN(asin) {
		return audipy.Fail(audipy.Invalid, fmt.Sprintf("%q is not an ASIN", w.ASIN), nil).
			WithHint("an ASIN has ten letters and digits, such as B002V5D7KQ; next and series show them")
	}
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	one, err := accountIn(ctx, d, w.Account)
	if err != nil {
		return err
	}
	marketplace, err := storeIn(ctx, d, w.Store)
	if err != nil {
		return err
	}
	if err := d.changeWish(ctx, one, marketplace, asin, wanted); err != nil {
		return err
	}
	verb := "removed"
	if wanted {
		verb = "added"
	}
	return a.out.result(map[string]string{"asin": asin, "marketplace": marketplace, "result": verb}, func() {
		a.out.line("%s: %s on the %s wish list of %s", verb, asin, marketplace, clean(accountName(one)))
	})
}

// changeWish changes the list at Audible.
func (a *app) changeWish(ctx context.Context, one audipy.Account, marketplace, asin string, wanted bool) error {
	_, syncs, err := a.services(ctx)
	if err != nil {
		return err
	}
	request := librarysync.CatalogRequest{User: a.user.ID, Account: one.ID, Marketplace: marketplace}
	return syncs.ChangeWishlist(ctx, request, asin, wanted)
}

// isASIN reports whether text has the form of an ASIN.
func isASIN(text string) bool {
	if len(text) != 10 {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') })
}
