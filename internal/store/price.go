package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// putPrices keeps the lowest price of the day. A day on which the store changed
// its currency begins anew: amounts of two currencies have no lower one.
func (q session) putPrices(ctx context.Context, user audipy.UserID, products []*audipy.Product) error {
	known := make([]*audipy.Product, 0, len(products))
	for _, p := range products {
		if p.Prices.Lowest.IsKnown() {
			known = append(known, p)
		}
	}
	put := bulk{
		head: `INSERT INTO price_points (user_id, day, marketplace, asin, lowest_price, lowest_currency, lowest_kind)`,
		tail: `ON CONFLICT (user_id, marketplace, asin, day) DO UPDATE SET
			lowest_price = excluded.lowest_price, lowest_currency = excluded.lowest_currency,
			lowest_kind = excluded.lowest_kind
			WHERE excluded.lowest_price < price_points.lowest_price
				OR excluded.lowest_currency <> price_points.lowest_currency`,
		shared: []any{string(user), q.now.Format(time.DateOnly)}, width: 5,
	}
	err := put.write(ctx, q, len(known), func(i int, args []any) ([]any, error) {
		p := known[i]
		return append(args, p.Marketplace, p.ASIN, p.Prices.Lowest.Minor, p.Prices.Lowest.Currency,
			p.Prices.LowestKind), nil
	})
	return wrap(err, "write price history")
}

// PriceFilter chooses price points; its zero value means all of them.
type PriceFilter struct {
	// Marketplace and ASIN keep to one of them; empty means all.
	Marketplace, ASIN string
}

// PriceHistory returns the lowest price of each product on each day on which
// it was seen, ordered by store, ASIN and day.
func (s *Store) PriceHistory(
	ctx context.Context, user audipy.UserID, f PriceFilter,
) ([]audipy.PricePoint, error) {
	var points []audipy.PricePoint
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var p audipy.PricePoint
		err := rows.Scan(&p.Marketplace, &p.ASIN, &p.Day, &p.Lowest.Minor, &p.Lowest.Currency, &p.LowestKind)
		if err != nil {
			return fmt.Errorf("scan price: %w", err)
		}
		points = append(points, p)
		return nil
	}, `
		SELECT marketplace, asin, day, lowest_price, lowest_currency, lowest_kind FROM price_points
		WHERE user_id = $1 AND (marketplace = $2 OR $2 = '') AND (asin = $3 OR $3 = '')
		ORDER BY marketplace, asin, day`, string(user), f.Marketplace, f.ASIN)
	return points, wrap(err, "read price history")
}
