package audipy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
)

func TestScopesAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	all := audipy.Scopes()
	got, err := audipy.ParseScopes(audipy.JoinScopes(all))
	if err != nil || !slices.Equal(got, all) {
		t.Errorf("read %v, %v", got, err)
	}
}

func TestScopesThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "10.4.11")
	for _, text := range []string{
		"", " ", "library:read ", " library:read", "library:read  sync:run", "library:read library:read", "Library:Read",
		"library:write", "library:read,sync:run", "library:read\tsync:run", "*", strings.Repeat("library:read ", 1000),
	} {
		got, err := audipy.ParseScopes(text)
		if err == nil || audipy.KindOf(err) != audipy.Invalid {
			t.Errorf("%.40q was read as %v, %v", text, got, err)
		}
	}
}
