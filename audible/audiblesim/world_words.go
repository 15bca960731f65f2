package audiblesim

import (
	"embed"
	"strings"
)

// wordFiles holds the invented words of every language, the key lists of the
// API's three shapes, the categories and the regions.
//
//go:embed data
var wordFiles embed.FS

// vocabulary is what titles, names and texts of one language are made of.
type vocabulary struct {
	given, family       []string
	openings, endings   []string
	nouns, collections  []string
	places, publishers  []string
	podcasts, episodes  []string
	sentences, orders   []string
	and, volume, boxset string
	box, abridged       string
	drama, part         string
	separator           string
	nameSeparator       string
	genres              []genreWords
}

// genreWords are the words of one genre, for languages whose grammar lets
// them be combined freely.
type genreWords struct {
	adjectives, nouns, roles, places []string
	collections, ladder              []string
}

// language is one of the languages that titles are narrated in.
type language struct {
	// name is the lower-case English name the API uses.
	name string
	// right is true where text runs from right to left.
	right bool
	words *vocabulary
}

// languageNames lists the languages; the position is the title's number.
func languageNames() []string {
	return []string{
		"english", "german", "french", "spanish", "italian", "portuguese",
		"japanese", "russian", "greek", "arabic", "mandarin_chinese",
	}
}

// loadLanguages reads the embedded vocabularies.
func loadLanguages() []language {
	names := languageNames()
	languages := make([]language, 0, len(names))
	for _, name := range names {
		words := newVocabulary(readLists("data/words/" + name + ".txt"))
		languages = append(languages, language{name: name, right: name == "arabic", words: words})
	}
	english := languages[0].words
	for _, genre := range readLists("data/words/english.txt")["genres"] {
		lists := readLists("data/words/english-" + genre + ".txt")
		english.genres = append(english.genres, genreWords{
			adjectives: lists["adjectives"], nouns: lists["nouns"], roles: lists["roles"],
			places: lists["places"], collections: lists["collections"], ladder: lists["genre"],
		})
	}
	return languages
}

// newVocabulary takes the lists of a file apart. Templates that a language
// does not have get a form without words.
func newVocabulary(lists map[string][]string) *vocabulary {
	first := func(key, otherwise string) string {
		if list, ok := lists[key]; ok {
			return list[0]
		}
		return otherwise
	}
	return &vocabulary{
		given: lists["given"], family: lists["family"], openings: lists["openings"],
		endings: lists["endings"], nouns: lists["nouns"], collections: lists["collections"],
		places: lists["places"], publishers: lists["publishers"], podcasts: lists["podcasts"],
		episodes: lists["episodes"], sentences: lists["sentences"], orders: lists["orders"],
		and: first("and", "%s & %s"), volume: first("volume", "%s, %s"), boxset: first("boxset", "%s"),
		box: first("box", "%s"), abridged: first("abridged", ""), drama: first("drama", ""),
		part: first("part", "%s"), separator: first("separator", " "),
		nameSeparator: first("name-separator", " "),
	}
}

// readLists reads an embedded file of "key: word|word" lines.
func readLists(path string) map[string][]string {
	lists := map[string][]string{}
	for line := range strings.Lines(readText(path)) {
		key, value, found := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if found {
			lists[key] = strings.Split(strings.TrimPrefix(value, " "), "|")
		}
	}
	return lists
}

// readText returns an embedded file. A name that is not embedded gives an
// empty text; a test reads every name.
func readText(path string) string {
	text, err := wordFiles.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// person returns the name of the n-th person of a language. Names repeat only
// when all combinations have been used.
func (v *vocabulary) person(n int) string {
	total := len(v.given) * len(v.family)
	// A stride without common divisor visits every combination once.
	at := (n%total*stride(total) + total/3) % total
	given, family := v.given[at%len(v.given)], v.family[at/len(v.given)]
	if v.nameSeparator == "" || isHan(family) {
		return family + v.nameSeparator + given
	}
	if n >= total {
		return given + " " + string(rune('A'+n/total%26)) + ". " + family
	}
	return given + " " + family
}

// isHan reports whether a name is written family first, as Chinese and
// Japanese names are.
func isHan(name string) bool {
	for _, r := range name {
		return r >= 0x3000 && r < 0xA000
	}
	return false
}

// stride returns a number near the golden section of n that shares no divisor
// with it.
func stride(n int) int {
	s := n*618/1000 + 1
	for gcd(s, n) != 1 {
		s++
	}
	return s
}

// gcd is the greatest common divisor.
func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
