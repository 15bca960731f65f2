package notify_test

import (
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/mail/mailtest"
	"github.com/audipy/audipy/internal/store"
)

// month is a month of one person whose prices, releases, losses and troubles are
// known in advance.
type month struct {
	w     *world
	p     person
	email string
	start time.Time
	// prices are today's, by title.
	prices map[string]int64
	items  []audipy.Item
	done   int // days
}

func (w *world) month(t *testing.T, email string, n audipy.NoticeSettings) *month {
	t.Helper()
	m := &month{w: w, p: w.joins(t, email), email: email, start: w.Clock.Now(), prices: map[string]int64{
		"V3": 2000, "V4": 1500, "W1": 1400, "W2": 900, "OTHER": 300,
	}}
	m.items = m.p.shelf(time.Time{})
	check(t, w.SaveNoticeSettings(t.Context(), m.p.id, n, event(audit.NoticesChanged)))
	w.wishes(t, &m.p, "W1", "W2", "V1")
	return m
}

// monthTold is what is told of a month at once, in alphabetical order. W1 falls
// twice, V3 falls, rises and falls again, and the rest happens once.
func monthTold() []string {
	return []string{
		"A new sign-in by a program",
		"Borrowed leaves Plus on 25 March 2026",
		"Kept is no longer sold",
		"No sync of the Audible account of Kim for a day",
		"Returned is gone from your library",
		"Saga Five (5 of Saga) is out",
		"Saga Three (3 of Saga) costs $5.00",
		"Saga Three (3 of Saga) costs $6.00",
		"Sign in again to the Audible account of Kim",
		"Sign in again to the Audible account of Kim",
		"Wish One costs $7.00",
		"Wish Two costs $9.00",
	}
}

// look is the daily look into the catalogue.
func (m *month) look(t *testing.T, day int) {
	t.Helper()
	fifth := priced(edition("V5", "Saga Five", "5"), 2500)
	fifth.ReleaseDate = m.start.AddDate(0, 0, 9).Format(time.DateOnly)
	if day < 9 {
		fifth.Availability = audipy.Preorder
	}
	other := loner("OTHER", "By the same author")
	other.Authors = []audipy.Contributor{{Name: "Ann Author"}}
	m.w.costs(t, m.p,
		priced(edition("V3", "Saga Three", "3"), m.prices["V3"]), priced(edition("V4", "Saga Four", "4"), m.prices["V4"]), fifth,
		priced(loner("W1", "Wish One"), m.prices["W1"]), priced(loner("W2", "Wish Two"), m.prices["W2"]),
		priced(edition("V1", "Saga One", "1"), 100), priced(other, m.prices["OTHER"]))
}

// happens does what a day brings, early in the morning.
func (m *month) happens(t *testing.T, day int) {
	t.Helper()
	state := func(s audipy.AccountState) {
		check(t, m.w.SetAccountState(t.Context(), m.p.id, m.p.account, store.StateChange{State: s}, event(audit.AccountStateChanged)))
	}
	switch day {
	case 2, 9:
		m.prices["V3"] = map[int]int64{2: 500, 9: 600}[day]
	case 4:
		m.prices["W1"] = 700
	case 5:
		m.prices["V3"] = 1300
	case 6:
		m.items = m.p.shelf(time.Date(2026, 3, 25, 12, 0, 0, 0, time.UTC))
	case 8:
		m.items = slices.DeleteFunc(m.items, func(i audipy.Item) bool { return i.ASIN == "GONE" })
	case 11:
		check(t, m.w.NoteSold(t.Context(), m.p.id, "us", map[string]bool{"OWNED": true, "V2": false}))
	case 12:
		check(t, m.w.NoteSold(t.Context(), m.p.id, "us", map[string]bool{"OWNED": false, "V2": false}))
	case 13, 20:
		state(audipy.StateNeedsSignIn)
	case 14, 21:
		state(audipy.StateHealthy)
	case 22:
		m.signsIn(t)
	}
	if day < 16 || day > 18 {
		m.w.syncs(t, &m.p, m.items)
	}
	m.look(t, day)
}

// signsIn is a sign-in from a browser that was not seen before.
func (m *month) signsIn(t *testing.T) {
	t.Helper()
	hash := "hash of " + m.email
	_, err := m.w.Raw.ExecContext(t.Context(), `UPDATE users SET password_hash = $1 WHERE id = $2`, hash, string(m.p.id))
	check(t, err)
	must[store.UserSession](t)(m.w.StartSession(t.Context(), m.p.id, hash, store.NewSession{
		TokenHash: []byte(m.email), Idle: time.Hour, Absolute: time.Hour, Limit: 5,
		Notice: &audipy.Notice{Kind: audipy.NoticeSession, Title: "A new sign-in by a program", Text: "Somebody signed in."},
	}, event(audit.SessionStarted)))
}

// goesOn does what has come due until now; syncs fail for two days and a half.
func (m *month) goesOn(t *testing.T, now time.Time) {
	t.Helper()
	since := now.Sub(m.start)
	if day := int(since.Hours() / 24); day > m.done {
		m.done = day
		m.happens(t, day)
	}
	if m.done >= 16 && m.done <= 17 && now.Minute() < 15+m.start.Minute()%15 {
		m.w.syncFails(t, &m.p)
	}
}

// TestAMonthTellsEveryoneExactlyWhatHappenedOnceAndNeverInQuietHours plays a
// month of three people through every fault of the mail server.
func TestAMonthTellsEveryoneExactlyWhatHappenedOnceAndNeverInQuietHours(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		quiet := audipy.NoticeSettings{TimeZone: "Europe/Berlin", Quiet: audipy.QuietHours{From: 21 * 60, Until: 7*60 + 30}}
		far := audipy.NoticeSettings{TimeZone: "Pacific/Auckland", Quiet: audipy.QuietHours{From: 8 * 60, Until: 20 * 60}, DigestDay: time.Friday, DigestMinute: 7 * 60}
		all := []*month{w.month(t, "kim@example.com", quiet), w.month(t, "lee@example.com", far), w.month(t, "max@example.com", quiet)}
		weekly := map[audipy.NoticeKind]audipy.NoticeMode{}
		for _, kind := range audipy.NoticeKinds() {
			weekly[kind] = audipy.NoticeWeekly
		}
		w.switches(t, all[1].p, weekly)
		w.switches(t, all[2].p, map[audipy.NoticeKind]audipy.NoticeMode{audipy.NoticePrice: audipy.NoticeOff})
		faults := []mailtest.Fault{
			mailtest.Closed, mailtest.Greylisted, mailtest.None, mailtest.Dropped, mailtest.Unsaid, mailtest.Rude, mailtest.None, mailtest.Greylisted,
		}
		for i := range 400 {
			w.server.Fail(faults[i%len(faults)])
		}
		w.goOn(t, w.Clock.Now().AddDate(0, 0, 38), func(now time.Time) {
			for _, m := range all {
				if now.Before(m.start.AddDate(0, 0, 31)) {
					m.goesOn(t, now)
				}
			}
		})
		withoutPrices := slices.DeleteFunc(monthTold(), func(line string) bool {
			return slices.Contains([]string{"Saga Three (3 of Saga) costs $5.00", "Saga Three (3 of Saga) costs $6.00", "Wish One costs $7.00", "Wish Two costs $9.00"}, line)
		})
		for i, want := range [][]string{monthTold(), monthTold(), withoutPrices} {
			if got := w.told(all[i].email); !slices.Equal(got, want) {
				t.Errorf("%s was told\n%q, want\n%q", all[i].email, got, want)
			}
		}
		mails := map[string]bool{}
		for _, one := range w.arrived {
			mails[one.Header.Get("Message-Id")] = true
			checkHours(t, one)
		}
		// A mail comes again only if it was taken without a word.
		if again := len(w.arrived) - len(mails); again == 0 || again != w.server.Unsaid() {
			t.Errorf("%d of %d mails came again, and %d were taken without a word", again, len(w.arrived), w.server.Unsaid())
		}
	})
}

// checkHours fails for a mail in the quiet hours of whose it is.
func checkHours(t *testing.T, one arrival) {
	t.Helper()
	zone, from, until := "Europe/Berlin", 21*60, 7*60+30
	if one.To[0] == "lee@example.com" {
		zone, from, until = "Pacific/Auckland", 8*60, 20*60
	}
	local := one.at.In(must[*time.Location](t)(time.LoadLocation(zone)))
	minute := local.Hour()*60 + local.Minute()
	if from < until && minute >= from && minute < until || from > until && (minute >= from || minute < until) {
		t.Errorf("%s was told at %s: %s", one.To[0], local.Format(time.DateTime), one.Subject)
	}
	if one.To[0] == "lee@example.com" && local.Weekday() != time.Friday {
		t.Errorf("a digest came at %s", local)
	}
}
