package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold brings text into the form in which it is searched and sorted: without
// accents, points and case, in compatible forms, with single spaces. Both
// sides of a comparison are folded, so it may lose distinctions; it never
// makes a letter of any script vanish. Folding twice changes nothing.
func fold(text string) string {
	if isASCII(text) {
		return strings.Join(strings.Fields(strings.ToLower(text)), " ")
	}
	// Stripping and case folding can each bring out what the other one
	// handles (U+0345, U+1E9E), so the pair is run until nothing moves;
	// two rounds are enough for every string known.
	for range 4 {
		next := foldOnce(text)
		if next == text {
			break
		}
		text = next
	}
	return text
}

func foldOnce(text string) string {
	text = strings.Map(dropMark, norm.NFKD.String(text))
	return strings.Join(strings.Fields(norm.NFKC.String(cases.Fold().String(text))), " ")
}

// dropMark is for strings.Map: a mark becomes nothing.
func dropMark(r rune) rune {
	if isMark(r) {
		return -1
	}
	return r
}

// isMark reports whether r is an accent or a vowel point that people leave out
// when they search. The marks of Devanagari and its kin are vowels that make
// the word, and U+3099 and U+309A make another Japanese letter: they stay.
func isMark(r rune) bool {
	if r == '\u3099' || r == '\u309a' || !unicode.Is(unicode.Mn, r) {
		return false
	}
	return unicode.In(r, unicode.Inherited, unicode.Hebrew, unicode.Arabic, unicode.Cyrillic)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// containing is the LIKE pattern, with '\' as its escape, for columns that
// hold the folded text anywhere.
func containing(folded string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(folded) + "%"
}
