package store

import (
	"context"

	"github.com/audipy/audipy/internal/audipy"
)

const userColumns = `id, email, is_active, created_at, updated_at`

func userFields(u *audipy.User) []any {
	return []any{&u.ID, &u.Email, &u.IsActive, at(&u.CreatedAt), at(&u.UpdatedAt)}
}

// UserByID returns a person, or NotFound.
func (s *Store) UserByID(ctx context.Context, user audipy.UserID) (audipy.User, error) {
	var u audipy.User
	err := s.reading().one(ctx, userFields(&u), `SELECT `+userColumns+` FROM users WHERE id = $1`, string(user))
	return u, absent(err, "read person", "person")
}

// userByEmail returns sql.ErrNoRows for nobody.
func (s *Store) userByEmail(ctx context.Context, email string) (audipy.User, error) {
	var u audipy.User
	err := s.reading().one(ctx, userFields(&u), `SELECT `+userColumns+` FROM users WHERE email = $1`, email)
	return u, err
}

// DeleteUser deletes a person and every row that is theirs, the audit chain
// included: nothing stays that a record could stand in. Devices registered at
// Amazon must have been dealt with before. A second call is NotFound.
func (s *Store) DeleteUser(ctx context.Context, user audipy.UserID) error {
	return s.transact(ctx, func(q session) error {
		n, err := q.exec(ctx, `DELETE FROM users WHERE id = $1`, string(user))
		if err == nil && n == 0 {
			return audipy.Fail(audipy.NotFound, "there is no such person", nil)
		}
		return wrap(err, "delete person")
	})
}
