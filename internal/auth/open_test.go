package auth_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/mail/mailtest"
	"github.com/audipy/audipy/internal/store"
)

// open runs a case on a server at which anybody may register.
func open(t *testing.T, run func(t *testing.T, w *world, server *mailtest.Server)) {
	t.Helper()
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		w.Service = w.service(t, auth.Options{Mail: server.Sender(t), PublicURL: public, Registration: auth.RegistrationOpen})
		run(t, w, server)
	})
}

// tokenIn takes the token out of a mail with a link to a page.
func tokenIn(t *testing.T, m mailtest.Mail, page string) string {
	t.Helper()
	_, rest, found := strings.Cut(m.Text, public+page)
	token, _, _ := strings.Cut(rest, "\n")
	if !found || token == "" {
		t.Fatalf("there is no link to %s in %q", page, m.Text)
	}
	return token
}

func TestAnybodyRegistersByALinkThatIsMailedToThem(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8", "6.4.1", "6.5.1")
	open(t, func(t *testing.T, w *world, server *mailtest.Server) {
		check(t, w.RequestRegistration(t.Context(), "Robin@Example.com", visitor()))
		m := server.Next(t)
		if !slices.Equal(m.To, []string{guest}) {
			t.Errorf("mail to %v", m.To)
		}
		token := tokenIn(t, m, auth.InvitePath)
		if all := must[[]auth.Invite](t)(w.Invites(t.Context())); len(all) != 0 {
			t.Errorf("administrators see who asked: %+v", all)
		}
		wantCode(t, w.Register(t.Context(), registration(token, "another@example.com"), visitor()), "token_invalid")
		check(t, w.Register(t.Context(), registration(token, guest), visitor()))
		must[auth.Grant](t)(w.signIn(t.Context(), guest, password, visitor()))
		wantCode(t, w.Register(t.Context(), registration(token, guest), visitor()), "token_invalid")
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
	})
}

// TestAskingToRegisterTellsNobodyWhoIsHere: what comes back is the same for an
// address that is taken, whose owner gets another mail, and none when disabled.
func TestAskingToRegisterTellsNobodyWhoIsHere(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	open(t, func(t *testing.T, w *world, server *mailtest.Server) {
		check(t, w.RequestRegistration(t.Context(), email, visitor()))
		if m := server.Next(t); m.Subject != "You are with AudiPy already" || strings.Contains(m.Text, auth.InvitePath) {
			t.Errorf("mail %+v", m)
		}
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE`)
		check(t, err)
		check(t, w.RequestRegistration(t.Context(), email, visitor()))
		w.Wait(t.Context())
		if server.Taken() != 0 {
			t.Error("a disabled person got a mail")
		}
		for _, bad := range []string{"kim@example.com\r\nBcc: x@example.com", "a@b.de,c@d.ef", "@b.de"} {
			wantCode(t, w.RequestRegistration(t.Context(), bad, visitor()), "email_invalid")
		}
	})
}

func TestALinkToRegisterEndsWithTheNextTheDayAndTheMode(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.5")
	open(t, func(t *testing.T, w *world, server *mailtest.Server) {
		ask := func() string {
			t.Helper()
			check(t, w.RequestRegistration(t.Context(), guest, visitor()))
			return tokenIn(t, server.Next(t), auth.InvitePath)
		}
		first, second := ask(), ask()
		wantCode(t, w.Register(t.Context(), registration(first, guest), from("198.51.100.1")), "token_invalid")
		must[auth.Invite](t)(w.OpenInvite(t.Context(), second, visitor()))
		byInvite := w.service(t, auth.Options{})
		_, err := byInvite.OpenInvite(t.Context(), second, visitor())
		wantCode(t, err, "token_invalid")
		wantCode(t, byInvite.Register(t.Context(), registration(second, guest), from("198.51.100.2")), "token_invalid")
		wantCode(t, byInvite.RequestRegistration(t.Context(), guest, visitor()), "registration_closed")
		w.Clock.Advance(24*time.Hour + time.Second)
		wantCode(t, w.Register(t.Context(), registration(second, guest), from("198.51.100.3")), "token_invalid")
		if people := must[[]audipy.User](t)(w.People(t.Context())); len(people) != 1 {
			t.Errorf("people are %+v", people)
		}
	})
}

func TestLinksToRegisterAreMailedFewTimes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	open(t, func(t *testing.T, w *world, server *mailtest.Server) {
		for i := range 8 {
			check(t, w.RequestRegistration(t.Context(), guest, from(fmt.Sprintf("198.51.100.%d", i))))
		}
		w.Wait(t.Context())
		if n := server.Taken(); n != 3 {
			t.Errorf("%d mails to one address, want 3", n)
		}
		for i := range 8 {
			check(t, w.RequestRegistration(t.Context(), fmt.Sprintf("p%d@example.com", i), visitor()))
		}
		w.Wait(t.Context())
		if n := server.Taken(); n != 3+5 {
			t.Errorf("%d mails from one network, want 5", n-3)
		}
	})
}

// TestWhoIsInvitedRegistersHoweverManyTry: those who ask for links, and those
// who try invites, take nobody's place who has a good one.
func TestWhoIsInvitedRegistersHoweverManyTry(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "2.4.1")
	open(t, func(t *testing.T, w *world, server *mailtest.Server) {
		kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		good, limits := w.invite(t, kim, ""), auth.DefaultLimits()
		limits.AskAll.Count = 2
		w.Service = w.service(t, auth.Options{
			Mail: server.Sender(t), PublicURL: public, Registration: auth.RegistrationOpen, Limits: limits,
		})
		for i := range 3 {
			v := from(fmt.Sprintf("198.51.100.%d", i))
			wantCode(t, w.Register(t.Context(), registration("wrong", guest), v), "token_invalid")
		}
		for i := range 3 {
			check(t, w.RequestRegistration(t.Context(), fmt.Sprintf("p%d@example.com", i), from(fmt.Sprintf("198.51.100.%d", i))))
		}
		w.Wait(t.Context())
		if n := server.Taken(); n != 2 {
			t.Errorf("%d mails to those who ask, want 2", n)
		}
		check(t, w.Register(t.Context(), registration(good, guest), from("203.0.113.9")))
	})
}

func TestOfManyWithOneLinkToRegisterOneDoes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "15.4.2")
	open(t, func(t *testing.T, w *world, server *mailtest.Server) {
		check(t, w.RequestRegistration(t.Context(), guest, visitor()))
		token := tokenIn(t, server.Next(t), auth.InvitePath)
		many := auth.Limit{Count: 1 << 20, Window: time.Hour}
		limits := auth.DefaultLimits()
		limits.Register = many
		w.Service = w.service(t, auth.Options{Registration: auth.RegistrationOpen, Limits: limits})
		w.Widen(racers())
		if n := race(func(int) error { return w.Register(t.Context(), registration(token, guest), visitor()) }); n != 1 {
			t.Errorf("%d registered, want one", n)
		}
	})
}

func TestAnotherAddressCountsOnceBothAreConfirmed(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.7", "6.5.1")
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		check(t, w.RequestAddress(t.Context(), kim.Actor, "New@Example.com", visitor()))
		links := map[string]string{}
		for range 2 {
			m := server.Next(t)
			links[m.To[0]] = tokenIn(t, m, auth.ConfirmPath)
		}
		if isDone := must[bool](t)(w.ConfirmAddress(t.Context(), links["new@example.com"], visitor())); isDone {
			t.Error("one of two did")
		}
		_, err := w.ConfirmAddress(t.Context(), links["new@example.com"], visitor())
		wantCode(t, err, "token_invalid")
		_, err = w.signIn(t.Context(), "new@example.com", password, visitor())
		wantKind(t, err, audipy.Unauthorized)
		check(t, w.RequestReset(t.Context(), email, visitor()))
		sentBefore := tokenIn(t, server.Next(t), auth.ResetPath) // whoever reads the mails of before has it
		n := race(func(int) error {
			_, err := w.ConfirmAddress(t.Context(), links[email], visitor())
			return err
		})
		if n != 1 {
			t.Errorf("%d confirmed with one link, want one", n)
		}
		wantCode(t, w.Reset(t.Context(), sentBefore, "a sentence of somebody else", visitor()), "token_invalid")
		must[auth.Grant](t)(w.signIn(t.Context(), "new@example.com", password, visitor()))
		_, err = w.signIn(t.Context(), email, password, visitor())
		wantKind(t, err, audipy.Unauthorized)
		for range 2 {
			if m := server.Next(t); m.Subject != "Your address for AudiPy was changed" {
				t.Errorf("mail %+v", m)
			}
		}
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), kim.Actor.UserID))
	})
}

// Whoever took somebody's session and password asks for an address of their own
// first; what the person is told to do against it must end that.
func TestAChangeOfAddressEndsWithWhatAPersonDoesAgainstIt(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.1")
	for name, act := range map[string]func(t *testing.T, w *world, kim auth.Grant){
		"another password": func(t *testing.T, w *world, kim auth.Grant) {
			t.Helper()
			_, err := w.ChangePassword(t.Context(), kim.Actor, password, "a sentence of their own", visitor())
			check(t, err)
		},
		"a password by a link": func(t *testing.T, w *world, _ auth.Grant) {
			t.Helper()
			check(t, w.Reset(t.Context(), must[string](t)(w.ResetByOperator(t.Context(), email)), "a sentence of their own", visitor()))
		},
		"the end of all sessions": func(t *testing.T, w *world, kim auth.Grant) {
			t.Helper()
			check(t, w.SignOutEverywhere(t.Context(), kim.Actor, false))
		},
		"the end of all sessions by the operator": func(t *testing.T, w *world, _ auth.Grant) {
			t.Helper()
			must[int](t)(w.EndSessionsByOperator(t.Context(), email))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
				kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
				check(t, w.RequestAddress(t.Context(), kim.Actor, "evil@example.com", visitor()))
				links := map[string]string{}
				for range 2 {
					m := server.Next(t)
					links[m.To[0]] = tokenIn(t, m, auth.ConfirmPath)
				}
				must[bool](t)(w.ConfirmAddress(t.Context(), links["evil@example.com"], visitor()))
				act(t, w, kim)
				_, err := w.ConfirmAddress(t.Context(), links[email], visitor())
				wantCode(t, err, "token_invalid")
				must[audipy.User](t)(w.UserByEmail(t.Context(), email))
			})
		})
	}
}

// The links outlive the mail server that brought them: nobody is told then.
func TestAnAddressIsConfirmedAfterTheMailServerIsGone(t *testing.T) {
	t.Parallel()
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		check(t, w.RequestAddress(t.Context(), kim.Actor, "new@example.com", visitor()))
		without, isDone := w.service(t, auth.Options{}), false
		for range 2 {
			isDone = must[bool](t)(without.ConfirmAddress(t.Context(), tokenIn(t, server.Next(t), auth.ConfirmPath), visitor()))
		}
		without.Wait(t.Context())
		if !isDone {
			t.Error("the address was not changed")
		}
	})
}

func TestAnAddressThatIsTakenOrOverIsNobodysNewOne(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		w.guests(t, kim)
		check(t, w.RequestAddress(t.Context(), kim.Actor, guest, visitor()))
		first := server.Next(t)
		if m := server.Next(t); m.Subject != "You are with AudiPy already" || !slices.Equal(m.To, []string{guest}) {
			t.Errorf("mail %+v", m)
		}
		must[bool](t)(w.ConfirmAddress(t.Context(), tokenIn(t, first, auth.ConfirmPath), visitor()))
		// Taken meanwhile: the second confirmation ends the change.
		check(t, w.RequestAddress(t.Context(), kim.Actor, "late@example.com", visitor()))
		links := []string{tokenIn(t, server.Next(t), auth.ConfirmPath), tokenIn(t, server.Next(t), auth.ConfirmPath)}
		_, err := w.CreateUser(t.Context(), "late@example.com")
		check(t, err)
		must[bool](t)(w.ConfirmAddress(t.Context(), links[0], visitor()))
		_, err = w.ConfirmAddress(t.Context(), links[1], visitor())
		wantCode(t, err, "token_invalid")
		check(t, w.RequestAddress(t.Context(), kim.Actor, "slow@example.com", visitor()))
		slow := tokenIn(t, server.Next(t), auth.ConfirmPath)
		server.Next(t)
		w.Clock.Advance(24*time.Hour + time.Second)
		for _, bad := range []string{slow, "", slow[:42], strings.Repeat("A", 43)} {
			_, err = w.ConfirmAddress(t.Context(), bad, visitor())
			wantCode(t, err, "token_invalid")
		}
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
	})
}

func TestAnAdministratorTakesFactorsAwayInADayUnlessThePersonKeepsThem(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.4")
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		robin := w.guests(t, kim)
		act := auth.Act{By: kim.Actor.UserID, On: robin.Actor.UserID}
		_, err := w.AskFactorRemoval(t.Context(), act)
		wantCode(t, err, "no_second_factor")
		w.enrol(t, robin)
		server.Next(t) // of the new factor
		_, err = w.AskFactorRemoval(t.Context(), auth.Act{By: robin.Actor.UserID, On: kim.Actor.UserID})
		wantKind(t, err, audipy.Forbidden)
		ask := func() {
			t.Helper()
			due := must[time.Time](t)(w.AskFactorRemoval(t.Context(), act))
			if !due.Equal(w.Clock.Now().Add(24 * time.Hour).Truncate(time.Microsecond)) {
				t.Errorf("due at %v", due)
			}
			if m := server.Next(t); !slices.Equal(m.To, []string{guest}) || !strings.Contains(m.Text, "in a day") {
				t.Errorf("mail %+v", m)
			}
		}
		ask()
		check(t, w.KeepFactors(t.Context(), robin.Actor.UserID))
		wantKind(t, w.KeepFactors(t.Context(), robin.Actor.UserID), audipy.NotFound)
		w.Clock.Advance(25 * time.Hour)
		w.removes(t, robin.Actor.UserID, true)
		ask()
		w.Clock.Advance(24*time.Hour - time.Second)
		w.removes(t, robin.Actor.UserID, true)
		w.Clock.Advance(time.Second)
		w.removes(t, robin.Actor.UserID, false)
		if m := server.Next(t); !strings.Contains(m.Subject, "was taken away") {
			t.Errorf("mail %+v", m)
		}
		w.wantOut(t, "after it", robin)
	})
}

// removes does the job that takes factors away, and says whether they are kept.
func (w *world) removes(t *testing.T, user audipy.UserID, kept bool) {
	t.Helper()
	must[time.Time](t)(w.FactorsJob(t.Context(), store.Job{Kind: store.JobFactors, User: user}))
	if got := must[auth.Factors](t)(w.Factors(t.Context(), user)); got.Any() != kept {
		t.Errorf("factors are %+v, kept %t", got, kept)
	}
}

func TestAdministratorsAreAskedForASecondFactorOnceAWeek(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, one := range []struct {
			url   string
			again bool
		}{{public, true}, {"http://localhost:2834", false}} {
			w.Service = w.service(t, auth.Options{PublicURL: one.url})
			if one.again {
				w.setUp(t)
			}
			kim := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
			wants := func(want bool) {
				t.Helper()
				if got := must[bool](t)(w.WantsFactor(t.Context(), kim.Actor)); got != want {
					t.Errorf("%s: asked %t, want %t", one.url, got, want)
				}
			}
			wants(true)
			check(t, w.PostponeFactor(t.Context(), kim.Actor))
			wants(false)
			w.Clock.Advance(7 * 24 * time.Hour)
			wants(one.again)
			member := kim.Actor
			member.IsAdmin = false
			if must[bool](t)(w.WantsFactor(t.Context(), member)) {
				t.Error("a member is asked")
			}
		}
	})
}

func TestAfterTwentyWrongCodesThePersonIsToldOnce(t *testing.T) {
	t.Parallel()
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		w.enrol(t, must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())))
		server.Next(t) // of the new factor
		for range 22 {
			w.Clock.Advance(20 * time.Minute)
			wantCode(t, w.answer(t, w.owe(t, visitor()), "000000", visitor()), "second_factor_invalid")
		}
		w.Wait(t.Context())
		if server.Taken() != 1 || server.Next(t).Subject != "Wrong codes for AudiPy" {
			t.Errorf("%d mails more", server.Taken())
		}
	})
}

// TestWrongCodesAreCountedByTheDay: a right code between them hides nothing from
// the person, and those of several days are not added up.
func TestWrongCodesAreCountedByTheDay(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.5")
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		k := w.enrol(t, must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor())))
		server.Next(t) // of the new factor
		wrong := func(n, mails int) {
			t.Helper()
			for range n {
				w.Clock.Advance(16 * time.Minute)
				wantCode(t, w.answer(t, w.owe(t, visitor()), "000000", visitor()), "second_factor_invalid")
			}
			w.Wait(t.Context())
			if got := server.Taken(); got != mails {
				t.Errorf("%d mails, want %d", got, mails)
			}
		}
		wrong(19, 0)
		w.Clock.Advance(24 * time.Hour)
		wrong(10, 0)
		check(t, w.answer(t, w.owe(t, visitor()), w.code(k, 0), visitor()))
		wrong(12, 1)
		w.Clock.Advance(48 * time.Hour)
		wrong(19, 1)
		wrong(1, 2)
	})
}
