package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	productColumns = editionColumns + `, marketplace, availability, in_plus, list_price, list_currency,
		lowest_price, lowest_currency, lowest_kind, whispersync_price, whispersync_currency, credit_hundredths, seen_at`
	putProductTail = `ON CONFLICT (user_id, marketplace, asin) DO UPDATE SET
		title = excluded.title, subtitle = excluded.subtitle, authors = excluded.authors,
		narrators = excluded.narrators, series = excluded.series, publisher = excluded.publisher,
		language = excluded.language, runtime_minutes = excluded.runtime_minutes,
		release_date = excluded.release_date, cover_url = excluded.cover_url,
		delivery_type = excluded.delivery_type, content_type = excluded.content_type, format = excluded.format,
		availability = excluded.availability, in_plus = excluded.in_plus, list_price = excluded.list_price,
		list_currency = excluded.list_currency, lowest_price = excluded.lowest_price,
		lowest_currency = excluded.lowest_currency, lowest_kind = excluded.lowest_kind,
		whispersync_price = excluded.whispersync_price, whispersync_currency = excluded.whispersync_currency,
		credit_hundredths = excluded.credit_hundredths, seen_at = excluded.seen_at`
	productWidth = editionWidth + 12
)

func productFields(p *audipy.Product) []any {
	return append(editionFields(&p.Edition), &p.Marketplace, &p.Availability, &p.InPlus,
		&p.Prices.List.Minor, &p.Prices.List.Currency, &p.Prices.Lowest.Minor, &p.Prices.Lowest.Currency,
		&p.Prices.LowestKind, &p.Prices.Whispersync.Minor, &p.Prices.Whispersync.Currency,
		&p.Prices.CreditHundredths, at(&p.SeenAt))
}

func productArgs(args []any, p *audipy.Product, seen any) ([]any, error) {
	args, err := editionArgs(args, &p.Edition)
	if err != nil {
		return nil, err
	}
	return append(args, p.Marketplace, string(p.Availability), p.InPlus,
		p.Prices.List.Minor, p.Prices.List.Currency, p.Prices.Lowest.Minor, p.Prices.Lowest.Currency,
		p.Prices.LowestKind, p.Prices.Whispersync.Minor, p.Prices.Whispersync.Currency,
		p.Prices.CreditHundredths, seen), nil
}

// UpsertProducts keeps what the catalogue says now, and the lowest price of
// each product as a point of today in its history. SeenAt becomes the present
// time. A product needs an ASIN and a marketplace; of several with the same
// ones the last counts.
func (s *Store) UpsertProducts(ctx context.Context, user audipy.UserID, products []audipy.Product) error {
	unique := make(map[[2]string]*audipy.Product, len(products))
	for i := range products {
		p := &products[i]
		if p.ASIN == "" || p.Marketplace == "" {
			return audipy.Fail(audipy.Invalid, fmt.Sprintf("the product %q has no ASIN or no store", p.Title), nil)
		}
		unique[[2]string{p.Marketplace, p.ASIN}] = p
	}
	list := make([]*audipy.Product, 0, len(unique))
	for _, p := range unique {
		list = append(list, p)
	}
	// One order for everybody, so that two writers can't lock each other out.
	slices.SortFunc(list, func(a, b *audipy.Product) int {
		return strings.Compare(a.Marketplace+" "+a.ASIN, b.Marketplace+" "+b.ASIN)
	})
	return s.transactOf(ctx, user, func(q session) error {
		if err := q.mustExist(ctx, user); err != nil {
			return err
		}
		put := bulk{
			head:   `INSERT INTO catalog_products (user_id, ` + productColumns + `)`,
			tail:   putProductTail,
			shared: []any{string(user)}, width: productWidth,
		}
		err := put.write(ctx, q, len(list), func(i int, args []any) ([]any, error) {
			return productArgs(args, list[i], micros(q.now))
		})
		if err != nil {
			return wrap(err, "write products")
		}
		return q.putPrices(ctx, user, list)
	})
}

// mustExist is NotFound for nobody, where a foreign key would only say that a
// constraint is broken.
func (q session) mustExist(ctx context.Context, user audipy.UserID) error {
	var one int
	err := q.one(ctx, []any{&one}, `SELECT 1 FROM users WHERE id = $1`, string(user))
	return absent(err, "look up person", "person")
}

// Products returns products of one store by their ASINs, ordered by ASIN;
// unknown ones are left out.
func (s *Store) Products(
	ctx context.Context, user audipy.UserID, marketplace string, asins []string,
) ([]audipy.Product, error) {
	var products []audipy.Product
	err := s.snapshotOf(ctx, user, func(q session) error {
		for chunk := range slices.Chunk(asins, listRows) {
			args, list := inList([]any{string(user), marketplace}, chunk)
			where := ` WHERE user_id = $1 AND marketplace = $2 AND asin IN (` + list + `)`
			if err := q.products(ctx, &products, where, args...); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(products, func(a, b audipy.Product) int { return strings.Compare(a.ASIN, b.ASIN) })
	return products, err
}

// AllProducts returns every product that the person's catalogue has, of one
// store, or of all when marketplace is empty, ordered by store and ASIN.
func (s *Store) AllProducts(
	ctx context.Context, user audipy.UserID, marketplace string,
) ([]audipy.Product, error) {
	var products []audipy.Product
	err := s.of(user).products(ctx, &products,
		` WHERE user_id = $1 AND (marketplace = $2 OR $2 = '') ORDER BY marketplace, asin`, string(user), marketplace)
	return products, err
}

func (q session) products(ctx context.Context, into *[]audipy.Product, where string, args ...any) error {
	err := q.each(ctx, func(rows *sql.Rows) error {
		var p audipy.Product
		if err := rows.Scan(productFields(&p)...); err != nil {
			return fmt.Errorf("scan product: %w", err)
		}
		*into = append(*into, p)
		return nil
	}, `SELECT `+productColumns+` FROM catalog_products`+where, args...)
	return wrap(err, "read products")
}
