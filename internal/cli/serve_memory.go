package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// restAfter is how long a server has nothing much to do before it gives
	// back the memory that it doesn't need.
	restAfter = 5 * time.Second
	// restBelow is how much it then allocates at most, and restOver how much
	// it has to have allocated before for that to be worth a collection.
	restBelow, restOver = 4 << 20, 16 << 20
)

// rest tells when a server comes to rest after work.
type rest struct{ seen, given uint64 }

// begins takes how many bytes were ever allocated, every restAfter anew, and
// reports whether the memory of work before should be given back now.
func (r *rest) begins(allocated uint64) bool {
	quiet := allocated-r.seen < restBelow
	r.seen = allocated
	if !quiet || allocated-r.given < restOver {
		return false
	}
	r.given = allocated
	return true
}

// giveBackMemory gives memory back to the system whenever the server comes to
// rest, until ctx ends. By itself Go collects what a sync or a sign-in left
// behind only minutes later, and keeps most of it: 25 of a server's 60 MiB.
func giveBackMemory(ctx context.Context) {
	ticker := time.NewTicker(restAfter)
	defer ticker.Stop()
	var r rest
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		metrics.Read(sample)
		if sample[0].Value.Kind() == metrics.KindUint64 && r.begins(sample[0].Value.Uint64()) {
			debug.FreeOSMemory()
		}
	}
}
