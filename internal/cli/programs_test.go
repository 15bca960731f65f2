package cli_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
)

// TestNoProgramButABrowserIsStarted finds every file that could start another
// program. There is one, and it hands an address of our own over as one word.
func TestNoProgramButABrowserIsStarted(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.5")
	var starters []string
	for _, folder := range []string{"audible", "cmd", "internal", "web"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "storetest"):
				return filepath.SkipDir
			case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, imported := range file.Imports {
				if imported.Path.Value == `"os/exec"` {
					starters = append(starters, filepath.ToSlash(strings.TrimPrefix(path, root)))
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !slices.Equal(starters, []string{"/internal/cli/browser.go"}) {
		t.Errorf("programs are started by %q", starters)
	}
}
