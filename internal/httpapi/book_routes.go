package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/advice"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
	"github.com/audipy/audipy/internal/store"
)

func (a *api) registerBooks() {
	register(a, huma.Operation{
		OperationID: "getBook", Method: http.MethodGet, Path: "/books/{marketplace}/{asin}",
		Summary: "Everything known of one title: facts, copies, series, prices.",
	}, a.getBook)
}

// Book is everything that is known of one title of a store.
type Book struct {
	Product      Product      `json:"product"`
	Owned        []Item       `json:"owned" doc:"The copies in the person's libraries, those that are gone included."`
	Series       []BookSeries `json:"series" doc:"Its places in the person's series."`
	Suggestion   *Suggestion  `json:"suggestion,omitempty" doc:"Present when it is suggested."`
	Price        *Price       `json:"price,omitempty" doc:"How to pay for it; absent for a title that was never seen in the catalogue."`
	PriceHistory []PricePoint `json:"price_history" doc:"The lowest price of each day on which it was seen."`
	Limit        *Money       `json:"limit,omitempty" doc:"The person's limit in this store."`
	Mark         *BookMark    `json:"mark,omitempty" doc:"Present when it was dismissed, is snoozed, or is owned elsewhere."`
	StoreURL     string       `json:"store_url" doc:"Its page at Audible."`
}

// BookSeries is the place of a title in a series.
type BookSeries struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Number string `json:"number,omitempty"`
	Owned  int    `json:"owned"`
	Total  int    `json:"total"`
}

// PricePoint is the lowest price of a day.
type PricePoint struct {
	Day   string `json:"day" doc:"YYYY-MM-DD."`
	Price Money  `json:"price"`
	Kind  string `json:"kind" doc:"Audible's word for the price, such as member or sale."`
}

// BookMark is the person's word on a suggestion.
type BookMark struct {
	Until     time.Time `json:"until,omitzero" doc:"When it may be suggested again; never when absent."`
	Elsewhere bool      `json:"elsewhere" doc:"The person has the work outside of Audible."`
}

type getBookInput struct {
	ProductPath
	Condition
}

func (a *api) getBook(ctx context.Context, in *getBookInput) (*tagged[Book], error) {
	user := actorFrom(ctx).UserID
	found, err := a.Advice.For(ctx, user)
	if err != nil {
		return nil, err
	}
	if err := in.unchanged(found.Revision); err != nil {
		return nil, err
	}
	book := Book{
		Owned: []Item{}, Series: seriesWith(&found, in.Marketplace, in.ASIN), PriceHistory: []PricePoint{},
		StoreURL: audipy.StorePage(in.Marketplace, in.ASIN),
	}
	product, err := a.bookEditions(ctx, user, in.ProductPath, &book)
	if err != nil {
		return nil, err
	}
	if limit, ok := found.Preferences.LimitFor(in.Marketplace); ok {
		book.Limit = moneyOf(limit)
	}
	for _, list := range [][]recommend.Suggestion{found.Next, found.Upcoming} {
		for i := range list {
			if p := &list[i].Product; p.ASIN == in.ASIN && p.Marketplace == in.Marketplace {
				s := suggestionOf(&list[i])
				book.Suggestion = &s
			}
		}
	}
	if err := a.bookPrice(ctx, user, in.ProductPath, product, found.Preferences, &book); err != nil {
		return nil, err
	}
	return withTag(book, found.Revision), nil
}

// bookEditions fills in the copies and, from the catalogue or else from a copy,
// the facts. It returns the product of the catalogue, nil when it was never seen
// there. A title that is in neither is NotFound.
func (a *api) bookEditions(
	ctx context.Context, user audipy.UserID, path ProductPath, book *Book,
) (*audipy.Product, error) {
	items, err := a.Store.ItemsByASIN(ctx, user, path.ASIN)
	if err != nil && audipy.KindOf(err) != audipy.NotFound {
		return nil, err
	}
	for i := range items {
		if items[i].Marketplace == path.Marketplace {
			book.Owned = append(book.Owned, itemOf(&items[i]))
			book.Product.Edition = editionOf(&items[i].Edition, path.Marketplace)
		}
	}
	products, err := a.Store.Products(ctx, user, path.Marketplace, []string{path.ASIN})
	switch {
	case err != nil:
		return nil, err
	case len(products) > 0:
		book.Product = productOf(&products[0])
		return &products[0], nil
	case book.Product.ASIN == "":
		return nil, audipy.Fail(audipy.NotFound, "This title is neither in your library nor in what was seen of the store.", nil)
	}
	return nil, nil // a copy whose title the catalogue was never asked about
}

// bookPrice fills in the prices, the history and the mark.
func (a *api) bookPrice(
	ctx context.Context, user audipy.UserID, path ProductPath, product *audipy.Product, prefs audipy.Preferences, book *Book,
) error {
	points, err := a.Store.PriceHistory(ctx, user, store.PriceFilter{Marketplace: path.Marketplace, ASIN: path.ASIN})
	if err != nil {
		return err
	}
	for _, p := range points {
		book.PriceHistory = append(book.PriceHistory, PricePoint{Day: p.Day, Price: Money(p.Lowest), Kind: p.LowestKind})
	}
	marks, err := a.Store.Marks(ctx, user)
	if err != nil {
		return err
	}
	for _, m := range marks {
		if m.ASIN == path.ASIN && m.Marketplace == path.Marketplace && m.Hides(a.Now()) {
			book.Mark = &BookMark{Until: m.Until, Elsewhere: m.Elsewhere}
		}
	}
	switch {
	case book.Suggestion != nil:
		book.Price = &book.Suggestion.Price
	case product != nil:
		price := priceOf(recommend.PriceOf(*product, prefs, points, a.Now()))
		book.Price = &price
	}
	return nil
}

// seriesWith lists the series that a title is a volume of.
func seriesWith(found *advice.Advice, marketplace, asin string) []BookSeries {
	list := []BookSeries{}
	for i := range found.Series {
		s := &found.Series[i]
		for _, volumes := range [][]recommend.Volume{s.Volumes, s.Unnumbered} {
			for j := range volumes {
				if v := &volumes[j]; v.ASIN == asin && v.Marketplace == marketplace {
					list = append(list, BookSeries{ID: seriesID(s), Title: s.Title, Number: v.Number, Owned: s.Owned, Total: s.Total})
				}
			}
		}
	}
	return list
}
