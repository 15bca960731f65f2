package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/cli"
)

// configOf runs config --json in an environment and returns the settings by
// name, the place of the file under "file", and the exit code.
func configOf(t *testing.T, goos string, variables map[string]string) (map[string]string, int) {
	t.Helper()
	var out bytes.Buffer
	code := cli.Main(t.Context(), []string{"config", "--json"}, cli.Env{
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, GOOS: goos, Now: time.Now,
		Getenv: func(name string) string { return variables[name] },
		Wait:   func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	var document struct {
		File     string
		Settings []struct{ Name, Value string }
	}
	if err := json.Unmarshal(out.Bytes(), &document); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	values := map[string]string{"file": document.File}
	for _, s := range document.Settings {
		values[s.Name] = s.Value
	}
	return values, code
}

func TestFoldersAreThoseOfTheSystem(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, goos string
		variables  map[string]string
		home, file string
	}{
		{"linux", "linux", map[string]string{"HOME": "/h"}, "/h/.local/share/audipy", "/h/.config/audipy/config.toml"},
		{
			"xdg", "freebsd",
			map[string]string{"HOME": "/h", "XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"},
			"/d/audipy", "/c/audipy/config.toml",
		},
		{
			"mac", "darwin",
			map[string]string{"HOME": "/h"},
			"/h/Library/Application Support/audipy", "/h/Library/Preferences/audipy/config.toml",
		},
		{
			"windows", "windows",
			map[string]string{"USERPROFILE": "/u"},
			"/u/AppData/Local/audipy", "/u/AppData/Roaming/audipy/config.toml",
		},
		{
			"windows moved", "windows",
			map[string]string{"USERPROFILE": "/u", "LOCALAPPDATA": "/l", "APPDATA": "/r"},
			"/l/audipy", "/r/audipy/config.toml",
		},
		{
			"named", "linux",
			map[string]string{"HOME": "/h", "AUDIPY_HOME": "/x", "AUDIPY_CONFIG": "/y.toml"},
			"/x", "/y.toml",
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, code := configOf(t, c.goos, c.variables)
			if code != 0 || got["home"] != filepath.FromSlash(c.home) || got["file"] != filepath.FromSlash(c.file) {
				t.Errorf("home %q, file %q, code %d; want %q and %q", got["home"], got["file"], code, c.home, c.file)
			}
		})
	}
}

func TestSettingsHaveDefaults(t *testing.T) {
	t.Parallel()
	got, _ := configOf(t, "linux", map[string]string{"HOME": t.TempDir()})
	for name, want := range map[string]string{"key_file": "", "keyring": "auto", "log": "auto", "color": "auto"} {
		if value, known := got[name]; !known || value != want {
			t.Errorf("%s = %q, %v, want %q", name, value, known, want)
		}
	}
}
