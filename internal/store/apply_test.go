package store_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// reader is a person with an account and a sync lease, and no titles.
func reader(t testing.TB, db *storetest.DB) person {
	t.Helper()
	p := person{id: must[audipy.User](t)(db.CreateUser(t.Context(), "reader@example.com")).ID}
	p.account = must[store.Linked](t)(
		db.LinkAccount(t.Context(), p.id, newAccount("A1"), event(audit.LinkCreated))).Account.ID
	p.sync = lease(t, db, p, store.LeaseSync)
	return p
}

func full(items ...audipy.Item) store.Apply { return store.Apply{Items: items, Complete: true} }

func wantCounts(t testing.TB, run audipy.SyncRun, added, updated, gone, items int) {
	t.Helper()
	if run.Added != added || run.Updated != updated || run.Gone != gone || run.ItemCount != items {
		t.Errorf("receipt = +%d ~%d -%d of %d, want +%d ~%d -%d of %d",
			run.Added, run.Updated, run.Gone, run.ItemCount, added, updated, gone, items)
	}
}

func TestASyncedTitleComesBackAsItWas(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		bare := audipy.Item{Edition: audipy.Edition{ASIN: "B2"}}
		wantCounts(t, apply(t, db, p, audipy.SyncFull, full(book("B1", "Tehanu"), bare)), 2, 0, 0, 2)
		got := library(t, db, p)
		for _, want := range []audipy.Item{book("B1", "Tehanu"), bare} {
			want.AccountID, want.Marketplace, want.Status, want.AddedAt = p.account, "us", audipy.ItemActive, now(db)
			if !reflect.DeepEqual(got[want.ASIN], want) {
				t.Errorf("item = %+v, want %+v", got[want.ASIN], want)
			}
		}
	})
}

func TestTheReceiptSaysWhatChanged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(book("B1", "One"), book("B2", "Two"), book("B3", "Three")))
		changed := book("B2", "Two, corrected")
		db.Clock.Advance(time.Hour)
		run := apply(t, db, p, audipy.SyncFull, store.Apply{
			Items: []audipy.Item{book("B1", "One"), changed, book("B4", "Four")}, Complete: true,
			AudibleCount: 3, Calls: 7, Warning: "counts differ", StateToken: "t2",
		})
		wantCounts(t, run, 1, 1, 1, 3)
		want := []audipy.SyncChange{
			{ASIN: "B3", Title: "Three", Kind: audipy.ChangeGone}, {ASIN: "B4", Title: "Four", Kind: audipy.ChangeAdded},
		}
		if !slices.Equal(run.Changes, want) || run.Calls != 7 || run.Warning != "counts differ" || run.AudibleCount != 3 {
			t.Errorf("receipt = %+v, want changes %+v", run, want)
		}
		kept := must[[]audipy.SyncRun](t)(db.SyncRuns(t.Context(), p.id, store.RunFilter{}))
		if len(kept) != 2 || !reflect.DeepEqual(kept[0], run) {
			t.Errorf("kept receipts = %+v, want first %+v", kept, run)
		}
		s := must[[]audipy.AccountStore](t)(db.AccountStores(t.Context(), p.id, p.account))[0]
		if s.StateToken != "t2" || s.Revision != 2 || s.ItemCount != 3 || s.AudibleCount != 3 || !s.LastFull.Equal(now(db)) {
			t.Errorf("store = %+v", s)
		}
		if a := must[audipy.Account](t)(db.AccountByID(t.Context(), p.id, p.account)); !a.LastSync.Equal(now(db)) {
			t.Errorf("account's last sync = %v, want %v", a.LastSync, now(db))
		}
		records := must[[]audit.Record](t)(db.AuditRecords(t.Context(), p.id, 0, 0))
		if last := records[len(records)-1]; last.Counts["gone"] != 1 || last.Counts["items"] != 3 || last.Account != p.account {
			t.Errorf("record = %+v, want the counts of the receipt", last)
		}
	})
}

func TestATitleIsGoneWhenTwoListingsMissIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		without := full(book("B1", "One"))
		without.GoneAfter = time.Hour
		with := full(book("B1", "One"), book("B2", "Two"))
		apply(t, db, p, audipy.SyncFull, with)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, without), 0, 0, 0, 2)
		db.Clock.Advance(59 * time.Minute)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, without), 0, 0, 0, 2)
		db.Clock.Advance(30 * time.Second)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, with), 0, 0, 0, 2) // seen again: the wait begins anew
		wantCounts(t, apply(t, db, p, audipy.SyncFull, without), 0, 0, 0, 2)
		db.Clock.Advance(time.Hour)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, without), 0, 0, 1, 1)
		gone := library(t, db, p)["B2"]
		if gone.Status != audipy.ItemGone || !gone.GoneAt.Equal(now(db)) {
			t.Errorf("title = %v since %v, want gone since %v", gone.Status, gone.GoneAt, now(db))
		}
		added := gone.AddedAt
		wantCounts(t, apply(t, db, p, audipy.SyncFull, with), 1, 0, 0, 2)
		if back := library(t, db, p)["B2"]; back.Status != audipy.ItemActive || !back.GoneAt.IsZero() || !back.AddedAt.Equal(added) {
			t.Errorf("title that came back = %+v", back)
		}
	})
}

func TestAPartialListingRemovesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, store.Apply{Items: shelf(10), Complete: true, StateToken: "good"})
		before := must[[]audipy.AccountStore](t)(db.AccountStores(t.Context(), p.id, p.account))[0]
		db.Clock.Advance(time.Hour)
		for _, kind := range []audipy.SyncKind{audipy.SyncFull, audipy.SyncDelta} {
			run := apply(t, db, p, kind, store.Apply{Items: shelf(2), StateToken: "bad"})
			wantCounts(t, run, 0, 0, 0, 10)
		}
		// A delta without gaps does not list what did not change either.
		wantCounts(t, apply(t, db, p, audipy.SyncDelta, store.Apply{Complete: true, StateToken: "next"}), 0, 0, 0, 10)
		after := must[[]audipy.AccountStore](t)(db.AccountStores(t.Context(), p.id, p.account))[0]
		if after.StateToken != "next" || !after.LastFull.Equal(before.LastFull) || after.Revision != before.Revision {
			t.Errorf("store = %+v, was %+v", after, before)
		}
	})
}

func TestAPartialListingKeepsTheStateToken(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, store.Apply{Items: shelf(2), Complete: true, StateToken: "good"})
		last := now(db)
		db.Clock.Advance(time.Hour)
		apply(t, db, p, audipy.SyncDelta, store.Apply{Items: shelf(3), StateToken: "bad"})
		s := must[[]audipy.AccountStore](t)(db.AccountStores(t.Context(), p.id, p.account))[0]
		if s.StateToken != "good" || !s.LastSync.Equal(last) || !s.CheckedAt.Equal(now(db)) || s.ItemCount != 3 {
			t.Errorf("store after a partial listing = %+v", s)
		}
	})
}

func TestADeltaTakesAudiblesWordForWhatIsGone(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(book("B1", "One"), book("B2", "Two")))
		run := apply(t, db, p, audipy.SyncDelta, store.Apply{
			Items: []audipy.Item{book("B2", "Two again")}, GoneASINs: []string{"B2", "B2", "never seen"}, Complete: true,
		})
		wantCounts(t, run, 0, 0, 1, 1)
		if again := apply(t, db, p, audipy.SyncDelta, store.Apply{GoneASINs: []string{"B2"}, Complete: true}); again.Gone != 0 {
			t.Errorf("a title that was gone went again: %+v", again)
		}
	})
}

func TestOfTwoTitlesWithOneASINTheLastCounts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, full(book("B1", "Old"), book("B1", "New"))), 1, 0, 0, 1)
		if got := library(t, db, p)["B1"].Title; got != "New" {
			t.Errorf("title = %q, want the last", got)
		}
	})
}

func TestStoresAndAccountsHaveLibrariesOfTheirOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(shelf(3)...))
		german := must[audipy.SyncRun](t)(db.StartSyncRun(t.Context(), p.id, store.NewRun{
			Account: p.account, Marketplace: "de", Kind: audipy.SyncFull, Fence: p.sync.Fence,
		}))
		a := full(shelf(1)...)
		a.RunID, a.Fence = german.ID, p.sync.Fence
		wantCounts(t, must[audipy.SyncRun](t)(db.ApplySync(t.Context(), p.id, a, event(audit.SyncApplied))), 1, 0, 0, 1)
		if items := must[[]audipy.Item](t)(db.ItemsByASIN(t.Context(), p.id, "B000000000")); len(items) != 2 {
			t.Errorf("the title is in %d stores, want 2", len(items))
		}
	})
}

func TestAReceiptListsAtMost500Titles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(book("GONE", "Lost")))
		run := apply(t, db, p, audipy.SyncFull, full(shelf(600)...))
		if len(run.Changes) != 500 || run.Changes[0].Kind != audipy.ChangeGone || run.Added != 600 {
			t.Errorf("receipt lists %d of %d, first %+v", len(run.Changes), run.Added, run.Changes[0])
		}
	})
}

func TestTenThousandTitles(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		n := 10_000
		if testing.Short() {
			n = 1_000 // the race detector makes SQLite some thirty times slower
		}
		wantCounts(t, apply(t, db, p, audipy.SyncFull, full(shelf(n)...)), n, 0, 0, n)
		before := rows(t, db, `SELECT count(*), max(added_at) FROM library_items`)
		db.Clock.Advance(time.Minute)
		wantCounts(t, apply(t, db, p, audipy.SyncFull, full(shelf(n)...)), 0, 0, 0, n)
		if after := rows(t, db, `SELECT count(*), max(added_at) FROM library_items`); !reflect.DeepEqual(after, before) {
			t.Errorf("rows = %v, want %v", after, before)
		}
		wantCounts(t, apply(t, db, p, audipy.SyncFull, full(shelf(n-700)...)), 0, 0, 700, n-700)
		if count := len(library(t, db, p)); count != n {
			t.Errorf("library has %d titles with the gone ones, want %d", count, n)
		}
	})
}
