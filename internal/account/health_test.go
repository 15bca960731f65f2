package account_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
)

func (w *world) condition(t *testing.T, s *account.Service, id audipy.AccountID) account.Condition {
	t.Helper()
	h, err := s.Health(t.Context(), w.user, id)
	if err != nil {
		t.Fatal(err)
	}
	return h.Condition
}

func TestHealthTellsValidFromExpired(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if got := w.condition(t, w.accounts, one.ID); got != account.Valid {
			t.Errorf("condition = %q right after linking", got)
		}
		w.Clock.Advance(61 * time.Minute)
		if got := w.condition(t, w.accounts, one.ID); got != account.Expired {
			t.Errorf("condition = %q an hour later, want expired", got)
		}
		if got := w.renew(t, one.ID); got.Result != account.Renewed || got.Until.Sub(w.Clock.Now()) != time.Hour {
			t.Errorf("renewal = %+v, want a token for an hour from now", got)
		}
		h, err := w.accounts.Health(t.Context(), w.user, one.ID)
		if err != nil || h.Condition != account.Valid || h.Renewals != 1 {
			t.Errorf("health = %+v, %v, want valid after one renewal", h, err)
		}
	})
}

func TestHealthTellsADamagedRowFromAnotherKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := os.Remove(filepath.Join(w.keys, "key")); err != nil {
			t.Fatal(err)
		}
		if got := w.condition(t, w.service(t), one.ID); got != account.KeyUnreadable {
			t.Errorf("condition with a new key = %q, want key_unreadable", got)
		}
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE user_oauth_tokens SET refresh_token = access_token`)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.condition(t, w.accounts, one.ID); got != account.Corrupt {
			t.Errorf("condition with a moved cell = %q, want corrupt", got)
		}
	})
}

func TestRefusalIsBelievedAfterAnHour(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := w.sim.RevokeAll(login); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Minute)
		state := func() audipy.AccountState {
			if got := w.renew(t, one.ID); got.Result != account.RenewRefused {
				t.Errorf("renewal = %+v, want it refused", got)
			}
			now, err := w.AccountByID(t.Context(), w.user, one.ID)
			if err != nil {
				t.Fatal(err)
			}
			return now.State
		}
		if got := state(); got != audipy.StateDegraded {
			t.Errorf("state after the first refusal = %q, want degraded", got)
		}
		w.Clock.Advance(61 * time.Minute)
		if got := state(); got != audipy.StateNeedsSignIn {
			t.Errorf("state an hour later = %q, want needs_sign_in", got)
		}
		if got := w.condition(t, w.accounts, one.ID); got != account.SignInNeeded {
			t.Errorf("condition = %q", got)
		}
		if linked, err := w.accounts.Link(t.Context(), w.user, w.signIn(t)); err != nil || linked.Account.State != audipy.StateHealthy {
			t.Errorf("signing in again gives %+v, %v, want a healthy account", linked, err)
		}
	})
}

func TestOutageIsNoRefusal(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "16.5.2")
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		now := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(72 * time.Hour), Status: 503})
		w.Clock.Advance(24 * time.Hour)
		if got := w.renew(t, one.ID); got.Result != account.RenewOutage {
			t.Errorf("renewal = %+v, want an outage", got)
		}
		after, err := w.AccountByID(t.Context(), w.user, one.ID)
		if err != nil || after.State != audipy.StateHealthy {
			t.Errorf("state after an outage = %q, %v, want healthy", after.State, err)
		}
	})
}

func TestDeadRefreshTokenFallsBackToTheKey(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if err := w.sim.RefuseRefreshTokens(login); err != nil {
			t.Fatal(err)
		}
		w.Clock.Advance(2 * time.Hour)
		if n, err := w.count(t, one.ID); err != nil || n != 30 {
			t.Errorf("count by signature = %d, %v, want 30", n, err)
		}
		if w.sim.Counts().SignedCalls == 0 {
			t.Error("no call was signed")
		}
	})
}

func TestFiftyCallersRefreshOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		client, err := w.accounts.Client(t.Context(), w.user, one.ID, "us")
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := client.Profile(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n := w.sim.Counts().Refreshes; n != 1 {
			t.Errorf("%d refreshes, want 1", n)
		}
	})
}

func TestDailyBudgetStopsInWords(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		_, err := w.Raw.ExecContext(t.Context(), `DELETE FROM call_budgets`)
		if err != nil {
			t.Fatal(err)
		}
		rate := account.DefaultRate()
		rate.Daily = 3
		rate.Burst = 3
		small := w.serviceAt(t, rate)
		client, err := small.Client(t.Context(), w.user, one.ID, "us")
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := client.Profile(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		_, err = client.Profile(t.Context())
		wantKind(t, err, audipy.Busy)
	})
}

func TestEachComplaintHalvesThePace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		err := w.sim.SetFaults(audiblesim.Fault{Kind: audiblesim.FaultRateLimit, Path: "/1.0/library", RetryAfter: "1", Times: 2})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.count(t, one.ID); err != nil {
			t.Fatal(err)
		}
		var slowdown int
		row := w.Raw.QueryRowContext(t.Context(), `SELECT slowdown FROM call_budgets`)
		if err := row.Scan(&slowdown); err != nil || slowdown != 400 {
			t.Errorf("slowdown = %d%%, %v, want 400%% after two complaints", slowdown, err)
		}
	})
}
