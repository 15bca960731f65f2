package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/audipy/audipy/internal/audipy"
)

// Pulse is a mark of what a person would want to see at once. It means nothing
// by itself: another value than before says that something changed.
type Pulse struct {
	// Runs changes with every sync run, Accounts with every account, the
	// beginning or end of its sync and a repair that was tried or has stopped,
	// and Library with every library.
	Runs, Accounts, Library int64
}

// pulseBatch bounds the people of one query.
const pulseBatch = 100

// Pulses returns the pulse of each of the people.
func (s *Store) Pulses(ctx context.Context, people []audipy.UserID) (map[audipy.UserID]Pulse, error) {
	pulses := make(map[audipy.UserID]Pulse, len(people))
	for batch := range slices.Chunk(people, pulseBatch) {
		var where filter
		for _, one := range batch {
			if where.text != "" {
				where.text += ", "
			}
			where.text += where.param(string(one))
		}
		err := s.reading().each(ctx, func(rows *sql.Rows) error {
			var user audipy.UserID
			var p Pulse
			if err := rows.Scan(&user, &p.Runs, &p.Accounts, &p.Library); err != nil {
				return fmt.Errorf("scan pulse: %w", err)
			}
			pulses[user] = p
			return nil
		}, `
			SELECT u.id,
				coalesce((SELECT max(r.updated_at) FROM sync_runs r WHERE r.user_id = u.id), 0),
				coalesce((SELECT CAST(sum(a.updated_at) AS BIGINT) FROM user_audible_accounts a WHERE a.user_id = u.id), 0) +
				coalesce((SELECT CAST(sum(l.fence) AS BIGINT) FROM account_leases l WHERE l.user_id = u.id AND l.held_until > 0), 0) +
				coalesce((SELECT CAST(sum(coalesce(k.tried_at, 0) + length(k.stopped)) AS BIGINT) FROM stored_sign_ins k WHERE k.user_id = u.id), 0),
				coalesce((SELECT CAST(sum(s.revision) AS BIGINT) FROM account_stores s WHERE s.user_id = u.id), 0)
			FROM users u WHERE u.id IN (`+where.text+`)`, where.args...)
		if err != nil {
			return nil, wrap(err, "look for changes")
		}
	}
	return pulses, nil
}
