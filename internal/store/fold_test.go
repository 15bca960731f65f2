package store_test

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

func TestFoldingMakesWritingsOfOneNameEqual(t *testing.T) {
	t.Parallel()
	for _, same := range [][2]string{
		{"Ann Ó Néill", "ann o neill"},
		{"  two   words ", "TWO WORDS"},
		{"ＦＵＬＬ　ｗｉｄｔｈ", "full width"},
		{"ﾊﾟﾋﾟﾌﾟ", "パピプ"},
		{"Ёлка", "елка"},
		{"İstanbul", "istanbul"},
		{"ẞ", "ss"},
		{"한국", "한국"},
		{"שָׁלוֹם", "שלום"},
		{"ΐ", "ι"},
		{"½", "1⁄2"},
	} {
		if a, b := store.Fold(same[0]), store.Fold(same[1]); a != b {
			t.Errorf("fold(%q) = %q, and fold(%q) = %q", same[0], a, same[1], b)
		}
	}
}

func TestFoldingKeepsLettersApart(t *testing.T) {
	t.Parallel()
	for _, other := range [][2]string{{"は", "ば"}, {"は", "ぱ"}, {"कि", "की"}, {"ab", "a b"}, {"가", "각"}} {
		if store.Fold(other[0]) == store.Fold(other[1]) {
			t.Errorf("fold(%q) = fold(%q) = %q", other[0], other[1], store.Fold(other[0]))
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, seed := range []string{
		"", "Straße", "ﾊﾟ", "\u0345", "ẞ", "ᾼ", "İ", "한국", "हिन्दी", "\u3099", "ǅ", "ﷺ", "a\u0323\u0307", "\xff", "Å\u0316",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := store.Fold(text)
		if twice := store.Fold(once); twice != once {
			t.Errorf("fold(%q) = %q, folded again %q", text, once, twice)
		}
		if !utf8.ValidString(text) {
			return
		}
		for _, r := range text {
			if unicode.IsLetter(r) && once == "" {
				t.Errorf("fold(%q) is empty", text)
			}
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add("eyJ0IjoidGVoYW51IiwiYSI6IjEiLCJtIjoidXMiLCJpIjoiQjEifQ")
	f.Add("eyJzIjoiYWRkZWQiLCJuIjoxfQ")
	f.Add("!!!")
	f.Fuzz(func(t *testing.T, text string) {
		err := store.ParseCursor(text, store.SortTitle)
		if err != nil && audipy.KindOf(err) != audipy.Invalid {
			t.Errorf("parseCursor(%q) = %v, want Invalid", text, err)
		}
	})
}
