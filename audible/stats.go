package audible

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// ListeningStats are how long the account listened, in one store.
type ListeningStats struct {
	// Total is over all time.
	Total time.Duration
	// Daily, Monthly and Yearly are what was asked for, in Audible's order.
	Daily   []ListeningInterval
	Monthly []ListeningInterval
	Yearly  []ListeningInterval
}

// ListeningInterval is how long the account listened in one interval.
type ListeningInterval struct {
	// Interval is "YYYY-MM-DD", "YYYY-MM" or "YYYY".
	Interval string
	Listened time.Duration
}

// StatsQuery says which intervals ListeningStats returns besides the total:
// so many, beginning with the one of the date. Zero numbers leave a kind out.
type StatsQuery struct {
	// Days are at most 30, Months at most 12, Years at most 5.
	Days, Months, Years int
	// From is the start of each kind.
	From time.Time
}

// ListeningStats returns how long the account listened (protocol 9.8).
func (c *Client) ListeningStats(ctx context.Context, q StatsQuery) (ListeningStats, error) {
	store, err := c.marketplace(ctx)
	if err != nil {
		return ListeningStats{}, err
	}
	v := url.Values{"store": {"Audible"}, "locale": {store.Locale}, "response_groups": {"total_listening_stats"}}
	for _, kind := range []struct {
		name, layout string
		n, most      int
	}{{"daily", "2006-01-02", q.Days, 30}, {"monthly", "2006-01", q.Months, 12}, {"yearly", "2006", q.Years, 5}} {
		if kind.n > 0 {
			v.Set(kind.name+"_listening_interval_duration", strconv.Itoa(min(kind.n, kind.most)))
			v.Set(kind.name+"_listening_interval_start_date", q.From.UTC().Format(kind.layout))
		}
	}
	var stats ListeningStats
	err = c.get(ctx, "stats/aggregates", "stats/aggregates", v, func(r *reply) error {
		stats = ListeningStats{}
		return readObject(r, func(s *jsonScanner, key []byte) {
			switch string(key) {
			case "aggregated_daily_listening_stats":
				stats.Daily = readIntervals(s)
			case "aggregated_monthly_listening_stats":
				stats.Monthly = readIntervals(s)
			case "aggregated_yearly_listening_stats":
				stats.Yearly = readIntervals(s)
			case "aggregated_total_listening_stats":
				stats.Total = readInterval(s).Listened
			default:
				s.skip()
			}
		})
	})
	if err != nil {
		return ListeningStats{}, err
	}
	return stats, nil
}

func readIntervals(s *jsonScanner) []ListeningInterval {
	var list []ListeningInterval
	s.array(func() { list = append(list, readInterval(s)) })
	return list
}

// readInterval reads milliseconds that come as a number, in scientific form or
// as text.
func readInterval(s *jsonScanner) ListeningInterval {
	var one ListeningInterval
	s.object(func(key []byte) {
		switch string(key) {
		case "interval_identifier":
			one.Interval = s.text()
		case "aggregated_sum":
			const longest = int64(1<<63-1) / int64(time.Millisecond)
			one.Listened = time.Duration(min(max(s.integer(), 0), longest)) * time.Millisecond
		default:
			s.skip()
		}
	})
	return one
}

// FinishedMark says when a title was marked as finished or not.
type FinishedMark struct {
	ASIN     string
	Finished bool
	At       time.Time
}

// Finished returns the marks that were set since the given time, the newest of
// each title only. The zero time means all.
func (c *Client) Finished(ctx context.Context, since time.Time) ([]FinishedMark, error) {
	if since.IsZero() {
		since = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	v := url.Values{"start_date": {since.UTC().Format(time.RFC3339)}}
	var list []FinishedMark
	err := c.get(ctx, "stats/status/finished", "stats/status/finished", v, func(r *reply) error {
		list = nil
		return readObject(r, func(s *jsonScanner, key []byte) {
			if string(key) != "mark_as_finished_status_list" {
				s.skip()
				return
			}
			s.array(func() { list = append(list, readFinished(s)) })
		})
	})
	if err != nil {
		return nil, err
	}
	return newestMarks(list), nil
}

func readFinished(s *jsonScanner) FinishedMark {
	var one FinishedMark
	s.object(func(key []byte) {
		switch string(key) {
		case "asin":
			one.ASIN = s.text()
		case "is_marked_as_finished":
			one.Finished = s.flag().IsTrue()
		case "event_timestamp":
			one.At = s.when()
		default:
			s.skip()
		}
	})
	return one
}

// newestMarks keeps the newest mark of each title, in the order in which the
// titles first came.
func newestMarks(list []FinishedMark) []FinishedMark {
	place := make(map[string]int, len(list))
	kept := list[:0]
	for _, mark := range list {
		i, known := place[mark.ASIN]
		switch {
		case mark.ASIN == "":
		case !known:
			place[mark.ASIN] = len(kept)
			kept = append(kept, mark)
		case !mark.At.Before(kept[i].At):
			kept[i] = mark
		}
	}
	return kept
}
