package auth_test

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/store/storetest"
)

func TestFewHashesRunAtOnceAndWhoWaitsTooLongIsToldSo(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.2.2")
	synctest.Test(t, func(t *testing.T) {
		gate := auth.NewGate(2)
		var running, most, done, busy atomic.Int64
		for range 2 + auth.MaxQueue + 10 {
			go func() {
				leave, err := gate.Enter(t.Context())
				if err != nil {
					if audipy.KindOf(err) != audipy.Busy {
						t.Errorf("error = %v, want busy", err)
					}
					busy.Add(1)
					return
				}
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(150 * time.Millisecond) //nolint:forbidigo // the bubble's clock, which waits for nobody
				running.Add(-1)
				done.Add(1)
				leave()
			}()
		}
		synctest.Wait()
		if busy.Load() != 10 || gate.Waiting() != auth.MaxQueue {
			t.Errorf("%d were refused at once and %d wait, want 10 and %d", busy.Load(), gate.Waiting(), auth.MaxQueue)
		}
		time.Sleep(time.Minute) //nolint:forbidigo // the bubble's clock
		synctest.Wait()
		// Two at a time, 150 ms each and a breath after it: within two seconds come
		// 12 pairs after the first, and the other eight have waited too long.
		if most.Load() != 2 || done.Load() != 26 || busy.Load() != 18 {
			t.Errorf("at most %d ran at once, %d were done, %d refused", most.Load(), done.Load(), busy.Load())
		}
	})
}

func TestWhoGoesAwayStopsWaiting(t *testing.T) {
	t.Parallel()
	gate := auth.NewGate(1)
	leave := must[func()](t)(gate.Enter(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gate.Enter(ctx); err != context.Canceled { //nolint:errorlint // it is the cause itself
		t.Errorf("error = %v, want that of the context", err)
	}
	leave()
	must[func()](t)(gate.Enter(t.Context()))()
}

func TestHowManyHashesRunAtOnceFollowsTheMemory(t *testing.T) {
	t.Parallel()
	processors := min(runtime.GOMAXPROCS(0), 16)
	for _, c := range []struct {
		cost   auth.Cost
		memory int64
		want   int
	}{
		{auth.StandardCost(), 0, processors},
		{auth.StandardCost(), 256 << 20, 1},
		{auth.StandardCost(), 1 << 30, min(2, processors)},
		{auth.LowMemoryCost(), 1, 1},
		{auth.LowMemoryCost(), 1 << 50, processors},
	} {
		if got := auth.HashesAtOnce(c.cost, c.memory); got != c.want {
			t.Errorf("%v in %d bytes: %d at once, want %d", c.cost, c.memory, got, c.want)
		}
	}
}

func TestBusyCountsAsNoFailure(t *testing.T) {
	t.Parallel()
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	w.Service = w.service(t, auth.Options{})
	w.setUp(t)
	free := w.Fill()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 30 {
		if _, err := w.signIn(ctx, email, password, visitor()); err == nil {
			t.Fatal("somebody got in while there was no room")
		}
	}
	free()
	must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
}

// TestAnUnknownAddressCostsAHash does not run beside others: it counts what the
// process allocates, which for a hash is its memory.
func TestAnUnknownAddressCostsAHash(t *testing.T) { //nolint:paralleltest // it counts what the process allocates
	asvs.Covers(t, "6.3.8")
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	const memory = 32 << 10 // in KiB
	w.Service = w.service(t, auth.Options{Cost: auth.Cost{Time: 1, Memory: memory, Lanes: 1}})
	w.setUp(t)
	for _, try := range []string{email, "nobody@example.com", "not an address"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := w.signIn(t.Context(), try, "some other password", visitor())
		runtime.ReadMemStats(&after)
		wantCode(t, err, "invalid_credentials")
		if used := (after.TotalAlloc - before.TotalAlloc) >> 10; used < memory {
			t.Errorf("refusing %s took %d KiB, want the %d of a hash", try, used, memory)
		}
	}
}

func TestAWeakerHashIsReplacedAtTheNextSignInAndAStrongerOneIsKept(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "11.4.2")
	w := &world{DB: storetest.Open(t), keys: t.TempDir()}
	w.Service = w.service(t, auth.Options{})
	w.setUp(t)
	costs := func(memory uint32) string {
		w.Service = w.service(t, auth.Options{Cost: auth.Cost{Time: 1, Memory: memory, Lanes: 1}})
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		return strings.Split(must[store.Password](t)(w.PasswordByEmail(t.Context(), email)).Hash, "$")[3]
	}
	if got := costs(128); got != "m=128,t=1,p=1" {
		t.Errorf("a weak hash costs %s after a sign-in", got)
	}
	if got := costs(64); got != "m=128,t=1,p=1" {
		t.Errorf("a strong hash costs %s after a sign-in", got)
	}
}
