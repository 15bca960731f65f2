package store_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// shelfModel says what a library should be, by the words of the contract: a
// title per ASIN, whether it is there, and since when listings lack it.
type shelfModel map[string]*modelTitle

type modelTitle struct {
	title   string
	active  bool
	missing time.Time
}

// apply does to the model what ApplySync should do to the rows and returns the
// counts of the receipt.
func (m shelfModel) apply(kind audipy.SyncKind, a store.Apply, now time.Time) (added, updated, gone int) {
	left, listed := map[string]bool{}, map[string]bool{}
	for _, asin := range a.GoneASINs {
		left[asin] = true
		if known := m[asin]; known != nil && known.active {
			*known = modelTitle{title: known.title}
			gone++
		}
	}
	for _, item := range a.Items {
		listed[item.ASIN] = true
		known := m[item.ASIN]
		switch {
		case left[item.ASIN]:
			continue
		case known == nil || !known.active:
			added++
		case known.title != item.Title:
			updated++
		}
		m[item.ASIN] = &modelTitle{title: item.Title, active: true}
	}
	if kind == audipy.SyncFull && a.Complete {
		gone += m.lack(listed, left, a.GoneAfter, now)
	}
	return added, updated, gone
}

// lack ages the titles that a complete listing does not have.
func (m shelfModel) lack(listed, left map[string]bool, after time.Duration, now time.Time) (gone int) {
	for asin, known := range m {
		switch {
		case !known.active || listed[asin] || left[asin]:
		case after == 0 || !known.missing.IsZero() && now.Sub(known.missing) >= after:
			*known = modelTitle{title: known.title}
			gone++
		case known.missing.IsZero():
			known.missing = now
		}
	}
	return gone
}

// drawApply makes up what a run found, out of eight titles with two names each.
func drawApply(t *rapid.T) (audipy.SyncKind, store.Apply) {
	var a store.Apply
	for i := range 8 {
		switch rapid.SampledFrom([]string{"listed", "listed", "renamed", "absent", "absent", "gone"}).Draw(t, "title") {
		case "listed":
			a.Items = append(a.Items, plain(fmt.Sprint("B", i), "One"))
		case "renamed":
			a.Items = append(a.Items, plain(fmt.Sprint("B", i), "Another"))
		case "gone":
			a.GoneASINs = append(a.GoneASINs, fmt.Sprint("B", i))
		}
	}
	a.Complete = rapid.Bool().Draw(t, "complete")
	a.GoneAfter = rapid.SampledFrom([]time.Duration{0, time.Hour, time.Hour}).Draw(t, "gone after")
	return rapid.SampledFrom([]audipy.SyncKind{audipy.SyncFull, audipy.SyncDelta}).Draw(t, "kind"), a
}

func TestAnySequenceOfSyncsEndsAsTheModelSays(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		next := 0
		rapid.Check(t, func(r *rapid.T) {
			next++
			user := must[audipy.User](t)(db.CreateUser(t.Context(), fmt.Sprintf("reader%d@example.com", next)))
			p := person{id: user.ID}
			p.account = must[store.Linked](t)(
				db.LinkAccount(t.Context(), p.id, newAccount("A1"), event(audit.LinkCreated))).Account.ID
			p.sync = lease(t, db, p, store.LeaseSync)
			model := shelfModel{}
			for range rapid.IntRange(1, 6).Draw(r, "syncs") {
				kind, a := drawApply(r)
				run := apply(t, db, p, kind, a)
				added, updated, gone := model.apply(kind, a, now(db))
				if run.Added != added || run.Updated != updated || run.Gone != gone {
					r.Fatalf("receipt = +%d ~%d -%d, want +%d ~%d -%d", run.Added, run.Updated, run.Gone, added, updated, gone)
				}
				compareShelf(r, library(t, db, p), model)
				db.Clock.Advance(time.Duration(rapid.IntRange(1, 90).Draw(r, "minutes")) * time.Minute)
			}
		})
	})
}

func compareShelf(r *rapid.T, got map[string]audipy.Item, model shelfModel) {
	if len(got) != len(model) {
		r.Fatalf("the library has %d titles, want %d", len(got), len(model))
	}
	for asin, want := range model {
		item := got[asin]
		if item.Title != want.title || (item.Status == audipy.ItemActive) != want.active || item.GoneAt.IsZero() != want.active {
			r.Fatalf("%s = %q %s gone at %v, want %+v", asin, item.Title, item.Status, item.GoneAt, *want)
		}
	}
}
