package librarysync_test

import (
	"slices"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

const day = 24 * time.Hour

// What happens in the year, by day. It is the same under every hypothesis.
// None of the storms falls on a day on which stores are looked into, two at a
// time: so every number of the table is the same in every run.
const (
	outageBegins, outageEnds = 100, 103
	secondStoreOpens         = 120
	briefRefusal             = 150
	passwordChanges          = 200
	othersRegisterEvery      = 20
)

// hypothesis is a guess at how long Amazon lets a registration live. What is
// true is not established (protocol 6.6).
type hypothesis struct {
	name string
	life audiblesim.TokenLifetime
}

func hypotheses() []hypothesis {
	return []hypothesis{
		{"for ever", audiblesim.TokenLifetime{}},
		{"180 days", audiblesim.TokenLifetime{Age: 180 * day}},
		{"90 days", audiblesim.TokenLifetime{Age: 90 * day}},
		{"30 days", audiblesim.TokenLifetime{Age: 30 * day}},
		{"eighth device ends the oldest", audiblesim.TokenLifetime{MaxDevices: 7}},
		{"password change", audiblesim.TokenLifetime{PasswordChange: true}},
		{"90 days, but keys live on", audiblesim.TokenLifetime{Age: 90 * day, KeepKeys: true}},
	}
}

// forced returns the days on which the hypothesis leaves no way but a sign-in:
// the first, and the first day after each death of the registration on which
// Amazon can be reached. No program can do with fewer.
func (h hypothesis) forced(days int) []int {
	prompts, born := []int{0}, -signInLead
	for today := range days {
		if (today < outageBegins || today >= outageEnds) && h.isDead(born, today) {
			prompts, born = append(prompts, today), time.Duration(today)*day+believed
		}
	}
	return prompts
}

// isDead reports whether a registration made at born, counted from the start
// of the year, is dead at the sync of the day.
func (h hypothesis) isDead(born time.Duration, today int) bool {
	now := time.Duration(today) * day
	switch {
	case h.life.KeepKeys:
		return false
	case h.life.Age > 0:
		return now-born >= h.life.Age
	case h.life.MaxDevices > 0:
		newer := 0
		for on := othersRegisterEvery; on <= today; on += othersRegisterEvery {
			if time.Duration(on)*day > born {
				newer++
			}
		}
		return newer >= h.life.MaxDevices
	case h.life.PasswordChange:
		return born < passwordChanges*day && today >= passwordChanges
	}
	return false
}

// happen makes the day's events at Amazon.
func (y *year) happen(t *testing.T, today int) {
	t.Helper()
	check(t, y.sim.SetFaults(storm(today)...))
	y.sim.SetBudget(0, false)
	switch today {
	case outageBegins:
		from := y.clock.Now()
		y.sim.AddOutage(audiblesim.Outage{From: from, To: from.Add(day), Status: 503})
		y.sim.AddOutage(audiblesim.Outage{From: from.Add(day), To: from.Add((outageEnds - outageBegins) * day)})
	case secondStoreOpens:
		y.buy(t, "jp", 9)
	case briefRefusal:
		y.wire.refuseUntil(y.clock.Now().Add(30 * time.Minute))
	case passwordChanges:
		y.password = "another made-up password"
		check(t, y.sim.ChangePassword(login, y.password, false))
	case 251, 252:
		y.sim.SetBudget(3, true)
	}
	if today > 0 && today%othersRegisterEvery == 0 {
		_, err := y.sim.CredentialFile(login, "us")
		check(t, err)
	}
	y.change(t, today)
}

// storm returns the faults of the day: 429 with a time to wait, without one,
// and with nonsense in its place.
func storm(today int) []audiblesim.Fault {
	limit := audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Path: "/1.0/", Probability: 0.5}
	switch today {
	case 5, 46, 47, 130, 310:
		limit.RetryAfter = "20"
	case 48, 220, 221:
		limit.RetryAfter = "soon"
	case 30, 131, 311, 340:
	default:
		return nil
	}
	return []audiblesim.Fault{limit}
}

// change does what people do to their libraries.
func (y *year) change(t *testing.T, today int) {
	t.Helper()
	if today%9 == 4 {
		y.buy(t, "us", 2)
	}
	if today%31 == 12 {
		y.buy(t, "de", 1)
	}
	if today%23 == 7 {
		check(t, y.sim.ReturnTitle(login, "us", y.owned(t, "us", today)))
	}
	if today%45 == 11 {
		check(t, y.sim.RemoveTitle(login, "us", y.owned(t, "us", today)))
	}
	check(t, y.sim.SetProgress(login, "us", y.owned(t, "us", today), float64(today%100)))
}

func (y *year) buy(t *testing.T, marketplace string, n int) {
	t.Helper()
	_, err := y.sim.AddTitles(login, marketplace, n)
	check(t, err)
}

// owned returns one of the titles, another one each day.
func (y *year) owned(t *testing.T, marketplace string, today int) string {
	t.Helper()
	all, err := y.sim.Titles(login, marketplace)
	check(t, err)
	slices.Sort(all)
	return all[today*7%len(all)]
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
