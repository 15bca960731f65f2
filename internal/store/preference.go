package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// Preferences returns a person's wishes; who never chose has
// audipy.DefaultPreferences.
func (s *Store) Preferences(ctx context.Context, user audipy.UserID) (audipy.Preferences, error) {
	p := audipy.DefaultPreferences()
	err := s.snapshotOf(ctx, user, func(q session) error {
		if err := q.mustExist(ctx, user); err != nil {
			return err
		}
		var price sql.NullInt64
		err := q.one(ctx, []any{
			&price, &p.MaxPrice.Currency, &p.PreferredLanguage, &p.Marketplace, &p.NotificationsEnabled, &p.HouseholdShelf,
		}, `
			SELECT max_price, currency, preferred_language, marketplace, notifications_enabled, household_shelf
			FROM user_preferences WHERE user_id = $1`, string(user))
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return wrap(err, "read preferences")
		}
		p.MaxPrice.Minor = price.Int64
		return q.limits(ctx, user, &p)
	})
	if err != nil {
		return audipy.Preferences{}, err
	}
	return p, nil
}

// limits reads the limits of the other stores.
func (q session) limits(ctx context.Context, user audipy.UserID, p *audipy.Preferences) error {
	err := q.each(ctx, func(rows *sql.Rows) error {
		var marketplace string
		var limit audipy.Money
		if err := rows.Scan(&marketplace, &limit.Minor, &limit.Currency); err != nil {
			return fmt.Errorf("scan limit: %w", err)
		}
		if p.Limits == nil {
			p.Limits = map[string]audipy.Money{}
		}
		p.Limits[marketplace] = limit
		return nil
	}, `SELECT marketplace, max_price, currency FROM store_limits WHERE user_id = $1`, string(user))
	return wrap(err, "read limits")
}

// SavePreferences replaces a person's wishes, the limits of all stores
// included. A MaxPrice without a currency is kept as "none set".
func (s *Store) SavePreferences(ctx context.Context, user audipy.UserID, p audipy.Preferences, e audit.Event) error {
	id, err := newID()
	if err != nil {
		return err
	}
	return s.change(ctx, user, e, func(c *change) error {
		var price any
		if p.MaxPrice.IsKnown() {
			price = p.MaxPrice.Minor
		}
		_, err := c.exec(ctx, `
			INSERT INTO user_preferences (id, user_id, max_price, currency, preferred_language, marketplace,
				notifications_enabled, household_shelf, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
			ON CONFLICT (user_id) DO UPDATE SET
				max_price = excluded.max_price, currency = excluded.currency,
				preferred_language = excluded.preferred_language, marketplace = excluded.marketplace,
				notifications_enabled = excluded.notifications_enabled, household_shelf = excluded.household_shelf,
				updated_at = excluded.updated_at`,
			id, string(user), price, p.MaxPrice.Currency, p.PreferredLanguage, p.Marketplace,
			p.NotificationsEnabled, p.HouseholdShelf, micros(c.now))
		if err != nil {
			return wrap(err, "save preferences")
		}
		if _, err := c.exec(ctx, `DELETE FROM store_limits WHERE user_id = $1`, string(user)); err != nil {
			return wrap(err, "save limits")
		}
		put := bulk{
			head:   `INSERT INTO store_limits (user_id, marketplace, max_price, currency)`,
			shared: []any{string(user)}, width: 3,
		}
		stores := slices.Sorted(maps.Keys(p.Limits))
		err = put.write(ctx, c.session, len(stores), func(i int, args []any) ([]any, error) {
			limit := p.Limits[stores[i]]
			return append(args, stores[i], limit.Minor, limit.Currency), nil
		})
		return wrap(err, "save limits")
	})
}
