package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// TestEveryFactOfATitleCountsAsAChange keeps the content hash complete: a
// field that is added to the noun and forgotten there fails here.
func TestEveryFactOfATitleCountsAsAChange(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	apply(t, db, p, audipy.SyncFull, full(book("B1", "One")))
	kept := map[string]bool{"ASIN": true, "AccountID": true, "Marketplace": true, "Status": true, "AddedAt": true, "GoneAt": true}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[audipy.Item]()) {
		if field.Anonymous || kept[field.Name] {
			continue
		}
		item := book("B1", "One")
		alter(t, reflect.ValueOf(&item).Elem().FieldByIndex(field.Index))
		if run := apply(t, db, p, audipy.SyncFull, full(item)); run.Updated != 1 {
			t.Errorf("a change of %s was not noticed", field.Name)
		}
		if run := apply(t, db, p, audipy.SyncFull, full(item)); run.Updated != 0 {
			t.Errorf("%s changes when it is read back", field.Name)
		}
		if got := library(t, db, p)["B1"]; !reflect.DeepEqual(fieldOf(got, field), fieldOf(item, field)) {
			t.Errorf("%s = %v, want %v", field.Name, fieldOf(got, field), fieldOf(item, field))
		}
		apply(t, db, p, audipy.SyncFull, full(book("B1", "One")))
	}
}

func TestAnotherOrderOfNamesIsNoChange(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	item := book("B1", "One")
	item.Authors = []audipy.Contributor{{Name: "Ada"}, {Name: "Bo", ASIN: "A2"}, {Name: "Cy"}}
	apply(t, db, p, audipy.SyncFull, full(item))
	item.Authors = []audipy.Contributor{{Name: "Cy"}, {Name: "Ada"}, {Name: "Bo", ASIN: "A2"}}
	if run := apply(t, db, p, audipy.SyncFull, full(item)); run.Updated != 0 {
		t.Error("the same authors in another order were written again")
	}
	item.Authors[2].ASIN = "A3"
	if run := apply(t, db, p, audipy.SyncFull, full(item)); run.Updated != 1 {
		t.Error("another ASIN of an author was not noticed")
	}
}

func TestATitleThatComesWithoutNamesKeepsThem(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		named := book("B1", "One")
		apply(t, db, p, audipy.SyncFull, full(named))
		bare := named
		bare.Title, bare.Authors, bare.Narrators, bare.RuntimeMinutes = "", nil, nil, 77
		apply(t, db, p, audipy.SyncFull, full(bare))
		got := library(t, db, p)["B1"]
		if got.Title != "One" || len(got.Authors) != len(named.Authors) || len(got.Narrators) != len(named.Narrators) || got.RuntimeMinutes != 77 {
			t.Errorf("title = %+v, want its names kept and the rest renewed", got)
		}
		named.Title = "Another"
		apply(t, db, p, audipy.SyncFull, full(named))
		if got := library(t, db, p)["B1"].Title; got != "Another" {
			t.Errorf("title = %q, want the new name", got)
		}
	})
}

func fieldOf(item audipy.Item, field reflect.StructField) any {
	return reflect.ValueOf(item).FieldByIndex(field.Index).Interface()
}

// alter gives a field another value of its type.
func alter(t *testing.T, v reflect.Value) {
	t.Helper()
	switch p := v.Addr().Interface().(type) {
	case *string:
		*p += "x"
	case *int:
		*p++
	case *float64:
		*p /= 2
	case *bool:
		*p = !*p
	case *time.Time:
		*p = p.Add(time.Microsecond)
	case *[]audipy.Contributor:
		*p = append(*p, audipy.Contributor{Name: "Another"})
	case *[]audipy.SeriesPlace:
		(*p)[0].Sequence = "9"
	default:
		t.Fatalf("a title has a field of type %s that this test can't alter", v.Type())
	}
}

func TestAStaleLeaseWritesNothing(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.3")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		db.Clock.Advance(2 * time.Minute)
		newer := lease(t, db, p, store.LeaseSync)
		before := dump(t, db, p.id)
		for name, op := range syncOperations() {
			_, err := op.call(t.Context(), db.Store, p.id, p)
			if audipy.KindOf(err) != audipy.Conflict {
				t.Errorf("%s under a lost lease: error = %v, want Conflict", name, err)
			}
		}
		if after := dump(t, db, p.id); after != before {
			t.Errorf("a lost lease wrote:\n%s\nwas\n%s", after, before)
		}
		if newer.Fence <= p.sync.Fence {
			t.Errorf("fence went from %d to %d", p.sync.Fence, newer.Fence)
		}
	})
}

func TestALeaseThatIsOverButNotTakenStillWrites(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		db.Clock.Advance(time.Hour)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, full(shelf(2)...)), 2, 0, 0, 2)
	})
}

func TestARunEndsOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		run := start(t, db, p, audipy.SyncFull)
		failed := store.FailedRun{RunID: run.ID, Fence: p.sync.Fence, Failure: "the answer was no library", Calls: 2}
		got := must[audipy.SyncRun](t)(db.FailSyncRun(t.Context(), p.id, failed, event(audit.SyncFailed)))
		if got.Failure != failed.Failure || got.Calls != 2 || !got.EndedAt.Equal(now(db)) {
			t.Errorf("receipt = %+v", got)
		}
		_, err := db.FailSyncRun(t.Context(), p.id, failed, event(audit.SyncFailed))
		wantKind(t, err, audipy.Conflict)
		_, err = db.ApplySync(t.Context(), p.id, store.Apply{RunID: run.ID, Fence: p.sync.Fence}, event(audit.SyncApplied))
		wantKind(t, err, audipy.Conflict)
		failed.Failure = ""
		_, err = db.FailSyncRun(t.Context(), p.id, failed, event(audit.SyncFailed))
		wantKind(t, err, audipy.Invalid)
	})
}

func TestARunThatNobodyEndedWasInterrupted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		dead := start(t, db, p, audipy.SyncFull)
		db.Clock.Advance(time.Minute)
		start(t, db, p, audipy.SyncDelta)
		runs := must[[]audipy.SyncRun](t)(db.SyncRuns(t.Context(), p.id, store.RunFilter{Before: now(db)}))
		if len(runs) != 1 || runs[0].ID != dead.ID || runs[0].Failure != "the sync was interrupted" {
			t.Errorf("runs before now = %+v", runs)
		}
	})
}

func TestATitleWithoutASINIsInvalidAndNothingIsApplied(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		before := dump(t, db, p.id)
		items := append(shelf(200), book("", "Nameless"))
		_, err := db.ApplySync(t.Context(), p.id, store.Apply{RunID: p.run.ID, Fence: p.sync.Fence, Items: items},
			event(audit.SyncApplied))
		wantKind(t, err, audipy.Invalid)
		if after := dump(t, db, p.id); after != before {
			t.Error("an invalid listing changed rows")
		}
	})
}
