package recommend_test

import (
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/recommend"
)

// has puts a title on the person's shelf outside of Audible.
func (w *world) has(id string, b book) {
	e := b.edition()
	for i := range e.Series {
		e.Series[i].ASIN = "" // no other server knows it
	}
	w.Elsewhere.Copies = append(w.Elsewhere.Copies, audipy.ElsewhereCopy{ID: id, Edition: audipy.Edition{
		ASIN: e.ASIN, Title: e.Title, Subtitle: e.Subtitle, Authors: e.Authors, Narrators: e.Narrators, Series: e.Series,
	}})
}

// shelved is a world with a saga of six, of which the first volume is owned,
// and others on the shelf outside of Audible.
func shelved() *world {
	w := newWorld()
	w.saga(6)
	w.own(volume(1))
	w.has("1", book{title: "Tale the First", by: "Ann Author"})
	w.has("2", book{asin: "S2", title: "A name of its own", by: "Nobody"})
	w.has("3", book{title: "Tale the Third: A Novel", by: "Ann Author, Co Author", series: "x The Saga#3"})
	w.has("4", book{title: "Tale the Fourth", by: "Ann Author"})
	w.has("5", book{title: "Tale the Fifth", by: "Ann Author", series: "x The Saga#7"})
	w.has("6", book{title: "Tale the Sixth", by: "Somebody Else"})
	w.has("7", book{title: "Unknown", by: "Ann Author"})
	return w
}

func TestTitlesOutsideOfAudibleAreFoundByASINThenByNameAndNumber(t *testing.T) {
	t.Parallel()
	want := map[string]recommend.Confidence{
		"1": recommend.ByName, "2": recommend.ByASIN, "3": recommend.ByPlace, "4": recommend.ByName, "5": "", "6": "", "7": "",
	}
	matches := recommend.MatchElsewhere(shelved().Input)
	if len(matches) != len(want) {
		t.Fatalf("%d matches", len(matches))
	}
	for _, m := range matches {
		if m.Confidence != want[m.Copy.ID] || m.Owned != (m.Copy.ID == "1") || (len(m.Products) > 0) != (m.Confidence != "") {
			t.Errorf("%s: confidence %q, owned %t, products %v", m.Copy.ID, m.Confidence, m.Owned, m.Products)
		}
	}
}

func TestWhatIsSureIsNoGapAndWhatIsLikelyOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	w := shelved()
	wantSuggested(t, w.advice(), "S4", "S5", "S6")
	w.Elsewhere.CountsLikely = true
	a := w.advice()
	wantSuggested(t, a, "S5", "S6")
	if s := a.Series[0]; s.Owned != 4 || s.Missing() != 2 || s.Volumes[2].Note != "you have it outside of Audible" {
		t.Errorf("%d owned, %d missing, volumes %+v", s.Owned, s.Missing(), s.Volumes)
	}
	w.Elsewhere = audipy.ElsewhereShelf{}
	wantSuggested(t, w.advice(), "S2", "S3", "S4", "S5", "S6")
}
