package librarysync_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/librarysync"
	"github.com/audipy/audipy/internal/store"
)

// full is a request for the whole listing.
func (w *world) full() librarysync.Request {
	r := w.request()
	r.Full = true
	return r
}

// TestTheOrderOfAListIsNoChange: Audible orders the people and plans of a
// title as it likes from answer to answer.
func TestTheOrderOfAListIsNoChange(t *testing.T) {
	t.Parallel()
	each(t, us(60), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		w.Clock.Advance(time.Minute)
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultReorder, Path: "/1.0/library"})
		runs := w.sync(t, w.full())
		if last := runs[len(runs)-1]; last.Updated != 0 || len(last.Changes) != 0 {
			t.Errorf("%d titles count as changed by %+v, want none", last.Updated, last.Changes)
		}
	})
}

// TestANamelessAnswerForgetsNothing: the first answer after a pause can lack
// names, which is no news about the titles.
func TestANamelessAnswerForgetsNothing(t *testing.T) {
	t.Parallel()
	each(t, us(20), func(t *testing.T, w *world) {
		w.sync(t, w.request())
		w.Clock.Advance(time.Minute)
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultBlankNames, Path: "/1.0/library", After: 2, Times: 2})
		w.sync(t, w.full())
		w.wantEqual(t, "us")
		for item, err := range w.AllItems(t.Context(), w.user, store.ItemFilter{Marketplace: "us"}) {
			if err != nil {
				t.Fatal(err)
			}
			if item.Title == "" || len(item.Authors) == 0 {
				t.Errorf("title %s is called %q and by %d people after a nameless answer", item.ASIN, item.Title, len(item.Authors))
			}
		}
	})
}
