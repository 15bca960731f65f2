package store_test

import (
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestARevisionRisesWithWhatAPersonSeesAndWithNothingElse(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		other := must[audipy.User](t)(db.CreateUser(t.Context(), "other@example.com"))
		apply(t, db, p, audipy.SyncFull, full(plain("B1", "One")))
		cases := []struct {
			name  string
			rises bool
			do    func()
		}{
			{"a sync that finds all as it was", false, func() { apply(t, db, p, audipy.SyncFull, full(plain("B1", "One"))) }},
			{"a delta of nothing", false, func() { apply(t, db, p, audipy.SyncDelta, store.Apply{Complete: true}) }},
			{"a renewed token", false, func() {
				must[int64](t)(db.SaveCredentials(t.Context(), p.id,
					store.Save{Account: p.account, Version: 1, Seal: sealer("x")}, event(audit.TokenRefreshed)))
			}},
			{"a record alone", false, func() { check(t, db.Record(t.Context(), p.id, event(audit.LibraryExported))) }},
			{"somebody else's preferences", false, func() {
				check(t, db.SavePreferences(t.Context(), other.ID, audipy.DefaultPreferences(), event(audit.PreferencesChanged)))
			}},
			{"a new title", true, func() { apply(t, db, p, audipy.SyncDelta, full(plain("B2", "Two"))) }},
			{"a title with another name", true, func() { apply(t, db, p, audipy.SyncDelta, full(plain("B2", "Two!"))) }},
			{"a title that is gone", true, func() {
				apply(t, db, p, audipy.SyncDelta, store.Apply{GoneASINs: []string{"B2"}, Complete: true})
			}},
			{"preferences", true, func() {
				check(t, db.SavePreferences(t.Context(), p.id, audipy.DefaultPreferences(), event(audit.PreferencesChanged)))
			}},
			{"a mark", true, func() {
				check(t, db.SetMark(t.Context(), p.id, audipy.Mark{ASIN: "B9", Marketplace: "us"}, event(audit.MarkSet)))
			}},
			{"an account that is unlinked", true, func() {
				must[string](t)(db.UnlinkAccount(t.Context(), p.id, store.Unlinking{Account: p.account}, event(audit.AccountUnlinked)))
			}},
		}
		for _, c := range cases {
			before := must[store.Revision](t)(db.Revision(t.Context(), p.id)).Changes
			c.do()
			after := must[store.Revision](t)(db.Revision(t.Context(), p.id)).Changes
			if rose := after > before; rose != c.rises || after < before {
				t.Errorf("with %s the revision goes from %d to %d", c.name, before, after)
			}
		}
	})
}
