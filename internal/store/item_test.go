package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func titles(items []audipy.Item) []string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = item.Title
	}
	return names
}

// find returns the titles that a filter chooses, in its order.
func find(t testing.TB, db *storetest.DB, p person, f store.ItemFilter) []string {
	t.Helper()
	page := must[store.ItemPage](t)(db.Items(t.Context(), p.id, f))
	if n := must[int](t)(db.CountItems(t.Context(), p.id, f)); n != len(page.Items) {
		t.Errorf("CountItems(%+v) = %d, and Items finds %d", f, n, len(page.Items))
	}
	var streamed []string
	for item, err := range db.AllItems(t.Context(), p.id, f) {
		check(t, err)
		streamed = append(streamed, item.Title)
	}
	if found := titles(page.Items); !slices.Equal(found, streamed) && len(found)+len(streamed) > 0 {
		t.Errorf("AllItems(%+v) = %q, and Items = %q", f, streamed, found)
	}
	return titles(page.Items)
}

// plain is a title with no more than a name.
func plain(asin, title string) audipy.Item {
	return audipy.Item{Edition: audipy.Edition{ASIN: asin, Title: title}}
}

func TestAFilterKeepsWhatItSays(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(plain("B0", "Gone"), plain("B1", "Early")))
		db.Clock.Advance(time.Hour)
		rich := book("B2", "Rich")
		apply(t, db, p, audipy.SyncFull, full(plain("B1", "Early"), rich, plain("B3", "Late")))
		for _, c := range []struct {
			filter store.ItemFilter
			want   string
		}{
			{store.ItemFilter{}, "Early Gone Late Rich"},
			{store.ItemFilter{Account: p.account, Marketplace: "us"}, "Early Gone Late Rich"},
			{store.ItemFilter{Account: "another"}, ""},
			{store.ItemFilter{Marketplace: "de"}, ""},
			{store.ItemFilter{Status: audipy.ItemActive}, "Early Late Rich"},
			{store.ItemFilter{Status: audipy.ItemGone}, "Gone"},
			{store.ItemFilter{Language: "english"}, "Rich"},
			{store.ItemFilter{Finished: &yes}, "Rich"},
			{store.ItemFilter{Finished: &no}, "Early Gone Late"},
			{store.ItemFilter{Plus: &yes}, "Rich"},
			{store.ItemFilter{Plus: &no, Status: audipy.ItemActive}, "Early Late"},
			{store.ItemFilter{MinMinutes: 1}, "Rich"},
			{store.ItemFilter{MaxMinutes: 100}, "Early Gone Late"},
			{store.ItemFilter{AddedSince: now(db)}, "Late Rich"},
			{store.ItemFilter{Author: "ann o neill"}, "Rich"},
			{store.ItemFilter{Author: "inglis"}, ""},
			{store.ItemFilter{Narrator: "INGLIS"}, "Rich"},
			{store.ItemFilter{Series: "earthsea"}, "Rich"},
			{store.ItemFilter{Series: "B006K1Q8S2"}, "Rich"},
			{store.ItemFilter{Search: "kroeber  earth"}, "Rich"},
			{store.ItemFilter{Search: "kroeber mars"}, ""},
			{store.ItemFilter{Search: "b3"}, "Late"},
		} {
			if got := strings.Join(find(t, db, p, c.filter), " "); got != c.want {
				t.Errorf("Items(%+v) = %q, want %q", c.filter, got, c.want)
			}
		}
	})
}

func TestAFilterThatIsTooExpensiveIsInvalid(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	for _, f := range []store.ItemFilter{
		{Search: strings.Repeat("a ", 13)},
		{Author: strings.Repeat("a", 501)},
		{Sort: "colour"},
		{After: "no cursor"},
		{Search: "a\x00b"},
	} {
		_, err := db.Items(t.Context(), p.id, f)
		wantKind(t, err, audipy.Invalid)
	}
	for _, err := range db.AllItems(t.Context(), p.id, store.ItemFilter{Sort: "colour"}) {
		wantKind(t, err, audipy.Invalid)
	}
}

func TestEveryOrderIsTheSameOnBothDatabases(t *testing.T) {
	t.Parallel()
	items := []audipy.Item{plain("B1", "zebra"), plain("B2", "Äpfel"), plain("B3", "apple-pie"), plain("B4", "Apple B")}
	for i := range items {
		items[i].Authors = []audipy.Contributor{{Name: string(rune('d' - i))}}
		items[i].PurchasedAt = time.Date(2020+i, 1, 1, 0, 0, 0, 0, time.UTC)
		items[i].ReleaseDate, items[i].RuntimeMinutes = fmt.Sprintf("202%d-01-01", i%2), 10*(i%3)
	}
	items[3].PurchasedAt = time.Time{}
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(items[:2]...))
		db.Clock.Advance(time.Second)
		apply(t, db, p, audipy.SyncDelta, full(items[2:]...))
		for order, want := range map[store.ItemSort]string{
			store.SortTitle:     "Äpfel|Apple B|apple-pie|zebra",
			store.SortAuthor:    "Apple B|apple-pie|Äpfel|zebra",
			store.SortPurchased: "apple-pie|Äpfel|zebra|Apple B",
			store.SortAdded:     "Apple B|apple-pie|Äpfel|zebra",
			store.SortReleased:  "Apple B|Äpfel|apple-pie|zebra",
			store.SortLongest:   "apple-pie|Äpfel|Apple B|zebra",
		} {
			if got := strings.Join(find(t, db, p, store.ItemFilter{Sort: order}), "|"); got != want {
				t.Errorf("order %q = %s, want %s", order, got, want)
			}
		}
	})
}

func TestPagesStayStableWhileTitlesComeAndGo(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		for _, order := range []store.ItemSort{
			store.SortTitle, store.SortAuthor, store.SortPurchased, store.SortAdded, store.SortReleased, store.SortLongest,
		} {
			t.Run("by "+string(order), func(t *testing.T) { pageThrough(t, db, order) })
		}
	})
}

// pageThrough reads a library of 30 titles in pages while others are added
// before, between and after, and expects each of the 30 exactly once.
func pageThrough(t *testing.T, db *storetest.DB, order store.ItemSort) {
	t.Helper()
	user := must[audipy.User](t)(db.CreateUser(t.Context(), "p"+string(order)+"@example.com"))
	p := person{id: user.ID}
	p.account = must[store.Linked](t)(db.LinkAccount(t.Context(), p.id, newAccount("A1"), event("link_created"))).Account.ID
	p.sync = lease(t, db, p, store.LeaseSync)
	items := shelf(30)
	apply(t, db, p, audipy.SyncFull, full(items...))
	seen, f := map[string]int{}, store.ItemFilter{Sort: order, Limit: 7}
	for i := 0; ; i++ {
		page := must[store.ItemPage](t)(db.Items(t.Context(), p.id, f))
		for _, item := range page.Items {
			seen[item.ASIN]++
		}
		if page.Next == "" {
			break
		}
		f.After = page.Next
		more := []audipy.Item{plain(fmt.Sprintf("A%d", i), "AAA"), plain(fmt.Sprintf("Z%d", i), "zzz"), plain(fmt.Sprintf("M%d", i), "Volume 00015")}
		apply(t, db, p, audipy.SyncDelta, store.Apply{Items: more, Complete: true})
	}
	for _, item := range items {
		if seen[item.ASIN] != 1 {
			t.Errorf("%s was seen %d times, want once", item.ASIN, seen[item.ASIN])
		}
	}
}

func TestACursorOfAnotherOrderIsInvalid(t *testing.T) {
	t.Parallel()
	db := storetest.Open(t)
	p := reader(t, db)
	apply(t, db, p, audipy.SyncFull, full(shelf(3)...))
	page := must[store.ItemPage](t)(db.Items(t.Context(), p.id, store.ItemFilter{Limit: 2}))
	_, err := db.Items(t.Context(), p.id, store.ItemFilter{Limit: 2, After: page.Next, Sort: store.SortAdded})
	wantKind(t, err, audipy.Invalid)
}

func TestAStreamCanBeLeftAndTheStoreUsedMeanwhile(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		apply(t, db, p, audipy.SyncFull, full(shelf(50)...))
		for range 30 { // more often than there are connections
			for _, err := range db.AllItems(t.Context(), p.id, store.ItemFilter{}) {
				check(t, err)
				check(t, db.SetStoreChecked(t.Context(), p.id, p.account, "us"))
				break
			}
		}
	})
}

func TestSearchFindsNamesInEveryScript(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "1.2.9")
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		p := reader(t, db)
		names := map[string]string{
			"Les Misérables": "miserables", "Ночной дозор": "НОЧНОЙ", "ノルウェイの森": "ﾉﾙｳｪｲ",
			"がん": "がん", "Straße der Ölsardinen": "STRASSE", "الشمعة": "شمعة", "हिन्दी कहानी": "हिन्दी",
			"ΟΔΥΣΣΕΙΑ": "οδυσσεια", "ﬁnal 100%_sure": "100%_s", `back\slash`: `k\s`, "📚 emoji": "📚",
			"final 100 measures": "100 m", // which the marks of a pattern would find as well
		}
		var items []audipy.Item
		for name := range names {
			items = append(items, plain(fmt.Sprintf("B%d", len(items)), name))
		}
		apply(t, db, p, audipy.SyncFull, full(items...))
		for name, search := range names {
			if got := find(t, db, p, store.ItemFilter{Search: search}); !slices.Equal(got, []string{name}) {
				t.Errorf("search for %q = %q, want %q", search, got, name)
			}
		}
		if got := find(t, db, p, store.ItemFilter{Search: "かん"}); len(got) != 0 {
			t.Errorf("かん finds %q: another letter is no accent", got)
		}
	})
}
