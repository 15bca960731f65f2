package cli_test

import (
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/cli"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestTheCommandLineUsesTheDatabaseThatIsConfigured(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		home := t.TempDir()
		variables := map[string]string{
			"HOME": home, "AUDIPY_HOME": filepath.Dir(db.Options.SQLitePath), "AUDIPY_DATABASE": db.Options.PostgresURL,
		}
		if db.IsPostgres() {
			variables["AUDIPY_HOME"] = home
		}
		out, problems := &lockedBuffer{}, &lockedBuffer{}
		code := cli.Main(t.Context(), []string{"prefs", "set", "max-price", "7.77"}, cli.Env{
			Stdout: out, Stderr: problems, GOOS: "linux", Now: time.Now, NoKeyring: true,
			Getenv: func(name string) string { return variables[name] },
		})
		if code != 0 {
			t.Fatalf("exit code %d: %s", code, problems)
		}
		people, err := db.Users(t.Context())
		if err != nil || len(people) != 1 || people[0].Email != audipy.LocalEmail {
			t.Fatalf("the people are %v (%v)", people, err)
		}
		prefs, err := db.Preferences(t.Context(), people[0].ID)
		if err != nil || prefs.MaxPrice.Minor != 777 {
			t.Errorf("the preferences are %+v (%v)", prefs, err)
		}
		err = filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
			if filepath.Ext(path) == ".db" {
				t.Errorf("another database was made: %s", entry.Name())
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
