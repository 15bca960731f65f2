package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

// SetMark dismisses or snoozes a suggestion, or says that the work is owned
// elsewhere; it replaces a mark on the same product.
func (s *Store) SetMark(ctx context.Context, user audipy.UserID, m audipy.Mark, e audit.Event) error {
	if m.ASIN == "" || m.Marketplace == "" {
		return audipy.Fail(audipy.Invalid, "a mark needs the ASIN and the store of its product", nil)
	}
	return s.change(ctx, user, e, func(c *change) error {
		_, err := c.exec(ctx, `
			INSERT INTO suggestion_marks (user_id, marketplace, asin, hidden_until, elsewhere, created_at)
			VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (user_id, marketplace, asin) DO UPDATE SET
				hidden_until = excluded.hidden_until, elsewhere = excluded.elsewhere, created_at = excluded.created_at`,
			string(user), m.Marketplace, m.ASIN, micros(m.Until), m.Elsewhere, micros(c.now))
		return wrap(err, "mark suggestion")
	})
}

// ClearMark takes the mark off a product; one that has none is NotFound.
func (s *Store) ClearMark(
	ctx context.Context, user audipy.UserID, marketplace, asin string, e audit.Event,
) error {
	return s.change(ctx, user, e, func(c *change) error {
		err := c.touch(ctx, `DELETE FROM suggestion_marks WHERE user_id = $1 AND marketplace = $2 AND asin = $3`,
			string(user), marketplace, asin)
		return absent(err, "clear mark", "mark on a suggestion")
	})
}

// Marks returns the person's marks, those whose time is over included, ordered
// by store and ASIN.
func (s *Store) Marks(ctx context.Context, user audipy.UserID) ([]audipy.Mark, error) {
	var marks []audipy.Mark
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var m audipy.Mark
		if err := rows.Scan(&m.Marketplace, &m.ASIN, at(&m.Until), &m.Elsewhere); err != nil {
			return fmt.Errorf("scan mark: %w", err)
		}
		marks = append(marks, m)
		return nil
	}, `SELECT marketplace, asin, hidden_until, elsewhere FROM suggestion_marks WHERE user_id = $1 ORDER BY marketplace, asin`,
		string(user))
	return marks, wrap(err, "list marks")
}
