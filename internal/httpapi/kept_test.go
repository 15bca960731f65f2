package httpapi_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/httpapi"
	"github.com/audipy/audipy/internal/store"
)

// counts asks for everything that is counted over a library.
func (b *browser) counts(t *testing.T) (total, german, facets, timeline int) {
	t.Helper()
	var f httpapi.Facets
	b.get(t, "/api/v1/library/facets").into(t, http.StatusOK, &f)
	var line httpapi.Timeline
	b.get(t, "/api/v1/library/timeline").into(t, http.StatusOK, &line)
	if n := len(line.Months); n > 0 {
		timeline = line.Months[n-1].Total
	}
	return b.page(t, "limit=1").Total, b.page(t, "limit=1&marketplace=de&sort=author").Total, f.Total, timeline
}

func TestWhatIsCountedIsCountedAnewAfterAChangeByWhomever(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		for range 2 {
			if a, b, c, d := one.counts(t); a != 33 || b != 3 || c != 33 || d != 33 {
				t.Fatalf("counted %d, %d, %d, %d, want 33, 3, 33 and 33", a, b, c, d)
			}
		}
		// As another process would: past this server, in the database alone.
		_, err := r.UnlinkAccount(t.Context(), one.user, store.Unlinking{Account: one.account},
			audit.Event{Action: audit.AccountUnlinked, Outcome: audit.Succeeded})
		must(t, err)
		if a, b, c, d := one.counts(t); a != 0 || b != 0 || c != 0 || d != 0 {
			t.Errorf("counted %d, %d, %d, %d of an empty library", a, b, c, d)
		}
		one.account = r.link(t, one.user)
		r.sync(t, one.user, one.account)
		if a, b, c, d := one.counts(t); a != 33 || b != 3 || c != 33 || d != 33 {
			t.Errorf("counted %d, %d, %d, %d after a new sync", a, b, c, d)
		}
	})
}

func TestNobodySeesWhatWasCountedForSomebodyElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one, other := r.reads(t), r.joins(t, "other@example.com")
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if a, b, c, d := one.counts(t); a != 33 || b != 3 || c != 33 || d != 33 {
					t.Errorf("counted %d, %d, %d, %d, want 33, 3, 33 and 33", a, b, c, d)
				}
			})
			group.Go(func() {
				if a, b, c, d := other.counts(t); a+b+c+d != 0 {
					t.Errorf("somebody without titles has %d, %d, %d, %d", a, b, c, d)
				}
			})
		}
		group.Wait()
	})
}

func TestASearchSaysHowManyItFindsOnEveryPage(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, r *rig) {
		one := r.reads(t)
		first := one.page(t, "limit=1&search=e&sort=purchased")
		if first.Total < 3 || first.Next == "" {
			t.Fatalf("%d titles have the letter", first.Total)
		}
		second := one.page(t, "limit=100&search=e&sort=purchased&cursor="+first.Next)
		if second.Total != first.Total || len(second.Items) != first.Total-1 || second.Next != "" {
			t.Errorf("the second page has %d titles of %d, the first says %d", len(second.Items), second.Total, first.Total)
		}
		if none := one.page(t, "search=qqqqqq"); none.Total != 0 || len(none.Items) != 0 {
			t.Errorf("%d titles have what none has", none.Total)
		}
	})
}
