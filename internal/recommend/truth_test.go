package recommend_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// truth makes series of which it knows what is missing.
type truth struct {
	*world
	*rand.Rand
	series  int
	works   map[string]string // ASIN to the work, or to the box set, that it is
	missing map[string]bool   // works that must be suggested
}

// script is a way to write names.
type script struct{ author, respelt, narrator, language, word string }

func scripts() []script {
	return []script{
		{"A. G. Riddle", "AG Riddle", "Ray Porter", "english", "Pandemic"},
		{"Émile Zolà", "Emile Zola", "Zoë Möller", "french", "Été"},
		{"Jo Nesbø", "Jo Nesbo", "Sean Barrett", "english", "Frost"},
		{"村上春樹", "村上 春樹", "大森 ゆき", "japanese", "騎士団長殺し"},
		{"Фёдор Достоевский", "Федор Достоевский", "Иван Литвинов", "russian", "Бесы"},
		{"Νίκος Καζαντζάκης", "Νικος Καζαντζακης", "Άννα Μαρία", "greek", "Ζορμπάς"},
		{"نجيب محفوظ", "نَجيب محفوظ", "كريم", "arabic", "الثلاثية"},
		{"刘慈欣", "刘 慈欣", "王 明", "chinese", "三体"},
		{"Flann O'Brien", "Flann O’Brien", "Jim Norton", "english", "Policeman"},
	}
}

// tome is one work of a series in the making.
type tome struct {
	id, number string
	base       book
	owned      bool
}

func (g *truth) oneOf(n int) bool { return g.IntN(n) == 0 }

// make adds one series with a random life.
func (g *truth) make() {
	g.series++
	s := scripts()[g.series%len(scripts())]
	name := fmt.Sprintf("%s %d", s.word, g.series)
	nameless := g.oneOf(6) // volumes that all bear the name of the series
	var tomes []*tome
	for n := range 3 + g.IntN(10) {
		tomes = append(tomes, g.tome(s, name, fmt.Sprint(n+1), nameless))
		if !nameless && g.oneOf(5) {
			tomes = append(tomes, g.tome(s, name, fmt.Sprintf("%d.5", n+1), false))
		}
	}
	tomes[0].owned = true
	g.stockLibrary(s, name, tomes)
	g.listCatalogue(s, name, tomes)
	if g.oneOf(3) {
		g.sell(book{asin: g.asin("companion"), title: name + " Companion", by: "Nobody Known", series: g.place(name, "")}, 900)
	}
}

func (g *truth) asin(work string) string {
	asin := fmt.Sprintf("B%07d", len(g.works))
	g.works[asin] = work
	return asin
}

func (g *truth) place(name, number string) string {
	return fmt.Sprintf("SER%d %s#%s", g.series, name, number)
}

func (g *truth) tome(s script, name, number string, nameless bool) *tome {
	title := fmt.Sprintf("%s of the %s Day in %d", s.word, number, 1900+g.series)
	if nameless {
		title = name
	}
	id := fmt.Sprintf("%d/%s", g.series, number)
	return &tome{id: id, number: number, owned: g.oneOf(3), base: book{
		asin: g.asin(id), title: title, by: s.author, read: s.narrator, language: s.language, series: g.place(name, number),
	}}
}

// stockLibrary owns the owned works in one of the ways people do.
func (g *truth) stockLibrary(s script, name string, tomes []*tome) {
	if g.oneOf(4) && len(tomes) > 3 && !strings.Contains(tomes[1].number+tomes[2].number, ".") {
		box := book{asin: g.asin("box"), title: name + " Box Set", by: s.author, language: s.language, series: g.place(name, "1-3")}
		g.own(box)
		for i, t := range tomes {
			t.owned = i < 3
		}
		return
	}
	for i, t := range tomes {
		owned := t.base
		switch {
		case !t.owned:
			continue
		case i > 0 && g.oneOf(3): // an edition the catalogue doesn't list
			owned.asin, owned.by, owned.read = g.asin(t.id), s.respelt, "Another Voice"
			owned.title += []string{" (Unabridged)", ": A Novel", ", Book " + t.number, ""}[g.IntN(4)]
			if g.oneOf(2) && !strings.HasPrefix(owned.title, name) {
				owned.series, owned.title = "", strings.ToUpper(owned.title) // all that is known is its name
			}
		case i > 0 && g.oneOf(6): // half a dramatisation is no book
			owned.asin, owned.title = g.asin(t.id), owned.title+" (Part 1 of 2) (Dramatized Adaptation)"
			t.owned = false
		case g.oneOf(5):
			owned.store = "uk"
		}
		g.own(owned)
	}
}

// listCatalogue lists the works in some editions and a box set, and knows
// which of them must be suggested.
func (g *truth) listCatalogue(s script, name string, tomes []*tome) {
	last := tomes[len(tomes)-1]
	if !last.owned && g.oneOf(2) {
		last.base.released = "2027-03-01"
	}
	second, apart := g.oneOf(3), g.oneOf(2)
	for i, t := range tomes {
		if chronological := fmt.Sprintf("CHR%d %s (Chronological)#%d", g.series, name, len(tomes)-i); second && !apart {
			t.base.series += "; " + chronological
		} else if second && !strings.HasPrefix(t.base.title, name) { // the second list has editions of its own
			other := t.base
			other.asin, other.read, other.series = g.asin(t.id), "Chronicler", chronological
			g.sell(other, 999)
		}
		if g.oneOf(30) {
			// Nobody asked about it yet: what it is can't be known, and that
			// is where the last hundredth of precision goes.
			g.list(t.base)
			t.base.released = ""
		} else {
			g.sell(t.base, int64(300+g.IntN(2000)))
		}
		g.listEditions(t)
		if !t.owned && t.base.released == "" {
			g.missing[t.id] = true
		}
	}
	if g.oneOf(2) {
		g.sell(book{asin: g.asin("box"), title: name + " Collection", by: s.author, language: s.language, series: g.place(name, "1-3")}, 400)
	}
	// A namesake by somebody else, with a gap where the person has a volume.
	namesake := tomes[0].base
	namesake.asin, namesake.by, namesake.read = g.asin("namesake"), "Somebody Else", "Somebody"
	namesake.series = fmt.Sprintf("NAM%d Namesakes of %s#1", g.series, name)
	g.sell(namesake, 500)
	if !second && g.oneOf(3) {
		id := fmt.Sprintf("%d/only in a box", g.series)
		n := len(tomes) + 20
		g.sell(book{asin: g.asin(id), title: name + " Finale", by: s.author, language: s.language, series: g.place(name, fmt.Sprintf("%d–%d", n, n+1))}, 400)
		g.missing[id] = true
	}
}

func (g *truth) listEditions(t *tome) {
	for range g.IntN(3) {
		other := t.base
		other.asin, other.read = g.asin(t.id), fmt.Sprintf("Reader %d", g.IntN(9))
		switch g.IntN(3) {
		case 0:
			other.format = "abridged"
		case 1:
			other.title, other.language = "Übersetzt "+t.id, "german"
		default:
			other.title += " (Dramatized Adaptation)"
		}
		g.sell(other, int64(300+g.IntN(2000)))
	}
}

func TestSeriesOfKnownTruth(t *testing.T) {
	t.Parallel()
	for seed := range uint64(10) {
		g := &truth{world: newWorld(), Rand: rand.New(rand.NewPCG(seed, 7)), works: map[string]string{}, missing: map[string]bool{}}
		g.Preferences.PreferredLanguage = ""
		for range 60 {
			g.make()
		}
		precision, recall := g.score(t, g.advice())
		t.Logf("seed %d: 60 series, %d gaps, precision %.4f, recall %.4f", seed, len(g.missing), precision, recall)
		if precision < 0.98 || recall < 0.98 {
			t.Errorf("seed %d: precision %.4f and recall %.4f must be 0.98", seed, precision, recall)
		}
	}
}

// score compares the gaps that were suggested with the truth.
func (g *truth) score(t *testing.T, a recommend.Advice) (precision, recall float64) {
	t.Helper()
	var found, right []string
	for _, s := range a.Next {
		if s.Kind != recommend.KindNext && s.Kind != recommend.KindGap {
			continue
		}
		work := g.works[s.Product.ASIN]
		if g.missing[work] && !slices.Contains(found, work) {
			right = append(right, work)
		} else {
			t.Logf("wrong or twice: %s %q %s", work, s.Product.Title, s.Reasons[0])
		}
		found = append(found, work)
	}
	for work := range g.missing {
		if !slices.Contains(right, work) {
			t.Logf("not found: %s", work)
		}
	}
	return ratio(len(right), len(found)), ratio(len(right), len(g.missing))
}

func ratio(part, all int) float64 { return float64(part) / float64(max(all, 1)) }

// TestTruthHasEveryDifficulty keeps the generator honest: what it never makes
// it can't prove.
func TestTruthHasEveryDifficulty(t *testing.T) {
	t.Parallel()
	g := &truth{world: newWorld(), Rand: rand.New(rand.NewPCG(0, 7)), works: map[string]string{}, missing: map[string]bool{}}
	for range 60 {
		g.make()
	}
	seen := map[string]bool{}
	for _, m := range g.Members {
		seen["decimal"] = seen["decimal"] || strings.Contains(m.Sequence, ".5")
		seen["box set"] = seen["box set"] || strings.Contains(m.Sequence, "-")
		seen["double numbering"] = seen["double numbering"] || strings.HasPrefix(m.SeriesASIN, "CHR")
		_, known := g.Products[recommend.Key{Marketplace: m.Marketplace, ASIN: m.ASIN}]
		seen["unknown facts"] = seen["unknown facts"] || !known
	}
	for _, p := range g.Products {
		seen["unreleased"] = seen["unreleased"] || p.ReleaseDate > "2027"
		seen["abridged"] = seen["abridged"] || p.Format == "abridged"
	}
	for _, item := range g.Library {
		seen["other store"] = seen["other store"] || item.Marketplace == "uk"
		seen["box set owned"] = seen["box set owned"] || strings.HasSuffix(item.Title, "Box Set")
		seen["other edition owned"] = seen["other edition owned"] || slices.ContainsFunc(item.Narrators, func(c audipy.Contributor) bool { return c.Name == "Another Voice" })
	}
	for _, difficulty := range []string{
		"decimal", "box set", "double numbering", "unknown facts", "unreleased", "abridged", "other store", "box set owned", "other edition owned",
	} {
		if !seen[difficulty] {
			t.Errorf("no series with: %s", difficulty)
		}
	}
}
