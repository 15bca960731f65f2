package httpapi_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/httpapi"
)

// suggestions asks for a page of them.
func (b *browser) suggestions(t *testing.T, query string) httpapi.SuggestionPage {
	t.Helper()
	var page httpapi.SuggestionPage
	b.get(t, "/api/v1/suggestions?"+query).into(t, http.StatusOK, &page)
	return page
}

func TestSuggestionsComeInPages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		all := one.suggestions(t, "limit=500")
		if len(all.Items) < 10 || all.Total != len(all.Items) || all.Next != "" {
			t.Fatalf("%d suggestions of %d", len(all.Items), all.Total)
		}
		query := url.Values{"limit": {"4"}}
		var asins []string
		for {
			page := one.suggestions(t, query.Encode())
			for _, s := range page.Items {
				asins = append(asins, s.Product.ASIN)
			}
			if query.Has("cursor") && len(page.Upcoming) > 0 {
				t.Error("what is announced comes on every page")
			}
			if page.Next == "" {
				break
			}
			query.Set("cursor", page.Next)
		}
		for i, s := range all.Items {
			if i >= len(asins) || asins[i] != s.Product.ASIN {
				t.Fatalf("the pages have %d suggestions in another order than the list of %d", len(asins), len(all.Items))
			}
			if len(s.Reasons) == 0 || s.Price.Reason == "" {
				t.Errorf("%s is suggested without a reason", s.Product.Title)
			}
		}
	})
}

func TestOneKindOfSuggestionCanBeAskedFor(t *testing.T) {
	t.Parallel()
	r := onSQLite(t)
	one := r.reads(t)
	sum := 0
	for _, kind := range []string{"next_volume", "series_gap", "by_author", "by_narrator"} {
		page := one.suggestions(t, "limit=500&kind="+kind)
		sum += page.Total
		for _, s := range page.Items {
			if s.Kind != kind {
				t.Errorf("%s among %s", s.Kind, kind)
			}
		}
	}
	if all := one.suggestions(t, "limit=1").Total; sum != all {
		t.Errorf("%d of all kinds, %d in all", sum, all)
	}
}

func TestADismissedSuggestionIsGoneAtOnceAndComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		first := one.suggestions(t, "limit=1").Items[0].Product
		path := "/api/v1/marks/" + first.Marketplace + "/" + first.ASIN
		if got := one.do(t, http.MethodPut, path, struct{}{}); got.status != http.StatusNoContent {
			t.Fatalf("dismissing answered %d %s", got.status, got.body)
		}
		page := one.suggestions(t, "limit=1")
		if page.Items[0].Product.ASIN == first.ASIN || page.Hidden.Dismissed != 1 {
			t.Errorf("%s is still first, %d dismissed", first.ASIN, page.Hidden.Dismissed)
		}
		var book httpapi.Book
		one.get(t, "/api/v1/books/"+first.Marketplace+"/"+first.ASIN).into(t, http.StatusOK, &book)
		if book.Mark == nil || !book.Mark.Until.IsZero() || book.Suggestion != nil {
			t.Errorf("the book says mark %+v, suggestion %+v", book.Mark, book.Suggestion)
		}
		if got := one.do(t, http.MethodDelete, path, nil); got.status != http.StatusNoContent {
			t.Fatalf("taking it back answered %d %s", got.status, got.body)
		}
		if page := one.suggestions(t, "limit=1"); page.Items[0].Product.ASIN != first.ASIN {
			t.Errorf("%s did not come back", first.ASIN)
		}
		one.do(t, http.MethodDelete, path, nil).wantProblem(t, http.StatusNotFound, "not_found")
	})
}

func TestASnoozedSuggestionComesBackByItself(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		first := one.suggestions(t, "limit=1").Items[0].Product
		path := "/api/v1/marks/" + first.Marketplace + "/" + first.ASIN
		until := r.Clock.Now().Add(48 * time.Hour)
		if got := one.do(t, http.MethodPut, path, map[string]any{"until": until}); got.status != http.StatusNoContent {
			t.Fatalf("snoozing answered %d %s", got.status, got.body)
		}
		if page := one.suggestions(t, "limit=1"); page.Hidden.Snoozed != 1 {
			t.Errorf("%d snoozed", page.Hidden.Snoozed)
		}
		r.Clock.Advance(49 * time.Hour)
		if page := one.suggestions(t, "limit=1"); page.Items[0].Product.ASIN != first.ASIN {
			t.Errorf("%s did not come back", first.ASIN)
		}
		for _, bad := range []time.Time{r.Clock.Now().Add(-time.Second), r.Clock.Now().AddDate(11, 0, 0)} {
			one.do(t, http.MethodPut, path, map[string]any{"until": bad}).wantProblem(t, http.StatusUnprocessableEntity, "invalid")
		}
	})
}

func TestSeriesShowWhatIsOwnedAndMissing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		var list httpapi.SeriesList
		one.get(t, "/api/v1/series").into(t, http.StatusOK, &list)
		if len(list.Items) == 0 {
			t.Fatal("no series")
		}
		for _, s := range list.Items {
			owned, missing := 0, 0
			for _, v := range s.Volumes {
				switch {
				case v.State == "owned" && v.Number != "":
					owned++
				case v.State == "missing":
					missing++
				}
			}
			if owned != s.Owned || missing != s.Missing || s.Owned+s.Missing != s.Total {
				t.Errorf("%s says %d of %d, %d missing, and lists %d and %d", s.Title, s.Owned, s.Total, s.Missing, owned, missing)
			}
		}
		var same httpapi.SeriesCard
		one.get(t, "/api/v1/series/"+list.Items[0].ID).into(t, http.StatusOK, &same)
		if same.Title != list.Items[0].Title || len(same.Volumes) != len(list.Items[0].Volumes) {
			t.Errorf("one series is %+v", same)
		}
		one.get(t, "/api/v1/series/us.NONE").wantProblem(t, http.StatusNotFound, "not_found")
	})
}

func TestABookSaysEverythingKnownOfIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		s := one.suggestions(t, "limit=1&kind=next_volume").Items[0]
		var book httpapi.Book
		one.get(t, "/api/v1/books/"+s.Product.Marketplace+"/"+s.Product.ASIN).into(t, http.StatusOK, &book)
		if book.Product.Title != s.Product.Title || book.Suggestion == nil || book.Price == nil || len(book.Owned) != 0 {
			t.Errorf("%+v", book)
		}
		if len(book.Series) == 0 || len(book.PriceHistory) == 0 || book.Limit == nil || book.Limit.Minor != 1266 {
			t.Errorf("series %v, history %v, limit %v", book.Series, book.PriceHistory, book.Limit)
		}
		if want := "https://www.audible.com/pd/" + s.Product.ASIN; book.StoreURL != want {
			t.Errorf("the store's page is %q, want %q", book.StoreURL, want)
		}
		item := one.page(t, "limit=1&marketplace=de").Items[0]
		one.get(t, "/api/v1/books/de/"+item.ASIN).into(t, http.StatusOK, &book)
		if len(book.Owned) != 1 || book.Product.Title != item.Title || book.StoreURL != "https://www.audible.de/pd/"+item.ASIN {
			t.Errorf("an owned book: %+v", book)
		}
		one.get(t, "/api/v1/books/us/B000000000").wantProblem(t, http.StatusNotFound, "not_found")
		for _, path := range []string{"/us/short", "/us/..%2F..%2Fx", "/xx/B000000000", "/us/b000000000"} {
			if got := one.get(t, "/api/v1/books"+path); got.status != http.StatusUnprocessableEntity && got.status != http.StatusNotFound && got.status != http.StatusBadRequest {
				t.Errorf("%s answered %d", path, got.status)
			}
		}
	})
}
