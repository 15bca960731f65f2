package audiblesim_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/audible/audiblesim"
)

const kim = "kim@example.com"

func TestRevokedDevicesAreDeadAtOnce(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	if err := e.sim.RevokeDevice(kim, "another"); err != nil || e.sim.LiveDevices(kim) != 1 {
		t.Errorf("revoking another serial: %v, %d live devices", err, e.sim.LiveDevices(kim))
	}
	if err := e.sim.RevokeDevice(kim, testSerial); err != nil || e.sim.LiveDevices(kim) != 0 {
		t.Errorf("revoking: %v, %d live devices", err, e.sim.LiveDevices(kim))
	}
	if status, _ := e.refreshed(t); status != 400 {
		t.Errorf("refresh = %d, want 400", status)
	}
	e.device = e.again()
	if err := e.sim.RevokeAll(kim); err != nil || e.sim.LiveDevices(kim) != 0 {
		t.Errorf("revoking all: %v, %d live devices", err, e.sim.LiveDevices(kim))
	}
}

func TestRefusedRefreshTokensLeaveTheKey(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	if err := e.sim.RefuseRefreshTokens(kim); err != nil {
		t.Fatal(err)
	}
	if status, _ := e.refreshed(t); status != 400 {
		t.Errorf("refresh = %d, want 400", status)
	}
	if status, _ := e.signed("https://api.audible.com/1.0/library", "2026-03-04T05:06:07Z"); status >= 400 {
		t.Errorf("signed call = %d, want it admitted", status)
	}
	if got := e.sim.LiveDevices(kim); got != 1 {
		t.Errorf("live devices = %d, want 1", got)
	}
}

func TestExpiredAccessTokensCanBeRefreshed(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	if err := e.sim.ExpireAccessTokens(kim); err != nil {
		t.Fatal(err)
	}
	if status, _ := e.library(http.Header{"X-Amz-Access-Token": {e.device.Tokens.Bearer.Access}}); status != 401 {
		t.Errorf("library = %d, want 401", status)
	}
	if status, _ := e.refreshed(t); status != 200 {
		t.Errorf("refresh = %d, want 200", status)
	}
}

func TestHypothesesEndRegistrations(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	for name, test := range map[string]struct {
		lifetime audiblesim.TokenLifetime
		act      func(*testing.T, enrolled)
		refresh  int
		signed   bool // whether a signed call is still admitted
	}{
		"for ever":               {audiblesim.TokenLifetime{}, wait(3650 * day), 200, true},
		"a day before its age":   {audiblesim.TokenLifetime{Age: 30 * day}, wait(29 * day), 200, true},
		"at its age":             {audiblesim.TokenLifetime{Age: 30 * day}, wait(30 * day), 400, false},
		"at its age, keys kept":  {audiblesim.TokenLifetime{Age: 30 * day, KeepKeys: true}, wait(30 * day), 400, true},
		"seventh device":         {audiblesim.TokenLifetime{MaxDevices: 7}, moreDevices(6), 200, true},
		"eighth device":          {audiblesim.TokenLifetime{MaxDevices: 7}, moreDevices(7), 400, false},
		"password change":        {audiblesim.TokenLifetime{PasswordChange: true}, changePassword(false), 400, false},
		"harmless new password":  {audiblesim.TokenLifetime{}, changePassword(false), 200, true},
		"harmful by the control": {audiblesim.TokenLifetime{}, changePassword(true), 400, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
			e.sim.SetTokenLifetime(test.lifetime)
			test.act(t, e)
			date := e.clock.at.Format(time.RFC3339)
			status, _ := e.signed("https://api.audible.com/1.0/library", date)
			if (status < 400) != test.signed {
				t.Errorf("signed call = %d, want admitted %t", status, test.signed)
			}
			if status, _ := e.refreshed(t); status != test.refresh {
				t.Errorf("refresh = %d, want %d", status, test.refresh)
			}
		})
	}
}

func wait(d time.Duration) func(*testing.T, enrolled) {
	return func(_ *testing.T, e enrolled) { e.clock.at = e.clock.at.Add(d) }
}

func moreDevices(n int) func(*testing.T, enrolled) {
	return func(t *testing.T, e enrolled) {
		t.Helper()
		for range n {
			if _, err := e.sim.CredentialFile(kim, "us"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func changePassword(kills bool) func(*testing.T, enrolled) {
	return func(t *testing.T, e enrolled) {
		t.Helper()
		if err := e.sim.ChangePassword(kim, "new horse", kills); err != nil {
			t.Fatal(err)
		}
		e.app.open()
		e.app.signIn(kim, "right horse")
		if !strings.Contains(e.app.page.Find("#auth-error-message-box").Text(), "password is incorrect") {
			t.Error("the old password still works")
		}
	}
}

func TestPromptsAreCountedPerSignIn(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	e.app.open()
	e.app.signIn(kim, "wrong")
	e.app.signIn(kim, "right horse")
	if got := e.sim.Prompts(kim); got != 2 {
		t.Errorf("prompts = %d, want 2: one per sign-in", got)
	}
	counts := e.sim.Counts()
	if counts.WrongPasswords != 1 || counts.SignInsFinished != 2 || counts.MetadataGood != 3 {
		t.Errorf("counts = %+v", counts)
	}
	if e.sim.ResetCounts(); e.sim.Counts().SignIns != 0 {
		t.Error("counts are not 0 after a reset")
	}
}

func TestOutagesFailRequestsInTheirTime(t *testing.T) {
	t.Parallel()
	e := enrol(t, audiblesim.Options{}, audiblesim.Account{})
	from := e.clock.at.Add(time.Hour)
	e.sim.AddOutage(audiblesim.Outage{From: from, To: from.Add(time.Hour), Status: 503, Host: "api.amazon.com"})
	e.sim.AddOutage(audiblesim.Outage{From: from.Add(time.Hour), To: from.Add(2 * time.Hour)})
	for _, want := range []int{200, 503, 0, 200} {
		status := 0
		form := strings.NewReplacer("|", "%7C").Replace("app_name=a&source_token_type=refresh_token&requested_token_type=access_token&source_token=" + e.device.Tokens.Bearer.Refresh)
		response, err := send(t.Context(), e.app.rt, http.MethodPost, "https://api.amazon.com/auth/token", form, nil)
		if err == nil {
			status = response.StatusCode
			response.Body.Close()
		}
		if status != want {
			t.Errorf("refresh at %s = %d, %v; want %d", e.clock.at.Format(time.TimeOnly), status, err, want)
		}
		e.clock.at = e.clock.at.Add(time.Hour)
	}
}

func TestNextAnswersReplaceTheirRequestsInOrder(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	s.AnswerNext(audiblesim.NextAnswer{Host: "api.amazon.com", Path: "/auth/", Status: 429, Header: http.Header{"Retry-After": {"7"}}, Times: 2})
	s.AnswerNext(audiblesim.NextAnswer{Path: "/auth/", Body: "second"})
	var got []string
	for _, address := range []string{
		"https://api.amazon.de/auth/token", "https://api.amazon.com/auth/token", "https://api.amazon.com/user/profile",
		"https://api.amazon.com/auth/register", "https://api.amazon.com/auth/nothing",
	} {
		response, err := send(t.Context(), s.Transport(), http.MethodGet, address, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		got = append(got, response.Status+response.Header.Get("Retry-After"))
	}
	want := "200 OK, 429 Too Many Requests7, 401 Unauthorized, 429 Too Many Requests7, 404 Not Found"
	if strings.Join(got, ", ") != want {
		t.Errorf("answers = %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestControlsOfUnknownAccountsAreErrors(t *testing.T) {
	t.Parallel()
	s := audiblesim.New(audiblesim.Options{})
	_, devices := s.Devices("x")
	_, otp := s.OTP("x")
	_, file := s.CredentialFile("x", "us")
	err := errors.Join(devices, otp, file, s.ExpireAccessTokens("x"), s.RevokeAll("x"), s.RefuseRefreshTokens("x"),
		s.ChangePassword("x", "y", false), s.SetChallenges("x"))
	if got := strings.Count(err.Error(), `no account "x"`); got != 8 {
		t.Errorf("%d errors name the account, want 8: %v", got, err)
	}
	if s.Prompts("x") != 0 || s.LiveDevices("x") != 0 {
		t.Error("an unknown account has prompts or devices")
	}
}
