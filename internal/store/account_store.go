package store

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
)

const accountStoreColumns = `account_id, marketplace, state_token, item_count, audible_count, revision,
	checked_at, last_sync, last_full`

func accountStoreFields(a *audipy.AccountStore) []any {
	return []any{
		&a.AccountID, &a.Marketplace, &a.StateToken, &a.ItemCount, &a.AudibleCount, &a.Revision,
		at(&a.CheckedAt), at(&a.LastSync), at(&a.LastFull),
	}
}

// AccountStores returns what is known of an account in each store that was
// ever looked into, ordered by country code. An account that isn't the
// person's is NotFound.
func (s *Store) AccountStores(
	ctx context.Context, user audipy.UserID, account audipy.AccountID,
) ([]audipy.AccountStore, error) {
	var stores []audipy.AccountStore
	err := s.snapshotOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		var err error
		stores, err = list(ctx, q, accountStoreFields, `SELECT `+accountStoreColumns+` FROM account_stores
			WHERE user_id = $1 AND account_id = $2 ORDER BY marketplace`, string(user), string(account))
		return err
	})
	return stores, wrap(err, "list stores of account")
}

// SetStoreChecked notes that a store was looked into now, whatever was found.
func (s *Store) SetStoreChecked(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, marketplace string,
) error {
	return s.transactOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		_, err := q.exec(ctx, `
			INSERT INTO account_stores (user_id, account_id, marketplace, checked_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (user_id, account_id, marketplace) DO UPDATE SET checked_at = excluded.checked_at`,
			string(user), string(account), marketplace, micros(q.now))
		return wrap(err, "note the look into a store")
	})
}
