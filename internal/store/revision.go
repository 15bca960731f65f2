package store

import (
	"context"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

// Revision is the state of what a person sees, cheap to ask for and to compare.
type Revision struct {
	// Changes rises with every recorded change of what they see: syncs that
	// found something, marks, preferences, links. Sign-ins, renewed tokens and
	// syncs that found everything as it was leave it alone.
	Changes int64
	// CatalogSeen is when the catalogue was last written; the zero time means
	// never.
	CatalogSeen time.Time
	// Household differs when what the others of the household own may differ;
	// empty for a person who takes no part.
	Household string
}

// Revision returns the state of a person's content. NotFound for nobody. It
// looks at the household too, so PostgreSQL does not narrow it.
func (s *Store) Revision(ctx context.Context, user audipy.UserID) (Revision, error) {
	var r Revision
	err := s.reading().one(ctx, []any{&r.Changes, at(&r.CatalogSeen), &r.Household}, `
		SELECT content_seq, (SELECT max(seen_at) FROM (
			SELECT max(seen_at) AS seen_at FROM catalog_products WHERE user_id = $1
			UNION ALL SELECT max(seen_at) FROM catalog_looks WHERE user_id = $1) AS seen),
			(SELECT coalesce(min(u.id) || count(*) || '.' || sum(h.content_seq), '')
			FROM audit_heads h JOIN users u ON u.id = h.user_id WHERE `+household+`)
		FROM audit_heads WHERE user_id = $1`, string(user))
	return r, absent(err, "read revision", "person")
}
