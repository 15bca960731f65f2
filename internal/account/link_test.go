package account_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
)

func TestLinkRegistersOneDeviceAndKeepsIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		if one.Name != "Kim Sample" || one.Marketplace != "us" || one.SharedDevice || one.SignIns != 1 {
			t.Errorf("account = %+v", one)
		}
		if n := w.sim.LiveDevices(login); n != 1 {
			t.Errorf("%d devices live at Amazon, want 1", n)
		}
		if n, err := w.count(t, one.ID); err != nil || n != 30 {
			t.Errorf("count = %d, %v, want 30", n, err)
		}
	})
}

func TestLinkingAgainReplacesTheDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.link(t)
		linked, err := w.accounts.Link(t.Context(), w.user, w.signIn(t))
		if err != nil {
			t.Fatal(err)
		}
		if !linked.Relinked || linked.Account.ID != first.ID || linked.Account.SignIns != 2 || linked.LeftBehind != "" {
			t.Errorf("linked = %+v, want the same account again", linked)
		}
		if n := w.sim.LiveDevices(login); n != 1 {
			t.Errorf("%d devices live at Amazon, want only the new one", n)
		}
	})
}

func TestLinkThatCannotBeKeptLeavesNoDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		authorization := w.signIn(t)
		if _, err := w.Raw.ExecContext(t.Context(), `DROP TABLE user_oauth_tokens`); err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.Link(t.Context(), w.user, authorization); err == nil {
			t.Fatal("the link succeeded without a place to keep it")
		}
		if n := w.sim.LiveDevices(login); n != 0 {
			t.Errorf("%d devices were left at Amazon", n)
		}
	})
}

func TestLinkSaysWhichDeviceStaysBehind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.link(t)
		authorization := w.signIn(t)
		w.sim.AnswerNext(audiblesim.NextAnswer{Path: "/auth/deregister", Times: 20, Status: http.StatusInternalServerError, Body: "{}"})
		linked, err := w.accounts.Link(t.Context(), w.user, authorization)
		if err != nil || linked.LeftBehind != "Kim's AudiPy" {
			t.Errorf("linked = %+v, %v, want the old device named", linked, err)
		}
	})
}

func TestSpentCodeIsExplained(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		authorization := w.signIn(t)
		w.Clock.Advance(10 * time.Minute)
		_, err := w.accounts.Link(t.Context(), w.user, authorization)
		wantKind(t, err, audipy.Invalid)
		if !strings.Contains(err.Error(), "about five minutes") {
			t.Errorf("error = %q, want it to say how long a code lives", err)
		}
	})
}

func TestStartSignInRefusesWhatNoStoreHas(t *testing.T) {
	t.Parallel()
	s := account.New(account.Options{})
	_, err := s.StartSignIn("xx", false)
	wantKind(t, err, audipy.Invalid)
	_, err = s.StartSignIn("fr", true)
	wantKind(t, err, audipy.Invalid)
}

func TestFileSharesItsDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		linked, err := w.accounts.LinkCredentials(t.Context(), w.user, w.fromFile(t))
		if err != nil || !linked.Account.SharedDevice {
			t.Fatalf("linked = %+v, %v, want a shared device", linked, err)
		}
		if n := w.sim.Prompts(login); n != 0 {
			t.Errorf("the person was asked %d times, want never", n)
		}
		gone, err := w.accounts.Unlink(t.Context(), w.user, linked.Account.ID, account.UnlinkOptions{})
		if err != nil || !gone.Kept || w.sim.LiveDevices(login) != 1 {
			t.Errorf("unlinked = %+v, %v, %d devices: the other program was signed out", gone, err, w.sim.LiveDevices(login))
		}
	})
}

func TestSigningInOverAFileLeavesTheOtherProgramAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if _, err := w.accounts.LinkCredentials(t.Context(), w.user, w.fromFile(t)); err != nil {
			t.Fatal(err)
		}
		linked, err := w.accounts.Link(t.Context(), w.user, w.signIn(t))
		if err != nil || !linked.Relinked || linked.Account.SharedDevice {
			t.Fatalf("linked = %+v, %v", linked, err)
		}
		if n := w.sim.LiveDevices(login); n != 2 {
			t.Errorf("%d devices, want the other program's and ours", n)
		}
	})
}

func TestFileOfAHealthyAccountIsAConflict(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.link(t)
		_, err := w.accounts.LinkCredentials(t.Context(), w.user, w.fromFile(t))
		wantKind(t, err, audipy.Conflict)
	})
}

func TestFileThatOpensNothingIsRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.fromFile(t)
		c.ADPToken, c.RefreshToken = "", ""
		_, err := w.accounts.LinkCredentials(t.Context(), w.user, c)
		wantKind(t, err, audipy.Invalid)
	})
}

func TestUnlinkEndsTheDeviceAndForgetsTheCredentials(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		gone, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{})
		if err != nil || !gone.Deregistered || w.sim.LiveDevices(login) != 0 {
			t.Errorf("unlinked = %+v, %v, %d devices", gone, err, w.sim.LiveDevices(login))
		}
		if _, err := w.Credentials(t.Context(), w.user, one.ID); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("the credentials are still there: %v", err)
		}
		if h, err := w.accounts.Health(t.Context(), w.user, one.ID); err != nil || h.Condition != account.Revoked {
			t.Errorf("health = %+v, %v, want revoked", h, err)
		}
	})
}

func TestUnlinkWithoutAmazonSaysWhatStays(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		now := w.Clock.Now()
		w.sim.AddOutage(audiblesim.Outage{From: now, To: now.Add(24 * time.Hour), Status: 503})
		gone, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{})
		if err != nil || gone.Deregistered || gone.LeftBehind != "Kim's AudiPy" {
			t.Errorf("unlinked = %+v, %v, want the device named as left behind", gone, err)
		}
		if _, err := w.Credentials(t.Context(), w.user, one.ID); audipy.KindOf(err) != audipy.NotFound {
			t.Errorf("our copy stayed: %v", err)
		}
	})
}

func TestEveryStepIsInTheTrail(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		one := w.link(t)
		w.Clock.Advance(2 * time.Hour)
		if _, err := w.accounts.RenewNow(t.Context(), w.user, one.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.Export(t.Context(), w.user, one.ID, "audible-cli"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.accounts.Unlink(t.Context(), w.user, one.ID, account.UnlinkOptions{}); err != nil {
			t.Fatal(err)
		}
		records, err := w.AuditRecords(t.Context(), w.user, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[audit.Action]bool{}
		for _, r := range records {
			seen[r.Action] = true
		}
		for _, want := range []audit.Action{
			audit.KeysetCreated, audit.LinkCreated, audit.TokenRefreshed, audit.CredentialsExported, audit.AccountUnlinked,
		} {
			if !seen[want] {
				t.Errorf("the trail has no %s", want)
			}
		}
	})
}
