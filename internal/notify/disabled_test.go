package notify_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
)

// TestWhoIsDisabledOrGoneGetsNoMail: what waits for them when that happens is
// not sent, nor what a test of a channel would.
func TestWhoIsDisabledOrGoneGetsNoMail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, email := range []string{"disabled@example.com", "gone@example.com"} {
			p := w.joins(t, email)
			w.costs(t, p, priced(edition("V3", "Saga Three", "3"), 500))
			_, err := w.notify.WatchJob(t.Context(), store.Job{Kind: store.JobNotices, Key: string(p.id), User: p.id})
			check(t, err)
			waiting := must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 1))[0].Deliveries[0]
			if email == "gone@example.com" {
				check(t, w.Leave(t.Context(), store.Leaving{User: p.id, Depart: func(audipy.AccountID, store.SealedCredentials) *store.NewDeparture { return nil }},
					event(audit.UserLeft)))
			} else {
				check(t, w.SetActive(t.Context(), store.Act{On: p.id}, false, event(audit.PersonDisabled)))
			}
			_, _ = w.notify.DeliverJob(t.Context(), store.Job{Kind: store.JobDeliver, Key: waiting.ID, User: p.id})
			if err := w.notify.Test(t.Context(), p.id, audipy.EmailChannel); err == nil {
				t.Errorf("%s: a test was sent", email)
			}
			w.goOn(t, w.Clock.Now().Add(2*time.Hour), nil)
		}
		if w.server.Taken() != 0 || len(w.arrived) != 0 {
			t.Errorf("mails went to %+v", w.arrived)
		}
	})
}
