package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/librarysync"
)

func (a *api) registerWishlist() {
	register(a, huma.Operation{
		OperationID: "listWishes", Method: http.MethodGet, Path: "/wishlist",
		Summary: "The wish lists of every linked account as of the last look, and what to pay for each title.",
	}, a.listWishes)
	register(a, huma.Operation{
		OperationID: "addWish", Method: http.MethodPut, Path: "/accounts/{id}/wishlist/{marketplace}/{asin}",
		Summary: "Puts a title on the account's wish list at Audible.", DefaultStatus: http.StatusNoContent,
	}, a.addWish)
	register(a, huma.Operation{
		OperationID: "removeWish", Method: http.MethodDelete, Path: "/accounts/{id}/wishlist/{marketplace}/{asin}",
		Summary: "Takes a title off the account's wish list at Audible.", DefaultStatus: http.StatusNoContent,
	}, a.removeWish)
}

// Wish is a title on a wish list.
type Wish struct {
	Product   Product   `json:"product" doc:"Of a title that nobody asked the catalogue about its ids alone."`
	AccountID string    `json:"account_id"`
	WishedAt  time.Time `json:"wished_at,omitzero"`
	Owned     bool      `json:"owned" doc:"A library of the person holds it."`
	Price     Price     `json:"price"`
	Notice    string    `json:"notice,omitempty" doc:"What is new and good about the price; absent for whoever wants no notices."`
}

// WishList is every wish of a person.
type WishList struct {
	Items []Wish `json:"items" doc:"The newest first."`
}

func (a *api) listWishes(ctx context.Context, _ *struct{}) (*struct{ Body WishList }, error) {
	wishes, err := a.Advice.Wishes(ctx, actorFrom(ctx).UserID, "")
	if err != nil {
		return nil, err
	}
	list := WishList{Items: make([]Wish, len(wishes))}
	for i := range wishes {
		w := &wishes[i]
		list.Items[i] = Wish{
			Product: productOf(&w.Product), AccountID: string(w.Account), WishedAt: w.WishedAt, Owned: w.Owned,
			Price: priceOf(w.Price), Notice: w.Notice,
		}
	}
	return &struct{ Body WishList }{list}, nil
}

// wishPath names a title and whose wish list it goes on.
type wishPath struct {
	ID string `path:"id" maxLength:"64" doc:"The account."`
	ProductPath
}

func (a *api) addWish(ctx context.Context, in *wishPath) (*struct{}, error) {
	return nil, a.changeWish(ctx, in, true)
}

func (a *api) removeWish(ctx context.Context, in *wishPath) (*struct{}, error) {
	return nil, a.changeWish(ctx, in, false)
}

func (a *api) changeWish(ctx context.Context, in *wishPath, wanted bool) error {
	return a.Syncs.ChangeWishlist(ctx, librarysync.CatalogRequest{
		User: actorFrom(ctx).UserID, Account: audipy.AccountID(in.ID), Marketplace: in.Marketplace,
	}, in.ASIN, wanted)
}
