package cli_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/cli"
)

var update = flag.Bool("update", false, "write docs/cli.md anew")

func TestManualIsThatOfTheGrammar(t *testing.T) {
	t.Parallel()
	want, err := cli.Manual()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("..", "..", "docs", "cli.md")
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/cli.md is not that of the grammar: run go test ./internal/cli -update")
	}
}

func TestEveryCommandHasAScript(t *testing.T) {
	t.Parallel()
	manual, err := cli.Manual()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(manual) {
		name, isCommand := strings.CutPrefix(strings.TrimSpace(line), "## audipy ")
		if !isCommand {
			continue
		}
		data, err := os.ReadFile(filepath.Join("testdata", "script", name+".txtar"))
		if err != nil {
			t.Errorf("no script for %q: %v", name, err)
			continue
		}
		for _, part := range []string{"! audipy", "hint", "isjson"} {
			if !strings.Contains(string(data), part) {
				t.Errorf("the script of %q has no %q: an error with its hint and a --json are asked of each", name, part)
			}
		}
	}
}
