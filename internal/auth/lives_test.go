package auth_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/auth"
)

func TestSessionsEndWhenTheyIdleOrAreTooOld(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.3.1", "7.3.2")
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		remember  bool
		step      time.Duration // between two uses
		uses      int           // that succeed, before one that doesn't
		lastUntil time.Duration // its end after sign-in
	}{
		"passing, used every hour":       {false, time.Hour, 23, day},
		"passing, unused":                {false, day, 0, day},
		"remembered, unused for 14 days": {true, 14 * day, 0, 14 * day},
		"remembered, used daily":         {true, day, 89, 90 * day},
		"remembered, used in time":       {true, 14*day - time.Minute, 6, 90 * day},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			each(t, func(t *testing.T, w *world) {
				w.setUp(t)
				g := must[auth.Grant](t)(w.SignIn(t.Context(), auth.SignIn{Email: email, Password: password, Remember: c.remember}, visitor()))
				for i := range c.uses {
					w.Clock.Advance(c.step)
					if _, err := w.Authenticate(t.Context(), g.Token, visitor()); err != nil {
						t.Fatalf("use %d after %v: %v", i+1, time.Duration(i+1)*c.step, err)
					}
				}
				w.Clock.Advance(g.Actor.SignedInAt.Add(c.lastUntil).Sub(w.Clock.Now()))
				_, err := w.Authenticate(t.Context(), g.Token, visitor())
				wantKind(t, err, audipy.Unauthorized)
			})
		})
	}
}

// TestEachEndOfASessionHoldsByItself writes to the table what the service never
// lets be: each bound must hold although another one that usually comes with
// it does not.
func TestEachEndOfASessionHoldsByItself(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.3.1", "7.3.2", "7.4.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		now := w.Clock.Now().UnixMicro()
		for _, statement := range []string{
			fmt.Sprintf(`UPDATE sessions SET idle_until = %d`, now),
			fmt.Sprintf(`UPDATE sessions SET ends_at = %d`, now),
			`UPDATE users SET security_epoch = security_epoch + 1`,
		} {
			g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
			must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, visitor()))
			_, err := w.Raw.ExecContext(t.Context(), statement)
			check(t, err)
			if _, err := w.Authenticate(t.Context(), g.Token, visitor()); audipy.KindOf(err) != audipy.Unauthorized || err == nil {
				t.Errorf("after %s: error = %v, want unauthorized", statement, err)
			}
		}
	})
}

func TestEverySessionHasATokenOfItsOwn(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.2.2", "7.2.3", "11.5.1")
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		ones := make([]int, 256) // how many tokens have each bit set
		const tokens = 64
		for range tokens {
			g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
			raw := must[[]byte](t)(base64.RawURLEncoding.DecodeString(g.Token))
			if len(raw) != 32 {
				t.Fatalf("a token has %d bytes, want 32", len(raw))
			}
			for i := range ones {
				ones[i] += int(raw[i/8] >> (i % 8) & 1)
			}
		}
		for i, n := range ones {
			if n == 0 || n == tokens {
				t.Errorf("bit %d is the same in every token", i)
			}
		}
	})
}

func TestUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		seen := func() time.Time {
			return must[[]auth.Session](t)(w.Sessions(t.Context(), g.Actor.UserID))[0].LastSeenAt
		}
		start := seen()
		for range 59 {
			w.Clock.Advance(time.Second)
			must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, visitor()))
		}
		if !seen().Equal(start) {
			t.Errorf("seen %v after %v", seen(), start)
		}
		w.Clock.Advance(time.Second)
		must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, visitor()))
		if got := seen().Sub(start); got != time.Minute {
			t.Errorf("seen %v later, want a minute", got)
		}
	})
}

func TestStepUpLastsTenMinutesAndBelongsToTheSession(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.2.4")
	each(t, func(t *testing.T, w *world) {
		if !w.setUp(t).Actor.SteppedUp(w.Clock.Now()) {
			t.Error("whoever has just set the server up has to give the password again")
		}
		g := must[auth.Grant](t)(w.SignIn(t.Context(), auth.SignIn{Email: email, Password: password}, visitor()))
		if g.Actor.SteppedUp(w.Clock.Now()) {
			t.Error("a new session is stepped up")
		}
		_, err := w.StepUp(t.Context(), g.Actor, "not the password", auth.Second{}, visitor())
		wantCode(t, err, "invalid_credentials")
		up := must[auth.Grant](t)(w.StepUp(t.Context(), g.Actor, password, auth.Second{}, visitor()))
		if up.Token == g.Token || up.Actor.SessionID != g.Actor.SessionID {
			t.Errorf("stepping up gave %+v after %+v", up.Actor, g.Actor)
		}
		_, err = w.Authenticate(t.Context(), g.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		w.Clock.Advance(10*time.Minute - time.Second)
		if a := must[auth.Actor](t)(w.Authenticate(t.Context(), up.Token, visitor())); !a.SteppedUp(w.Clock.Now()) {
			t.Error("step-up ended early")
		}
		w.Clock.Advance(time.Second)
		if a := must[auth.Actor](t)(w.Authenticate(t.Context(), up.Token, visitor())); a.SteppedUp(w.Clock.Now()) {
			t.Error("step-up lasts longer than ten minutes")
		}
	})
}

func TestTokensThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.2.1", "7.2.3")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		for _, token := range []string{
			"", strings.Repeat("A", 42), strings.Repeat("A", 43), strings.Repeat("A", 44), g.Token[:42], g.Token + "A",
			strings.ToLower(g.Token), g.Token[:42] + "=", "%" + g.Token[1:], "'" + g.Token[1:],
		} {
			if token == g.Token {
				continue
			}
			_, err := w.Authenticate(t.Context(), token, visitor())
			wantKind(t, err, audipy.Unauthorized)
		}
		for _, query := range []string{`SELECT token_hash FROM sessions`, `SELECT hash FROM one_time_codes`} {
			var kept []byte
			check(t, w.Raw.QueryRowContext(t.Context(), query).Scan(&kept))
			if len(kept) != 32 || strings.Contains(g.Token, string(kept)) {
				t.Errorf("%s gives %x", query, kept)
			}
		}
	})
}

func TestADisabledPersonIsOutAtOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE`)
		check(t, err)
		_, err = w.Authenticate(t.Context(), g.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		_, err = w.signIn(t.Context(), email, password, visitor())
		wantCode(t, err, "invalid_credentials")
		_, err = w.StepUp(t.Context(), g.Actor, password, auth.Second{}, visitor())
		wantCode(t, err, "invalid_credentials")
	})
}

func TestADeletedPersonIsOutAtOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.2")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		check(t, w.DeleteUser(t.Context(), g.Actor.UserID))
		_, err := w.Authenticate(t.Context(), g.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		_, err = w.signIn(t.Context(), email, password, visitor())
		wantCode(t, err, "invalid_credentials")
	})
}

func TestNobodyEndsAnothersSession(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "8.2.2")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		other := must[audipy.User](t)(w.CreateUser(t.Context(), "robin@example.com"))
		wantKind(t, w.EndSession(t.Context(), auth.Actor{UserID: other.ID}, g.Actor.SessionID), audipy.NotFound)
		check(t, w.SignOutEverywhere(t.Context(), auth.Actor{UserID: other.ID}, false))
		must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, visitor()))
	})
}

func TestTheOperatorEndsSessions(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "7.4.5")
	each(t, func(t *testing.T, w *world) {
		g := w.setUp(t)
		if n := must[int](t)(w.EndSessionsByOperator(t.Context(), strings.ToUpper(email))); n != 1 {
			t.Errorf("%d sessions were ended", n)
		}
		_, err := w.Authenticate(t.Context(), g.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		_, err = w.EndSessionsByOperator(t.Context(), "nobody@example.com")
		wantKind(t, err, audipy.NotFound)
	})
}

func TestTheDocumentSaysWhatHolds(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.1.1", "7.1.1", "7.1.2", "2.1.3")
	page := string(must[[]byte](t)(os.ReadFile("../../docs/people.md")))
	l, lives := auth.DefaultLimits(), auth.DefaultLives()
	minutes := func(d time.Duration) int { return int(d / time.Minute) }
	hours := func(d time.Duration) int { return int(d / time.Hour) }
	for _, want := range []string{
		fmt.Sprintf("| %d at once, then a wait from 1 second doubling to %.0f; %d in %d minutes |",
			l.Password.Free, l.Password.MaxDelay.Seconds(), l.Password.Count, minutes(l.Password.Window)),
		fmt.Sprintf("| wrong passwords from one network | %d in %d minutes |", l.Network.Count, minutes(l.Network.Window)),
		fmt.Sprintf("| %d in %d minutes, then nothing for %d minutes |", l.People.Count, minutes(l.People.Window), minutes(l.People.Block)),
		fmt.Sprintf("| wrong passwords in a row | %d, then", l.Failures),
		fmt.Sprintf("for one address | %d in %d minutes |", l.Reset.Count, minutes(l.Reset.Window)),
		fmt.Sprintf("for a new password from one network | %d in %d minutes |", l.ResetNetwork.Count, minutes(l.ResetNetwork.Window)),
		fmt.Sprintf("| attempts at set-up from one network | %d in %d minutes |", l.SetUp.Count, minutes(l.SetUp.Window)),
		fmt.Sprintf("| registrations from one network, requests for a link among them | %d in %d minutes |", l.Register.Count, minutes(l.Register.Window)),
		fmt.Sprintf("| requests for a link to register, from everywhere | %d in %d minutes |", l.AskAll.Count, minutes(l.AskAll.Window)),
		fmt.Sprintf("| looks at an invite from one network | %d in %d minutes |", l.Invite.Count, minutes(l.Invite.Window)),
		fmt.Sprintf("| an invite | %d hours |", hours(lives.Invite)),
		fmt.Sprintf("| a session, unused or used | %d hours |", hours(lives.Absolute)),
		fmt.Sprintf("unused | %d days |", hours(lives.RememberedIdle)/24),
		fmt.Sprintf("used | %d days |", hours(lives.Remembered)/24),
		fmt.Sprintf("| after the password was given again, for dangerous things | %d minutes |", minutes(lives.StepUp)),
		fmt.Sprintf("| codes after one right password | %d, then", l.Tries),
		fmt.Sprintf("| wrong codes of one person | %d in %d minutes |", l.Code.Count, minutes(l.Code.Window)),
		fmt.Sprintf("| codes from one network | %d in %d minutes |", l.CodeNetwork.Count, minutes(l.CodeNetwork.Window)),
		fmt.Sprintf("| wrong recovery codes of one person | %d in %d minutes |", l.Recovery.Count, minutes(l.Recovery.Window)),
		fmt.Sprintf("| recovery codes from one network | %d in %d minutes |", l.RecoveryNetwork.Count, minutes(l.RecoveryNetwork.Window)),
		fmt.Sprintf("| answers of the passkeys of one person | %d in %d minutes |", l.Passkey.Count, minutes(l.Passkey.Window)),
		fmt.Sprintf("| answers of passkeys from one network | %d in %d minutes |", l.PasskeyNetwork.Count, minutes(l.PasskeyNetwork.Window)),
		fmt.Sprintf("| ways to a provider of one person who is signed in | %d in %d minutes |", l.Provider.Count, minutes(l.Provider.Window)),
		fmt.Sprintf("and answers in vain, from one network | %d in %d minutes |", l.ProviderNetwork.Count, minutes(l.ProviderNetwork.Window)),
		fmt.Sprintf("and what is then decided | %d minutes |", minutes(lives.Provider)),
		fmt.Sprintf("| wrong codes of devices in one session | %d in %d minutes |", l.DeviceCode.Count, minutes(l.DeviceCode.Window)),
		fmt.Sprintf("| wrong codes of devices from one network | %d in %d minutes |", l.DeviceNetwork.Count, minutes(l.DeviceNetwork.Window)),
		fmt.Sprintf("| devices that ask to be let in from one network | %d in %d minutes |", l.DeviceAsk.Count, minutes(l.DeviceAsk.Window)),
		fmt.Sprintf("| a device that waits to be let in | %d minutes |", minutes(lives.Device)),
		fmt.Sprintf("| an access token of a program | %d minutes |", minutes(lives.Access)),
		fmt.Sprintf("| a program on a device, unused | %d days |", hours(lives.ProgramIdle)/24),
		fmt.Sprintf("| a program on a device, used | %d days |", hours(lives.Program)/24),
		fmt.Sprintf("| answering with a passkey | %d minutes |", minutes(lives.Challenge)),
		fmt.Sprintf("| wrong codes in a row | %d, then", l.Failures),
		fmt.Sprintf("| the second factor, after the password | %d minutes |", minutes(lives.Pending)),
		fmt.Sprintf("| setting an authenticator app up | %d minutes |", minutes(lives.Enrolment)),
		fmt.Sprintf("| a set-up code | %d hours |", hours(lives.SetUpCode)),
		fmt.Sprintf("| a link for a new password | %d minutes |", minutes(lives.Reset)),
		fmt.Sprintf("At least %d characters, at most %d bytes", auth.PasswordMin, auth.PasswordMax),
		"A person has 20 sessions at most",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("docs/people.md does not say %q", want)
		}
	}
	if lives.Idle != lives.Absolute {
		t.Error("a session that is not remembered has one end")
	}
}
