package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestASummaryCountsActiveTitlesOnly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(plain("B0", "Gone"), plain("B1", "Plain")))
		db.Clock.Advance(time.Hour)
		old := book("B3", "Old")
		old.PurchasedAt = time.Date(2019, 3, 9, 0, 0, 0, 0, time.UTC)
		apply(t, db, p, audipy.SyncFull, full(plain("B1", "Plain"), book("B2", "Rich"), old))
		got := must[store.Summary](t)(db.Summary(t.Context(), p.id))
		rich := book("B2", "Rich")
		if got.Titles != 3 || got.Finished != 2 || got.Minutes != 2*rich.RuntimeMinutes {
			t.Errorf("%d titles, %d finished, %d minutes, want 3, 2 and %d", got.Titles, got.Finished, got.Minutes, 2*rich.RuntimeMinutes)
		}
		for name, c := range map[string]struct{ got, want []store.Tally }{
			"languages":    {got.Languages, []store.Tally{{"english", 2}}},
			"marketplaces": {got.Marketplaces, []store.Tally{{"us", 3}}},
			"accounts":     {got.Accounts, []store.Tally{{string(p.account), 3}}},
			"authors":      {got.Authors, []store.Tally{{rich.Authors[1].Name, 2}, {rich.Authors[0].Name, 2}}},
			"narrators":    {got.Narrators, []store.Tally{{rich.Narrators[0].Name, 2}}},
			"series":       {got.Series, []store.Tally{{rich.Series[0].Title, 2}}},
			"first month":  {got.Months[:1], []store.Tally{{"2019-03", 1}}},
		} {
			if !slices.Equal(c.got, c.want) {
				t.Errorf("%s are %v, want %v", name, c.got, c.want)
			}
		}
	})
}

func TestASummaryIsOrderedAndBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		items := make([]audipy.Item, 0, 700)
		for i := range 700 {
			item := plain(fmt.Sprintf("B%03d", i), "Title")
			item.Authors = []audipy.Contributor{{Name: fmt.Sprintf("Author %03d", i)}, {Name: "Often"}, {Name: "Often"}}
			items = append(items, item)
		}
		apply(t, db, p, audipy.SyncFull, full(items...))
		got := must[store.Summary](t)(db.Summary(t.Context(), p.id)).Authors
		if len(got) != 500 || got[0] != (store.Tally{Value: "Often", Count: 700}) || got[1].Value != "Author 000" {
			t.Errorf("%d authors, first %v", len(got), got[:2])
		}
	})
}

func TestNobodysSummaryIsEmpty(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		got := must[store.Summary](t)(db.Summary(t.Context(), "no-such-person"))
		if got.Titles != 0 || len(got.Authors)+len(got.Months) != 0 {
			t.Errorf("got %+v", got)
		}
	})
}
