package notify

import (
	"time"
	_ "time/tzdata" // an image of AudiPy alone has no time zones of its own

	"github.com/audipy/audipy/internal/audipy"
)

const (
	minutesOfDay = 24 * 60
	// dailyLimit is how many deliveries a channel gets in a day at once; what
	// is above it comes a day later, all together.
	dailyLimit = 24
)

// zone is the person's time zone, and UTC for one that nobody knows any more.
func zone(n audipy.NoticeSettings) *time.Location {
	location, err := time.LoadLocation(n.TimeZone)
	if err != nil {
		return time.UTC
	}
	return location
}

// isQuiet reports whether nobody is to be told anything at a time.
func isQuiet(n audipy.NoticeSettings, t time.Time) bool {
	local := t.In(zone(n))
	minute := local.Hour()*60 + local.Minute()
	if n.Quiet.From <= n.Quiet.Until {
		return n.Quiet.From <= minute && minute < n.Quiet.Until
	}
	return minute >= n.Quiet.From || minute < n.Quiet.Until
}

// afterQuiet is the time itself, or the end of the quiet hours that it is in.
// The minutes are counted one by one: a clock that is moved skips some of them
// and has others twice.
func afterQuiet(n audipy.NoticeSettings, t time.Time) time.Time {
	for range 2 * minutesOfDay {
		if !isQuiet(n, t) {
			break
		}
		t = t.Truncate(time.Minute).Add(time.Minute)
	}
	return t
}

// nextDigest is when the digest after a time is told.
func nextDigest(n audipy.NoticeSettings, t time.Time) time.Time {
	local := t.In(zone(n))
	for day := range 9 {
		at := time.Date(local.Year(), local.Month(), local.Day()+day, 0, n.DigestMinute, 0, 0, local.Location())
		if at.Weekday() == n.DigestDay && at.After(t) {
			return afterQuiet(n, at).UTC()
		}
	}
	return afterQuiet(n, t.AddDate(0, 0, 7)).UTC()
}
