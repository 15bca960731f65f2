package httpapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/httpapi"
)

func (b *browser) wishes(t *testing.T) []httpapi.Wish {
	t.Helper()
	var list httpapi.WishList
	b.get(t, "/api/v1/wishlist").into(t, http.StatusOK, &list)
	return list.Items
}

func TestAWishIsAddedAtAudibleShownWithItsPriceAndRemoved(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		var accounts httpapi.AccountList
		one.get(t, "/api/v1/accounts").into(t, http.StatusOK, &accounts)
		title := one.suggestions(t, "limit=1").Items[0].Product
		path := "/api/v1/accounts/" + accounts.Items[0].ID + "/wishlist/" + title.Marketplace + "/" + title.ASIN
		find := func() *httpapi.Wish {
			for _, w := range one.wishes(t) {
				if w.Product.ASIN == title.ASIN {
					return &w
				}
			}
			return nil
		}
		if got := one.do(t, http.MethodPut, path, nil); got.status != http.StatusNoContent {
			t.Fatalf("adding answered %d %s", got.status, got.body)
		}
		w := find()
		if w == nil || w.Product.Title != title.Title || w.Owned || w.Price.Reason == "" || w.AccountID != accounts.Items[0].ID {
			t.Fatalf("the wish is shown as %+v", w)
		}
		must(t, r.sim.Sale("us", title.ASIN, 199))
		r.Clock.Advance(25 * time.Hour)
		if got := one.do(t, http.MethodPut, path, nil); got.status != http.StatusNoContent {
			t.Fatalf("adding it again answered %d %s", got.status, got.body)
		}
		if w = find(); w == nil || w.Price.Verdict != "cash" || w.Notice == "" {
			t.Errorf("after a sale the wish is %+v, want the fall said", w)
		}
		if got := one.do(t, http.MethodDelete, path, nil); got.status != http.StatusNoContent {
			t.Fatalf("removing answered %d %s", got.status, got.body)
		}
		if w := find(); w != nil {
			t.Errorf("the removed wish is there: %+v", w)
		}
	})
}

func TestNobodyChangesTheWishListOfSomebodyElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one, other := r.reads(t), r.joins(t, "lee@example.com")
		var accounts httpapi.AccountList
		one.get(t, "/api/v1/accounts").into(t, http.StatusOK, &accounts)
		for _, method := range []string{http.MethodPut, http.MethodDelete} {
			path := "/api/v1/accounts/" + accounts.Items[0].ID + "/wishlist/us/B000000001"
			other.do(t, method, path, nil).wantProblem(t, http.StatusNotFound, "not_found")
		}
		if got := other.wishes(t); len(got) != 0 {
			t.Errorf("somebody else sees %d wishes", len(got))
		}
	})
}
