package librarysync

import (
	"context"
	"errors"
	"fmt"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
)

// ChangeWishlist puts a title on the account's wish list at Audible, or takes it
// off when wanted is false, and then keeps the list as Audible has it, which
// also records the change. A title that the store doesn't have is NotFound.
func (s *Service) ChangeWishlist(ctx context.Context, r CatalogRequest, asin string, wanted bool) error {
	client, err := s.accounts.Client(ctx, r.User, r.Account, r.Marketplace)
	if err != nil {
		return err
	}
	if wanted {
		err = client.AddToWishlist(ctx, asin)
	} else {
		err = client.RemoveFromWishlist(ctx, asin)
	}
	if errors.Is(err, audible.ErrNotFound) {
		if noted := s.accounts.Note(context.WithoutCancel(ctx), r.User, r.Account, err); noted != nil {
			return noted
		}
		return audipy.Fail(audipy.NotFound, fmt.Sprintf("The %s store has no %q.", r.Marketplace, asin), err).
			WithHint("ASINs differ between stores; name the right store.")
	}
	if err != nil {
		return s.explain(ctx, Request{User: r.User, Account: r.Account}, err)
	}
	_, err = s.RefreshWishlist(ctx, r)
	return err
}
