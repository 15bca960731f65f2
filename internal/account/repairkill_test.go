package account_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/store"
	"github.com/audipy/audipy/internal/vault"
)

// deadly ends whoever makes the n-th request, before Amazon gets it or after its
// answer.
type deadly struct {
	http.RoundTripper
	left  int
	after bool
}

func (d *deadly) RoundTrip(r *http.Request) (*http.Response, error) {
	d.left--
	if d.left == 0 && !d.after {
		runtime.Goexit()
	}
	answer, err := d.RoundTripper.RoundTrip(r)
	if d.left == 0 {
		if err == nil {
			_ = answer.Body.Close()
		}
		runtime.Goexit()
	}
	return answer, err
}

// A process that dies at any request of a repair, before it or after the answer,
// has used up one try and leaves no device alive but the one that is linked.
func TestARepairKilledAtAnyRequestCostsOneTryAndLeavesNoDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for n := 1; ; n++ {
			died := false
			for _, after := range []bool{false, true} {
				died = w.killedAt(t, n, after) || died
			}
			if !died {
				if n < 5 {
					t.Errorf("a repair of %d requests", n-1)
				}
				return
			}
		}
	})
}

func (w *world) killedAt(t *testing.T, n int, after bool) bool {
	t.Helper()
	name := fmt.Sprintf("kill-%d-%t@example.com", n, after)
	id := w.reader(t, name, audiblesim.Account{TOTPSeed: seedOfKim})
	s := w.storing(t)
	mustDo(t, s.StorePassword(t.Context(), w.user, id, name, password))
	mustDo(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim))
	mustDo(t, w.sim.SetChallenges(name, audiblesim.ChallengeOTP))
	w.Clock.Advance(2 * 24 * time.Hour)
	mustDo(t, w.sim.RevokeAll(name))
	mustDo(t, w.SetAccountState(t.Context(), w.user, id, store.StateChange{State: audipy.StateNeedsSignIn},
		audit.Event{Action: audit.AccountStateChanged, Outcome: audit.Succeeded, Account: id}))
	before := w.passwords()
	ended := make(chan bool, 1)
	go func() {
		lived := false
		defer func() { ended <- lived }()
		_, _ = w.storingOver(t, &deadly{w.sim.Transport(), n, after}).Repair(context.WithoutCancel(t.Context()), w.user, id)
		lived = true
	}()
	died := !<-ended
	w.repair(t, s, id)
	found, err := w.AccountByID(t.Context(), w.user, id)
	mustDo(t, err)
	if kept := w.stored(t, id); found.State != audipy.StateHealthy || kept.Stopped != "" || kept.Tries > 2 {
		t.Errorf("killed at request %d (after %t): %q, %+v", n, after, found.State, kept)
	}
	if sent := w.passwords() - before; sent > 2 {
		t.Errorf("killed at request %d (after %t): the password went to Amazon %d times", n, after, sent)
	}
	w.Clock.Advance(2 * time.Hour) // what was left of the first try is thrown away
	if _, err := w.DeleteExpiredLinks(t.Context()); err != nil {
		t.Error(err)
	}
	if live := w.liveSerials(t, name); live != 1 {
		t.Errorf("killed at request %d (after %t): %d devices are alive", n, after, live)
	}
	return died
}

// liveSerials counts the devices of an account that are alive, a serial once: who
// dies after Amazon has registered one and before that is noted has the same
// registered again.
func (w *world) liveSerials(t *testing.T, name string) int {
	t.Helper()
	all, err := w.sim.Devices(name)
	mustDo(t, err)
	live := map[string]bool{}
	for _, d := range all {
		if d.RefreshToken || d.Key {
			live[d.Serial] = true
		}
	}
	return len(live)
}

// storingOver is storing with a transport of its own.
func (w *world) storingOver(t *testing.T, rt http.RoundTripper) *account.Service {
	key, err := vault.OpenKey(vault.KeyOptions{ConfigDir: w.keys, NoKeyring: true})
	if err != nil {
		t.Error(err)
	}
	return account.New(account.Options{
		Store: w.Store, Key: key, Transport: rt, Now: w.Clock.Now, Wait: w.wait,
		Rate: store.Rate{PerSecond: 1000, Burst: 1000, Daily: 100_000}, StoresSignIns: true,
	})
}

// Somebody who can write the database can't have one stored cell pass for
// another: a repair with a cell that was moved sends nothing.
func TestNoStoredCellOpensInAnotherPlace(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		s, id := w.keeping(t, seedOfKim)
		other := w.reader(t, "other@example.com", audiblesim.Account{})
		w.Clock.Advance(time.Second)
		mustDo(t, s.StorePassword(t.Context(), w.user, other, "other@example.com", password))
		mustDo(t, s.StoreSeed(t.Context(), w.user, other, seedOfKim))
		w.dies(t, id)
		before := w.passwords()
		for _, move := range []string{
			`encrypted_username = encrypted_password`, `encrypted_password = encrypted_username`, `encrypted_password = encrypted_seed`,
			`encrypted_seed = encrypted_password`,
			`encrypted_password = (SELECT b.encrypted_password FROM user_audible_accounts b WHERE b.id = $2)`,
			`encrypted_seed = (SELECT b.encrypted_seed FROM user_audible_accounts b WHERE b.id = $2)`,
		} {
			mustDo(t, s.StorePassword(t.Context(), w.user, id, login, password)) // the tries begin anew
			mustDo(t, s.StoreSeed(t.Context(), w.user, id, seedOfKim))
			args := []any{string(id)}
			if len(move) > 60 {
				args = append(args, string(other))
			}
			if _, err := w.Raw.ExecContext(t.Context(), `UPDATE user_audible_accounts SET `+move+` WHERE id = $1`, args...); err != nil {
				t.Fatal(err)
			}
			w.Clock.Advance(25 * time.Hour)
			if _, err := s.Repair(t.Context(), w.user, id); audipy.KindOf(err) != audipy.Invalid || err == nil {
				t.Errorf("after %s: %v, want that it can't be read", move, err)
			}
		}
		if w.passwords() != before {
			t.Error("something went to Amazon")
		}
	})
}
