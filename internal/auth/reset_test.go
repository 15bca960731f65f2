package auth_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/audipy/audipy/internal/asvs"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/audit"
	"github.com/audipy/audipy/internal/auth"
	"github.com/audipy/audipy/internal/mail/mailtest"
)

const public = "https://bookshelf.example.org"

// mailed runs a case in a world whose mails go to a server of the test.
func mailed(t *testing.T, run func(t *testing.T, w *world, server *mailtest.Server)) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		server := mailtest.Start(t)
		w.Service = w.service(t, auth.Options{Mail: server.Sender(t), PublicURL: public})
		w.setUp(t)
		run(t, w, server)
	})
}

// link takes the token out of a mail.
func link(t *testing.T, m mailtest.Mail) string {
	t.Helper()
	_, rest, found := strings.Cut(m.Text, public+"/reset-password#")
	token, _, _ := strings.Cut(rest, "\n")
	if !found || len(token) != 43 {
		t.Fatalf("there is no link in %q", m.Text)
	}
	return token
}

func TestALinkByMailSetsANewPasswordOnce(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.3", "6.5.1", "14.2.1")
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		g := must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
		check(t, w.RequestReset(t.Context(), "KIM@example.com", visitor()))
		m := server.Next(t)
		if !slices.Equal(m.To, []string{email}) || m.Header.Get("Auto-Submitted") != "auto-generated" || m.Header.Get("Message-Id") == "" {
			t.Errorf("mail %+v", m)
		}
		token := link(t, m)
		must[auth.Actor](t)(w.Authenticate(t.Context(), g.Token, visitor())) // asking changes nothing
		check(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()))
		_, err := w.Authenticate(t.Context(), g.Token, visitor())
		wantKind(t, err, audipy.Unauthorized)
		if told := server.Next(t); !slices.Equal(told.To, []string{email}) || !strings.Contains(told.Text, "providers that let you in were unlinked") {
			t.Errorf("mail %+v", told)
		}
		wantCode(t, w.Reset(t.Context(), token, "nine calm herons wade", visitor()), "token_invalid")
		must[auth.Grant](t)(w.signIn(t.Context(), email, "eight calm herons wade", visitor()))
		_, err = w.signIn(t.Context(), email, password, visitor())
		wantKind(t, err, audipy.Unauthorized)
	})
}

func TestATokenThatIsNotGoodSetsNothing(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.5.5", "6.6.2")
	each(t, func(t *testing.T, w *world) {
		setUp := must[string](t)(w.NewSetUpCode(t.Context()))
		w.setUp(t)
		older := must[string](t)(w.ResetByOperator(t.Context(), email))
		token := must[string](t)(w.ResetByOperator(t.Context(), email))
		for _, bad := range []string{
			"", token[:42], token + "A", strings.ToUpper(token), older, setUp, strings.Repeat("A", 43), token + "\n", "é" + token[2:],
		} {
			wantCode(t, w.Reset(t.Context(), bad, "eight calm herons wade", visitor()), "token_invalid")
		}
		w.Clock.Advance(10*time.Minute - time.Second)
		wantCode(t, w.Reset(t.Context(), token, "too short", visitor()), "password_too_short")
		w.Clock.Advance(time.Second)
		wantCode(t, w.Reset(t.Context(), token, "eight calm herons wade", visitor()), "token_invalid")
		must[auth.Grant](t)(w.signIn(t.Context(), email, password, visitor()))
	})
}

func TestAskingForALinkTellsNothingAndMailsFewTimes(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.3.8")
	mailed(t, func(t *testing.T, w *world, server *mailtest.Server) {
		_, err := w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = FALSE`)
		check(t, err)
		for _, address := range []string{email, "nobody@example.com"} {
			check(t, w.RequestReset(t.Context(), address, visitor()))
		}
		w.Wait(t.Context())
		_, err = w.Raw.ExecContext(t.Context(), `UPDATE users SET is_active = TRUE`)
		check(t, err)
		if n := server.Taken(); n != 0 {
			t.Errorf("%d mails went to nobody", n)
		}
		for range 5 {
			check(t, w.RequestReset(t.Context(), email, visitor()))
		}
		w.Wait(t.Context())
		if n := server.Taken(); n != 2 { // the one for the disabled person counted
			t.Errorf("%d mails were sent, want 2", n)
		}
		wantCode(t, w.RequestReset(t.Context(), "kim@example.com\r\nBcc: x@example.com", visitor()), "email_invalid")
	})
}

func TestWithoutAMailServerAskingSaysSoToEverybody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		for _, address := range []string{email, "nobody@example.com"} {
			wantCode(t, w.RequestReset(t.Context(), address, visitor()), "mail_off")
		}
	})
}

func TestSetUpTakesThePersonOfTheCommandLineOver(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		local := must[audipy.User](t)(w.EnsureLocalUser(t.Context()))
		check(t, w.SetMark(t.Context(), local.ID, audipy.Mark{ASIN: "B1", Marketplace: "us"},
			audit.Event{Action: audit.MarkSet, Outcome: audit.Succeeded}))
		g := w.setUp(t)
		if g.Actor.UserID != local.ID || g.Actor.Email != email {
			t.Errorf("the administrator is %+v, want the local person %s", g.Actor, local.ID)
		}
		if marks := must[[]audipy.Mark](t)(w.Marks(t.Context(), g.Actor.UserID)); len(marks) != 1 {
			t.Errorf("marks are %v", marks)
		}
		must[audit.Checkpoint](t)(w.VerifyAudit(t.Context(), local.ID))
	})
}

func TestAfterSetUpNobodyIsImplicit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		must[audipy.User](t)(w.EnsureLocalUser(t.Context()))
		kim := w.setUp(t).Actor.UserID
		_, err := w.EnsureLocalUser(t.Context())
		wantKind(t, err, audipy.Invalid)
		if all := must[[]audipy.User](t)(w.Users(t.Context())); len(all) != 1 {
			t.Errorf("there are %d people, want the administrator alone", len(all))
		}
		for _, spelling := range []string{email, "KIM@Example.com"} {
			if found := must[audipy.User](t)(auth.FindPerson(t.Context(), w.Store, spelling)); found.ID != kim {
				t.Errorf("%s is %s, want %s", spelling, found.ID, kim)
			}
		}
		for _, nobody := range []string{"lee@example.com", audipy.LocalEmail, "", "nonsense"} {
			_, err := auth.FindPerson(t.Context(), w.Store, nobody)
			wantKind(t, err, audipy.NotFound)
		}
	})
}

func TestASystemTrailThatWasCutOffShowsAgainstACheckpoint(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.setUp(t)
		known := must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context()))
		check(t, w.RecordSystem(t.Context(), audit.Event{Action: audit.SetUpRefused, Outcome: audit.Denied}))
		must[audit.Checkpoint](t)(w.VerifySystemAudit(t.Context(), known))
		for _, table := range []string{"system_audit_records", "system_audit_heads"} {
			_, err := w.Raw.ExecContext(t.Context(), `DELETE FROM `+table)
			check(t, err)
		}
		_, err := w.VerifySystemAudit(t.Context(), known)
		if _, ok := errors.AsType[*audit.BrokenError](err); !ok {
			t.Errorf("verifying says %v", err)
		}
	})
}

func TestOneSetUpCodeIsGoodForADayAndTheNewestOnly(t *testing.T) {
	t.Parallel()
	asvs.Covers(t, "6.4.1", "6.5.5")
	each(t, func(t *testing.T, w *world) {
		try := func(code string) error {
			_, err := w.SetUp(t.Context(), auth.SetUp{Code: code, Email: email, Password: password}, visitor())
			return err
		}
		older := must[string](t)(w.NewSetUpCode(t.Context()))
		newer := must[string](t)(w.NewSetUpCode(t.Context()))
		for _, bad := range []string{"", older, newer + "A", newer[:42]} {
			wantKind(t, try(bad), audipy.Unauthorized)
		}
		w.Clock.Advance(24 * time.Hour)
		wantKind(t, try(newer), audipy.Unauthorized)
		check(t, try(must[string](t)(w.NewSetUpCode(t.Context()))))
		_, err := w.NewSetUpCode(t.Context())
		wantKind(t, err, audipy.Conflict)
		if needed, err := w.SetUpNeeded(t.Context()); needed || err != nil {
			t.Errorf("set-up is needed: %t, %v", needed, err)
		}
	})
}
