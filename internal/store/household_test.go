package store_test

import (
	"slices"
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// takePart makes a person part of the household's shelf, or no longer.
func takePart(t *testing.T, db *storetest.DB, user audipy.UserID, takes bool) {
	t.Helper()
	prefs := must[audipy.Preferences](t)(db.Preferences(t.Context(), user))
	prefs.HouseholdShelf = takes
	check(t, db.SavePreferences(t.Context(), user, prefs, event(audit.PreferencesChanged)))
	if got := must[audipy.Preferences](t)(db.Preferences(t.Context(), user)); got.HouseholdShelf != takes {
		t.Fatalf("takes part: %t, want %t", got.HouseholdShelf, takes)
	}
}

func TestTheHouseholdsShelfShowsThoseWhoTakePartToEachOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		alice, bob := settle(t, db, "alice@example.com"), settle(t, db, "bob@example.com")
		items := shelf(5)
		var want []string
		for i := range items[:3] { // the others are borrowed from Plus
			items[i].Plus = false
			want = append(want, items[i].ASIN)
		}
		slices.Sort(want)
		apply(t, db, bob, audipy.SyncFull, store.Apply{Items: items, Complete: true, AudibleCount: 5})
		revision := func() store.Revision {
			t.Helper()
			return must[store.Revision](t)(db.Revision(t.Context(), alice.id))
		}
		seen := func() []string {
			t.Helper()
			var asins []string
			for _, c := range must[[]audipy.HouseholdCopy](t)(db.HouseholdCopies(t.Context(), alice.id)) {
				asins = append(asins, c.ASIN)
			}
			return asins
		}
		takePart(t, db, bob.id, true)
		if got := seen(); len(got) > 0 || revision().Household != "" {
			t.Errorf("who takes no part sees %v, household %q", got, revision().Household)
		}
		takePart(t, db, alice.id, true)
		alone := revision().Household
		if got := seen(); !slices.Equal(got, want) || alone == "" {
			t.Fatalf("sees %v of the other's %v, household %q", got, want, alone)
		}
		check(t, db.SetMark(t.Context(), bob.id, audipy.Mark{ASIN: "P2", Marketplace: "us"}, event(audit.MarkSet)))
		if revision().Household == alone {
			t.Error("a change of the other's leaves the household as it was")
		}
		takePart(t, db, bob.id, false)
		if got := seen(); len(got) > 0 {
			t.Errorf("sees %v of somebody who takes no part any more", got)
		}
	})
}
