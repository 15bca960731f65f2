package recommend

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// TitleKey returns the form in which two spellings of a title are compared:
// case folded, accents stripped from the scripts that allow it, punctuation
// as a space, apostrophes gone, "&" as "and". Scripts without case stay
// whole. It is empty only for blank text, and TitleKey(TitleKey(s)) is
// TitleKey(s).
func TitleKey(title string) string {
	return keyOf(title, strings.Fields(fold(title)))
}

// NameKey is TitleKey for people: initials are joined as well, so that
// "A. G. Riddle", "A.G. Riddle" and "AG Riddle" are one. Never compare a
// NameKey with a TitleKey.
func NameKey(name string) string {
	return keyOf(name, joinInitials(strings.Fields(fold(name))))
}

// keyOf joins the words, without a space between two that are written in a
// script that has none. Where no letter or digit is left the symbols
// themselves are the key.
func keyOf(text string, words []string) string {
	if len(words) == 0 {
		return strings.Join(strings.Fields(foldCase(text)), " ")
	}
	var key strings.Builder
	var last rune
	for i, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if i > 0 && (!isUnspaced(last) || !isUnspaced(first)) {
			key.WriteByte(' ')
		}
		key.WriteString(word)
		last, _ = utf8.DecodeLastRuneInString(word)
	}
	return key.String()
}

// fold returns the letters, digits and marks of text, folded, with spaces for
// the rest.
func fold(text string) string {
	if isASCII(text) {
		return foldASCII(text)
	}
	var out strings.Builder
	var base rune
	// Apostrophes go before folding, for one of them decomposes into a space
	// and a mark, and after it, for ŉ decomposes into one and a letter.
	text = strings.Map(dropApostrophe, text)
	for _, r := range norm.NFKD.String(foldCase(text)) {
		switch {
		case dropApostrophe(r) < 0:
		case unicode.IsMark(r):
			if !dropsMark(base, r) {
				out.WriteRune(r)
			}
		case r == '&':
			out.WriteString(" and ")
			base = ' '
		case unicode.IsLetter(r), unicode.IsNumber(r):
			out.WriteString(plainLetter(r))
			base = r
		default:
			out.WriteByte(' ')
			base = ' '
		}
	}
	return norm.NFC.String(out.String())
}

// foldCase folds case until nothing changes: folding may yield letters that
// decompose further, and the reverse.
func foldCase(text string) string {
	for range 4 {
		folded := norm.NFKC.String(cases.Fold().String(norm.NFKD.String(text)))
		if folded == text {
			break
		}
		text = folded
	}
	return text
}

// foldASCII is fold for the text that most libraries are made of.
func foldASCII(text string) string {
	var out strings.Builder
	out.Grow(len(text))
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			out.WriteByte(c)
		case 'A' <= c && c <= 'Z':
			out.WriteByte(c + 'a' - 'A')
		case c == '\'', c == '`':
		case c == '&':
			out.WriteString(" and ")
		default:
			out.WriteByte(' ')
		}
	}
	return out.String()
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// dropApostrophe maps what is typed for an apostrophe to nothing: people
// leave it out, and no two agree on which one it is.
func dropApostrophe(r rune) rune {
	switch r {
	case '\'', '`', '´', '’', '‘', '‛', 'ʼ', 'ʻ', 'ʹ', '′':
		return -1
	}
	return r
}

// dropsMark reports whether the mark on base is decoration. In Latin, Greek,
// Arabic and Hebrew marks may be left out in writing; in Cyrillic that is true
// of stress and of the dots of ё alone, and elsewhere (Japanese, Thai, the
// scripts of India) a mark makes another word.
func dropsMark(base, mark rune) bool {
	switch {
	case base == ' ' || base == 0:
		return true // a mark on nothing
	case unicode.In(base, unicode.Latin, unicode.Greek, unicode.Arabic, unicode.Hebrew):
		return true
	case unicode.Is(unicode.Cyrillic, base):
		const acute, diaeresis = '\u0301', '\u0308'
		return mark == acute || mark == diaeresis && base == 'е'
	}
	return false
}

// plainLetter spells the Latin letters that Unicode doesn't decompose the way
// people write them without the key for it.
func plainLetter(r rune) string {
	switch r {
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ı':
		return "i"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	}
	return string(r)
}

// joinInitials makes one word of each run of single cased letters.
func joinInitials(words []string) []string {
	var joined []string
	afterInitial := false
	for _, word := range words {
		r, size := utf8.DecodeRuneInString(word)
		initial := size == len(word) && unicode.IsLower(r)
		if initial && afterInitial {
			joined[len(joined)-1] += word
		} else {
			joined = append(joined, word)
		}
		afterInitial = initial
	}
	return joined
}

// isUnspaced reports whether r belongs to a script written without spaces
// between words, where a space is a matter of taste.
func isUnspaced(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || r == 'ー'
}
