package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// ListeningMonth is how long somebody listened in a month, "2026-03".
type ListeningMonth struct {
	Month    string
	Listened time.Duration
}

// SetListening keeps how long an account listened in months of one store, as
// Audible says it now. Months that are not named stay as they are; fractions
// of a second are cut.
func (s *Store) SetListening(
	ctx context.Context, user audipy.UserID, account audipy.AccountID, marketplace string, months []ListeningMonth,
) error {
	return s.transactOf(ctx, user, func(q session) error {
		if _, err := q.account(ctx, user, account); err != nil {
			return err
		}
		for _, one := range months {
			_, err := q.exec(ctx, `
				INSERT INTO listening_months (user_id, account_id, marketplace, month, seconds) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (user_id, account_id, marketplace, month) DO UPDATE SET seconds = excluded.seconds`,
				string(user), string(account), marketplace, one.Month, int64(one.Listened/time.Second))
			if err != nil {
				return wrap(err, "keep listening time")
			}
		}
		return nil
	})
}

// Listening returns how long the person listened in each month, all accounts
// and stores together, the oldest month first. Months that nothing is known of
// are left out.
func (s *Store) Listening(ctx context.Context, user audipy.UserID) ([]ListeningMonth, error) {
	var months []ListeningMonth
	err := s.of(user).each(ctx, func(rows *sql.Rows) error {
		var one ListeningMonth
		var seconds int64
		if err := rows.Scan(&one.Month, &seconds); err != nil {
			return fmt.Errorf("scan listening time: %w", err)
		}
		one.Listened = time.Duration(seconds) * time.Second
		months = append(months, one)
		return nil
	}, `SELECT month, CAST(sum(seconds) AS BIGINT) FROM listening_months WHERE user_id = $1 GROUP BY month ORDER BY month`,
		string(user))
	return months, wrap(err, "list listening time")
}
