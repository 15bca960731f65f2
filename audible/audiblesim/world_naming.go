package audiblesim

import (
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// naming makes titles in one language and genre.
type naming struct {
	words *vocabulary
	genre int // of the language's genres; -1 where it has none
}

// newNaming chooses a genre; books of one franchise share it.
func newNaming(lang language, d *dice) naming {
	n := naming{words: lang.words, genre: -1}
	if len(lang.words.genres) > 0 {
		n.genre = d.below(len(lang.words.genres))
	}
	return n
}

// title returns the name of a book.
func (n naming) title(d *dice) string {
	if n.genre >= 0 {
		return n.english(d)
	}
	w := n.words
	if d.percent(25) {
		first := d.below(len(w.nouns))
		second := (first + 1 + d.below(len(w.nouns)-1)) % len(w.nouns)
		return fmt.Sprintf(w.and, w.nouns[first], lowerArticle(w.nouns[second]))
	}
	return d.pick(w.openings) + w.separator + d.pick(w.endings)
}

// english makes a title from single words: English nouns have no gender or
// case, so that they can be combined freely.
func (n naming) english(d *dice) string {
	g := n.words.genres[n.genre]
	first, second := d.pick(g.nouns), d.pick(g.nouns)
	switch d.below(8) {
	case 0, 1:
		return "The " + d.pick(g.adjectives) + " " + first
	case 2:
		return "The " + d.pick(g.roles) + "’s " + first
	case 3:
		if first == second {
			return "The " + first + " of " + d.pick(g.places)
		}
		return "The " + first + " and the " + second
	case 4:
		return "The " + first + " of " + d.pick(g.places)
	case 5:
		return "The " + d.pick(g.roles) + " of " + d.pick(g.places)
	case 6:
		return "The " + first + " " + d.pick(n.words.endings)
	default:
		return d.pick(g.adjectives) + " " + first
	}
}

// isFiction reports whether books of the genre come in series as a rule.
func (n naming) isFiction() bool {
	return n.genre < 0 || n.words.genres[n.genre].ladder[0] != "Science & Engineering"
}

// common returns one of few names, so that different authors share them.
func (n naming) common(d *dice) string {
	if n.genre >= 0 {
		return "The " + n.words.genres[n.genre].nouns[d.below(4)]
	}
	return n.words.nouns[d.below(3)]
}

// series returns the name of a series.
func (n naming) series(d *dice) string {
	w := n.words
	if n.genre >= 0 {
		g := w.genres[n.genre]
		switch d.below(4) {
		case 0:
			return d.pick(g.places) + " " + d.pick(g.collections)
		case 1:
			return "The " + d.pick(g.roles) + " " + d.pick(g.collections)
		case 2:
			return "The " + d.pick(g.adjectives) + " " + d.pick(g.nouns) + " " + d.pick(g.collections)
		default:
			return "The " + d.pick(g.adjectives) + " " + d.pick(g.nouns)
		}
	}
	if d.percent(30) {
		return d.pick(w.collections)
	}
	return d.pick(w.openings) + w.separator + d.pick(w.endings)
}

// lowerArticle turns the article in front of the second noun of a pair into
// lower case: "Das Feuer und die Krähe".
func lowerArticle(noun string) string {
	first, size := utf8.DecodeRuneInString(noun)
	return string(unicode.ToLower(first)) + noun[size:]
}

// number writes a number in digits.
func number(n int) string { return strconv.Itoa(n) }
