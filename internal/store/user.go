package store

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

const userColumns = `id, email, name, role, is_active, created_at, updated_at`

// ownerColumns are userColumns of the person who is joined as u.
const ownerColumns = `u.id, u.email, u.name, u.role, u.is_active, u.created_at, u.updated_at`

func userFields(u *audipy.User) []any {
	return []any{&u.ID, &u.Email, &u.Name, &u.Role, &u.IsActive, at(&u.CreatedAt), at(&u.UpdatedAt)}
}

// UserByID returns a person, or NotFound.
func (s *Store) UserByID(ctx context.Context, user audipy.UserID) (audipy.User, error) {
	var u audipy.User
	err := s.of(user).one(ctx, userFields(&u), `SELECT `+userColumns+` FROM users WHERE id = $1`, string(user))
	return u, absent(err, "read person", "person")
}

// Rename gives a person another name and returns them.
func (s *Store) Rename(ctx context.Context, user audipy.UserID, name string, e audit.Event) (audipy.User, error) {
	var u audipy.User
	err := s.change(ctx, user, e, func(c *change) error {
		err := c.one(ctx, userFields(&u), `UPDATE users SET name = $2, updated_at = $3 WHERE id = $1 RETURNING `+userColumns,
			string(user), name, micros(c.now))
		return absent(err, "rename person", "person")
	})
	return u, err
}
