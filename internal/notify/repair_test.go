package notify_test

import (
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

// Nobody is told of a link that AudiPy repairs by itself, and everybody why it
// could not.
func TestADeadLinkIsToldOnceAudiPyCanNotRepairIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		w := newWorld(t, db)
		p := w.joins(t, "kim@example.com")
		check(t, w.StorePassword(t.Context(), p.id, p.account, func(int64) ([]byte, []byte, error) {
			return []byte("u"), []byte("p"), nil
		}, event(audit.SignInStored)))
		look := func() []audipy.Notice {
			told := must[[]audipy.Notice](t)(w.notify.Look(t.Context(), p.id))
			return slices.DeleteFunc(told, func(n audipy.Notice) bool { return n.Kind != audipy.NoticeSignIn })
		}
		check(t, w.SetAccountState(t.Context(), p.id, p.account, store.StateChange{State: audipy.StateNeedsSignIn}, event(audit.AccountStateChanged)))
		if told := look(); len(told) != 0 {
			t.Errorf("before the first try is told: %+v", told)
		}
		limits := store.RepairLimits{Pauses: []time.Duration{time.Hour, time.Hour}, Spell: 30 * 24 * time.Hour}
		r := must[store.Repair](t)(w.BeginRepair(t.Context(), p.id, p.account, limits, event(audit.SignInUsed)))
		if told := look(); len(told) != 0 {
			t.Errorf("while it is tried is told: %+v", told)
		}
		check(t, w.StopRepair(t.Context(), p.id, store.RepairStop{Account: p.account, Try: r.Try, Reason: audipy.StopCaptcha}, event(audit.RepairStopped)))
		told := look()
		if len(told) != 1 || told[0].Text != "Amazon no longer accepts the link of the Audible account of Kim. "+
			"AudiPy could not sign in by itself: Amazon shows a captcha, which only you can solve. "+
			"Your library stays, and is kept up to date again once you have signed in." {
			t.Errorf("after it stopped is told: %+v", told)
		}
		if told := look(); len(told) != 0 {
			t.Errorf("a second look tells again: %+v", told)
		}
	})
}
