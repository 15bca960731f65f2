package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

func TestACalendarHoldsTheReleasesOfMySeries(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := w.joins(t, kim)
		now := w.Clock.Now()
		coming := priced(edition("V4", `Four; comma, slash\ and 日本語のとても長い題名がここにある、本当に長い題名です。まだ終わりません`, "4"), 2000)
		coming.Availability, coming.ReleaseDate = audipy.Preorder, now.AddDate(0, 0, 20).Format(time.DateOnly)
		recent := priced(edition("V3", "Saga Three\r\nBEGIN:VEVENT", "3"), 2000)
		recent.ReleaseDate = now.AddDate(0, 0, -10).Format(time.DateOnly)
		old := priced(edition("V5", "Saga Five", "5"), 2000)
		w.costs(t, p, coming, recent, old)
		token := must[string](t)(w.notify.MakeCalendar(t.Context(), p.id))
		text := string(must[[]byte](t)(w.notify.Calendar(t.Context(), token)))
		checkCalendar(t, text)
		unfolded := strings.ReplaceAll(text, "\r\n ", "")
		for _, want := range []string{
			`SUMMARY:Four\; comma\, slash\\ and 日本語のとても長い題名がここにある、本当に長い題名です。まだ終わりません (4 of Saga)` + "\r\n",
			"DTSTART;VALUE=DATE:" + now.AddDate(0, 0, 20).Format("20060102") + "\r\n",
			"SUMMARY:Saga Three BEGIN:VEVENT (3 of Saga)\r\n", "UID:us-V4@audipy\r\n", "DESCRIPTION:By Ann Author\r\n",
		} {
			if !strings.Contains(unfolded, want) {
				t.Errorf("%q is missing in\n%s", want, unfolded)
			}
		}
		if strings.Contains(text, "Saga Five") || strings.Count(text, "\r\nBEGIN:VEVENT\r\n") != 2 {
			t.Errorf("calendar\n%s", text)
		}
		again := must[string](t)(w.notify.MakeCalendar(t.Context(), p.id))
		for _, gone := range []string{token, "", "x", again + "A", strings.Repeat("A", 43)} {
			if _, err := w.notify.Calendar(t.Context(), gone); audipy.KindOf(err) != audipy.NotFound {
				t.Errorf("token %q: error = %v", gone, err)
			}
		}
		check(t, w.notify.EndCalendar(t.Context(), p.id))
		if _, err := w.notify.Calendar(t.Context(), again); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("a calendar that ended: error = %v", err)
		}
	})
}

// checkCalendar checks the form of RFC 5545: lines, folding, pairs and what an
// event must have.
func checkCalendar(t *testing.T, text string) {
	t.Helper()
	if !strings.HasSuffix(text, "END:VCALENDAR\r\n") || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") {
		t.Error("the lines don't end as they must")
	}
	for physical := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(physical) > 75 || physical == "" || !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") {
			t.Errorf("line %q of %d bytes", physical, len(physical))
		}
		if strings.ToValidUTF8(physical, "?") != physical {
			t.Errorf("a character is cut in %q", physical)
		}
	}
	var open []string
	has := map[string]int{}
	for logical := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n ", ""), "\r\n") {
		name, value, _ := strings.Cut(logical, ":")
		name, _, _ = strings.Cut(name, ";")
		switch name {
		case "BEGIN":
			open = append(open, value)
		case "END":
			if len(open) == 0 || open[len(open)-1] != value {
				t.Fatalf("END:%s in %v", value, open)
			}
			open = open[:len(open)-1]
		default:
			has[name]++
		}
	}
	if len(open) != 0 || has["UID"] != has["DTSTAMP"] || has["UID"] != has["DTSTART"] || has["UID"] != has["SUMMARY"] || has["PRODID"] != 1 {
		t.Errorf("open %v, has %v", open, has)
	}
}
