package store

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
)

// sharesShelf chooses the people who take part in the household's shelf.
const sharesShelf = `u.is_active AND EXISTS (
	SELECT 1 FROM user_preferences p WHERE p.user_id = u.id AND p.household_shelf)`

// household chooses those of them whose titles the person $1 may see at
// suggestions: everybody else, when the person takes part themselves.
const household = `u.id <> $1 AND ` + sharesShelf + `
	AND EXISTS (SELECT 1 FROM user_preferences own WHERE own.user_id = $1 AND own.household_shelf)`

// HouseholdCopies returns what the others of the person's household own, when
// both sides chose to take part, and nothing otherwise. Titles that are gone or
// only borrowed from Plus are not owned. The editions have ids, names and places in
// series alone. They come in a fixed order.
func (s *Store) HouseholdCopies(ctx context.Context, user audipy.UserID) ([]audipy.HouseholdCopy, error) {
	copies, err := list(ctx, s.reading(), func(c *audipy.HouseholdCopy) []any {
		return []any{
			&c.Owner, &c.Marketplace, &c.ASIN, &c.Title, &c.Subtitle,
			listText[audipy.Contributor]{&c.Authors},
			listText[audipy.Contributor]{&c.Narrators},
			listText[audipy.SeriesPlace]{&c.Series},
		}
	}, `
		SELECT u.name, i.marketplace, i.asin, i.title, i.subtitle, i.authors, i.narrators, i.series
		FROM library_items i JOIN users u ON u.id = i.user_id
		WHERE i.status = 'active' AND NOT i.plus AND `+household+`
		ORDER BY u.id, i.account_id, i.marketplace, i.asin`, string(user))
	return copies, wrap(err, "read the household's shelf")
}
