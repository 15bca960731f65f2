package store_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// TestParametersAreBoundByNumber guards the one property that lets one query
// text serve both databases: some SQLite drivers bind $1 and $2 in the order in
// which they stand.
func TestParametersAreBoundByNumber(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		first, second, err := store.Swapped(t.Context(), db.Store)
		if err != nil || first != "two" || second != "one" {
			t.Errorf("SELECT $2, $1 of one, two = %q, %q, %v", first, second, err)
		}
	})
}

func TestTextComesBackAsItWas(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.4")
	texts := []string{
		"👩‍👩‍👧 📚", "مرحبا \u202eabc", "\u200f", "日本語", "e\u0301 is not é", "'; DROP TABLE users; --", `"quoted" \ %_$1`,
		"line\nbreak\ttab\r\n", "\ufeffmark", "\U0010ffff", " spaces ", strings.Repeat("長", 20_000), "\x01\x7f",
	}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		for i, text := range texts {
			item := plain("B1", text)
			item.Authors = []audipy.Contributor{{Name: text}}
			item.Series = []audipy.SeriesPlace{{Title: text, Sequence: "1"}}
			apply(t, db, p, audipy.SyncFull, full(item))
			got := library(t, db, p)["B1"]
			if got.Title != text || got.Authors[0].Name != text || got.Series[0].Title != text {
				t.Errorf("text %d %.40q came back as %.40q", i, text, got.Title)
			}
		}
	})
}

func TestTextThatOneDatabaseWouldRefuseIsRefusedByBoth(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := settle(t, db, "alice@example.com")
		before := dump(t, db, p.id)
		for _, text := range []string{"a\x00b", "a\xffb"} {
			_, err := db.CreateUser(t.Context(), text)
			wantKind(t, err, audipy.Invalid)
			_, err = db.ApplySync(t.Context(), p.id, store.Apply{
				RunID: p.run.ID, Fence: p.sync.Fence, Items: append(shelf(60), plain("B1", text)),
			}, event(audit.SyncApplied))
			wantKind(t, err, audipy.Invalid)
			wantKind(t, db.SetMark(t.Context(), p.id, audipy.Mark{ASIN: text, Marketplace: "us"}, event(audit.MarkSet)), audipy.Invalid)
			_, err = db.ItemsByASIN(t.Context(), p.id, text)
			wantKind(t, err, audipy.Invalid)
		}
		if after := dump(t, db, p.id); after != before {
			t.Error("refused text changed rows")
		}
	})
}

func TestTimesComeBackToTheMicrosecond(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("far", 14*60*60)
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		for _, at := range []time.Time{
			{},
			time.Unix(0, 0), time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC),
			time.Date(2026, 3, 29, 2, 30, 0, 123456789, zone), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC),
			time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC),
		} {
			item := plain("B1", at.String())
			item.PurchasedAt = at
			apply(t, db, p, audipy.SyncFull, full(item))
			got := library(t, db, p)["B1"].PurchasedAt
			if want := at.Truncate(time.Microsecond); !got.Equal(want) || got.Location() != time.UTC {
				t.Errorf("time %v came back as %v", at, got)
			}
		}
	})
}

func TestNumbersComeBackExactly(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		for _, percent := range []float64{0, 0.1, 100, 99.99999999999999, math.SmallestNonzeroFloat64} {
			item := plain("B1", "One")
			item.PercentComplete, item.RuntimeMinutes = percent, math.MaxInt32
			apply(t, db, p, audipy.SyncFull, full(item))
			if got := library(t, db, p)["B1"]; got.PercentComplete != percent || got.RuntimeMinutes != math.MaxInt32 {
				t.Errorf("%v came back as %v", percent, got.PercentComplete)
			}
		}
	})
}

func TestSQLiteIsDurableAndChecksReferences(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	for pragma, want := range map[string]string{
		"synchronous": "2", "journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "10000", "secure_delete": "1",
	} {
		if got := must[string](t)(store.Settings(t.Context(), db.Store, pragma)); got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
}

func TestAnOpenThatCannotBeSaysWhy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	junk := filepath.Join(dir, "junk.db")
	check(t, os.WriteFile(junk, []byte(strings.Repeat("this is no database ", 100)), 0o600))
	for name, c := range map[string]struct {
		options store.Options
		kind    audipy.Kind
		says    string
	}{
		"neither":     {store.Options{}, audipy.Invalid, "name one database"},
		"both":        {store.Options{SQLitePath: "a", PostgresURL: "b"}, audipy.Invalid, "name one database"},
		"junk":        {store.Options{SQLitePath: junk}, audipy.Unavailable, "is damaged"},
		"a folder":    {store.Options{SQLitePath: dir}, audipy.Invalid, "is not a file"},
		"bad address": {store.Options{PostgresURL: "postgres://kim:hunter2@[::1/x"}, audipy.Invalid, "can't be read"},
		"nobody":      {store.Options{PostgresURL: "host=" + dir + " user=kim password=hunter2 dbname=x"}, audipy.Unavailable, "does not answer"},
	} {
		for _, open := range []func() error{
			func() error { _, err := store.Open(t.Context(), c.options); return err },
			func() error { return store.Migrate(t.Context(), c.options) },
		} {
			err := open()
			if audipy.KindOf(err) != c.kind || !strings.Contains(errText(err), c.says) || strings.Contains(errText(err), "hunter2") {
				t.Errorf("%s: error = %v (kind %d), want %q (kind %d)", name, err, audipy.KindOf(err), c.says, c.kind)
			}
		}
	}
}
