package recommend

import (
	"cmp"
	"slices"
	"strings"

	"github.com/audipy/audipy/internal/audipy"
)

// tally counts distinct works per person, and how each name is spelt.
type tally struct {
	reader    reader
	works     map[string]map[string]bool
	spellings map[string]map[string]int
}

func newTally(r reader) tally {
	return tally{reader: r, works: map[string]map[string]bool{}, spellings: map[string]map[string]int{}}
}

// add counts a work for each of its people.
func (t tally) add(work string, people []audipy.Contributor) {
	for _, person := range people {
		key := t.reader.person(person.Name)
		if key == "" {
			continue
		}
		if t.works[key] == nil {
			t.works[key], t.spellings[key] = map[string]bool{}, map[string]int{}
		}
		t.works[key][work] = true
		t.spellings[key][strings.TrimSpace(person.Name)]++
	}
}

// books returns how many distinct works a person has.
func (t tally) books(key string) int { return len(t.works[key]) }

// name returns the most frequent spelling, the least of equals.
func (t tally) name(key string) string {
	best, most := "", 0
	for spelling, count := range t.spellings[key] {
		if count > most || count == most && spelling < best {
			best, most = spelling, count
		}
	}
	return best
}

// top returns the people with the most books, equals by name.
func (t tally) top(limit int) []WantedPerson {
	keys := make([]string, 0, len(t.works))
	for key := range t.works {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return cmp.Or(cmp.Compare(t.books(b), t.books(a)), strings.Compare(a, b))
	})
	var people []WantedPerson
	for _, key := range keys[:min(limit, len(keys))] {
		people = append(people, WantedPerson{Name: t.name(key), Books: t.books(key)})
	}
	return people
}

// personKey returns the NameKey of an author or narrator, and "" for a name
// that is no one person, or a person in another role.
func personKey(name string) string {
	// Audible writes "Jay Rubin - translator" among the authors.
	if _, role, ok := cutLast(name, " - "); ok && isRole(TitleKey(role)) {
		return ""
	}
	if key := NameKey(name); !isNobody(key) {
		return key
	}
	return ""
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// isRole reports whether a word after a name says that the person did
// something else than write the book.
func isRole(key string) bool {
	switch key {
	case "translator", "ubersetzer", "ubersetzerin", "traducteur", "traductrice", "traductor", "traduttore",
		"introduction", "foreword", "afterword", "preface", "editor", "adaptation", "adapter",
		"contributor", "illustrator", "cover design", "narrator", "director", "producer":
		return true
	}
	return false
}

// isNobody reports whether a name stands for many people, or for none.
func isNobody(key string) bool {
	switch key {
	case "full cast", "a full cast", "cast", "various", "various authors", "various artists", "various narrators",
		"anonymous", "anonym", "unknown", "uncredited", "na", "virtual voice", "digital voice",
		"author", "the author", "div", "diverse", "horspielensemble":
		return true
	}
	return false
}

// isBook reports whether an edition is something to suggest, and not a
// podcast, a periodical or the page of a series (protocol 9.10).
func isBook(e *audipy.Edition) bool {
	switch e.DeliveryType {
	case "PodcastParent", "PodcastSeason", "PodcastEpisode", "Periodical", "SinglePartIssue", "MultiPartIssue", "BookSeries", "AudioPart":
		return false
	}
	switch e.ContentType {
	case "Podcast", "Episode", "Newspaper / Magazine":
		return false
	}
	return true
}
