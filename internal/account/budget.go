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
// Calls for tokens don't count here, but in the budget of the instance.
func DefaultRate() store.Rate { return store.Rate{PerSecond: 2, Burst: 20, Daily: 5000} }

// DefaultInstanceRate is what all accounts of an instance together may ask, calls
// for tokens included: ten calls a second on average, twenty at once after a
// rest. The days of its accounts bound its own.
func DefaultInstanceRate() store.Rate { return store.Rate{PerSecond: 10, Burst: 20, Daily: 1_000_000} }

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
		taken, err := s.store.TakeBudget(ctx, user, store.BudgetRequest{
			Account: id, Cost: 1, Rate: s.rate, Instance: s.instanceRate,
		})
		if err != nil || taken.OK {
			return err
		}
		if err := s.waitForRoom(ctx, taken); err != nil {
			return err
		}
	}
}

// instanceBudget waits until the instance may make a call that no account
// counts.
func (s *Service) instanceBudget(ctx context.Context) error {
	for {
		taken, err := s.store.TakeInstanceBudget(ctx, s.instanceRate, 1)
		if err != nil || taken.OK {
			return err
		}
		if err := s.waitForRoom(ctx, taken); err != nil {
			return err
		}
	}
}

func (s *Service) waitForRoom(ctx context.Context, taken store.Taken) error {
	if taken.Exhausted || taken.Wait > longestWait {
		return audipy.Fail(audipy.Busy, fmt.Sprintf(
			"this account has used up its calls to Audible: the next ones are free in %s", taken.Wait.Round(time.Second)), nil).
			WithHint("nothing is lost; the limit keeps Audible from locking the account")
	}
	return s.wait(ctx, taken.Wait)
}

// Budget is how a budget of calls stands.
type Budget struct {
	// LeftToday of Daily calls may still be made on this day (UTC).
	LeftToday, Daily int
	// Slowdown is how many times slower than usual the pace is, because
	// Audible complained; 1 when it has not.
	Slowdown int
}

// Budget returns how the budget of an account stands.
func (s *Service) Budget(ctx context.Context, user audipy.UserID, id audipy.AccountID) (Budget, error) {
	b, err := s.store.AccountBudget(ctx, user, id)
	return standing(b, s.rate), err
}

// InstanceBudget returns how the budget of all accounts together stands.
func (s *Service) InstanceBudget(ctx context.Context) (Budget, error) {
	b, err := s.store.InstanceBudget(ctx)
	return standing(b, s.instanceRate), err
}

func standing(b store.Budget, r store.Rate) Budget {
	return Budget{LeftToday: max(r.Daily-b.UsedToday, 0), Daily: r.Daily, Slowdown: max(b.Slowdown, 1)}
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
