package recommend

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// titleReading is what a title says beside the name of the work.
type titleReading struct {
	// name is the title without notes on the edition or the series.
	name string
	// number is what a note such as ", Book 3" names; the zero value without
	// one.
	number Sequence
	// part and parts are 1 and 2 for "(Part 1 of 2)"; both 0 without.
	part, parts int
	// abridged and dramatised are what a note says.
	abridged, dramatised bool
	// box is true for a title that calls itself a box set or a collection of
	// numbered books.
	box bool
}

var (
	// bracketTail splits a note in round, square or full-width brackets off
	// the end; a note within a note is left to the next round.
	bracketTail = regexp.MustCompile(`^(.*\S)\s*[(\[（【［]([^()\[\]（）【】［］]*)[)\]）】］]\s*$`)
	// partNote is how dramatisations are sold in pieces.
	partNote = regexp.MustCompile(`(?i)^(?:part|teil|partie|parte)\s+(\d{1,2})\s+(?:of|von|de|di|sur)\s+(\d{1,2})$`)
	// japaneseTail is the "volume three" that ends most titles of light novels.
	japaneseTail = regexp.MustCompile(`^(.*\S)\s*第?([0-9０-９]+)巻$`)
	// setNote is what tells a box set that the catalogue numbers like a single
	// volume, or not at all: "Books 1-3".
	setNote = regexp.MustCompile(`(?i)\b(?:books?|volumes?|vols?\.?|bände|band|tomes|libros|livres)\s*#?(\d+(?:\.\d+)?\s*(?:[-–—&,]|to|and|bis)\s*\d+(?:\.\d+)?(?:\s*[,&]\s*\d+)*)`)
	// boxWords are the words for sets that name no range.
	boxWords = regexp.MustCompile(`(?i)\b(?:box(?:ed)?[ -]?sets?|omnibus|sammelband|complete series|bundle|collection, books?)\b`)
	// editionWord is one word of a note on the recording. All words of a note
	// must be such, or the note belongs to the title.
	editionWord = regexp.MustCompile(`(?i)^(?:un|un-)?(?:abridged)$|^(?:dramati[sz](?:ed|ation)|adaptation|full|cast|edition|version|versión|recording|audiobook|audio|audible|original|originals|remastered|special|anniversary|movie|tv|tie-in|the|a|new|\d+(?:st|nd|rd|th)|(?:un)?gekürzte?|lesung|ungekürzt|gekürzt|hörspiel|hörbuch|intégrale?|íntegra|integrale|completa|narrated|uncut|extended)$`)
)

// The patterns are slow beside a search for a letter, and nearly no title
// needs one: each is guarded by what it must find.

// readTitle takes the notes off a title. What it can't place stays in the
// name: keeping too much makes a double suggestion at worst, taking off too
// much hides a book.
func readTitle(title string) titleReading {
	t := titleReading{name: strings.TrimSpace(title)}
	lower := strings.ToLower(t.name)
	if strings.ContainsAny(lower, "0123456789") && containsAny(lower, "book", "vol", "band", "bänd", "tome", "libro", "livre") {
		if m := setNote.FindStringSubmatch(t.name); m != nil {
			t.number, t.box = ParseSequence(m[1]), true
		}
	}
	if containsAny(lower, "box", "omnibus", "sammelband", "complete series", "bundle", "collection") {
		t.box = t.box || boxWords.MatchString(t.name)
	}
	for t.dropBracket() {
	}
	if !t.box {
		t.dropTail()
	}
	return t
}

// dropBracket takes one bracketed note off the end of the name, and reports
// whether there was one that is not part of the title.
func (t *titleReading) dropBracket() bool {
	if last, _ := utf8.DecodeLastRuneInString(t.name); !strings.ContainsRune(")]）】］", last) {
		return false
	}
	m := bracketTail.FindStringSubmatch(t.name)
	if m == nil {
		return false
	}
	note := strings.TrimSpace(m[2])
	switch {
	case partNote.MatchString(note):
		p := partNote.FindStringSubmatch(note)
		t.part, t.parts = small(p[1]), small(p[2])
	case isEditionNote(note):
		t.readEditionNote(note)
	case isGeneric(note):
	default:
		_, number, ok := cutVolume(note)
		if !ok {
			return false
		}
		t.number = ParseSequence(number)
	}
	t.name = m[1]
	return true
}

// readEditionNote notes what a bracketed note says about the recording.
func (t *titleReading) readEditionNote(note string) {
	key := TitleKey(note)
	full := strings.HasPrefix(key, "un") || strings.Contains(key, " un")
	t.abridged = t.abridged || !full && (strings.Contains(key, "abridged") || strings.Contains(key, "gekurzt"))
	t.dramatised = t.dramatised || strings.Contains(key, "dramati") || strings.Contains(key, "horspiel")
}

// dropTail takes ", Book 3" and then ": A Novel" off the end of the name.
func (t *titleReading) dropTail() {
	if before, number, ok := cutVolume(t.name); ok && before != "" {
		t.name, t.number = before, ParseSequence(number)
	}
	if strings.HasSuffix(t.name, "巻") {
		if m := japaneseTail.FindStringSubmatch(t.name); m != nil {
			t.name, t.number = m[1], ParseSequence(m[2])
		}
	}
	if i := strings.LastIndexAny(t.name, ":–—"); i > 0 {
		if _, after, _ := strings.Cut(t.name[i:], " "); isGeneric(after) {
			t.name = strings.TrimSpace(t.name[:i])
		}
	}
}

// isEditionNote reports whether a note has no word but those for recordings.
func isEditionNote(note string) bool {
	words := strings.Fields(note)
	for _, word := range words {
		if !editionWord.MatchString(strings.Trim(word, ",.;:-")) {
			return false
		}
	}
	return len(words) > 0
}

// small reads at most two digits, which partNote made sure of.
func small(digits string) int {
	n := 0
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return n
}

// subtitleKey returns the key of a subtitle that belongs to the name of the
// work, and "" for one that says what sort of book it is or where it stands
// in a series.
func subtitleKey(subtitle string) string {
	subtitle = strings.TrimSpace(subtitle)
	if _, _, ok := cutVolume(subtitle); ok || isGeneric(subtitle) {
		return ""
	}
	t := readTitle(subtitle)
	if t.number.IsZero() && !isGeneric(t.name) {
		return TitleKey(t.name)
	}
	return ""
}

// isGeneric reports whether words only say what sort of book it is: "A
// Novel", "A Jack Reacher Thriller", "Roman". Six words are the most that any
// such phrase has.
func isGeneric(words string) bool {
	words = strings.TrimSpace(words)
	last := strings.ToLower(words[strings.LastIndexByte(words, ' ')+1:])
	switch last {
	case "novel", "novella", "novelette", "memoir", "thriller", "romance", "mystery", "story", "adventure", "saga",
		"roman", "krimi", "kriminalroman", "romanzo", "novela", "litrpg":
		return strings.Count(words, " ") < 6
	}
	return false
}

// cutVolume splits a text that ends in the number of a volume, such as "Dawn,
// Book 3" or "The Saga #2.5", and reports whether it does.
func cutVolume(text string) (before, number string, ok bool) {
	rest := strings.TrimRight(text, "0123456789.")
	// "Vol.2" has the point of its abbreviation, not of a decimal.
	number = strings.TrimLeft(text[len(rest):], ".")
	if number == "" {
		return text, "", false
	}
	rest = strings.TrimRight(rest, " ")
	if cut, found := strings.CutSuffix(rest, "#"); found {
		return trimVolumeWord(cut), number, true
	}
	before = trimVolumeWord(rest)
	return before, number, before != rest
}

// trimVolumeWord takes the word for a volume and what joins it to the title
// off the end of a text.
func trimVolumeWord(text string) string {
	const joins = " ,:;–—-"
	text = strings.TrimRight(text, " ")
	start := 0
	if i := strings.LastIndexAny(text, joins); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[i:])
		start = i + size
	}
	switch strings.ToLower(text[start:]) {
	case "book", "buch", "band", "vol", "vol.", "volume", "tome", "livre", "libro":
		return strings.TrimRight(text[:start], joins)
	}
	return text
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}
