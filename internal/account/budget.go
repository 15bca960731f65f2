package account

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/store"
)

// DefaultRate is what one linked account may ask of Audible: two calls a second on
// average, twenty at once after a rest, five thousand a day. No limit of
// Audible's is known (protocol 10); a library of 10,000 titles takes 11 calls.
// Calls for tokens don't count.
func DefaultRate() store.Rate { return store.Rate{PerSecond: 2, Burst: 20, Daily: 5000} }

const (
	// recovery is how long an account that Audible complained about keeps
	// each halving of its pace.
	recovery = 10 * time.Minute
	// longestWait bounds how long one call waits for its turn.
	longestWait = 2 * time.Minute
)

// budget waits until the account may make one more call. The error is Busy
// when the day's calls are used up.
func (s *Service) budget(ctx context.Context, user audipy.UserID, id audipy.AccountID) error {
	for {
		taken, err := s.store.TakeBudget(ctx, user, store.BudgetRequest{Account: id, Cost: 1, Rate: s.rate})
		if err != nil {
			return err
		}
		if taken.OK {
			return nil
		}
		if taken.Exhausted || taken.Wait > longestWait {
			return audipy.Fail(audipy.Busy, fmt.Sprintf(
				"this account has used up its calls to Audible: the next ones are free in %s", taken.Wait.Round(time.Second)), nil).
				WithHint("nothing is lost; the limit keeps Audible from locking the account")
		}
		if err := s.wait(ctx, taken.Wait); err != nil {
			return err
		}
	}
}

// observe halves the pace for each time Audible says that it was too fast, and
// lets it recover after a rest. Failing to note either only costs pace.
func (s *Service) observe(ctx context.Context, user audipy.UserID, id audipy.AccountID, call audible.CallInfo) {
	ctx = context.WithoutCancel(ctx)
	s.logCall(ctx, id, call)
	for range call.Throttled {
		_ = s.store.HalveBudget(ctx, user, id)
	}
	if call.Throttled > 0 {
		return
	}
	_, _ = s.store.RecoverBudget(ctx, user, id, recovery)
}

// logCall logs a call: those that failed or had to be repeated as warnings,
// the others for debugging only. Nothing of it names a person or a title.
func (s *Service) logCall(ctx context.Context, id audipy.AccountID, call audible.CallInfo) {
	level := slog.LevelDebug
	if call.Status < 200 || call.Status >= 300 || call.Retries > 0 {
		level = slog.LevelWarn
	}
	s.log.LogAttrs(ctx, level, "call to Audible",
		slog.String("account", string(id)), slog.String("endpoint", call.Endpoint), slog.Int("status", call.Status),
		slog.Int64("ms", call.Duration.Milliseconds()), slog.Int("retries", call.Retries), slog.Int("throttled", call.Throttled))
}
