package authfile_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible/authfile"
)

func TestConfigNamesFilesPrimaryFirst(t *testing.T) {
	t.Parallel()
	files, profiles, err := authfile.ConfigFiles(sample(t, "config/config.toml"))
	if err != nil || !slices.Equal(files, []string{"main.json", "two.json"}) || !profiles[0].IsPrimary || profiles[1].Name != "brit" {
		t.Errorf("config.toml names %q, profiles %v, %v", files, profiles, err)
	}
	files, profiles, err = authfile.ConfigFiles(sample(t, "config/config-many-profiles.toml"))
	if err != nil || len(files) != 5 || profiles[0].Name != "plain" || files[4] != "py012.plain.json" {
		t.Errorf("config-many-profiles.toml names %q, profiles %v, %v", files, profiles, err)
	}
}

func TestHostileConfigsAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, data, want string }{
		{"malformed", "a = 1\nb = \"secret", "its TOML is malformed at line 2"},
		{"wrong type", "[profile]\na = 3", "a member of it has the wrong type"},
		{"twice", "[profile.a]\n[profile.a]", "its TOML is malformed at line 2"},
		{"large", strings.Repeat("#\n", 40000), "it is too large for a configuration"},
		{"deep arrays", "a = " + strings.Repeat("[", 30000), "it is nested too deeply"},
		{"deep arrays over lines", "a = " + strings.Repeat("[\n", 30000), "it is nested too deeply"},
		{"deep tables", "a = " + strings.Repeat("{a=\n", 15000), "it is nested too deeply"},
		{"deep keys", strings.Repeat("a.", 30000) + "a = 1", "it is nested too deeply"},
		{"many profiles", manyProfiles(), "it has too many profiles"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, _, err := authfile.ConfigFiles([]byte(c.data)); err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func manyProfiles() string {
	var b strings.Builder
	for i := range 101 {
		b.WriteString("[profile." + strings.Repeat("p", i+1) + "]\nauth_file = \"a\"\n")
	}
	return b.String()
}
