package export_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/export"
)

func TestCSVCellsAreNoFormulas(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.10")
	cases := map[string]string{
		`=cmd|' /C calc'!A0`: `'=cmd|' /C calc'!A0`,
		"+1":                 "'+1",
		"-2+3":               "'-2+3",
		"@SUM(A1)":           "'@SUM(A1)",
		"\t=1":               "'\t'=1",
		"\r=1":               "'\r'=1",
		"\n=1":               "'\n'=1",
		"Dune;=1+1":          "Dune;'=1+1",
		"a; @b;-c;d":         "a; '@b;'-c;d",
		"a\r\n\"=1":          "a\r\n\"'=1",
		"Part 1; Part 2":     "Part 1; Part 2",
		"\x00=1":             "'=1",
		"＝1":                 "'＝1",
		"＋1":                 "'＋1",
		"－1":                 "'－1",
		"＠a":                 "'＠a",
		"  =1":               "'  =1",
		"\u3000=1":           "'\u3000=1",
		"":                   "",
		"Catch-22":           "Catch-22",
		"2001":               "2001",
		"ハリー・ポッター":           "ハリー・ポッター",
		"'quoted'":           "'quoted'",
	}
	for text, want := range cases {
		if got := export.GuardCell(text); got != want {
			t.Errorf("guard of %q = %q, want %q", text, got, want)
		}
	}
}

// FuzzCSVCell asserts that no reader of the written row finds a cell that
// begins like a formula, and that nothing of the text is lost but NUL.
func FuzzCSVCell(f *testing.F) {
	for _, seed := range []string{"=1", "＝1", " =1", "\u00a0@x", "a,b\"c\r\nd", "'=1", "\ufeff=1", "\x00\x00+", "-", "a;=1", "a\t\"+1", "x\n\n@"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := export.GuardCell(text)
		bare := strings.TrimLeft(got, " \u00a0\u3000\ufeff")
		for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
			if strings.HasPrefix(bare, start) {
				t.Errorf("guard of %q = %q, which begins with %q", text, got, start)
			}
		}
		for piece := range strings.FieldsFuncSeq(got, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
			bare := strings.TrimLeft(piece, "\" \u00a0\u3000\ufeff")
			if piece != got && strings.IndexAny(bare, "=+-@＝＋－＠") == 0 {
				t.Errorf("guard of %q = %q, of which a part begins like a formula: %q", text, got, piece)
			}
		}
		if strings.ReplaceAll(got, "'", "") != strings.ReplaceAll(strings.ReplaceAll(text, "\x00", ""), "'", "") {
			t.Errorf("guard of %q = %q: the text changed", text, got)
		}
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		if err := w.Write([]string{got, "end"}); err != nil {
			t.Fatal(err)
		}
		w.Flush()
		back, err := csv.NewReader(&out).Read()
		if err != nil || len(back) != 2 || back[0] != strings.ReplaceAll(got, "\r\n", "\n") {
			t.Errorf("%q reads back as %q, %v", got, back, err)
		}
	})
}
