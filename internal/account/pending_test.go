package account_test

import (
	"testing"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/audipy"
)

// hold begins a sign-in that asks for a one-time password, and keeps it.
func (w *world) hold(t *testing.T) {
	t.Helper()
	if err := w.sim.SetChallenges(login, audiblesim.ChallengeOTP); err != nil {
		t.Fatal(err)
	}
	signIn, err := w.accounts.StartSignIn("us", false)
	if err != nil {
		t.Fatal(err)
	}
	pending, err := w.accounts.Hold(t.Context(), w.user, "us", signIn)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Start(t.Context(), w.sim.Transport()); err != nil {
		t.Fatal(err)
	}
	if _, err := signIn.Answer(t.Context(), w.sim.Transport(), audible.Answer{Login: login, Password: password}); err != nil {
		t.Fatal(err)
	}
	if err := w.accounts.Advance(t.Context(), w.user, pending); err != nil {
		t.Fatal(err)
	}
}

func TestAnotherProcessFinishesTheSignIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.hold(t)
		other := w.service(t)
		pending, err := other.Resume(t.Context(), w.user)
		if err != nil || pending == nil || pending.SignIn.Step().Kind != audible.StepOTP {
			t.Fatalf("resumed = %+v, %v, want the question for the code", pending, err)
		}
		code, err := w.sim.OTP(login)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pending.SignIn.Answer(t.Context(), w.sim.Transport(), audible.Answer{Text: code}); err != nil {
			t.Fatal(err)
		}
		linked, err := other.LinkPending(t.Context(), w.user, pending)
		if err != nil || linked.Account.Name != "Kim Sample" {
			t.Errorf("linked = %+v, %v", linked, err)
		}
		if n := w.sim.Prompts(login); n != 1 {
			t.Errorf("the password was asked for %d times, want once", n)
		}
		if again, err := other.Resume(t.Context(), w.user); err != nil || again != nil {
			t.Errorf("the sign-in is still pending: %+v, %v", again, err)
		}
	})
}

func TestPendingSignInEndsAfterTenMinutes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.hold(t)
		w.Clock.Advance(10 * time.Minute)
		if pending, err := w.accounts.Resume(t.Context(), w.user); err != nil || pending != nil {
			t.Errorf("resumed = %+v, %v, want nothing left", pending, err)
		}
		var rows int
		if err := w.Raw.QueryRowContext(t.Context(), `SELECT count(*) FROM pending_links`).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d sealed states are left, %v", rows, err)
		}
	})
}

func TestOneAnswerWinsAndTheOtherIsTold(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.hold(t)
		first, err := w.accounts.Resume(t.Context(), w.user)
		if err != nil {
			t.Fatal(err)
		}
		second, err := w.service(t).Resume(t.Context(), w.user)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.accounts.Advance(t.Context(), w.user, first); err != nil {
			t.Fatal(err)
		}
		wantKind(t, w.accounts.Advance(t.Context(), w.user, second), audipy.Conflict)
	})
}

func TestDroppedSignInIsGone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.hold(t)
		pending, err := w.accounts.Resume(t.Context(), w.user)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := w.accounts.Drop(t.Context(), w.user, pending); err != nil {
				t.Error(err)
			}
		}
		if again, err := w.accounts.Resume(t.Context(), w.user); err != nil || again != nil {
			t.Errorf("resumed = %+v, %v after dropping it", again, err)
		}
		_, err = w.accounts.LinkPending(t.Context(), w.user, pending)
		wantKind(t, err, audipy.Invalid)
	})
}
