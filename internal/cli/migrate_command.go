package cli

import (
	"context"

	"github.com/audipy/audipy/internal/store"
)

// migrateCmd brings the database up to date. SQLite is when it is opened; on
// PostgreSQL it takes the rights of the tables' owner, which a server need not
// have.
type migrateCmd struct{}

// Run migrates.
func (migrateCmd) Run(ctx context.Context, a *app) error {
	if err := store.Migrate(ctx, a.storeOptions()); err != nil {
		return err
	}
	return a.out.result(map[string]any{"database": a.databaseKind(), "schema": store.Schema()}, func() {
		a.out.line("the %s database has schema %d, which is this program's", a.databaseKind(), store.Schema())
	})
}
