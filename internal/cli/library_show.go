package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

// libraryShowCmd shows one title.
type libraryShowCmd struct {
	ASIN string `arg:"" help:"The title's ASIN, as library, series and next show it."`
}

// knownTitle is everything that is kept about a title.
type knownTitle struct {
	Copies   []ownedCopy         `json:"copies"`
	Products []pricedProduct     `json:"products"`
	History  []audipy.PricePoint `json:"price_history"`
	Marks    []audipy.Mark       `json:"marks"`
	Wished   []string            `json:"wished_in"`
	edition  audipy.Edition      // of the first copy or product
}

// ownedCopy is the title in one library.
type ownedCopy struct {
	audipy.Item
	Account string `json:"account"`
}

// pricedProduct is the title in the catalogue of a store, with price advice.
type pricedProduct struct {
	audipy.Product
	Advice recommend.PriceAdvice `json:"advice"`
}

// Run prints what is known of the title.
func (c libraryShowCmd) Run(ctx context.Context, a *app) error {
	asin := strings.ToUpper(strings.TrimSpace(c.ASIN))
	d, err := a.data(ctx)
	if err != nil {
		return err
	}
	known, err := d.knownTitle(ctx, asin)
	if err != nil {
		return err
	}
	return a.out.result(known, func() { a.out.knownTitle(known) })
}

// knownTitle collects what the store knows of a title. Nothing is NotFound.
func (a *app) knownTitle(ctx context.Context, asin string) (knownTitle, error) {
	opened, user, err := a.database(ctx)
	if err != nil {
		return knownTitle{}, err
	}
	known := unknownTitle()
	items, err := opened.ItemsByASIN(ctx, user, asin)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return known, err
	}
	names, err := a.accountNames(ctx)
	if err != nil {
		return known, err
	}
	for _, item := range items {
		known.Copies = append(known.Copies, ownedCopy{item, names[item.AccountID]})
	}
	if known.History, err = opened.PriceHistory(ctx, user, store.PriceFilter{ASIN: asin}); err != nil {
		return known, err
	}
	known.History = orNone(known.History)
	if err := a.knownProducts(ctx, asin, &known); err != nil {
		return known, err
	}
	return known, known.settle(asin)
}

func unknownTitle() knownTitle {
	return knownTitle{
		Copies: []ownedCopy{}, Products: []pricedProduct{}, History: []audipy.PricePoint{}, Marks: []audipy.Mark{}, Wished: []string{},
	}
}

// settle chooses the edition that the card is headed by. Nothing known is
// NotFound.
func (k *knownTitle) settle(asin string) error {
	switch {
	case len(k.Copies) > 0:
		k.edition = k.Copies[0].Edition
	case len(k.Products) > 0:
		k.edition = k.Products[0].Edition
	default:
		return audipy.Fail(audipy.NotFound, fmt.Sprintf("nothing is known of %q", asin), nil).
			WithHint("library, series, next and wishlist show ASINs; each has ten letters and digits")
	}
	return nil
}

// knownProducts adds what the catalogues said, and the person's own word.
func (a *app) knownProducts(ctx context.Context, asin string, known *knownTitle) error {
	opened, user := a.store, a.user.ID
	prefs, err := opened.Preferences(ctx, user)
	if err != nil {
		return err
	}
	for _, marketplace := range audipy.Marketplaces() {
		found, err := opened.Products(ctx, user, marketplace, []string{asin})
		if err != nil {
			return err
		}
		for _, p := range found {
			known.Products = append(known.Products, pricedProduct{p, recommend.PriceOf(p, prefs, known.History, a.env.Now())})
		}
	}
	marks, err := opened.Marks(ctx, user)
	if err != nil {
		return err
	}
	for _, mark := range marks {
		if mark.ASIN == asin {
			known.Marks = append(known.Marks, mark)
		}
	}
	wishes, err := opened.Wishes(ctx, user, "")
	for _, wish := range wishes {
		if wish.ASIN == asin {
			known.Wished = append(known.Wished, wish.Marketplace)
		}
	}
	return err
}

// accountNames names every account that was ever linked, by its id.
func (a *app) accountNames(ctx context.Context) (map[audipy.AccountID]string, error) {
	all, err := a.allAccounts(ctx)
	names := make(map[audipy.AccountID]string, len(all))
	for _, one := range all {
		names[one.ID] = accountName(one)
	}
	return names, err
}

// knownTitle prints a title as a card.
func (p *printer) knownTitle(known knownTitle) {
	e := known.edition
	p.heading(cmp.Or(e.Title, "(untitled)"))
	p.fact("subtitle", e.Subtitle)
	p.fact("by", people(e.Authors))
	p.fact("read by", people(e.Narrators))
	for _, place := range e.Series {
		text := place.Title
		if place.Sequence != "" {
			text += ", number " + place.Sequence
		}
		p.fact("series", text+" ("+cmp.Or(place.ASIN, "no ASIN")+")")
	}
	p.fact("length", runtimeText(e.RuntimeMinutes))
	p.fact("language", e.Language)
	p.fact("released", e.ReleaseDate)
	p.fact("publisher", e.Publisher)
	p.fact("kind", strings.Join(slices.DeleteFunc([]string{e.Format, e.DeliveryType, e.ContentType}, func(s string) bool { return s == "" }), ", "))
	p.fact("ASIN", e.ASIN)
	for i := range known.Copies {
		p.copy(&known.Copies[i])
	}
	for i := range known.Products {
		p.pricedProduct(&known.Products[i])
	}
	p.priceHistory(known.History)
	for _, mark := range known.Marks {
		text := "dismissed: never suggested again in " + mark.Marketplace
		switch {
		case mark.Elsewhere:
			text = "you have it outside of Audible, said in " + mark.Marketplace
		case !mark.Until.IsZero():
			text = "snoozed in " + mark.Marketplace + " until " + day(mark.Until)
		}
		p.fact("mark", text)
	}
	for _, marketplace := range known.Wished {
		p.fact("wish list", "of "+marketplace)
	}
}

// fact prints one line of a card; an unknown fact is left out.
func (p *printer) fact(name, value string) {
	if value != "" {
		p.prose(14, "  %-10s  %s", name, clean(value))
	}
}

// copy says where and since when the title is owned.
func (p *printer) copy(c *ownedCopy) {
	text := "in the " + c.Marketplace + " library of " + c.Account
	if c.Plus {
		text += ", borrowed from Plus"
		if !c.PlusUntil.IsZero() {
			text += " until " + c.PlusUntil.Local().Format(time.DateOnly)
		}
	}
	p.fact("owned", text)
	if !c.PurchasedAt.IsZero() {
		p.fact("bought", c.PurchasedAt.Local().Format(time.DateOnly))
	}
	p.fact("first seen", day(c.AddedAt))
	if c.Status == audipy.ItemGone {
		p.fact("gone", "since "+day(c.GoneAt)+": returned, revoked or no longer listed")
	}
	if c.Finished {
		p.fact("listened", "to the end")
	} else if c.PercentComplete > 0 {
		p.fact("listened", fmt.Sprintf("%.0f %% as of the last full sync", c.PercentComplete))
	}
}

func (p *printer) pricedProduct(product *pricedProduct) {
	p.fact("price", fmt.Sprintf("%s: %s (asked %s)", product.Marketplace, product.Advice.Reason, day(product.SeenAt)))
}

// mostPrices is how many days of prices a card shows.
const mostPrices = 12

// priceHistory prints the newest prices, one a day.
func (p *printer) priceHistory(points []audipy.PricePoint) {
	newest := slices.Clone(points)
	slices.SortStableFunc(newest, func(x, y audipy.PricePoint) int { return cmp.Compare(y.Day, x.Day) })
	for i, point := range newest {
		if i == mostPrices {
			p.fact("", fmt.Sprintf("and %d %s more (--json has all)", len(newest)-i, plural(len(newest)-i, "day", "days")))
			break
		}
		p.fact("seen", fmt.Sprintf("%s: %s %s in %s", point.Day, point.Lowest, cmp.Or(point.LowestKind, "list"), point.Marketplace))
	}
}
