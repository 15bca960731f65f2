package store_test

import (
	"testing"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// eachBench runs a benchmark on both databases.
func eachBench(b *testing.B, run func(b *testing.B, db *storetest.DB)) {
	b.Helper()
	b.Run("sqlite", func(b *testing.B) { run(b, storetest.Open(b)) })
	b.Run("postgres", func(b *testing.B) { run(b, storetest.OpenPostgres(b)) })
}

func BenchmarkApply10000First(b *testing.B) {
	items := shelf(10_000)
	eachBench(b, func(b *testing.B, db *storetest.DB) {
		b.ReportAllocs()
		p := reader(b, db)
		for b.Loop() {
			b.StopTimer()
			must[string](b)(db.UnlinkAccount(b.Context(), p.id, store.Unlinking{Account: p.account}, event(audit.AccountUnlinked)))
			p.account = must[store.Linked](b)(
				db.LinkAccount(b.Context(), p.id, newAccount("A1"), event(audit.LinkCreated))).Account.ID
			p.sync = lease(b, db, p, store.LeaseSync)
			b.StartTimer()
			apply(b, db, p, audipy.SyncFull, full(items...))
		}
	})
}

func BenchmarkApply10000Again(b *testing.B) {
	items := shelf(10_000)
	eachBench(b, func(b *testing.B, db *storetest.DB) {
		b.ReportAllocs()
		p := reader(b, db)
		apply(b, db, p, audipy.SyncFull, full(items...))
		for b.Loop() {
			apply(b, db, p, audipy.SyncFull, full(items...))
		}
	})
}

// benchItems measures a read of a library of 10,000.
func benchItems(b *testing.B, read func(db *storetest.DB, p person)) {
	b.Helper()
	eachBench(b, func(b *testing.B, db *storetest.DB) {
		b.ReportAllocs()
		p := reader(b, db)
		apply(b, db, p, audipy.SyncFull, full(shelf(10_000)...))
		for b.Loop() {
			read(db, p)
		}
	})
}

func BenchmarkPageOf10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) {
		must[store.ItemPage](b)(db.Items(b.Context(), p.id, store.ItemFilter{Limit: 50}))
	})
}

func BenchmarkLatestOf10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) {
		must[store.ItemPage](b)(db.Items(b.Context(), p.id, store.ItemFilter{Sort: store.SortPurchased, Limit: 100}))
	})
}

func BenchmarkSearchIn10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) {
		page := must[store.ItemPage](b)(db.Items(b.Context(), p.id, store.ItemFilter{Search: "neill 09999", Sort: store.SortPurchased}))
		if len(page.Items) != 1 {
			b.Fatalf("found %d", len(page.Items))
		}
	})
}

func BenchmarkAll10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) {
		n := 0
		for _, err := range db.AllItems(b.Context(), p.id, store.ItemFilter{}) {
			check(b, err)
			n++
		}
		if n != 10_000 {
			b.Fatalf("read %d", n)
		}
	})
}

func BenchmarkSaveCredentials(b *testing.B) {
	eachBench(b, func(b *testing.B, db *storetest.DB) {
		p := reader(b, db)
		version := int64(1)
		for b.Loop() {
			version = must[int64](b)(db.SaveCredentials(b.Context(), p.id,
				store.Save{Account: p.account, Version: version, Seal: sealer("x")}, event(audit.TokenRefreshed)))
		}
	})
}

func BenchmarkSummaryOf10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) { must[store.Summary](b)(db.Summary(b.Context(), p.id)) })
}

func BenchmarkRevisionOf10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) { must[store.Revision](b)(db.Revision(b.Context(), p.id)) })
}

// A search for the first letters of a word that many titles have.
func BenchmarkBroadSearchIn10000(b *testing.B) {
	benchItems(b, func(db *storetest.DB, p person) {
		f := store.ItemFilter{Search: "nei", Sort: store.SortPurchased, Limit: 100}
		if page := must[store.ItemPage](b)(db.Items(b.Context(), p.id, f)); page.Total < 1000 || len(page.Items) != 100 {
			b.Fatalf("found %d of %d", len(page.Items), page.Total)
		}
	})
}

// Every order that a library is shown in, from its first page and from a later one.
func BenchmarkOrdersOf10000(b *testing.B) {
	for _, sort := range []store.ItemSort{
		store.SortTitle, store.SortAuthor, store.SortPurchased, store.SortAdded, store.SortReleased, store.SortLongest,
	} {
		b.Run("by "+string(sort), func(b *testing.B) {
			benchItems(b, func(db *storetest.DB, p person) {
				must[store.ItemPage](b)(db.Items(b.Context(), p.id, store.ItemFilter{Sort: sort, Limit: 100}))
			})
		})
	}
}
