package audible_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/audible/audiblesim"
)

// inBubble runs a test on virtual time in late 2026.
func inBubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		toPresent(t)
		test(t)
	})
}

func TestAFreshTokenIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, 49*time.Minute)
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 0 || n.TokenCalls != 1 || n.SignedCalls != 0 {
			t.Errorf("%d refreshes, %d calls by token, %d signed; want one call by token", n.Refreshes, n.TokenCalls, n.SignedCalls)
		}
	})
}

func TestATokenIsRefreshedOnceAnHourAndOnlyWhenACallIsDue(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		for range 24 {
			advance(t, 51*time.Minute)
			r.mustList(t)
			r.mustList(t)
		}
		advance(t, 20*24*time.Hour)
		if n := r.sim.Counts(); n.Refreshes != 24 || n.TokenCalls != 48 || n.SignedCalls != 0 {
			t.Errorf("%d refreshes, %d calls by token, %d signed; want 24, 48, 0", n.Refreshes, n.TokenCalls, n.SignedCalls)
		}
		if r.store.saveCount() != 24 {
			t.Errorf("%d saves, want 24", r.store.saveCount())
		}
	})
}

func TestFiftyGoroutinesShareOneRefresh(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, 2*time.Hour)
		slow := audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/auth/token", Delay: time.Second}
		if err := r.sim.SetFaults(slow); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() {
				if _, err := r.client.Library(t.Context(), audible.LibraryQuery{PageSize: 1}); err != nil {
					t.Errorf("Library: %v", err)
				}
			})
		}
		all.Wait()
		if n := r.sim.Counts(); n.Refreshes != 1 || n.TokenCalls != 50 {
			t.Errorf("%d refreshes for %d calls, want 1 for 50", n.Refreshes, n.TokenCalls)
		}
	})
}

func TestATokenIsSavedBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		r.store.onSave = func(c audible.Credentials) error {
			if n := r.sim.Counts(); n.TokenCalls+n.SignedCalls != 0 {
				t.Error("the API was called before the token was saved")
			}
			if !c.AccessTokenExpires.After(time.Now().Add(59 * time.Minute)) {
				t.Errorf("the saved token ends at %s", c.AccessTokenExpires)
			}
			return nil
		}
		r.mustList(t)
	})
}

func TestATokenThatCannotBeSavedIsNotUsed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		full := errors.New("the disk is full")
		r.store.onSave = func(audible.Credentials) error { return full }
		_, err := r.client.Library(t.Context(), audible.LibraryQuery{})
		wantError(t, err, full)
		if n := r.sim.Counts(); n.TokenCalls+n.SignedCalls != 0 {
			t.Errorf("%d calls reached the API", n.TokenCalls+n.SignedCalls)
		}
		r.store.onSave = nil
		r.mustList(t)
	})
}

func TestALostRaceTakesTheWinnersToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		other := audible.NewClient(audible.ClientOptions{Credentials: r.store, Transport: r.sim.Transport()})
		advance(t, time.Hour)
		var lost atomic.Bool
		r.store.onSave = func(audible.Credentials) (err error) {
			if lost.CompareAndSwap(false, true) {
				_, err = other.Refresh(t.Context())
			}
			return err
		}
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 2 || n.TokenCalls != 1 || r.store.saveCount() != 1 {
			t.Errorf("%d refreshes, %d calls, %d saves; want 2, 1, 1", n.Refreshes, n.TokenCalls, r.store.saveCount())
		}
	})
}

func TestAChangeOfAnotherFieldKeepsTheNewToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		var once sync.Once
		r.store.onSave = func(audible.Credentials) error {
			once.Do(func() { r.store.change(func(c *audible.Credentials) { c.ActivationBytes = "0123abcd" }) })
			return nil
		}
		r.mustList(t)
		got, _, _ := r.store.Load(t.Context())
		if got.ActivationBytes != "0123abcd" || !got.AccessTokenExpires.After(time.Now()) {
			t.Errorf("activation bytes %q, token until %s", got.ActivationBytes, got.AccessTokenExpires)
		}
	})
}

func TestATokenOfAnotherProcessSavesTheRefresh(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		r.mustList(t)
		advance(t, 55*time.Minute)
		other := audible.NewClient(audible.ClientOptions{Credentials: r.store, Transport: r.sim.Transport()})
		if _, err := other.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 1 {
			t.Errorf("%d refreshes, want 1", n.Refreshes)
		}
	})
}

func TestAnImpatientCallerDoesNotLoseTheToken(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T) {
		r := newRig(t, rigOptions{})
		advance(t, time.Hour)
		slow := audiblesim.Fault{Kind: audiblesim.FaultSlow, Path: "/auth/token", Delay: 10 * time.Second, Times: 1}
		if err := r.sim.SetFaults(slow); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.client.Library(ctx, audible.LibraryQuery{})
		wantError(t, err, context.DeadlineExceeded)
		advance(t, 20*time.Second)
		if r.store.saveCount() != 1 {
			t.Fatalf("%d saves, want 1", r.store.saveCount())
		}
		r.mustList(t)
		if n := r.sim.Counts(); n.Refreshes != 1 {
			t.Errorf("%d refreshes, want 1", n.Refreshes)
		}
	})
}

func TestBothFormsOfATokenAnswerAreRead(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]audiblesim.Options{
		"expires in text": {ExpiresInText: true}, "actor token": {ActorTokens: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t, rigOptions{sim: o})
			got, err := r.client.Refresh(t.Context())
			if err != nil || time.Until(got.AccessTokenExpires) < 59*time.Minute {
				t.Fatalf("Refresh: %v, until %s", err, got.AccessTokenExpires)
			}
			r.mustList(t)
		})
	}
}

func TestUserNameAccountsRefreshAtAudible(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{account: audiblesim.Account{UserName: true, Marketplace: "uk"}})
	if _, err := r.client.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := r.sim.Counts().Requests["POST api.audible.co.uk /auth/token"]; n != 1 {
		t.Errorf("%d refreshes at api.audible.co.uk, want 1: %v", n, r.sim.Counts().Requests)
	}
}

func TestATokenEndedByAmazonIsRefreshedAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	r.mustList(t)
	if err := r.sim.ExpireAccessTokens(r.account.Login); err != nil {
		t.Fatal(err)
	}
	r.mustList(t)
	if n := r.sim.Counts(); n.Refreshes != 1 || n.RefusedCalls != 1 || n.TokenCalls != 2 {
		t.Errorf("%d refreshes, %d refused, %d by token; want 1, 1, 2", n.Refreshes, n.RefusedCalls, n.TokenCalls)
	}
}

func TestRefreshIsForced(t *testing.T) {
	t.Parallel()
	r := newRig(t, rigOptions{})
	before, _, _ := r.store.Load(t.Context())
	got, err := r.client.Refresh(t.Context())
	if err != nil || got.AccessToken == before.AccessToken {
		t.Errorf("Refresh: %v, the token is the old one: %t", err, got.AccessToken == before.AccessToken)
	}
	_, err = audible.NewClient(audible.ClientOptions{Transport: http.DefaultTransport}).Refresh(t.Context())
	wantError(t, err, audible.ErrNoCredentials)
}
