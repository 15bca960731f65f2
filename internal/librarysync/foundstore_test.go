package librarysync_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
)

// A store that a look finds titles in must not count as looked into before it
// is synced: whoever dies in between would leave it alone for a week.
func TestStoreThatCouldNotBeSyncedIsFoundAgain(t *testing.T) {
	t.Parallel()
	each(t, map[string]int{"us": 3, "de": 40}, func(t *testing.T, w *world) {
		// The look passes, and what comes after it breaks off.
		w.faults(t, audiblesim.Fault{Kind: audiblesim.FaultReset, Host: "api.audible.de", After: 1})
		_, err := w.syncs.Sync(t.Context(), w.request())
		if audipy.KindOf(err) != audipy.Unavailable {
			t.Fatalf("error = %v, want Unavailable", err)
		}
		w.faults(t)
		w.Clock.Advance(time.Minute)
		w.sync(t, w.request())
		w.wantEqual(t, "us")
		w.wantEqual(t, "de")
	})
}
