package store

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/audipy/audipy/internal/audipy"
)

// secretColumns are the text columns that prove something or open something.
// Bytes are hashes or sealed without exception, and left out by their kind.
func secretColumns() []string { return []string{"password_hash", "state_token"} }

// OwnRows streams every row about a person, table by table, from one consistent
// view, for the person to read. Secrets are left out, sealed or not. After an
// error, which comes with a zero row, there is nothing more.
func (s *Store) OwnRows(ctx context.Context, user audipy.UserID) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		err := s.snapshotOf(ctx, user, func(q session) error {
			for _, table := range ownTables() {
				owner := "user_id"
				if table == "users" {
					owner = "id"
				}
				err := q.tableRows(ctx, table, func(r Row) bool { return yield(readable(r), nil) },
					`SELECT * FROM `+table+` WHERE `+owner+` = $1`, string(user))
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Row{}, err)
		}
	}
}

// ownTables are the tables that hold rows of people.
func ownTables() []string {
	var names []string
	for _, table := range copiedTables() {
		names = append(names, table.name)
	}
	return slices.DeleteFunc(append(names, passingTables()...), func(name string) bool {
		return slices.Contains(instanceTables(), name)
	})
}

// readable is a row without what is secret.
func readable(r Row) Row {
	clean := Row{Table: r.Table}
	for i, c := range r.Columns {
		if c.Kind != BytesColumn && !slices.Contains(secretColumns(), c.Name) {
			clean.Columns, clean.Values = append(clean.Columns, c), append(clean.Values, r.Values[i])
		}
	}
	return clean
}
