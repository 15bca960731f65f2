package recommend_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/audipy/audipy/internal/recommend"
)

func TestNamesOfOnePersonHaveOneKey(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"A. G. Riddle", "A.G. Riddle", "AG Riddle", "a g riddle"},
		{"J. R. R. Tolkien", "J.R.R. Tolkien", "JRR Tolkien"},
		{"Émile Zola", "Emile Zola", "E\u0301mile Zola", "ÉMILE ZOLA"},
		{"Jo Nesbø", "Jo Nesbo"},
		{"Stanisław Lem", "Stanislaw Lem"},
		{"Müller", "MÜLLER", "Muller"},
		{"Strauß", "STRAUSS"},
		{"Flann O'Brien", "Flann O’Brien", "Flann OBrien", "Flann O´Brien"},
		{"村上春樹", "村上 春樹", "村上　春樹"},
		{"Фёдор Достоевский", "Федор Достоевский", "ФЁДОР ДОСТОЕВСКИЙ"},
		{"Νίκος Καζαντζάκης", "Νικος Καζαντζακης", "ΝΙΚΟΣ ΚΑΖΑΝΤΖΑΚΗΣ"},
		{"نجيب محفوظ", "نَجيب محفوظ"},
		{"İnci Aral", "inci aral"},
	} {
		for _, name := range same[1:] {
			if got, want := recommend.NameKey(name), recommend.NameKey(same[0]); got != want || got == "" {
				t.Errorf("NameKey(%q) = %q, and %q of %q", name, got, want, same[0])
			}
		}
	}
}

func TestDifferentNamesHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, name := range []string{
		"村上春樹", "村上龍", "東野圭吾", "Лев Толстой", "Алексей Толстой", "Ναγκίμπ", "نجيب محفوظ", "莫言", "余华",
		"かき", "がき", "मोहन", "मोहिनी", "สมชาย", "한강", "김영하", "R.C. Bray", "Ray Bray", "мой", "мои",
	} {
		key := recommend.NameKey(name)
		if other, ok := seen[key]; ok || key == "" {
			t.Errorf("NameKey(%q) = %q, like %q", name, key, other)
		}
		seen[key] = name
	}
}

func TestTitlesAreComparedByTheirWords(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"The Primal Hunter 12": "the primal hunter 12",
		"Mimic & Me 4":         "mimic and me 4",
		"Old Man’s War":        "old mans war",
		"X Y Z":                "x y z",
		"Schöne neue Welt":     "schone neue welt",
		"1Q84":                 "1q84",
		"ノルウェイの森":              "ノルウェイの森",
		"Преступление и наказание!": "преступление и наказание",
		"!!!":        "!!!",
		"   ":        "",
		"Ｆｕｌｌ ｗｉｄｔｈ": "full width",
	} {
		if got := recommend.TitleKey(title); got != want {
			t.Errorf("TitleKey(%q) = %q, want %q", title, got, want)
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{
		"A. G. Riddle", "Émile", "村上 春樹", "Ёлка", "ß", "ﬃ", "O´Brien", "!!!", "", "\xff\xfe", "ǅ", "İ", "ΰ", "が", "x\u0345", "한강", "A\u0301 b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, key := range map[string]func(string) string{"TitleKey": recommend.TitleKey, "NameKey": recommend.NameKey} {
			once := key(text)
			if twice := key(once); twice != once {
				t.Errorf("%s(%q) = %q, and again %q", name, text, once, twice)
			}
			if once == "" && strings.ContainsFunc(text, unicode.IsLetter) {
				t.Errorf("%s(%q) is empty", name, text)
			}
		}
	})
}

func TestEveryLetterHasAKey(t *testing.T) {
	t.Parallel()
	for _, table := range unicode.L.R16 {
		for r := rune(table.Lo); r <= rune(table.Hi); r += rune(table.Stride) {
			letterHasKey(t, r)
		}
	}
	for _, table := range unicode.L.R32 {
		// The ideographs beyond the first plane are all alike.
		for r := rune(table.Lo); r <= min(rune(table.Hi), rune(table.Lo)+500); r += rune(table.Stride) {
			letterHasKey(t, r)
		}
	}
}

func letterHasKey(t *testing.T, r rune) {
	t.Helper()
	text := string(r)
	key := recommend.NameKey(text)
	if key == "" || recommend.NameKey(key) != key {
		t.Errorf("NameKey(%q) = %q, and again %q", text, key, recommend.NameKey(key))
	}
}
