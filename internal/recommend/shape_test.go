package recommend_test

import (
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

// TestAdviceKeepsItsJSON pins the names and shapes that scripts read.
func TestAdviceKeepsItsJSON(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.saga(3)
	w.own(volume(1)).Finished = true
	w.lost(volume(2))
	w.change("S3", func(p *audipy.Product) { p.Availability, p.ReleaseDate = audipy.Preorder, "2027-02-01" })
	w.change("S2", func(p *audipy.Product) { p.Prices.Whispersync = usd(299) })
	w.sell(book{asin: "ART", title: "The Art of It", by: "Stella Stranger", series: "SER The Saga#"}, 500)
	w.History = map[recommend.Key][]audipy.PricePoint{
		{Marketplace: "us", ASIN: "S2"}: {{ASIN: "S2", Marketplace: "us", Day: "2026-08-03", Lowest: usd(599)}},
	}
	got, err := json.MarshalIndent(w.advice(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const file = "testdata/advice.json"
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("advice is\n%s\nwant the content of %s; run with -update if that is meant", got, file)
	}
}

// realBooks are titles as Audible spells them: the number in the title, in the
// subtitle, in brackets, or nowhere.
func realBooks() []book {
	return []book{
		{asin: "B0F8P6X1KR", title: "The Primal Hunter 12", subtitle: "A LitRPG Adventure", by: "Zogarth", read: "Travis Baldree", series: "B09MZKWFTB The Primal Hunter#12"},
		{asin: "B0F94GTPGV", title: "Mimic & Me 4", subtitle: "A LitRPG Adventure", by: "Cassius Lange, Ryan Tang", read: "Ryan H. Reid, Jeff Hays", series: "MIM Mimic & Me#4"},
		{asin: "B0F6YZ6WYR", title: "Little Liar", subtitle: "A Dark Taboo Romance (The Web of Silence Duet, Book 2)", by: "Leigh Rivers", series: "WEB The Web of Silence Duet#2"},
		{asin: "B0F6VVC8QX", title: "King of Duels", subtitle: "The Wandering Inn, Book 16", by: "pirateaba", read: "Erin Bennett", series: "INN The Wandering Inn#16"},
		{asin: "B0F514WLWD", title: "The Golden Goblin", subtitle: "A Spellmonger Novel", by: "Terry Mancour", read: "John Lee", series: "SPM Spellmonger#"},
		{asin: "B0F6G83NST", title: "Onyx Storm (Part 2 of 2) (Dramatized Adaptation)", subtitle: "The Empyrean, Book 3", by: "Rebecca Yarros", read: "full cast", series: "EMP The Empyrean#3"},
		{asin: "B0DT7HY6R7", title: "The Shattering Peace", subtitle: "Old Man's War, Book 7", by: "John Scalzi", series: "OMW Old Man’s War#7"},
		{asin: "B0DH9G4XSV", title: "Constituent Service", subtitle: "A Third District Story", by: "John Scalzi", read: "Amber Benson"},
		{asin: "B0DRPQFHHW", title: "Gateway", subtitle: "Expeditionary Force, Book 18", by: "Craig Alanson", read: "R.C. Bray", series: "B01N9CUGHG Expeditionary Force#18"},
		{asin: "B0D38CR7BR", title: "Task Force Hammer", subtitle: "Expeditionary Force, Book 17", by: "Craig Alanson", read: "R. C. Bray", series: "B01N9CUGHG Expeditionary Force#17"},
		{asin: "B0DKPH5RT9", title: "Able Bodied Soldier 1", subtitle: "Able Bodied Soldier, Book 1", by: "Jason Anspach, J.N. Chaney", read: "R.C. Bray", series: "ABS Able Bodied Soldier#1"},
		{asin: "B0DNTTXX1M", title: "Commune 7: Bloody Sun", subtitle: "Commune, Book 7", by: "Joshua Gayou, Devon C. Ford", read: "R.C. Bray", series: "COM Commune Series#7"},
	}
}

func TestRealTitlesAreOwnedAsTheyAreAndInAnotherEdition(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, b := range realBooks() {
		w.own(b)
		w.sell(b, 900)
		again := b
		again.asin, again.read = "X"+b.asin[1:], "Another Reader"
		w.sell(again, 500)
	}
	if got := all(w.advice()); len(got) != 0 {
		t.Errorf("suggested %v, want nothing of what is owned", asins(got))
	}
}

func TestRealTitlesStandForThemselves(t *testing.T) {
	t.Parallel()
	for i, owned := range realBooks() {
		w := newWorld()
		w.own(owned)
		var want []string
		for j, b := range realBooks() {
			b.by += ", " + owned.by // all by one author, so that only names tell them apart
			w.sell(b, 900)
			if i != j {
				want = append(want, b.asin)
			}
		}
		got := suggested(w.advice())
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("who owns %q is suggested %v, want %v", owned.title, got, want)
		}
	}
}

func TestNarratorsWithAndWithoutSpacesAreOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, b := range realBooks() {
		w.own(b)
	}
	narrators := recommend.WantedFrom(w.Library).Narrators
	if want := (recommend.WantedPerson{Name: "R.C. Bray", Books: 4}); narrators[0] != want {
		t.Errorf("first narrator %v, want %v", narrators[0], want)
	}
	for _, n := range narrators {
		if n.Name == "full cast" {
			t.Error("a full cast is taken for a person")
		}
	}
}
