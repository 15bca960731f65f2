package audible

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// wishlistGroups fill what a Product says about a wish.
const wishlistGroups = "contributors,customer_rights,media,price,product_attrs,product_desc,product_plans"

// WishlistQuery asks for one page of the wish list. The zero value asks for
// the first page.
type WishlistQuery struct {
	// Page counts from 0, other than the library's.
	Page int
	// PageSize is 1 to MaxCatalogueBatch; 0 means that.
	PageSize int
	// Sort is Author, DateAdded, Price, Rating or Title, with "-" in front
	// for the reverse; empty leaves it to the server.
	Sort string
	// Groups are response groups; empty means those that fill a Product.
	Groups string
}

// Wishlist returns one page of the wish list.
func (c *Client) Wishlist(ctx context.Context, q WishlistQuery) (ProductPage, error) {
	v := url.Values{
		"num_results": {strconv.Itoa(batchSize(q.PageSize))}, "page": {strconv.Itoa(max(q.Page, 0))},
		"response_groups": {orDefault(q.Groups, wishlistGroups)},
	}
	if q.Sort != "" {
		v.Set("sort_by", q.Sort)
	}
	return c.products(ctx, apiGet("wishlist", "wishlist", v, nil))
}

// AddToWishlist puts a title on the wish list. It is no error when it is there
// already, so the call is repeated like any other. Audible answers bursts of
// changes with errors: make them one after the other.
func (c *Client) AddToWishlist(ctx context.Context, asin string) error {
	if err := checkASIN(asin); err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"asin": asin})
	if err != nil {
		return fmt.Errorf("add to the wish list: %w", err)
	}
	return c.do(ctx, call{
		exchange: exchange{name: "wishlist/add", method: http.MethodPost, target: "/1.0/wishlist", body: body},
		read:     ignoreBody,
	})
}

// RemoveFromWishlist takes a title off the wish list. It is no error when the
// server says that it isn't there.
func (c *Client) RemoveFromWishlist(ctx context.Context, asin string) error {
	if err := checkASIN(asin); err != nil {
		return err
	}
	err := c.do(ctx, call{
		exchange: exchange{name: "wishlist/remove", method: http.MethodDelete, target: "/1.0/wishlist/" + asin},
		read:     ignoreBody,
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// ignoreBody takes any answer that isn't a page: changes are answered with an
// empty body or with nothing of interest.
func ignoreBody(r *reply) error {
	if looksLikePage(r.header, r.body) {
		return fmt.Errorf("%w but a page", ErrNotJSON)
	}
	return nil
}
