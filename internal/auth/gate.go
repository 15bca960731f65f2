package auth

import (
	"context"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/audipy/audipy/internal/audipy"
)

const (
	// maxQueue is how many wait for a hash at once, and maxWaiting for how
	// long; beyond either the answer is that the server is busy.
	maxQueue   = 32
	maxWaiting = 2 * time.Second
	// breath is how long a place stays empty after a hash. On one processor
	// the lanes of hashes that follow each other at once keep everybody else
	// waiting; in between whoever only reads has their turn.
	breath = 10 * time.Millisecond
)

// gate bounds how many password hashes are computed at once: each takes tens
// of megabytes.
type gate struct {
	places  chan struct{}
	waiting atomic.Int64
}

func newGate(places int) *gate { return &gate{places: make(chan struct{}, places)} }

// hashesAtOnce is how many hashes of a cost are computed at once: one per
// processor, within a quarter of the memory, in bytes, if that is known.
func hashesAtOnce(c Cost, memory int64) int {
	n := runtime.GOMAXPROCS(0)
	if memory > 0 {
		n = min(n, int(memory/4/(2*int64(c.Memory)<<10)))
	}
	return min(max(n, 1), 16)
}

// enter takes a place and returns the function that gives it back, a breath
// later.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { time.AfterFunc(breath, func() { <-g.places }) }
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

// Hashing returns how many passwords are being hashed, and how many people wait
// for that.
func (s *Service) Hashing() (running, waiting int) {
	return len(s.gate.places), int(s.gate.waiting.Load())
}

func busy() error {
	return audipy.Fail(audipy.Busy, "Too many people are signing in at once.", nil).
		WithHint("Try again in a moment.").WithRetryAfter(maxWaiting)
}
