package audiblesim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxPositions is how many ASINs one call for last positions takes
// (protocol 9.8).
const maxPositions = 25

// listPositions answers GET /1.0/annotations/lastpositions (protocol 9.8), with
// one entry per ASIN asked, in that order:
//
//	{"asin_last_position_heard_annots":[
//	  {"asin":"…","last_position_heard":
//	    {"last_updated":"2026-09-30 12:33:04.122","position_ms":372000,"status":"Exists"}},
//	  {"asin":"…","last_position_heard":{"status":"DoesNotExist"}}]}
func (a *apiCall) listPositions() error {
	asins := strings.Split(a.query.Get("asins"), ",")
	if len(asins) > maxPositions {
		a.query.bad.add("["+strings.Join(asins, ", ")+"]", "asins",
			"Member must have length less than or equal to "+strconv.Itoa(maxPositions))
		return a.query.bad.err()
	}
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	body := []byte(`{"asin_last_position_heard_annots":[`)
	for i, asin := range asins {
		if i > 0 {
			body = append(body, ',')
		}
		body = appendText(append(body, `{"asin":`...), strings.TrimSpace(asin))
		body = append(a.appendPosition(append(body, `,"last_position_heard":`...), strings.TrimSpace(asin)), '}')
	}
	sendJSON(a.rw, http.StatusOK, append(body, "]}"...))
	return nil
}

// appendPosition writes when with a blank and without a zone, as the service
// does; it means UTC.
func (a *apiCall) appendPosition(dst []byte, asin string) []byte {
	var e *entry
	if t, ok := a.c.lookup(asin); ok {
		e = a.shelf.find(t.index)
	}
	if e == nil || e.heardMS == 0 {
		return append(dst, `{"status":"DoesNotExist"}`...)
	}
	dst = append(dst, `{"last_updated":"`...)
	dst = time.UnixMilli(e.heardAt).UTC().AppendFormat(dst, "2006-01-02 15:04:05.000")
	return append(appendInt(append(dst, `","position_ms":`...), int64(e.heardMS)), `,"status":"Exists"}`...)
}

// listFinished answers GET /1.0/stats/status/finished (protocol 9.8):
//
//	{"mark_as_finished_status_list":[
//	  {"asin":"…","event_timestamp":"…","is_marked_as_finished":true}]}
//
// An ASIN may come several times, and then the newest event counts. Titles that
// were returned keep their history.
func (a *apiCall) listFinished() error {
	since := a.finishedSince()
	if err := a.query.bad.err(); err != nil {
		return err
	}
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	body := []byte(`{"mark_as_finished_status_list":[`)
	for i := range a.shelf.entries {
		e := &a.shelf.entries[i]
		if e.finished == 0 || e.finished < since {
			continue
		}
		asin := a.c.titles[e.title].asin
		if e.title%11 == 0 {
			// Finished, taken back, finished again: the newest wins.
			body = appendFinished(body, asin, false, e.finished-3_600_000)
		}
		body = appendFinished(body, asin, true, e.finished)
	}
	sendJSON(a.rw, http.StatusOK, append(body, "]}"...))
	return nil
}

// appendFinished writes one event of a title's history.
func appendFinished(dst []byte, asin string, finished bool, at int64) []byte {
	if dst[len(dst)-1] != '[' {
		dst = append(dst, ',')
	}
	dst = appendText(append(dst, `{"asin":`...), asin)
	dst = appendMillis(append(dst, `,"event_timestamp":`...), at)
	return append(appendBool(append(dst, `,"is_marked_as_finished":`...), finished), '}')
}

// finishedSince reads start_date, RFC 3339 or with a zone without colon.
func (a *apiCall) finishedSince() int64 {
	text := a.query.Get("start_date")
	if at, err := time.Parse("2006-01-02T15:04:05-0700", text); err == nil {
		return at.UnixMilli()
	}
	if at := a.query.instant("start_date", "startDate"); !at.IsZero() {
		return at.UnixMilli()
	}
	return 0
}

// interval is one kind of listening statistics.
type interval struct {
	name, key, form string
	longest         int
	step            func(time.Time, int) time.Time
}

// intervals are the three that were seen, with the most that each can ask for
// (protocol 9.8).
func intervals() []interval {
	return []interval{
		{"daily", "aggregated_daily_listening_stats", time.DateOnly, 30, func(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) }},
		{"monthly", "aggregated_monthly_listening_stats", "2006-01", 12, func(t time.Time, n int) time.Time { return t.AddDate(0, n, 0) }},
		{"yearly", "aggregated_yearly_listening_stats", "2006", 5, func(t time.Time, n int) time.Time { return t.AddDate(n, 0, 0) }},
	}
}

// showAggregates answers GET /1.0/stats/aggregates (protocol 9.8): milliseconds
// listened per day, month or year, and in all, of this store alone.
//
//	{"aggregated_daily_listening_stats":[
//	   {"interval_identifier":"2026-04-01","aggregated_sum":3660000}],
//	 "aggregated_total_listening_stats":{"aggregated_sum":1.1166E+08},
//	 "response_groups":[…]}
//
// A kind of interval is left out unless both its duration and its start are
// given.
func (a *apiCall) showAggregates() error {
	groups, err := a.groups([]string{"total_listening_stats", "always-returned"})
	if err != nil {
		return err
	}
	a.w.mu.RLock()
	defer a.w.mu.RUnlock()
	heard := a.listened()
	body := []byte{'{'}
	for _, kind := range intervals() {
		prefix := kind.name + "_listening_interval_"
		n := a.query.integer(prefix+"duration", kind.name+"ListeningIntervalDuration", 0, 0, kind.longest)
		start, err := time.Parse(kind.form, a.query.Get(prefix+"start_date"))
		if n == 0 || err != nil {
			continue
		}
		body = append(append(append(body, '"'), kind.key...), `":[`...)
		for i := range n {
			from, to := kind.step(start, i), kind.step(start, i+1)
			if i > 0 {
				body = append(body, ',')
			}
			body = appendText(append(body, `{"interval_identifier":`...), from.Format(kind.form))
			body = append(appendInt(append(body, `,"aggregated_sum":`...), heard.between(from, to)), '}')
		}
		body = append(body, `],`...)
	}
	if err := a.query.bad.err(); err != nil {
		return err
	}
	// The sum comes as a number, in scientific form or as a text.
	total := strconv.FormatFloat(float64(heard.between(time.Time{}, a.now.AddDate(1, 0, 0))), 'E', -1, 64)
	body = append(body, `"aggregated_total_listening_stats":{"aggregated_sum":`+total+`}`...)
	body = append(appendList(append(body, `,"response_groups":`...), groups.echo()...), '}')
	sendJSON(a.rw, http.StatusOK, body)
	return nil
}

// session is when something was heard and how many milliseconds of it.
type session struct{ at, length int64 }

// sessions are everything an account listened to, oldest first.
type sessions []session

// listened lists what the account heard, by time; the world's lock is held.
func (a *apiCall) listened() sessions {
	var out sessions
	for i := range a.shelf.entries {
		if e := &a.shelf.entries[i]; e.heardMS > 0 {
			out = append(out, session{e.heardAt, int64(e.heardMS)})
		}
	}
	slices.SortFunc(out, func(x, y session) int { return int(min(max(x.at-y.at, -1), 1)) })
	return out
}

// between sums up what was heard from one instant until before another.
func (s sessions) between(from, to time.Time) int64 {
	var sum int64
	for _, one := range s {
		if at := time.UnixMilli(one.at); !at.Before(from) && at.Before(to) {
			sum += one.length
		}
	}
	return sum
}
