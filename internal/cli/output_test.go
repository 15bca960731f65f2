package cli_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/cli"
)

func TestTableAlignsScriptsOfTwoCells(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	cli.Table(&out, 0, []string{"TITLE", "IN"}, []bool{true, false}, [][]string{
		{"ハリー・ポッターと賢者の石", "jp"}, {"Dune", "us"}, {"Müller", "de"},
	})
	for line := range strings.Lines(out.String()) {
		line = strings.TrimRight(line, "\n")
		if got := runewidth.StringWidth(line); got != 26+2+2 {
			t.Errorf("%q is %d cells wide, want 30", line, got)
		}
	}
}

func TestTableFitsTheTerminal(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("長い題名 ", 20)
	for _, width := range []int{40, 60, 80, 120} {
		var out bytes.Buffer
		cli.Table(&out, width, []string{"TITLE", "AUTHOR", "IN"}, []bool{true, true, false}, [][]string{
			{long, "Somebody With Quite A Long Name", "jp"},
		})
		for line := range strings.Lines(out.String()) {
			if got := runewidth.StringWidth(strings.TrimRight(line, "\n")); got > width {
				t.Errorf("at %d columns a line is %d wide: %q", width, got, line)
			}
		}
		if !strings.Contains(out.String(), "…") {
			t.Errorf("at %d columns nothing says that text was cut:\n%s", width, out.String())
		}
	}
}

func TestCleanLeavesNothingThatSteersATerminal(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.3.3")
	cases := map[string]string{
		"\x1b[2Jgone":         " [2Jgone",
		"a\r\nb":              "a  b",
		"bell\a":              "bell ",
		"\u202egnp.exe":       " gnp.exe",
		"\u2066isolate\u2069": " isolate ",
		"\u009b31mC1":         " 31mC1",
		"Ünïcödé ハリー":         "Ünïcödé ハリー",
		"\x9b raw":            "\ufffd raw",
	}
	for text, want := range cases {
		if got := cli.Clean(text); got != want {
			t.Errorf("clean(%q) = %q, want %q", text, got, want)
		}
	}
}
