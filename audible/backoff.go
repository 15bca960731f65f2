package audible

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// How calls are repeated (protocol 10, practice of audible-rs, with jitter).
const (
	maxTries    = 6
	backoffBase = 500 * time.Millisecond
	backoffMost = 30 * time.Second
	// A call waits at most maxRetryAfter when it is asked to; the next one to
	// the token service at most longestRetryAfter.
	maxRetryAfter     = 60 * time.Second
	longestRetryAfter = time.Hour
)

// backoff is how long to wait before repeating a call that failed tries times:
// what the server asked for, else a random part of a bound that doubles.
func backoff(tries int, asked time.Duration, random float64) time.Duration {
	if asked > 0 {
		return min(asked, maxRetryAfter)
	}
	bound := min(backoffBase<<min(tries, 16), backoffMost)
	return time.Duration(random * float64(bound))
}

// parseRetryAfter reads the header in both its forms, seconds and date. What
// can't be read, lies in the past or is absurd gives 0; nothing gives more
// than 60 s.
func parseRetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil {
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, longestRetryAfter.Seconds()) * float64(time.Second))
	}
	at, err := http.ParseTime(value)
	if err != nil || !at.After(now) {
		return 0
	}
	return min(at.Sub(now), longestRetryAfter)
}

// waitFor waits in real time, or until ctx is done.
func waitFor(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// isWorthRepeating reports whether the same call may succeed in a moment. The
// token service has a pace of its own, so its outages are not repeated here.
func isWorthRepeating(err error) bool {
	outage, ok := errors.AsType[*OutageError](err)
	if !ok || outage.Endpoint == endpointToken || errors.Is(err, ErrTooLarge) {
		return false
	}
	switch outage.Status {
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return true
}
