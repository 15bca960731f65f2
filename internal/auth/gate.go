package auth

import (
	"context"
	"math"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// maxQueue is how many wait for a hash at once, and maxWaiting for how
	// long; beyond either the answer is that the server is busy.
	maxQueue   = 32
	maxWaiting = 2 * time.Second
)

// gate bounds how many password hashes are computed at once: each takes tens
// of megabytes.
type gate struct {
	places  chan struct{}
	waiting atomic.Int64
}

func newGate(places int) *gate { return &gate{places: make(chan struct{}, places)} }

// hashesAtOnce is how many hashes of a cost this machine computes at once: one
// per processor, within a quarter of the memory that the program may use.
func hashesAtOnce(c Cost) int {
	n := runtime.NumCPU()
	if limit := debug.SetMemoryLimit(-1); limit != math.MaxInt64 {
		n = min(n, int(limit/4/(2*int64(c.Memory)<<10)))
	}
	return min(max(n, 1), 16)
}

// enter takes a place and returns the function that gives it back.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-g.places }
	select {
	case g.places <- struct{}{}:
		return leave, nil
	default:
	}
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > maxQueue {
		return nil, busy()
	}
	timer := time.NewTimer(maxWaiting)
	defer timer.Stop()
	select {
	case g.places <- struct{}{}:
		return leave, nil
	case <-timer.C:
		return nil, busy()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func busy() error {
	return audipy.Fail(audipy.Busy, "Too many people are signing in at once.", nil).
		WithHint("Try again in a moment.").WithRetryAfter(maxWaiting)
}
