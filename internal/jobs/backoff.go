package jobs

import (
	"math/rand/v2"
	"time"
)

// The pause after a first failure, and the longest one.
const (
	firstPause   = time.Minute
	longestPause = time.Hour
)

// Backoff is how long a job is put off after so many attempts without success:
// a minute, then twice as long each time, an hour at most, and a fifth more or
// less at random so that what failed together is not tried together.
func Backoff(attempts int) time.Duration {
	pause := longestPause
	if doubled := max(attempts, 1) - 1; doubled < 6 { // a minute doubled six times is over an hour
		pause = firstPause << doubled
	}
	return Jitter(pause, 0.2)
}

// Jitter is d, more or less by up to the share of it, at random.
func Jitter(d time.Duration, share float64) time.Duration {
	return d + time.Duration((2*rand.Float64()-1)*share*float64(d)) //nolint:gosec // no secret: it only spreads work
}
