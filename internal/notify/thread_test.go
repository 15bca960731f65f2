package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail/mailtest"
	"github.com/audipy/audipy/internal/store"
)

const kim = "kim@example.com"

const cheapThree = "Saga Three (3 of Saga) costs $5.00"

func TestAPriceBelowTheLimitIsToldOnceThroughEveryFaultOfTheMailServer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		w.server.Fail(mailtest.Closed, mailtest.Greylisted, mailtest.Dropped, mailtest.Unsaid, mailtest.Rude)
		w.costs(t, p, priced(edition("V3", "Saga Three", "3"), 500), priced(edition("V4", "Saga Four", "4"), 2000))
		w.goOn(t, w.Clock.Now().Add(12*time.Hour), func(time.Time) { check(t, w.RequestNotices(t.Context(), p.id)) })
		if got := w.told(kim); !slices.Equal(got, []string{cheapThree}) {
			t.Errorf("told %q", got)
		}
		// The one that was taken without saying so came again, as the same mail.
		if len(w.arrived) != 2 || w.arrived[0].Header.Get("Message-Id") != w.arrived[1].Header.Get("Message-Id") {
			t.Errorf("%d mails arrived: %+v", len(w.arrived), w.arrived)
		}
		tracked := must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 10))
		if len(tracked) != 1 || len(tracked[0].Deliveries) != 1 {
			t.Fatalf("tracked %+v", tracked)
		}
		if d := tracked[0].Deliveries[0]; d.State != store.DeliverySent || d.Attempts != 5 || d.Error != "" {
			t.Errorf("delivery %+v", d)
		}
		if text := w.arrived[0].Text; !strings.Contains(text, "https://audipy.example.com/next") || !strings.Contains(text, "https://audipy.example.com/notices") {
			t.Errorf("the mail says %q", text)
		}
	})
}

func TestAMailServerThatRefusesOrIsAwayForDaysIsGivenUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		w.server.Fail(mailtest.Refused)
		w.costs(t, p, priced(edition("V3", "Saga Three", "3"), 500))
		w.goOn(t, w.Clock.Now().Add(6*time.Hour), nil)
		refused := must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 1))[0].Deliveries[0]
		if refused.State != store.DeliveryFailed || refused.Attempts != 1 || refused.Error != "the SMTP server refuses the mail" {
			t.Errorf("delivery %+v", refused)
		}
		w.costs(t, p, priced(edition("V4", "Saga Four", "4"), 400))
		began := w.Clock.Now()
		for range 200 {
			w.server.Fail(mailtest.Closed)
		}
		w.goOn(t, began.Add(4*24*time.Hour), nil)
		away := must[[]store.TrackedNotice](t)(w.Notices(t.Context(), p.id, 1))[0].Deliveries[0]
		if away.State != store.DeliveryFailed || away.Attempts < 50 || away.EndedAt.Sub(began) < 72*time.Hour-time.Second || away.EndedAt.Sub(began) > 74*time.Hour {
			t.Errorf("delivery %+v after %s", away, away.EndedAt.Sub(began))
		}
		if len(w.arrived) != 0 {
			t.Errorf("arrived: %+v", w.arrived)
		}
	})
}

func TestNothingIsToldInQuietHoursAndEverythingAfterThemAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		berlin := must[*time.Location](t)(time.LoadLocation("Europe/Berlin"))
		p := w.joins(t, kim)
		check(t, w.SaveNoticeSettings(t.Context(), p.id, audipy.NoticeSettings{
			TimeZone: "Europe/Berlin", Quiet: audipy.QuietHours{From: 22 * 60, Until: 7*60 + 30},
		}, event(audit.NoticesChanged)))
		start := w.Clock.Now().In(berlin)
		evening := time.Date(start.Year(), start.Month(), start.Day()+1, 22, 30, 0, 0, berlin)
		w.goOn(t, evening, nil)
		w.costs(t, p, priced(edition("V3", "Saga Three", "3"), 500))
		w.goOn(t, evening.Add(2*time.Hour), nil)
		w.costs(t, p, priced(edition("V4", "Saga Four", "4"), 400))
		w.goOn(t, evening.Add(24*time.Hour), nil)
		if len(w.arrived) != 1 {
			t.Fatalf("%d mails arrived", len(w.arrived))
		}
		if at := w.arrived[0].at.In(berlin); at.Before(evening.Add(9*time.Hour)) || at.After(evening.Add(9*time.Hour+15*time.Minute)) {
			t.Errorf("it came at %s", at)
		}
		if got := w.told(kim); len(got) != 2 {
			t.Errorf("told %q", got)
		}
	})
}

func TestSwitchesDecideWhetherAndWhenAKindIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		step := func(mode audipy.NoticeMode, asin string, wait time.Duration) []string {
			w.arrived = nil
			w.switches(t, p, map[audipy.NoticeKind]audipy.NoticeMode{audipy.NoticePrice: mode})
			w.costs(t, p, priced(edition(asin, "Saga "+asin, asin[1:]), 500))
			w.goOn(t, w.Clock.Now().Add(wait), nil)
			return w.told(kim)
		}
		if got := step(audipy.NoticeOff, "V3", 8*24*time.Hour); len(got) != 0 {
			t.Errorf("switched off, and told %q", got)
		}
		if got := step(audipy.NoticeAtOnce, "V4", 2*time.Hour); len(got) != 1 {
			t.Errorf("at once, and told %q", got)
		}
		if got := step(audipy.NoticeWeekly, "V5", time.Hour); len(got) != 0 {
			t.Errorf("weekly, and told %q within an hour", got)
		}
		if got := step(audipy.NoticeWeekly, "V6", 8*24*time.Hour); len(got) != 2 || len(w.arrived) != 1 ||
			w.arrived[0].at.Weekday() != time.Sunday || w.arrived[0].Subject != "Your AudiPy digest: 2 notices" {
			t.Errorf("weekly, and told %q by %+v", got, w.arrived)
		}
		prefs := audipy.DefaultPreferences()
		prefs.NotificationsEnabled = false
		check(t, w.SavePreferences(t.Context(), p.id, prefs, event(audit.PreferencesChanged)))
		w.costs(t, p, priced(edition("V3", "Saga V3", "3"), 2500))
		w.goOn(t, w.Clock.Now().Add(time.Hour), nil)
		if got := step(audipy.NoticeAtOnce, "V3", 2*time.Hour); len(got) != 0 {
			t.Errorf("no notices at all, and told %q", got)
		}
		prefs.NotificationsEnabled = true
		check(t, w.SavePreferences(t.Context(), p.id, prefs, event(audit.PreferencesChanged)))
		w.costs(t, p)
		w.goOn(t, w.Clock.Now().Add(time.Hour), nil)
		if got := w.told(kim); len(got) != 0 {
			t.Errorf("what began before is told now: %q", got)
		}
	})
}

func TestNobodyIsFloodedWithMessages(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		i := 0
		w.goOn(t, w.Clock.Now().Add(23*time.Hour), func(time.Time) {
			price := int64(2500)
			if i++; i%2 == 0 {
				price = 500
			}
			w.costs(t, p, priced(edition("V3", "Saga Three", "3"), price))
		})
		if len(w.arrived) != 24 {
			t.Errorf("%d mails in a day", len(w.arrived))
		}
		w.goOn(t, w.Clock.Now().Add(24*time.Hour), nil)
		if len(w.arrived) != 25 {
			t.Errorf("%d mails in two days", len(w.arrived))
		}
	})
}
